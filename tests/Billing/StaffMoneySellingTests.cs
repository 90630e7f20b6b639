using System.Net;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Billing;

/// <summary>What staff put on sale, and how the space takes money: taken as said, or refused whole with every fault named.</summary>
public class StaffMoneySellingTests(Lab lab) : IClassFixture<Lab>
{
    private const string Price = """{"amount": {"amount": 2900, "currency": "usd"}, "interval": "Month", "trialDays": 14}""";

    [Fact]
    public async Task A_plan_is_sold_with_all_it_says()
    {
        var id = await Plan($$$"""
            {"name": "Maker", "price": {{{Price}}}, "offered": true, "description": "For regulars", "includedHours": "PT10H", "includedCategories": ["Lasers"],
             "rates": [{"toolId": "saw", "hourly": {"amount": 500, "currency": "usd"}}, {"category": "Lasers", "hourly": {"amount": 1200, "currency": "usd"}, "offPeak": {"amount": 800, "currency": "usd"}}],
             "billsUsedTime": true}
            """);
        var plan = await lab.Ada.Json($"/api/v1/plans/{id}");
        ((long)plan["price"]!["amount"]!["amount"]!).ShouldBe(2900);
        ((string)plan["price"]!["interval"]!).ShouldBe("Month");
        ((int)plan["price"]!["trialDays"]!).ShouldBe(14);
        ((bool)plan["offered"]!).ShouldBeTrue();
        ((string)plan["includedHours"]!).ShouldBe("PT10H");
        ((string)plan["includedCategories"]![0]!).ShouldBe("Lasers");
        ((long)plan["rates"]![1]!["offPeak"]!["amount"]!).ShouldBe(800);
        ((bool)plan["billsUsedTime"]!).ShouldBeTrue();
        ((bool)plan["forCompanies"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task A_patch_of_the_name_leaves_the_price()
    {
        var id = await Plan($$$"""{"name": "Stays", "price": {{{Price}}}, "rates": [{"hourly": {"amount": 100, "currency": "usd"}}]}""");
        using var changed = await lab.Staff.Patch($"/api/v1/plans/{id}", """{"name": "Stayed"}""");
        var plan = await changed.Json();
        ((long)plan["price"]!["amount"]!["amount"]!).ShouldBe(2900);
        plan["rates"]!.AsArray().Count.ShouldBe(1);
        ((long)plan["version"]!).ShouldBe(2);
        using var without = await lab.Staff.Patch($"/api/v1/plans/{id}", """{"price": null}""");
        (await without.Json())["price"].ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"amount": {"amount": 2900, "currency": "eur"}, "interval": "Month"}""", "wrong-currency")]
    [InlineData("""{"amount": {"amount": -1, "currency": "usd"}, "interval": "Month"}""", "malformed-money")]
    [InlineData("""{"amount": {"amount": 0, "currency": "usd"}, "interval": "Month"}""", "out-of-range")]
    [InlineData("""{"amount": {"amount": 100000001, "currency": "usd"}, "interval": "Month"}""", "malformed-money")]
    [InlineData("""{"amount": {"amount": 99999999999999999999, "currency": "usd"}, "interval": "Month"}""", "malformed-field")]
    [InlineData("""{"amount": {"amount": 12.5, "currency": "usd"}, "interval": "Month"}""", "malformed-field")]
    [InlineData("""{"amount": {"amount": 2900, "currency": "usd"}, "interval": "Week"}""", "malformed-field")]
    [InlineData("""{"amount": {"amount": 2900, "currency": "usd"}}""", "missing-field")]
    [InlineData("""{"interval": "Month"}""", "missing-field")]
    [InlineData("""{"amount": {"amount": 2900, "currency": "usd"}, "interval": "Month", "trialDays": 731}""", "out-of-range")]
    [InlineData("""{"amount": {"amount": 2900, "currency": "usd"}, "interval": "Month", "trialDays": -1}""", "out-of-range")]
    [InlineData("""{"amount": {"amount": 2900, "currency": "usd"}, "interval": "Month", "surprise": 1}""", "unknown-field")]
    public async Task A_price_that_cannot_be_is_refused(string price, string code) =>
        await Refused("/api/v1/plans", $$$"""{"name": "Bad", "price": {{{price}}}}""", code);

    [Theory]
    [InlineData("""[{"toolId": "saw", "hourly": {"amount": 100, "currency": "eur"}}]""", "wrong-currency")]
    [InlineData("""[{"toolId": "saw", "hourly": {"amount": 100, "currency": "usd"}, "offPeak": {"amount": 100, "currency": "gbp"}}]""", "wrong-currency")]
    [InlineData("""[{"toolId": "no-such-tool", "hourly": {"amount": 100, "currency": "usd"}}]""", "unknown-tool")]
    [InlineData("""[{"category": "Unheard of", "hourly": {"amount": 100, "currency": "usd"}}]""", "unknown-category")]
    [InlineData("""[{"toolId": "saw", "category": "Lasers", "hourly": {"amount": 100, "currency": "usd"}}]""", "contradiction")]
    [InlineData("""[{"toolId": "saw", "hourly": {"amount": 100, "currency": "usd"}}, {"toolId": "saw", "hourly": {"amount": 200, "currency": "usd"}}]""", "contradiction")]
    [InlineData("""[{"hourly": {"amount": 100, "currency": "usd"}}, {"hourly": {"amount": 200, "currency": "usd"}}]""", "contradiction")]
    [InlineData("""[{"toolId": "saw"}]""", "missing-field")]
    public async Task Rates_that_cannot_be_are_refused(string rates, string code) =>
        await Refused("/api/v1/plans", $$$"""{"name": "Bad", "rates": {{{rates}}}}""", code);

    [Theory]
    [InlineData("""{"name": "Bad", "offered": true}""", "contradiction")]
    [InlineData("""{"name": "Bad", "includedHours": "PT0S"}""", "out-of-range")]
    [InlineData("""{"name": "Bad", "includedHours": "PT90S"}""", "out-of-range")]
    [InlineData("""{"name": "Bad", "includedHours": "PT1001H"}""", "out-of-range")]
    [InlineData("""{"name": "Bad", "includedHours": "PT5H", "includedCategories": ["Unheard of"]}""", "unknown-category")]
    [InlineData("""{"name": "Bad", "includedCategories": ["Lasers"]}""", "contradiction")]
    public async Task A_plan_that_contradicts_itself_is_refused(string plan, string code) => await Refused("/api/v1/plans", plan, code);

    [Fact]
    public async Task Packs_and_day_passes_are_sold_and_changed()
    {
        using var made = await lab.Staff.Post("/api/v1/products", """{"name": "Ten hours", "kind": "Pack", "price": {"amount": 9000, "currency": "usd"}, "hours": "PT10H", "categories": ["Lasers"], "validDays": 365}""");
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var pass = await lab.Staff.Post("/api/v1/products", """{"id": "day", "name": "Day pass", "kind": "DayPass", "price": {"amount": 2000, "currency": "usd"}}""");
        pass.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var changed = await lab.Staff.Patch("/api/v1/products/ten-hours", """{"price": {"amount": 8000, "currency": "usd"}, "offered": false}""");
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
        var all = (await lab.Ada.Json("/api/v1/products"))["items"]!.AsArray();
        var ten = all.Single(p => (string?)p!["id"] == "ten-hours")!;
        (((long)ten["price"]!["amount"]!), ((bool)ten["offered"]!), ((long)ten["version"]!), (string)ten["hours"]!).ShouldBe((8000, false, 2, "PT10H"));
        all.ShouldContain(p => (string?)p!["id"] == "day");
        using var again = await lab.Staff.Post("/api/v1/products", """{"id": "day", "name": "Day pass", "kind": "DayPass", "price": {"amount": 2000, "currency": "usd"}}""");
        (await again.Code()).ShouldBe("id-taken");
        using var other = await lab.Staff.Patch("/api/v1/products/day", """{"kind": "Pack", "hours": "PT1H"}""");
        (await other.Code()).ShouldBe("contradiction");
        using var none = await lab.Staff.Patch("/api/v1/products/none", """{"offered": false}""");
        none.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{"kind": "Pack", "price": {"amount": 9000, "currency": "usd"}, "hours": "PT1H"}""", "missing-field")]
    [InlineData("""{"name": "Bad", "price": {"amount": 9000, "currency": "usd"}, "hours": "PT1H"}""", "missing-field")]
    [InlineData("""{"name": "Bad", "kind": "Pack", "hours": "PT1H"}""", "missing-field")]
    [InlineData("""{"name": "Bad", "kind": "Pack", "price": {"amount": 9000, "currency": "usd"}}""", "missing-field")]
    [InlineData("""{"name": "Bad", "kind": "Pack", "price": {"amount": 9000, "currency": "eur"}, "hours": "PT1H"}""", "wrong-currency")]
    [InlineData("""{"name": "Bad", "kind": "Pack", "price": {"amount": 0, "currency": "usd"}, "hours": "PT1H"}""", "out-of-range")]
    [InlineData("""{"name": "Bad", "kind": "Pack", "price": {"amount": -9000, "currency": "usd"}, "hours": "PT1H"}""", "malformed-money")]
    [InlineData("""{"name": "Bad", "kind": "Pack", "price": {"amount": 9000, "currency": "usd"}, "hours": "PT0S"}""", "out-of-range")]
    [InlineData("""{"name": "Bad", "kind": "Pack", "price": {"amount": 9000, "currency": "usd"}, "hours": "PT1H", "validDays": 0}""", "out-of-range")]
    [InlineData("""{"name": "Bad", "kind": "Pack", "price": {"amount": 9000, "currency": "usd"}, "hours": "PT1H", "categories": ["Unheard of"]}""", "unknown-category")]
    [InlineData("""{"name": "Bad", "kind": "Pack", "price": {"amount": 9000, "currency": "usd"}, "hours": "PT1H", "planId": "standard"}""", "contradiction")]
    [InlineData("""{"name": "Bad", "kind": "DayPass", "price": {"amount": 9000, "currency": "usd"}, "hours": "PT1H"}""", "contradiction")]
    [InlineData("""{"name": "Bad", "kind": "DayPass", "price": {"amount": 9000, "currency": "usd"}, "planId": "nowhere"}""", "unknown-plan")]
    public async Task A_product_that_cannot_be_is_refused(string product, string code) => await Refused("/api/v1/products", product, code);

    [Theory]
    [InlineData("""{"taxPercent": -1}""", "out-of-range")]
    [InlineData("""{"taxPercent": 50.01}""", "out-of-range")]
    [InlineData("""{"taxPercent": 7.125}""", "out-of-range")]
    [InlineData("""{"statementDay": 0}""", "out-of-range")]
    [InlineData("""{"statementDay": 29}""", "out-of-range")]
    [InlineData("""{"retries": ["PT30M"]}""", "out-of-range")]
    [InlineData("""{"retries": ["P1D", "P1D", "P1D", "P1D", "P1D", "P1D", "P1D", "P1D", "P1D"]}""", "out-of-range")]
    [InlineData("""{"grace": "P30D", "suspendAfter": "P10D"}""", "contradiction")]
    [InlineData("""{"paymentWindow": "PT1M"}""", "out-of-range")]
    [InlineData("""{"least": -1}""", "out-of-range")]
    [InlineData("""{"taxName": " "}""", "missing-field")]
    [InlineData("""{"usage": "Sometimes"}""", "malformed-field")]
    public async Task Settings_that_cannot_be_are_refused(string billing, string code)
    {
        using var answer = await lab.Admin.Patch("/api/v1/space", $$$"""{"billing": {{{billing}}}}""");
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Code()).ShouldBe(code);
    }

    [Fact]
    public async Task A_space_sells_from_the_day_it_is_told_how_and_keeps_to_its_currency()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.As("admin@example.org");
        (await admin.Json("/api/v1/space"))["billing"].ShouldBeNull();
        using (var set = await admin.Patch("/api/v1/space", """{"billing": {"taxPercent": 21, "taxName": "VAT", "usage": "Monthly"}}"""))
        {
            var billing = (await set.Json())["billing"]!;
            (((decimal)billing["taxPercent"]!), (string)billing["usage"]!, (int)billing["statementDay"]!, (string)billing["grace"]!).ShouldBe((21m, "Monthly", 1, "P7D"));
        }
        using (var changed = await admin.Patch("/api/v1/space", """{"billing": {"statementDay": 15}}"""))
            ((string)(await changed.Json())["billing"]!["taxName"]!).ShouldBe("VAT");
        using (var gone = await admin.Patch("/api/v1/space", """{"billing": null}""")) (await gone.Code()).ShouldBe("contradiction");
        using (var currency = await admin.Patch("/api/v1/space", """{"currency": "eur"}""")) currency.StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var plan = await admin.Post("/api/v1/plans", """{"name": "P", "price": {"amount": {"amount": 100, "currency": "eur"}, "interval": "Year"}}""")) plan.StatusCode.ShouldBe(HttpStatusCode.Created);
        using (var currency = await admin.Patch("/api/v1/space", """{"currency": "usd"}""")) (await currency.Code()).ShouldBe("contradiction");
    }

    private async Task<string> Plan(string json)
    {
        using var made = await lab.Staff.Post("/api/v1/plans", json);
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        return (string)(await made.Json())["id"]!;
    }

    private async Task Refused(string path, string json, string code)
    {
        using var answer = await lab.Staff.Post(path, json);
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Code()).ShouldBe(code);
    }
}
