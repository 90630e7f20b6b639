using Deque.AxeCore.Playwright;
using Makerspace.Tests.Browser;
using Makerspace.Tests.Infrastructure;
using Microsoft.Playwright;

namespace Makerspace.Tests.PaymentSimulator;

/// <summary>The hosted pages in a browser: no fault that axe finds, no scrolling sideways, usable without script.</summary>
[Trait("Kind", "Browser")]
public sealed class PageTests
{
    private static readonly string[] Switches = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run"];

    [Fact]
    public async Task Axe_finds_nothing_and_nothing_scrolls_sideways()
    {
        Assert.SkipWhen(Browsing.Missing is not null, Browsing.Missing ?? "");
        await using var simulated = await Simulated.Start();
        var pages = await Pages(simulated);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Launch(playwright);
        // Axe is put into the page: the pages themselves allow no script at all.
        await using var context = await browser.NewContextAsync(new() { BypassCSP = true });
        var page = await context.NewPageAsync();
        var found = new List<string>();
        var looks = new[] { (ColorScheme.Light, 320), (ColorScheme.Dark, 1280) };
        foreach (var (number, (name, url)) in pages.Index())
        {
            await page.GotoAsync(url);
            foreach (var (scheme, width) in Sizes.Everything ? looks : [looks[number % looks.Length]])
            {
                await page.SetViewportSizeAsync(width, 900);
                await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                foreach (var details in await page.QuerySelectorAllAsync("details")) await details.EvaluateAsync("element => element.open = true");
                found.AddRange((await page.RunAxe()).Violations.Select(v => $"{name} {scheme} {width}: {v.Id} {string.Join(" | ", v.Nodes.Take(2).Select(n => n.Html))}"));
                if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") > width) found.Add($"{name} is wider than {width}");
            }
            if (Environment.GetEnvironmentVariable("MAKERSPACE_SCREENSHOTS") is { Length: > 0 } folder) await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }
        found.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_person_without_script_picks_a_test_card_confirms_and_comes_back()
    {
        Assert.SkipWhen(Browsing.Missing is not null, Browsing.Missing ?? "");
        await using var simulated = await Simulated.Start();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Launch(playwright);
        await using var context = await browser.NewContextAsync(new() { JavaScriptEnabled = false, ViewportSize = new() { Width = 390, Height = 844 } });
        var page = await context.NewPageAsync();
        var session = await Checkout(simulated, null);
        await page.GotoAsync(session.Url);
        await page.GetByLabel("Email").FillAsync("ada@example.org");
        await page.GetByText("Other test cards").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "insufficient funds" }).ClickAsync();
        (await page.GetByRole(AriaRole.Alert).TextContentAsync()).ShouldBe("Your card has insufficient funds.");
        await page.GetByText("Other test cards").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "always asks to confirm" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Complete" }).ClickAsync();
        // It leads back to the simulator's own front page, which stands for the shop here.
        (await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).TextContentAsync()).ShouldBe("Payment simulator");
        (await simulated.Server.Books()).Net.ShouldBe(4900);
    }

    private static async Task<IReadOnlyList<(string Name, string Url)>> Pages(Simulated simulated)
    {
        var payer = await simulated.Payer();
        await simulated.Stripe.V1.PaymentMethods.AttachAsync("pm_card_mastercard", new() { Customer = payer.Id });
        var price = await simulated.Price(5900);
        var subscription = await simulated.Stripe.V1.Subscriptions.CreateAsync(new() { Customer = payer.Id, Items = [new() { Price = price.Id }] });
        var paid = await simulated.Stripe.V1.Invoices.GetAsync(subscription.LatestInvoiceId);
        await simulated.Stripe.V1.InvoiceItems.CreateAsync(new() { Customer = payer.Id, Amount = 990, Currency = "eur", Description = "Filament, the blue one" });
        var open = await simulated.Stripe.V1.Invoices.FinalizeInvoiceAsync((await simulated.Stripe.V1.Invoices.CreateAsync(new() { Customer = payer.Id })).Id);
        var refused = await Checkout(simulated, null);
        await Simulated.PayWith(refused.Url, "4000000000000002");
        var done = await Checkout(simulated, null);
        await Simulated.PayWith(done.Url, "4242424242424242");
        var confirming = await Checkout(simulated, null);
        var portal = await simulated.Stripe.V1.BillingPortal.Sessions.CreateAsync(new() { Customer = payer.Id, ReturnUrl = "https://space.example" });
        var charge = (await simulated.Stripe.V1.Charges.ListAsync()).Data.First(c => c.Status == "succeeded");
        return
        [
            ("front", simulated.Server.Address.ToString()), ("checkout", (await Checkout(simulated, payer.Id)).Url), ("refused", refused.Url), ("done", done.Url), ("missing", simulated.Server.Address + "c/pay/nothing"),
            ("challenge", (await Simulated.PayWith(confirming.Url, "4000002760003184"))!.AbsoluteUri), ("portal", portal.Url), ("invoice-paid", paid.HostedInvoiceUrl), ("invoice-open", open.HostedInvoiceUrl),
            ("receipt", charge.ReceiptUrl),
        ];
    }

    private static Task<Stripe.Checkout.Session> Checkout(Simulated simulated, string? customer) => simulated.Stripe.V1.Checkout.Sessions.CreateAsync(new()
    {
        Mode = "payment", Customer = customer, AllowPromotionCodes = true, SuccessUrl = simulated.Server.Address.ToString(), CancelUrl = "https://space.example/cancel",
        LineItems = [new() { Quantity = 1, PriceData = new() { Currency = "eur", UnitAmount = 4900, ProductData = new() { Name = "Ten hours on any machine" } } }],
    });

    private static Task<IBrowser> Launch(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = Switches });
}
