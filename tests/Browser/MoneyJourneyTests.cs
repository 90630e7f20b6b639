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

    // Two minutes are kept by how little there is to do: each press and each field is counted, and none may be added unseen.
    private async Task Join(IPage page)
    {
        var steps = new Steps();
        await page.GotoAsync("/");
        await Expect(page.Locator("#prices")).ToContainTextAsync("Studio");
        await steps.Press(page.GetByRole(AriaRole.Link, new() { Name = "Become a member" }));
        await steps.Press(page.GetByRole(AriaRole.Link, new() { Name = "Choose Studio" }));
        await Expect(page.Locator("main")).ToContainTextAsync("you have chosen Studio");
        await steps.Fill(page.GetByLabel("Your name"), "Runa");
        await steps.Fill(page.GetByLabel("E-mail address"), Email);
        await steps.Fill(page.GetByLabel("Password"), Browsing.Password);
        (await page.Locator("main form input:visible, main form select:visible, main form textarea:visible").CountAsync()).ShouldBe(steps.Fields, "nothing else is asked");
        await steps.Press(page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Sign up" }));
        await page.GetByRole(AriaRole.Heading, new() { Name = "Look into your mail" }).WaitForAsync();
        await steps.Follow(page, await browsing.LinkIn(Email));
        await steps.Press(page.GetByRole(AriaRole.Button, new() { Name = "Confirm my address" }));
        // Signed in by now, in the browser that signed up, and back at what was chosen.
        await steps.Press(page.GetByRole(AriaRole.Button, new() { Name = "Pay €58.31 and join" }));
        // The simulator has filled in a card; on the provider's real page these are typed, or the phone does it.
        await page.Locator("button[name=go]").WaitForAsync();
        var card = await page.Locator("form:has(button[name=go]) input:visible").CountAsync();
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue("the payment page is no wider than the phone");
        await steps.Press(page.Locator("button[name=go]"));
        await Expect(page.Locator("#welcome")).ToContainTextAsync("Welcome, you are a member");
        await browsing.Quiet();
        // The page is not asked for again: it hears of it.
        await Expect(page.Locator("#welcome")).ToContainTextAsync("Your membership is active");
        steps.Presses.ShouldBeLessThanOrEqualTo(7);
        (steps.Fields + card).ShouldBeLessThanOrEqualTo(3 + 5, "our three, and what a card page asks");
    }

    private sealed class Steps
    {
        public int Presses { get; private set; }
        public int Fields { get; private set; }

        public async Task Press(ILocator what)
        {
            Presses++;
            await what.TapAsync();
        }

        public async Task Fill(ILocator field, string text)
        {
            Fields++;
            await field.FillAsync(text);
        }

        /// <summary>Presses a link in a letter.</summary>
        public async Task Follow(IPage page, string link)
        {
            Presses++;
            await page.GotoAsync(link);
        }
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
