using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Makerspace.Tests.Browser;

/// <summary>From a public page to a paid member who books. On a server of its own, which sells.</summary>
[Trait("Kind", "Browser")]
public class MoneyJourneyTests(Browsing browsing) : IClassFixture<Browsing>
{
    private const string Email = "runa@example.com";

    [Fact]
    public async Task A_visitor_on_a_phone_joins_pays_and_books_with_included_hours()
    {
        await browsing.Sell();
        var page = await browsing.Open(phone: true);
        await Join(page);
        await Use(page);
    }

    private async Task Join(IPage page)
    {
        await page.GotoAsync("/");
        await Expect(page.Locator("#prices")).ToContainTextAsync("Studio");
        await page.GetByRole(AriaRole.Link, new() { Name = "Become a member" }).TapAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Choose Studio" }).TapAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("you have chosen Studio");
        await page.GetByLabel("Your name").FillAsync("Runa");
        await page.GetByLabel("E-mail address").FillAsync(Email);
        await page.GetByLabel("Password").FillAsync(Browsing.Password);
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Sign up" }).TapAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Look into your mail" }).WaitForAsync();
        await page.GotoAsync(await browsing.LinkIn(Email));
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm my address" }).TapAsync();
        // Signed in by now, in the browser that signed up, and back at what was chosen.
        await page.GetByRole(AriaRole.Button, new() { Name = "Pay €58.31 and join" }).TapAsync();
        await page.Locator("button[name=go]").TapAsync();
        await Expect(page.Locator("#welcome")).ToContainTextAsync("Welcome, you are a member");
        await browsing.Quiet();
        // The page is not asked for again: it hears of it.
        await Expect(page.Locator("#welcome")).ToContainTextAsync("Your membership is active");
    }

    private async Task Use(IPage page)
    {
        var (start, end) = await browsing.NextQuarter();
        await page.GotoAsync($"/tools/etcher?day=2026-12-01&from={start:HH:mm}&to={end:HH:mm}");
        await page.Locator(".pickbar").GetByRole(AriaRole.Button, new() { Name = "Book" }).TapAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Booked. It is yours.");
        await page.GotoAsync("/money");
        await Expect(page.Locator("#money")).ToContainTextAsync("0 min used, 1 h spoken for by bookings to come.");
    }
}
