using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Makerspace.Tests.Browser;

/// <summary>A day of the staff: a word to everybody, a note, a closure with its effect, the journal and the numbers, by keyboard where it matters.</summary>
[Collection("Browser")]
[Trait("Kind", "Browser")]
public class StaffDayJourneyTests(Browsing browsing)
{
    [Fact]
    public async Task Staff_announce_note_close_and_read_who_did_what()
    {
        var page = await browsing.Open("admin@example.org");
        await Announce(page);
        await Note(page);
        await Close(page);
        await Read(page);
    }

    private static async Task Announce(IPage page)
    {
        await page.GotoAsync("/staff/announcements");
        await page.GetByLabel("Headline").FillAsync("The compressor rests");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "What members read" }).FillAsync("No air from noon on.");
        await page.GetByLabel("Urgent: before everything else").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Announce it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        await page.GotoAsync("/today");
        await Expect(page.Locator("#today")).ToContainTextAsync("No air from noon on.");
        await page.GotoAsync("/staff/announcements");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Withdraw") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Nobody is told it any more.");
        await page.GotoAsync("/today");
        await Expect(page.Locator("#today")).Not.ToContainTextAsync("No air from noon on.");
    }

    private static async Task Note(IPage page)
    {
        await page.GotoAsync("/staff/members/admin");
        await page.GetByLabel("New note").FillAsync("Knows the kiln");
        await page.GetByRole(AriaRole.Button, new() { Name = "Note it" }).ClickAsync();
        await Expect(page.Locator("#notes")).ToContainTextAsync("Knows the kiln");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Take away.*kiln") }).ClickAsync();
        await Expect(page.Locator("#notes")).Not.ToContainTextAsync("Knows the kiln");
        await Expect(page.Locator("#history")).ToContainTextAsync("note about a member");
    }

    private async Task Close(IPage page)
    {
        var id = Guid.NewGuid();
        await browsing.Post("/api/v1/bookings", new { toolId = "loom", start = "2027-03-10T10:00:00+01:00", end = "2027-03-10T11:00:00+01:00" }, id);
        await page.GotoAsync("/staff/space");
        await page.GetByLabel("What for").FillAsync("Stocktaking");
        await page.Locator("#first").FillAsync("2027-03-10");
        await page.Locator("#last").FillAsync("2027-03-10");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add the closure" }).ClickAsync();
        await Expect(page.Locator("#outside")).ToContainTextAsync("1 booking would lie outside");
        await Expect(page.Locator("#outside")).ToContainTextAsync("Loom");
        await page.Locator("#outside input[name=displace]").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close all the same" }).ClickAsync();
        await Expect(page.Locator("#closures")).ToContainTextAsync("Stocktaking");
        await page.GotoAsync("/bookings/" + id);
        await Expect(page.Locator("main")).ToContainTextAsync("Stocktaking");
        await page.GotoAsync("/staff/space");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Drop it.*Stocktaking") }).ClickAsync();
    }

    private static async Task Read(IPage page)
    {
        await page.GotoAsync("/staff/journal?type=space-changed");
        await Expect(page.Locator("ol.list li").First).ToContainTextAsync("space changed");
        await page.Locator("ol.list summary").First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("ol.list pre").First).ToContainTextAsync("\"type\": \"space-changed\"");
        await page.GotoAsync("/staff/numbers?report=utilisation&from=2026-12-01&last=2026-12-31");
        await Expect(page.Locator(".heat tbody tr")).ToHaveCountAsync(7);
        await Expect(page.Locator("tfoot")).ToContainTextAsync("Together");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(page.Locator("nav.side")).ToBeHiddenAsync();
        await Expect(page.Locator("h1")).ToBeVisibleAsync();
        await page.EmulateMediaAsync(new() { Media = Media.Screen });
    }
}
