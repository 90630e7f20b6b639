using Makerspace.Billing;
using Makerspace.Members;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Jobs;

/// <summary>What follows by itself from what is seen at the payment provider: memberships and messages.</summary>
public class MoneyJobTests
{
    [Fact]
    public async Task A_membership_follows_its_subscription_and_its_end_is_told_once_in_the_readers_language()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.As("admin@example.org");
        var ada = await server.Person("ada", Makerspace.Accounts.Roles.Member);
        await Done(await ada.PutAsync(new Uri("/api/v1/notices/settings", UriKind.Relative), new StringContent("""{"language": "de"}""", System.Text.Encoding.UTF8, "application/json")));
        await server.Person("ben", Makerspace.Accounts.Roles.Member);
        await Done(await admin.Patch("/api/v1/space", """{"billing": {"taxName": "VAT"}}"""));
        await Done(await admin.Post("/api/v1/plans", """{"id": "full", "name": "Full"}"""));
        var grains = server.App.Services.GetRequiredService<IGrainFactory>();
        var now = server.Clock.Now();
        await Seen(grains, Subscription(now, "active"));
        await Quiet(admin);
        (await Membership(grains, "ada")).ShouldSatisfyAllConditions(m => m.PlanId.ShouldBe("full"), m => m.Active.ShouldBeTrue(), m => m.PaidBy.ShouldBe("member-ada"));

        await Seen(grains, Subscription(now + Duration.FromSeconds(1), "canceled") with { EndedAt = now });
        await Quiet(admin);
        await Quiet(admin);
        (await Membership(grains, "ada")).ShouldSatisfyAllConditions(m => m.Active.ShouldBeFalse(), m => m.Until.ShouldBe(now));
        (await Subjects(admin, "ada@example.org")).Count(s => s == "Deine Mitgliedschaft Full ist zu Ende").ShouldBe(1);
        (await Subjects(admin, "ada@example.org")).ShouldNotContain("Your membership Full has ended");
        (await Membership(grains, "ben")).ShouldSatisfyAllConditions(m => m.PaidBy.ShouldBeNull(), m => m.Active.ShouldBeTrue());
    }

    private static ObservedSubscription Subscription(Instant at, string status) =>
        new(at, "sub_1", status, "full", 1, at - Duration.FromDays(1), at + Duration.FromDays(29)) { Currency = "usd", UnitAmount = 1000, StartedAt = at - Duration.FromDays(1) };

    private static Task Seen(IGrainFactory grains, Observation observed) => grains.GetGrain<IAccountGrain>(Keys.Account("member-ada")).Seen([observed]);

    private static async Task<Membership> Membership(IGrainFactory grains, string member) =>
        (await grains.GetGrain<IMemberGrain>(Keys.Member(member)).View())!.Definition.Membership;

    private static async Task Quiet(HttpClient client) => await Done(await client.Post("/dev/clock", """{"advance": "PT0S"}"""));

    private static async Task<List<string>> Subjects(HttpClient client, string to) =>
        [.. (await client.Json("/dev/mail?to=" + to)).AsArray().Select(m => (string)m!["subject"]!)];

    private static async Task Done(HttpResponseMessage response)
    {
        using (response) response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }
}
