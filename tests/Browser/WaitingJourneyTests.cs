using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Makerspace.Tests.Browser;

/// <summary>Again and again, waiting, and learning: what leads from a refusal to a booking.</summary>
[Collection("Browser")]
[Trait("Kind", "Browser")]
public class WaitingJourneyTests(Browsing browsing)
{
    [Fact]
    public async Task A_series_shows_its_dates_first_leaves_out_what_is_taken_and_is_cancelled_from_one_on()
    {
        var email = await browsing.Member("Runa");
        await browsing.Post("/api/v1/tools", new { id = "stamper", name = "Stamper" });
        await browsing.Book("stamper", "2026-12-15T10:00:00+01:00", "2026-12-15T11:00:00+01:00");
        var page = await browsing.Open(email, phone: true);
        await page.GotoAsync("/tools/stamper?day=2026-12-08&from=10:00&to=11:00");
        await page.GetByRole(AriaRole.Link, new() { Name = "Book it again and again" }).ClickAsync();
        await page.GetByLabel("First day").FillAsync("2026-12-08");
        await page.GetByLabel("From").FillAsync("10:00");
        await page.GetByLabel("To", new() { Exact = true }).FillAsync("11:00");
        await page.GetByLabel("How many times").FillAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "See the dates" }).ClickAsync();
        await Expect(page.Locator("#dates")).ToContainTextAsync("2 of 3 dates can be booked");
        await Expect(page.Locator("#dates")).ToContainTextAsync("Somebody else has booked");
        await page.GetByRole(AriaRole.Button, new() { Name = "Book the 2 that are possible" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked");
        await Expect(page.Locator("#dates")).ToContainTextAsync("left out");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel that one and all later ones" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Cancelled");
    }

    [Fact]
    public async Task Who_waits_is_offered_what_becomes_free_and_takes_it_with_one_press()
    {
        var email = await browsing.Member("Wanda");
        await browsing.Post("/api/v1/tools", new { id = "furnace", name = "Furnace" });
        var taken = await browsing.Book("furnace", "2026-12-16T10:00:00+01:00", "2026-12-16T11:00:00+01:00");
        var page = await browsing.Open(email);
        await page.GotoAsync("/tools/furnace?day=2026-12-16&from=10:00&to=11:00");
        await page.Locator("#book").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Wait until it is free" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Wait for it" }).ClickAsync();
        await Expect(page.Locator("#places")).ToContainTextAsync("Furnace");
        await browsing.Post($"/api/v1/bookings/{taken.GetProperty("id").GetString()}/cancel", new { });
        // Without a reload: the page hears of it.
        await Expect(page.Locator("#places")).ToContainTextAsync("Held for you until");
        // What follows the journal has been done when the clock has been moved: who took it at once would not be written to.
        await browsing.Post("/dev/clock", new { advance = "PT0S" });
        (await browsing.Http.GetStringAsync("/dev/mail")).ShouldContain("Furnace is free for you");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked");
    }

    [Fact]
    public async Task A_missing_certification_leads_to_a_seat_in_the_next_training()
    {
        var email = await browsing.Member("Tilda");
        await browsing.Post("/api/v1/trainings", new
        {
            title = "Laser for beginners", certificationId = "laser", start = "2026-12-05T10:00:00+01:00", end = "2026-12-05T12:00:00+01:00", seats = 2,
        });
        var page = await browsing.Open(email);
        await page.GotoAsync("/tools/laser?day=2026-12-17&from=10:00&to=11:00");
        await page.Locator("#preview").GetByRole(AriaRole.Button, new() { Name = "Laser for beginners" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("You have a seat.");
        await Expect(page.Locator("#trainings")).ToContainTextAsync("1 of 2 seats free");
    }
}
