using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Makerspace.Tests.Browser;

/// <summary>The life of a booking as people live it.</summary>
[Collection("Browser")]
[Trait("Kind", "Browser")]
public class LifeJourneyTests(Browsing browsing)
{
    [Fact]
    public async Task A_member_books_checks_in_at_the_tools_code_stays_longer_and_checks_out()
    {
        var page = await browsing.Open(await browsing.Member("Lena"), phone: true);
        await browsing.Tool("drill", new { grid = "PT15M", noShowGrace = "PT15M" });
        var (start, end) = await browsing.NextQuarter();
        await page.GotoAsync($"/tools/drill?day=2026-12-01&from={start:HH:mm}&to={end:HH:mm}");
        await page.Locator(".pickbar").GetByRole(AriaRole.Button, new() { Name = "Book" }).TapAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked. It is yours.");
        var booking = page.Url.Split('/')[^1].Split('?')[0];

        await page.GotoAsync("/t/drill");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check in" }).TapAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Checked in.");
        await Expect(page.Locator("#answer")).ToContainTextAsync($"In use until {end:HH:mm}");
        await page.GetByRole(AriaRole.Button, new() { Name = "+30 min" }).TapAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("It is yours for longer.");
        await Expect(page.Locator("#answer")).ToContainTextAsync($"In use until {end.AddMinutes(30):HH:mm}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check out" }).TapAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Checked out.");
        (await State(booking)).ShouldBe("Completed");
    }

    [Fact]
    public async Task Staff_approve_and_an_outage_over_the_booking_leads_its_member_to_the_alternative()
    {
        var email = await browsing.Member("Olaf");
        await browsing.Tool("forge", new { grid = "PT15M", approvalRequired = true });
        var olaf = await browsing.Open(email);
        await olaf.GotoAsync("/tools/forge?day=2026-12-08&from=10:00&to=11:00");
        await Expect(olaf.Locator("#preview")).ToContainTextAsync("Staff approve bookings of this tool.");
        await olaf.Locator("#book").ClickAsync();
        await Expect(olaf.GetByRole(AriaRole.Status)).ToContainTextAsync("Asked for.");
        var booking = new Uri(olaf.Url).AbsolutePath;

        var staff = await browsing.Open("admin@example.org");
        await staff.GotoAsync("/staff/approvals");
        await staff.GetByRole(AriaRole.Button, new() { Name = "Approve Olaf, Forge" }).ClickAsync();
        await Expect(staff.GetByRole(AriaRole.Status)).ToContainTextAsync("Approved.");
        await Expect(olaf.Locator("#life")).ToContainTextAsync("Booked");

        await staff.GotoAsync("/staff/outages?tool=forge");
        await staff.GetByLabel("What members read").FillAsync("New bellows");
        await staff.Locator("#start-day").FillAsync("2026-12-08");
        await staff.Locator("#end-day").FillAsync("2026-12-08");
        await staff.GetByRole(AriaRole.Button, new() { Name = "Plan the outage" }).ClickAsync();
        await Expect(staff.Locator("#in-the-way")).ToContainTextAsync("Olaf, Forge, Tue 8 Dec, 10:00–11:00");
        await staff.GetByRole(AriaRole.Button, new() { Name = "Plan it and tell them" }).ClickAsync();
        await Expect(staff.Locator("main")).ToContainTextAsync("1 booking has lost its time");

        await olaf.GotoAsync(booking);
        await Expect(olaf.Locator("main")).ToContainTextAsync("New bellows. It costs nothing.");
        await olaf.Locator(".alternatives button").First.ClickAsync();
        await Expect(olaf.GetByRole(AriaRole.Status)).ToContainTextAsync("Asked for.");
    }

    [Fact]
    public async Task A_page_refuses_a_step_for_the_reasons_that_the_API_gives()
    {
        await browsing.Tool("shear", new { grid = "PT15M" });
        var (start, end) = await browsing.NextQuarter();
        var booking = (await browsing.Book("shear", $"{start:O}", $"{end:O}")).GetProperty("id").GetString();
        await browsing.Book("shear", $"{end.AddMinutes(30):O}", $"{end.AddMinutes(90):O}");
        await browsing.Post($"/api/v1/bookings/{booking}/check-in", new { });
        using var refused = await browsing.Http.PostAsJsonAsync($"/api/v1/bookings/{booking}/extend", new { end = end.AddMinutes(60) });
        var codes = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("refusals").EnumerateArray().Select(r => r.GetProperty("code").GetString()!);

        var page = await browsing.Open("admin@example.org");
        await page.GotoAsync("/bookings/" + booking);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "+60 min" })).ToHaveCountAsync(0);
        // In one go: the page may be drawn anew at any moment, when somebody books.
        await page.EvaluateAsync("const button = document.querySelector('button[value=\"extend:15\"]'); button.value = 'extend:60'; button.click()");
        await Expect(page.Locator("#refused")).ToBeVisibleAsync();
        (await page.Locator("#refused [data-code]").EvaluateAllAsync<string[]>("all => all.map(e => e.dataset.code)")).ShouldBe(codes);
        await page.GetByRole(AriaRole.Button, new() { Name = "Stay until" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("It is yours for longer.");
    }

    [Fact]
    public async Task Two_tools_are_booked_together_or_the_page_says_which_of_them_refuses()
    {
        await browsing.Tool("bench-a", new { grid = "PT15M" });
        await browsing.Tool("bench-b", new { grid = "PT15M" });
        await browsing.Book("bench-b", "2026-12-09T10:00:00+01:00", "2026-12-09T11:00:00+01:00");
        var page = await browsing.Open(await browsing.Member("Petra"));
        await page.GotoAsync("/tools/bench-a?day=2026-12-09&from=10:00&to=11:00");
        await Expect(page.Locator("#preview .note-good")).ToBeVisibleAsync();
        await page.GetByText("Also book").ClickAsync();
        await page.GetByLabel("Bench-b").CheckAsync();
        await Expect(page.Locator("#preview")).ToContainTextAsync("Bench-b: Somebody else has booked");
        await page.Locator("#from").FillAsync("12:00");
        await page.Locator("#to").FillAsync("13:00");
        await page.Locator("#to").BlurAsync();
        await Expect(page.Locator("#preview .note-good")).ToBeVisibleAsync();
        await page.Locator("#book").ClickAsync();
        await Expect(page.Locator("#life")).ToContainTextAsync("Bench-a + Bench-b");
    }

    private async Task<string?> State(string booking) =>
        (await browsing.Http.GetFromJsonAsync<JsonElement>("/api/v1/bookings/" + booking)).GetProperty("state").GetString();
}
