using System.Text.Json;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Makerspace.Tests.Browser;

/// <summary>The screen by the door: it is made a kiosk, somebody shows a badge, starts what they have booked, stops, and another comes with a PIN.</summary>
[Collection("Browser")]
[Trait("Kind", "Browser")]
public class KioskJourneyTests(Browsing browsing)
{
    [Fact]
    public async Task A_screen_becomes_a_kiosk_and_people_start_and_stop_there_with_badge_and_PIN()
    {
        Assert.SkipWhen(Browsing.Missing is not null, Browsing.Missing ?? "");
        await browsing.Tool("planer", new { grid = "PT15M" });
        var id = await Member("Kim");
        await browsing.Post($"/api/v1/members/{id}/badges", new { badge = "0C:0F:FE:E1", label = "fob" });
        var device = await browsing.Post("/api/v1/devices", new { id = "front-desk", name = "Front desk", kind = "Kiosk", areaId = "hall" });
        var screen = await browsing.Open();
        await screen.GotoAsync("/kiosk");
        await screen.GetByLabel("The kiosk’s secret").FillAsync(device.GetProperty("secret").GetString()!);
        await screen.GetByRole(AriaRole.Button, new() { Name = "Make this screen a kiosk" }).ClickAsync();
        await Expect(screen.GetByRole(AriaRole.Heading, new() { Name = "Who are you?" })).ToBeVisibleAsync();
        await Expect(screen.Locator("#kiosk-now")).ToContainTextAsync("Planer");
        await Faultless(screen);

        await screen.GetByLabel("Hold your badge to the reader").FillAsync("0c0ffee1");
        await screen.Keyboard.PressAsync("Enter");
        await Expect(screen.GetByRole(AriaRole.Heading, new() { Name = "Hello Kim" })).ToBeVisibleAsync();
        await screen.GetByRole(AriaRole.Button, new() { Name = "Use it Planer" }).ClickAsync();
        await screen.Locator("button[value^='start:planer:']").First.ClickAsync();
        await Expect(screen.GetByRole(AriaRole.Status)).ToContainTextAsync("It is yours until");
        await Faultless(screen);
        await screen.GetByRole(AriaRole.Link, new() { Name = "That is all" }).ClickAsync();
        await Expect(screen.Locator("#kiosk-now")).ToContainTextAsync("Kim");

        var pin = await (await browsing.Http.PutAsync($"/api/v1/members/{id}/pin", null)).Content.ReadAsStringAsync();
        using var made = JsonDocument.Parse(pin);
        await screen.GetByText("I have no badge here").ClickAsync();
        await screen.GetByLabel("Your number").FillAsync(made.RootElement.GetProperty("number").GetRawText());
        await screen.GetByLabel("Your PIN").FillAsync(made.RootElement.GetProperty("pin").GetString()!);
        await screen.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await screen.GetByRole(AriaRole.Button, new() { Name = "Stop, and check out" }).ClickAsync();
        await Expect(screen.GetByRole(AriaRole.Status)).ToContainTextAsync("Checked out. Thank you.");
        await screen.Clock.InstallAsync();
        await screen.GetByRole(AriaRole.Button, new() { Name = "I am leaving" }).ClickAsync();
        await Expect(screen.GetByRole(AriaRole.Status)).ToContainTextAsync("Good-bye.");

        // Left standing, it forgets who was there; a touch gives more time.
        await screen.Clock.FastForwardAsync(80_000);
        await screen.Keyboard.PressAsync("Shift");
        await screen.Clock.FastForwardAsync(80_000);
        await Expect(screen.GetByRole(AriaRole.Heading, new() { Name = "Hello Kim" })).ToBeVisibleAsync();
        await screen.Clock.FastForwardAsync(11_000);
        await Expect(screen.GetByRole(AriaRole.Heading, new() { Name = "Who are you?" })).ToBeVisibleAsync();
    }

    private async Task<string> Member(string name) =>
        (await browsing.Post("/api/v1/members", new { id = name.ToLowerInvariant(), name })).GetProperty("id").GetString()!;

    private static async Task Faultless(IPage page)
    {
        foreach (var (scheme, width) in new[] { (ColorScheme.Light, 390), (ColorScheme.Dark, 1280) })
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            (await page.RunAxe()).Violations.Select(v => $"{v.Id} {string.Join(" | ", v.Nodes.Take(2).Select(n => n.Html))}").ShouldBeEmpty();
        }
    }
}
