using System.Net;
using Makerspace.Accounts;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Billing;

/// <summary>What is on sale, and what of a browser's wishes comes to nothing.</summary>
public sealed class MemberMoneyApiTests : IAsyncLifetime
{
    private RunningServer server = null!;
    private HttpClient admin = null!, ada = null!;

    public async ValueTask InitializeAsync()
    {
        server = await RunningServer.Start();
        admin = await server.As("admin@example.org");
        ada = await server.Person("ada", Roles.Member);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_space_that_takes_no_money_offers_nothing_and_its_members_owe_nothing()
    {
        var offers = await server.Anonymous().Json("/api/v1/offers");
        offers["plans"]!.AsArray().ShouldBeEmpty();
        offers["products"]!.AsArray().ShouldBeEmpty();
        var account = await ada.Json("/api/v1/accounts/member-ada");
        ((long)account["owed"]!["amount"]!).ShouldBe(0);
        account["subscription"].ShouldBeNull();
        using var wish = await ada.Patch("/api/v1/accounts/member-ada/subscription", """{"seats": 3}""");
        (await wish.Code()).ShouldBe("not-sold");
    }

    [Fact]
    public async Task Visitors_see_what_is_on_sale_and_only_that()
    {
        await Sell();
        var offers = await server.Anonymous().Json("/api/v1/offers");
        offers["plans"]!.AsArray().Select(p => (string)p!["id"]!).ShouldBe(["studio", "team"]);
        offers["products"]!.AsArray().Select(p => (string)p!["id"]!).ShouldBe(["ten"]);
        ((long)offers["plans"]![0]!["price"]!["amount"]!).ShouldBe(4900);
        ((decimal)offers["taxPercent"]!).ShouldBe(19m);
    }

    [Fact]
    public async Task A_malformed_wish_is_refused()
    {
        foreach (var (body, code) in new[]
        {
            ("{}", "nothing-to-change"),
            ("""{"seats": 0}""", "out-of-range"),
            ("""{"seats": 1001}""", "out-of-range"),
            ("""{"seats": -1}""", "out-of-range"),
            ("""{"planId": "NO SUCH"}""", "malformed-id"),
            ("""{"amount": 1}""", "unknown-field"),
        })
        {
            using var answer = await ada.Patch("/api/v1/accounts/member-ada/subscription", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            (await answer.Code()).ShouldBe(code);
        }
    }

    [Fact]
    public async Task A_malformed_question_is_refused()
    {
        foreach (var (path, code) in new[]
        {
            ("/api/v1/accounts/member-ada/statement?month=2026-13", "malformed-month"),
            ("/api/v1/accounts/member-ada/statement?month=december", "malformed-month"),
            ("/api/v1/accounts/member-ada/entries?after=x", "malformed-cursor"),
            ("/api/v1/accounts/member-ada/entries?limit=0", "out-of-range"),
        })
        {
            using var answer = await ada.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            (await answer.Code()).ShouldBe(code);
        }
    }

    [Fact]
    public async Task What_is_no_account_of_mine_is_no_account()
    {
        foreach (var id in new[] { "member-", "member-ADA", "ada", "space-main", "account-member-ada", "company-..%2Fada" })
        {
            using var answer = await ada.GetAsync(new Uri("/api/v1/accounts/" + id, UriKind.Relative), TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task Who_signs_up_where_membership_costs_is_not_covered_before_it_is_paid()
    {
        await Sell();
        using (await admin.Patch("/api/v1/space", """{"defaultPlan": "studio"}""")) { }
        await MemberMoneyPages.SignUp(server, "Nina", "nina@example.org");
        var nina = await server.As("nina@example.org");
        using var booked = await nina.Book("saw", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z");
        (await booked.Code()).ShouldBe("membership-inactive");
    }

    private async Task Sell()
    {
        foreach (var (path, body) in new[]
        {
            ("/api/v1/tools", """{"id": "saw", "name": "Saw"}"""),
            ("/api/v1/plans", """{"id": "studio", "name": "Studio", "offered": true, "price": {"amount": {"amount": 4900, "currency": "eur"}, "interval": "Month"}}"""),
            ("/api/v1/plans", """{"id": "hidden", "name": "Hidden", "price": {"amount": {"amount": 100, "currency": "eur"}, "interval": "Month"}}"""),
            ("/api/v1/plans", """{"id": "team", "name": "Team", "offered": true, "forCompanies": true, "price": {"amount": {"amount": 3900, "currency": "eur"}, "interval": "Month"}}"""),
            ("/api/v1/products", """{"id": "ten", "name": "Ten hours", "kind": "Pack", "hours": "PT10H", "price": {"amount": 9000, "currency": "eur"}}"""),
            ("/api/v1/products", """{"id": "old", "name": "Old", "kind": "Pack", "hours": "PT5H", "offered": false, "price": {"amount": 9000, "currency": "eur"}}"""),
        })
        {
            if (path == "/api/v1/tools") using (var sells = await admin.Patch("/api/v1/space", """{"currency": "eur", "billing": {"taxPercent": 19, "taxName": "VAT"}}""")) sells.IsSuccessStatusCode.ShouldBeTrue(await sells.Content.ReadAsStringAsync());
            using var made = await admin.Post(path, body);
            made.IsSuccessStatusCode.ShouldBeTrue(await made.Content.ReadAsStringAsync());
        }
    }
}
