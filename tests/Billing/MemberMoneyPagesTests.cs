using System.Net;
using System.Text.RegularExpressions;
using Makerspace.Accounts;
using Makerspace.Billing;
using Makerspace.ReadModels;
using Makerspace.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Makerspace.Tests.Billing;

/// <summary>The pages of money without a script: joining, paying at the simulator, the statement; and what tampered forms come to.</summary>
public sealed partial class MemberMoneyPagesTests : IAsyncLifetime
{
    private RunningServer server = null!;
    private HttpClient admin = null!;

    public async ValueTask InitializeAsync()
    {
        server = await RunningServer.Start();
        admin = await server.As("admin@example.org");
        using (var sells = await admin.Patch("/api/v1/space", """{"currency": "eur", "billing": {"taxPercent": 19, "taxName": "VAT"}}""")) sells.EnsureSuccessStatusCode();
        foreach (var (path, body) in new[]
        {
            ("/api/v1/plans", """{"id": "studio", "name": "Studio", "offered": true, "includedHours": "PT10H", "price": {"amount": {"amount": 4900, "currency": "eur"}, "interval": "Month"}}"""),
            ("/api/v1/plans", """{"id": "atelier", "name": "Atelier", "offered": true, "price": {"amount": {"amount": 9900, "currency": "eur"}, "interval": "Month"}}"""),
            ("/api/v1/plans", """{"id": "hidden", "name": "Hidden", "price": {"amount": {"amount": 100, "currency": "eur"}, "interval": "Month"}}"""),
            ("/api/v1/plans", """{"id": "team", "name": "Team", "offered": true, "forCompanies": true, "price": {"amount": {"amount": 3900, "currency": "eur"}, "interval": "Month"}}"""),
            ("/api/v1/products", """{"id": "ten", "name": "Ten hours", "kind": "Pack", "hours": "PT10H", "price": {"amount": 9000, "currency": "eur"}}"""),
        })
            using (var made = await admin.Post(path, body)) made.IsSuccessStatusCode.ShouldBeTrue(await made.Content.ReadAsStringAsync());
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task What_was_chosen_goes_along_through_sign_up_and_the_mailed_link()
    {
        var (browser, location) = await MemberMoneyPages.SignUp(server, "Nina", "nina@example.org", "/join/studio");
        location.ShouldEndWith("/join/studio");
        (await browser.GetStringAsync(new Uri("/join/studio", UriKind.Relative))).ShouldContain("58.31");
    }

    [Fact]
    public async Task A_link_opened_in_another_browser_signs_nobody_in()
    {
        var browser = server.Anonymous();
        using (await browser.Submit("/sign-up?next=%2Fjoin%2Fstudio", "sign-up", ("name", "Nina"), ("email", "nina@example.org"), ("password", "three plain words"))) { }
        var link = await MemberMoneyPages.ConfirmationOf(server, "nina@example.org");
        var other = server.Anonymous();
        using var confirmed = await other.Submit(link, "confirm");
        confirmed.Headers.Location!.ToString().ShouldContain("/sign-in?ReturnUrl=%2Fjoin%2Fstudio");
        confirmed.Headers.TryGetValues("Set-Cookie", out var cookies);
        (cookies ?? []).ShouldNotContain(c => c.StartsWith("makerspace=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_that_staff_gave_is_shown_as_ones_plan()
    {
        var ada = await server.Person("ada", Roles.Member);
        (await ada.GetStringAsync("/money")).ShouldContain("No membership yet");
        using (var given = await admin.Patch("/api/v1/members/ada", """{"membership": {"planId": "studio", "active": true}}""")) given.EnsureSuccessStatusCode();
        var page = await ada.GetStringAsync("/money");
        page.ShouldContain("Staff gave you this plan");
        page.ShouldNotContain("No membership yet");
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task One_is_led_on_only_within_this_site(string next)
    {
        var (_, location) = await MemberMoneyPages.SignUp(server, "Nina", "nina@example.org", next);
        location.ShouldContain("/sign-in");
        location.ShouldNotContain("evil");
    }

    [Fact]
    public async Task Paid_at_the_provider_she_is_a_member_and_the_statement_adds_up()
    {
        var (browser, id) = await Joined();
        (await browser.GetStringAsync(new Uri("/money", UriKind.Relative))).ShouldContain("Next payment on");
        var (url, _) = await Buy(browser, ("kind", "Pack"), ("item", "ten"));
        (await Pay(url!)).ShouldContain("/money");
        await Quiet();

        var account = await admin.Json($"/api/v1/accounts/{id}");
        ((string)account["subscription"]!["status"]!).ShouldBe("active");
        ((long)account["owed"]!["amount"]!).ShouldBe(0);
        ((long)account["packs"]![0]!["left"]!).ShouldBe(600);
        await AddsUp(id);
        var page = WebUtility.HtmlDecode(await browser.GetStringAsync(new Uri("/money/statement", UriKind.Relative)));
        page.ShouldContain("€58.31");
        page.ShouldContain("€107.10");
        page.ShouldContain("Ten hours");
    }

    [Fact]
    public async Task What_is_not_on_sale_to_her_opens_no_page()
    {
        var (browser, _) = await Member();
        foreach (var (kind, item, seats) in new[]
        {
            ("Plan", "hidden", ""),
            ("Plan", "team", ""),
            ("Plan", "nothing", ""),
            ("Plan", "studio", "2"),
            ("Pack", "studio", ""),
            ("DayPass", "ten", ""),
            ("Balance", "", ""),
            ("Deposit", "", ""),
        })
        {
            var (url, answer) = await Buy(browser, ("kind", kind), ("item", item), ("day", "2026-12-01"), ("seats", seats.Length == 0 ? "1" : seats));
            url.ShouldBeNull();
            answer.ShouldBe(HttpStatusCode.Conflict);
        }
    }

    [Fact]
    public async Task A_price_in_the_form_is_nobodys_price()
    {
        var (browser, _) = await Member();
        var (url, _) = await Buy(browser, ("kind", "Plan"), ("item", "studio"), ("amount", "1"), ("price", "1"), ("Price.Amount", "1"), ("currency", "jpy"));
        using var outside = new HttpClient();
        (await outside.GetStringAsync(url, TestContext.Current.CancellationToken)).ShouldContain("58.31");
    }

    [Fact]
    public async Task Nobody_buys_for_reads_or_cancels_what_is_somebody_elses()
    {
        var (_, hers) = await Joined();
        var (ben, _) = await Member("ben");
        (await Buy(ben, ("kind", "Card"), ("account", hers))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await Buy(ben, ("kind", "Card"), ("account", "company-none"))).Status.ShouldBe(HttpStatusCode.NotFound);
        var entry = (string)(await admin.Json($"/api/v1/accounts/{hers}/entries"))["items"]![0]!["id"]!;
        foreach (var path in new[] { $"/money?account={hers}", $"/money/plan?account={hers}", $"/money/statement?account={hers}", $"/money/buy?account={hers}", $"/money/entries/{entry}?account={hers}", $"/money/entries/{entry}", $"/welcome?account={hers}" })
        {
            using var page = await ben.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            page.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }
        var html = await ben.GetStringAsync(new Uri("/money", UriKind.Relative));
        using (var cancels = await ben.Send($"/money/plan?account={hers}", html, "subscription", ("cancel", "yes"))) ((int)cancels.StatusCode).ShouldBeOneOf(400, 404);
        await Quiet();
        ((bool)(await admin.Json($"/api/v1/accounts/{hers}"))["subscription"]!["cancelAtPeriodEnd"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task Cancelled_it_stays_to_the_periods_end_and_may_be_kept_after_all()
    {
        var (browser, id) = await Joined();
        using (var cancelled = await browser.Submit("/money/plan", "subscription", ("cancel", "yes"))) cancelled.StatusCode.ShouldBe(HttpStatusCode.Found);
        await Quiet();
        (await browser.GetStringAsync(new Uri("/money/plan", UriKind.Relative))).ShouldContain("Cancelled: it stays until");
        ((bool)(await admin.Json($"/api/v1/accounts/{id}"))["subscription"]!["cancelAtPeriodEnd"]!).ShouldBeTrue();
        using (await browser.Submit("/money/plan", "subscription", ("cancel", "no"))) { }
        await Quiet();
        ((bool)(await admin.Json($"/api/v1/accounts/{id}"))["subscription"]!["cancelAtPeriodEnd"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task An_upgrade_is_prorated_and_adds_up()
    {
        var (browser, id) = await Joined();
        using (await admin.Post("/dev/clock", """{"advance": "P10D"}""")) { }
        (await browser.GetStringAsync(new Uri("/money/plan", UriKind.Relative))).ShouldContain("Due today, for what is left of the period: about");
        using (var changed = await browser.Submit("/money/plan", "subscription", ("plan", "atelier"))) changed.StatusCode.ShouldBe(HttpStatusCode.Found, await changed.Content.ReadAsStringAsync());
        await Quiet();
        var account = await admin.Json($"/api/v1/accounts/{id}");
        ((string)account["subscription"]!["planId"]!).ShouldBe("atelier");
        ((long)account["owed"]!["amount"]!).ShouldBe(0);
        await AddsUp(id);
    }

    [Fact]
    public async Task A_charge_is_objected_to_once()
    {
        var (browser, id) = await Joined();
        var entry = (await admin.Json($"/api/v1/accounts/{id}/entries"))["items"]!.AsArray().First(e => (string)e!["kind"]! == "Membership");
        var page = $"/money/entries/{(string)entry!["id"]!}";
        using (var sent = await browser.Submit(page, "object", ("words", "I was ill."))) sent.StatusCode.ShouldBe(HttpStatusCode.Found, await sent.Content.ReadAsStringAsync());
        (await browser.GetStringAsync(new Uri(page, UriKind.Relative))).ShouldContain("I was ill.");
        using var again = await browser.Submit(page, "object", ("words", "Still ill."));
        again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_company_is_founded_on_the_way_to_its_plan_and_its_owner_pays_for_seats()
    {
        var (browser, id) = await Member();
        using (var answer = await browser.Submit("/join/team", "company", ("key", Guid.NewGuid().ToString()), ("name", "Gull Robotics"), ("seats", "3")))
            (await Pay(Refreshed(await answer.Content.ReadAsStringAsync())!)).ShouldContain("/welcome?account=company-gull-robotics");
        await Quiet();
        (await browser.GetStringAsync(new Uri("/welcome?account=company-gull-robotics", UriKind.Relative))).ShouldContain("Welcome, Gull Robotics");
        ((int)(await admin.Json("/api/v1/accounts/company-gull-robotics"))["subscription"]!["seats"]!).ShouldBe(3);
        (await browser.GetStringAsync(new Uri("/company", UriKind.Relative))).ShouldContain("1 of 3 taken");
        using (var invited = await browser.Submit("/company", "invite", ("email", "ben@example.org"), ("role", "Member"), ("seat", "1"))) invited.StatusCode.ShouldBe(HttpStatusCode.Found, await invited.Content.ReadAsStringAsync());
        (await browser.GetStringAsync(new Uri("/money/plan?account=company-gull-robotics&seats=5", UriKind.Relative))).ShouldContain("Due today, for what is left of the period: about");
        using (await browser.Submit("/money/plan?account=company-gull-robotics", "subscription", ("seats", "5"))) { }
        await Quiet();
        ((int)(await admin.Json("/api/v1/accounts/company-gull-robotics"))["subscription"]!["seats"]!).ShouldBe(5);
        await AddsUp("company-gull-robotics");
        await AddsUp(id);
    }

    [Fact]
    public async Task Who_leaves_the_payment_page_is_told_that_nothing_was_taken()
    {
        var (browser, _) = await Member();
        var (url, _) = await Buy(browser, ("kind", "Pack"), ("item", "ten"), ("back", "/money"));
        using var outside = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var back = Back().Match(await outside.GetStringAsync(url, TestContext.Current.CancellationToken)).Groups["url"].Value;
        var page = await browser.GetStringAsync(new Uri(WebUtility.HtmlDecode(back)));
        page.ShouldContain("We see no payment yet");
    }

    private async Task<(HttpClient Browser, string AccountId)> Member(string name = "nina")
    {
        var (browser, _) = await MemberMoneyPages.SignUp(server, name, $"{name}@example.org", "/money");
        var row = (await admin.Json($"/api/v1/members?q={name}%40example.org"))["items"]![0]!;
        return (browser, "member-" + (string)row["id"]!);
    }

    private async Task<(HttpClient Browser, string AccountId)> Joined()
    {
        var (browser, id) = await Member();
        var (url, _) = await Buy(browser, ("kind", "Plan"), ("item", "studio"), ("back", "/welcome"));
        var back = await Pay(url!);
        (await browser.GetStringAsync(new Uri(back))).ShouldContain("Your membership is active");
        await Quiet();
        return (browser, id);
    }

    /// <summary>Sends the form of a purchase; the provider's page that it leads to, or null.</summary>
    private static async Task<(Uri? Url, HttpStatusCode Status)> Buy(HttpClient browser, params (string, string)[] fields)
    {
        var html = await browser.GetStringAsync(new Uri("/money", UriKind.Relative));
        using var answer = await browser.Send("/money/pay", html, "pay", [.. fields, ("key", Guid.NewGuid().ToString())]);
        return (answer.IsSuccessStatusCode ? Refreshed(await answer.Content.ReadAsStringAsync()) : null, answer.StatusCode);
    }

    private static Uri? Refreshed(string html) => Refresh().Match(html) is { Success: true } found ? new Uri(WebUtility.HtmlDecode(found.Groups["url"].Value)) : null;

    /// <summary>Pays with the test card; where the payer is led back to.</summary>
    private static async Task<string> Pay(Uri page)
    {
        using var outside = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var card = new FormUrlEncodedContent([new("number", "4242424242424242"), new("expiry", "12/34"), new("cvc", "123"), new("name", "Test"), new("email", "x@example.org"), new("go", "pay")]);
        using var paid = await outside.PostAsync(page, card, TestContext.Current.CancellationToken);
        paid.StatusCode.ShouldBe(HttpStatusCode.Found, await paid.Content.ReadAsStringAsync());
        return paid.Headers.Location!.ToString();
    }

    private async Task Quiet()
    {
        using var quiet = await admin.Post("/dev/clock", """{"advance": "PT0S"}""");
        quiet.IsSuccessStatusCode.ShouldBeTrue(await quiet.Content.ReadAsStringAsync());
    }

    /// <summary>The statement's balance, the account's and the sums of the ledger's lines are one.</summary>
    private async Task AddsUp(string accountId)
    {
        var owed = (long)(await admin.Json($"/api/v1/accounts/{accountId}"))["owed"]!["amount"]!;
        var statement = await admin.Json($"/api/v1/accounts/{accountId}/statement");
        ((long)statement["closing"]!["amount"]!).ShouldBe(owed);
        var entries = statement["entries"]!.AsArray().Select(e => e!["entry"]!).ToList();
        ((long)statement["opening"]!["amount"]! + entries.Sum(e => (long)e["owes"]!["amount"]!)).ShouldBe(owed);
        foreach (var entry in entries)
            foreach (var unit in entry["lines"]!.AsArray().GroupBy(l => (string)l!["unit"]!))
                unit.Sum(l => (long)l!["amount"]!).ShouldBe(0, entry.ToJsonString());
        await using var scope = server.App.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MakerspaceDb>();
        (await db.LedgerLines.Where(l => l.AccountId == accountId && l.Account == Chart.Receivable).SumAsync(l => l.Amount, TestContext.Current.CancellationToken)).ShouldBe(owed);
        var all = (await admin.Json($"/api/v1/accounts/{accountId}/entries"))["items"]!.AsArray().Select(e => (string)e!["id"]!).ToList();
        all.Distinct().Count().ShouldBe(all.Count);
    }

    [GeneratedRegex("http-equiv=\"refresh\" content=\"0;url=(?<url>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Refresh();

    [GeneratedRegex("href=\"(?<url>[^\"]*purchase=[^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Back();
}
