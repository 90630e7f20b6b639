using System.Net;
using Makerspace.Accounts;
using Makerspace.Companies;
using Makerspace.PaymentSimulator;
using Makerspace.Tests.Infrastructure;
using Makerspace.Web.Billing;
using Microsoft.Extensions.DependencyInjection;

namespace Makerspace.Tests.Billing;

/// <summary>The whole program without a key: the simulator beside it, webhooks over HTTP, the clock of the space for both.</summary>
public sealed class GatewayInProcessTests : IAsyncLifetime
{
    private RunningServer server = null!;
    private HttpClient admin = null!;
    private HttpClient ada = null!;

    private PaymentSimulatorServer Simulator => server.App.Services.GetRequiredService<SimulatedPayments>().Simulator!;

    public async ValueTask InitializeAsync()
    {
        server = await RunningServer.Start();
        admin = await server.As("admin@example.org");
        ada = await server.Person("ada", Roles.Member);
        await Ok(await admin.Patch("/api/v1/space", """{"timeZone": "Europe/Berlin", "currency": "eur", "billing": {"taxPercent": 19, "taxName": "MwSt", "pricesIncludeTax": true}}"""));
        await Ok(await admin.Post("/api/v1/plans", """{"id": "maker", "name": "Maker", "offered": true, "price": {"amount": {"amount": 4900, "currency": "eur"}, "interval": "Month"}}"""));
        await Ok(await admin.Post("/api/v1/products", """{"id": "ten", "name": "Ten hours", "kind": "Pack", "price": {"amount": 8000, "currency": "eur"}, "hours": "PT10H"}"""));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Somebody_joins_on_the_providers_page_and_is_a_member_when_its_events_have_come()
    {
        ((string)(await admin.Json("/health"))["payments"]!).ShouldBe("simulated");
        await Pay("""{"kind": "Plan", "item": "maker", "returnTo": "/membership"}""");
        await Settle();
        var account = await ada.Json("/api/v1/accounts/member-ada");
        ((string)account["subscription"]!["status"]!).ShouldBe("active");
        ((string)account["card"]!["last4"]!).ShouldBe("4242");
        // A month later the provider renews it, and tells.
        await Clock("P32D");
        (await ada.Json("/api/v1/accounts/member-ada"))["invoices"]!.AsArray().Count.ShouldBe(2);
        var books = await Simulator.Books();
        books.Payments.Sum(p => p.Received).ShouldBe(9800);
        await NothingIsFound();
    }

    [Fact]
    public async Task Events_that_never_come_are_made_up_for_by_the_comparison()
    {
        Simulator.Misbehaviour.Add(new WebhookTrouble(WebhookFault.Drop, Times: int.MaxValue));
        await Pay("""{"kind": "Pack", "item": "ten"}""");
        await Settle();
        (await ada.Json("/api/v1/accounts/member-ada"))["packs"]!.AsArray().ShouldBeEmpty();
        using var compared = await admin.Post("/api/v1/reconciliations", "{}");
        var found = await compared.Json();
        ((int)found["repaired"]!).ShouldBeGreaterThan(0);
        ((int)found["unrepaired"]!).ShouldBe(0);
        (await ada.Json("/api/v1/accounts/member-ada"))["packs"]!.AsArray().Count.ShouldBe(1);
        await NothingIsFound();
    }

    [Fact]
    public async Task Events_that_come_twice_and_in_another_order_change_nothing()
    {
        Simulator.Misbehaviour.Add(new WebhookTrouble(WebhookFault.Duplicate, Times: 4));
        Simulator.Misbehaviour.Add(new WebhookTrouble(WebhookFault.Reorder, Probability: 0.5));
        await Pay("""{"kind": "Pack", "item": "ten"}""");
        await Settle();
        await Simulator.Redeliver();
        await Settle();
        var account = await ada.Json("/api/v1/accounts/member-ada");
        account["packs"]!.AsArray().Count.ShouldBe(1);
        account["payments"]!.AsArray().Count.ShouldBe(1);
        await NothingIsFound();
    }

    [Fact]
    public async Task The_payer_who_comes_back_looks_and_does_not_wait()
    {
        Simulator.Misbehaviour.Add(new WebhookTrouble(WebhookFault.Drop, Times: int.MaxValue));
        await Pay("""{"kind": "Pack", "item": "ten"}""");
        using var looked = await ada.Post("/api/v1/accounts/member-ada/look", "");
        (await looked.Json())["packs"]!.AsArray().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("https://evil.example/"), InlineData("//evil.example/"), InlineData("/\\evil.example"), InlineData("evil"), InlineData("javascript:alert(1)")]
    public async Task Nobody_is_sent_back_to_another_site(string returnTo)
    {
        using var refused = await Checkout(ada, "member-ada", $$"""{"kind": "Card", "returnTo": "{{returnTo.Replace("\\", "\\\\", StringComparison.Ordinal)}}"}""");
        (await refused.Code()).ShouldBe("malformed-path");
    }

    [Theory]
    [InlineData("""{"kind": "Pack", "item": "none"}""", "not-sold")]
    [InlineData("""{"kind": "Plan", "item": "ten"}""", "not-sold")]
    [InlineData("""{"kind": "Plan", "item": "maker", "seats": 2}""", "out-of-range")]
    [InlineData("""{"kind": "Balance"}""", "nothing-owed")]
    [InlineData("""{"kind": "Pack", "item": "ten", "price": 1}""", "unknown-field")]
    [InlineData("""{"kind": "Pack", "item": "ten", "seats": -1}""", "out-of-range")]
    [InlineData("""{"kind": "Gold"}""", "malformed-field")]
    public async Task What_is_not_sold_so_is_not_sold(string body, string code)
    {
        using var refused = await Checkout(ada, "member-ada", body);
        (await refused.Code()).ShouldBe(code);
        (await Simulator.Books()).Payments.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_is_said_so_and_the_same_request_goes_on()
    {
        Simulator.Misbehaviour.Add(new CallTrouble(CallFault.Error, Path: "/v1/checkout/sessions"));
        var key = Guid.NewGuid();
        using var late = await Checkout(ada, "member-ada", """{"kind": "Pack", "item": "ten"}""", key);
        late.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await late.Code()).ShouldBe("payments-unavailable");
        using var again = await Checkout(ada, "member-ada", """{"kind": "Pack", "item": "ten"}""", key);
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_companys_owner_chooses_its_plan_its_bookkeeper_pays_and_its_members_see_nothing()
    {
        var grains = server.App.Services.GetRequiredService<IGrainFactory>();
        await grains.GetGrain<ICompanyGrain>(Keys.Company("gull")).Define(
            new CompanyDefinition
            {
                Name = "Gull", BillingEmail = "books@example.org", Pays = true,
                People = [new("ada", CompanyRole.Bookkeeper, false), new("olga", CompanyRole.Owner, false), new("ben", CompanyRole.Member, true)],
            },
            "test");
        var (olga, ben, eve) = (await server.Person("olga", Roles.Member), await server.Person("ben", Roles.Member), await server.Person("eve", Roles.Member));
        (await Status(ada, """{"kind": "Card"}""")).ShouldBe(HttpStatusCode.OK);
        (await Status(ada, """{"kind": "Plan", "item": "maker"}""")).ShouldBe(HttpStatusCode.Forbidden);
        // Not sold to companies: but asked for by somebody who may ask.
        (await Status(olga, """{"kind": "Plan", "item": "maker", "seats": 3}""")).ShouldBe(HttpStatusCode.Conflict);
        (await Status(ben, """{"kind": "Card"}""")).ShouldBe(HttpStatusCode.NotFound);
        (await Status(eve, """{"kind": "Card"}""")).ShouldBe(HttpStatusCode.NotFound);
        foreach (var account in new[] { "company-none", "member-none", "ada", "company-", "member-ada-", "account-member-ada", "MEMBER-ada" })
        {
            using var unknown = await Checkout(ada, account, """{"kind": "Card"}""");
            (await unknown.Code()).ShouldBe("unknown-account", account);
        }
    }

    private static async Task<HttpStatusCode> Status(HttpClient who, string body)
    {
        using var answer = await Checkout(who, "company-gull", body);
        return answer.StatusCode;
    }

    [Fact]
    public async Task Emptying_the_data_empties_the_provider_too()
    {
        await Pay("""{"kind": "Pack", "item": "ten"}""");
        var address = Simulator.Address;
        using (var reset = await server.Anonymous().Post("/dev/reset", "")) reset.IsSuccessStatusCode.ShouldBeTrue();
        Simulator.Address.ShouldBe(address);
        (await Simulator.Books()).Payments.ShouldBeEmpty();
    }

    private async Task Pay(string body)
    {
        using var answer = await Checkout(ada, "member-ada", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var page = new Uri((string)(await answer.Json())["url"]!);
        page.Authority.ShouldBe(Simulator.Address.Authority);
        await GatewayRig.Pay(page);
    }

    private static async Task<HttpResponseMessage> Checkout(HttpClient who, string account, string body, Guid? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/accounts/{account}/checkout") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", (key ?? Guid.NewGuid()).ToString());
        return await who.SendAsync(request);
    }

    private Task Settle() => Clock("PT0S");

    private async Task Clock(string by) => await Ok(await server.Anonymous().Post("/dev/clock", $$"""{"advance": "{{by}}"}"""));

    private async Task NothingIsFound()
    {
        using var compared = await admin.Post("/api/v1/reconciliations", "{}");
        (await compared.Json())["findings"]!.AsArray().ShouldBeEmpty();
    }

    private static async Task Ok(HttpResponseMessage response)
    {
        using (response) response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }
}
