using Makerspace.Billing;
using Makerspace.Jobs;
using Makerspace.PaymentSimulator;
using Makerspace.ReadModels;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Tests.Billing;

/// <summary>Events of the provider: each taken in once, in any order, and only as a reason to look.</summary>
public sealed class GatewayEventTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_is_taken_in_once_and_handled_by_looking()
    {
        await using var rig = await GatewayRig.Start();
        var page = await rig.Checkout(PurchaseKind.Pack, "ten-hours");
        await GatewayRig.Pay(page.Url!);
        var session = page.Purchase!.SessionId!;
        (await Take(rig, "evt_1", "checkout.session.completed", session)).ShouldBeTrue();
        (await Take(rig, "evt_1", "checkout.session.completed", session)).ShouldBeFalse();
        // Another event about it, and one that is older and comes later.
        await Take(rig, "evt_2", "checkout.session.expired", session);
        await Handle(rig);
        (await States(rig)).ShouldBe([("evt_1", ProviderEventState.Handled), ("evt_2", ProviderEventState.Handled)]);
        (await rig.Account.View()).Packs.Length.ShouldBe(1);
        await rig.ShouldAgree(kept: 8000);
        (await rig.Service<ProviderEvents>().Waiting(Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_payment_alone_is_enough_and_nothing_is_had_twice_when_the_rest_comes()
    {
        await using var rig = await GatewayRig.Start();
        var page = await rig.Checkout(PurchaseKind.Pack, "ten-hours");
        await GatewayRig.Pay(page.Url!);
        var payment = (await rig.Simulator.Books(Cancellation)).Payments.Single().Id;
        await Take(rig, "evt_b", "payment_intent.succeeded", payment);
        await Handle(rig);
        (await rig.Account.View()).Packs.Length.ShouldBe(1);
        await Take(rig, "evt_a", "checkout.session.completed", page.Purchase!.SessionId!);
        await Handle(rig);
        (await rig.Account.View()).Packs.Length.ShouldBe(1);
        await rig.ShouldAgree(kept: 8000);
    }

    [Theory]
    [InlineData("pi_none"), InlineData("cs_none"), InlineData("sub_none"), InlineData("in_none"), InlineData("cus_none"), InlineData("tr_1"), InlineData("")]
    public async Task What_is_not_there_or_of_no_kind_that_we_know_is_ignored(string objectId)
    {
        await using var rig = await GatewayRig.Start();
        await Take(rig, "evt_1", "something.new", objectId);
        await Handle(rig);
        (await States(rig)).ShouldBe([("evt_1", ProviderEventState.Ignored)]);
    }

    [Fact]
    public async Task What_belongs_to_somebody_elses_program_is_ignored()
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Card);
        var client = await rig.Service<PaymentProvider>().Client(Cancellation);
        // Its metadata names our account, and its customer is another: somebody who knows how we write.
        var other = await client.V1.Customers.CreateAsync(new() { Metadata = new() { ["makerspace_account"] = "member-nobody" } }, null, Cancellation);
        var foreign = await client.V1.PaymentIntents.CreateAsync(
            new() { Amount = 100, Currency = "eur", Customer = other.Id, Metadata = new() { ["makerspace_account"] = GatewayRig.Ada, ["makerspace_purpose"] = "charge" } }, null, Cancellation);
        await Take(rig, "evt_1", "payment_intent.created", foreign.Id);
        await Take(rig, "evt_2", "customer.created", other.Id);
        await Handle(rig);
        (await States(rig)).ShouldBe([("evt_1", ProviderEventState.Ignored), ("evt_2", ProviderEventState.Ignored)]);
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_is_asked_again_later_and_later()
    {
        await using var rig = await GatewayRig.Start();
        var page = await rig.Checkout(PurchaseKind.Pack, "ten-hours");
        await GatewayRig.Pay(page.Url!);
        await Take(rig, "evt_1", "checkout.session.completed", page.Purchase!.SessionId!);
        rig.Simulator.Misbehaviour.Add(new CallTrouble(CallFault.Error, Times: 2, Method: "GET"));
        await Should.ThrowAsync<PartlyFailedException>(() => Handle(rig));
        (await rig.Service<ProviderEvents>().Waiting(Cancellation)).ShouldBeFalse("it rests");
        rig.Clock.Advance(TimeSpan.FromSeconds(10));
        await Should.ThrowAsync<PartlyFailedException>(() => Handle(rig));
        rig.Clock.Advance(TimeSpan.FromSeconds(10));
        await Handle(rig);
        (await States(rig)).ShouldBe([("evt_1", ProviderEventState.Handled)]);
        await rig.ShouldAgree(kept: 8000);
    }

    [Fact]
    public async Task Handled_events_are_kept_for_a_month()
    {
        await using var rig = await GatewayRig.Start();
        await Take(rig, "evt_1", "something.new", "tr_1");
        await Handle(rig);
        rig.Clock.Advance(TimeSpan.FromDays(29));
        await Handle(rig);
        (await States(rig)).Count.ShouldBe(1);
        rig.Clock.Advance(TimeSpan.FromDays(2));
        await Handle(rig);
        (await States(rig)).ShouldBeEmpty();
    }

    private static Task<bool> Take(GatewayRig rig, string id, string type, string objectId) => rig.Service<EventInbox>().Take(id, type, objectId, Cancellation);

    private static Task Handle(GatewayRig rig) => rig.Service<ProviderEvents>().RunDue(Cancellation);

    private static async Task<List<(string, ProviderEventState)>> States(GatewayRig rig)
    {
        await using var db = await rig.Service<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(Cancellation);
        return (await db.ProviderEvents.AsNoTracking().OrderBy(e => e.Id).ToListAsync(Cancellation)).ConvertAll(e => (e.Id, e.State));
    }
}
