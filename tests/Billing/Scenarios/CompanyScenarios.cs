using static Makerspace.Tests.Billing.Scenarios.MoneyStage;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Billing.Scenarios;

/// <summary>Companies: seats, one payer, pooled hours.</summary>
public sealed class CompanyScenarios(MoneyStage stage) : IClassFixture<MoneyStage>
{
    private static int companies;

    [Fact]
    public async Task A_company_pays_for_its_seats_and_its_people_are_covered()
    {
        var (owner, colleague, company) = await Firm(seats: 2);
        await company.Agrees(owed: 0, kept: 6000);
        foreach (var person in new[] { owner, colleague })
            ((string)(await stage.Staff.Json("/api/v1/members/" + person.Id))["membership"]!["planId"]!).ShouldBe("team");
    }

    [Fact]
    public async Task Its_hours_are_pooled_over_the_seats()
    {
        var (owner, colleague, company) = await Firm(seats: 2);   // 2 × 2 hours
        await owner.Uses("laser", stage.NextHour, 0, 3);
        await colleague.Uses("laser", stage.NextHour, 0, 2);      // one is left, one costs 20.00
        (await company.IncludedUsed()).ShouldBe(240);
        await company.Agrees(owed: 0, kept: 6000 + 2000);
        await colleague.Agrees(owed: 0, kept: 0);
    }

    [Fact]
    public async Task A_seat_more_is_prorated()
    {
        var (_, _, company) = await Firm(seats: 2);
        await company.Subscription("""{"seats": 3}""");
        await stage.Quiet();
        (await company.View()).Subscription!.Seats.ShouldBe(3);
        var kept = (await stage.Simulator.Books()).Kept((await company.View()).CustomerId!);
        kept.ShouldBeInRange(8900, 9000);
        await company.Agrees(owed: 0, kept: kept);
    }

    [Fact]
    public async Task Fewer_seats_than_people_cannot_be()
    {
        var (_, _, company) = await Firm(seats: 2);
        await Refused(company.Http.Patch($"/api/v1/accounts/{company.Account}/subscription", """{"seats": 1}"""), "seats-taken");
        await company.Agrees(owed: 0, kept: 6000);
    }

    [Fact]
    public async Task Only_the_owner_changes_the_plan_and_nobody_else_sees_the_money()
    {
        var (_, colleague, company) = await Firm(seats: 2);
        await Refused(colleague.Http.Patch($"/api/v1/accounts/{company.Account}/subscription", """{"seats": 5}"""), "unknown-account");
        var stranger = await stage.Somebody();
        await Refused(stranger.Http.GetAsync($"/api/v1/accounts/{company.Account}"), "unknown-account");
        await stranger.For(company.Account["company-".Length..]).CheckoutRefused("Plan", """, "item": "team", "seats": 3""", "unknown-account");
        await company.Agrees(owed: 0, kept: 6000);
    }

    [Fact]
    public async Task When_the_company_leaves_its_people_are_covered_no_longer()
    {
        var (owner, colleague, company) = await Firm(seats: 2);
        await company.Subscription("""{"cancelAtPeriodEnd": true}""");
        await stage.Later("P32D");
        await colleague.Cannot("bench", stage.NextHour, 0, 1, "membership-inactive");
        await owner.Cannot("bench", stage.NextHour, 0, 1, "membership-inactive");
        await company.Agrees(owed: 0, kept: 6000);
    }

    [Fact]
    public async Task What_a_company_owes_stops_its_people_and_nobody_else()
    {
        var (owner, colleague, company) = await Firm(seats: 2);
        await company.SavesCard(SavedThenDeclined);
        await owner.Uses("laser", stage.NextHour, 0, 5);
        await company.Agrees(owed: 2000, kept: 6000);
        await stage.Later("P8D");
        await colleague.Cannot("bench", stage.NextHour, 0, 1, "balance-due");
        await (await stage.Somebody()).Books("bench", stage.NextHour, 0, 1);
    }

    private async Task<(Payer Owner, Payer Colleague, Payer Company)> Firm(int seats)
    {
        var id = $"firm-{Interlocked.Increment(ref companies)}";
        var (owner, colleague) = (await stage.Somebody(), await stage.Somebody());
        await Done(stage.Staff.Post("/api/v1/companies", $$"""{"id": "{{id}}", "name": "Firm {{id}}", "pays": true}"""));
        await Invited(stage.Staff, id, owner, "Owner", seat: false);
        var company = owner.For(id);
        await company.Buys("Plan", $$""", "item": "team", "seats": {{seats}} """);
        await Done(owner.Http.Patch($"/api/v1/companies/{id}/people/{owner.Id}", """{"seat": true}"""));
        await Invited(owner.Http, id, colleague, "Member", seat: true);
        await stage.Quiet();
        return (owner, colleague, company);
    }

    private async Task Invited(HttpClient by, string company, Payer person, string role, bool seat)
    {
        var email = person.Id + "@example.org";
        await Done(by.Post($"/api/v1/companies/{company}/people", $$"""{"email": "{{email}}", "role": "{{role}}", "seat": {{(seat ? "true" : "false")}}}"""));
        var mail = (await stage.Staff.Json("/dev/mail?to=" + email)).AsArray().Select(m => (string)m!["text"]!).First(t => t.Contains("/invitations/", StringComparison.Ordinal));
        var secret = mail[(mail.IndexOf("/invitations/", StringComparison.Ordinal) + "/invitations/".Length)..].Split('\n', ' ')[0];
        await Done(person.Http.Post("/api/v1/invitations/" + secret, "{}"));
    }
}
