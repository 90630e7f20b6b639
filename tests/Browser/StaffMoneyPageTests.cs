using System.Net.Http.Json;
using System.Text.Json;
using Deque.AxeCore.Playwright;
using Makerspace.Tests.Infrastructure;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Makerspace.Tests.Browser;

/// <summary>Staff price a plan, correct a book and read what was earned. On a server of its own, which sells.</summary>
[Trait("Kind", "Browser")]
public class StaffMoneyPageTests(Browsing browsing) : IClassFixture<Browsing>
{
    private const string Admin = "admin@example.org";
    private string account = "";

    [Fact]
    public async Task Staff_price_a_plan_take_a_charge_back_and_read_what_was_earned()
    {
        await browsing.Sell();
        account = await Account(await browsing.Member("Wim"));
        var page = await browsing.Open(Admin);
        await Price(page);
        await Correct(page);
        await Read(page);
        await LookAtEveryPage(page);
    }

    private async Task<string> Account(string email) =>
        "member-" + (await browsing.Http.GetFromJsonAsync<JsonElement>($"/api/v1/members?q={email}")).GetProperty("items")[0].GetProperty("id").GetString();

    private static async Task Price(IPage page)
    {
        await page.GotoAsync("/staff/plans?id=studio");
        await Expect(page.Locator("main")).ToContainTextAsync("what is booked keeps the price it was shown");
        await page.GetByLabel("Price in EUR").FillAsync("fifty");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Enter an amount like 29.00");
        await Expect(page.GetByLabel("Price in EUR")).ToHaveValueAsync("fifty");
        await page.GetByLabel("Price in EUR").FillAsync("52,50");
        await page.Locator("[name=rate-of-0]").SelectOptionAsync("c:Cutters");
        await page.Locator("[name=rate-hourly-0]").FillAsync("9");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        await Expect(page.Locator("main")).ToContainTextAsync("€52.50 a month");
        await Expect(page.Locator("[name=rate-hourly-0]")).ToHaveValueAsync("9.00");
    }

    private async Task Correct(IPage page)
    {
        await page.GotoAsync("/staff/money/accounts/" + account);
        await page.GetByText("Charge something").ClickAsync();
        await page.GetByLabel("Amount in EUR").FillAsync("12.50");
        await page.GetByLabel("Why, as the payer reads it").FillAsync("A broken mirror");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write it into the book" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Written into the book.");
        await Expect(page.Locator("#statement")).ToContainTextAsync("A broken mirror");
        await page.Locator("#statement").GetByRole(AriaRole.Link, new() { NameRegex = new("^Take back") }).ClickAsync();
        await Expect(page.Locator("#take-back")).ToContainTextAsync("Less is owed by it, nothing goes back: €0.00 instead of €12.50.");
        await page.Locator("#take-back").GetByLabel("How much, at most €12.50").FillAsync("20");
        await page.Locator("#take-back").GetByLabel("Why, as the payer reads it").FillAsync("It was cracked before");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("That is more than is left of the charge");
        await page.Locator("#take-back").GetByLabel("How much, at most €12.50").FillAsync("10");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
        await Expect(page.Locator(".figures")).ToContainTextAsync("€2.50");
    }

    private static async Task Read(IPage page)
    {
        await page.GotoAsync("/staff/money");
        await Expect(page.Locator("main")).ToContainTextAsync("Owed to the space");
        await page.GetByRole(AriaRole.Link, new() { Name = "Revenue" }).First.ClickAsync();
        await page.GetByLabel("Told apart by").SelectOptionAsync("Kind");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.Locator("tfoot")).ToContainTextAsync("€2.10");
        await page.GotoAsync("/staff/money/reconciliation");
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare now" }).ClickAsync();
        await Expect(page.Locator("#runs")).ToContainTextAsync("accounts and");
    }

    private async Task LookAtEveryPage(IPage page)
    {
        var found = new List<string>();
        var looks = new[] { (ColorScheme.Light, 320), (ColorScheme.Dark, 390), (ColorScheme.Light, 1280), (ColorScheme.Dark, 1280) };
        foreach (var (number, path) in new[]
        {
            "/staff/money", "/staff/money/accounts", "/staff/money/accounts/" + account, "/staff/money/revenue", "/staff/money/revenue?by=Month&from=2026-01-01&last=2026-12-31", "/staff/money/reconciliation",
            "/staff/billing", "/staff/products", "/staff/products?id=ten", "/staff/products?id=day", "/staff/plans", "/staff/plans?id=team",
        }.Index())
        {
            await page.GotoAsync(path);
            foreach (var (scheme, width) in Sizes.Everything ? looks : [looks[number % looks.Length]])
            {
                await page.SetViewportSizeAsync(width, 900);
                await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") is var wide && wide > width) found.Add($"{path}: {wide} wide at {width}");
                found.AddRange((await page.RunAxe()).Violations.Select(v => $"{path} {scheme} {width}: {v.Id} {string.Join(" | ", v.Nodes.Take(2).Select(n => n.Html))}"));
            }
        }
        found.ShouldBeEmpty();
    }
}
