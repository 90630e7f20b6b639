using Makerspace.Billing;
using Makerspace.PaymentSimulator;

namespace Makerspace.Tests.Billing;

/// <summary>What waits in an account reaches the payment provider once, whatever happens on the way.</summary>
public sealed class GatewayDeliveryTests
{
    public static TheoryData<CallFault> Faults { get; } = [.. Enum.GetValues<CallFault>()];

    [Fact]
    public async Task What_is_owed_is_taken_from_the_saved_card()
    {
        await using var rig = await GatewayRig.Start();
        (await rig.Buy(PurchaseKind.Card)).Card!.Last4.ShouldBe("4242");
        await rig.Owe(1250);
        (await rig.Deliver()).ShouldBeTrue();
        await rig.ShouldAgree(kept: 1250);
        (await rig.Account.View()).Payments.Single().ReceiptUrl.ShouldNotBeNull();
    }

    [Theory, MemberData(nameof(Faults))]
    public async Task A_charge_whose_outcome_nobody_knows_is_sent_again_and_taken_once(CallFault fault)
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Card);
        await rig.Owe(1250);
        rig.Simulator.Misbehaviour.Add(new CallTrouble(fault, Times: 2, Method: "POST", Path: "/v1/payment_intents*"));
        (await rig.Deliver()).ShouldBeFalse();
        (await rig.Account.View()).Waiting.Single().SentAt.ShouldNotBeNull();
        await rig.DeliverAll();
        await rig.ShouldAgree(kept: 1250);
        (await rig.Simulator.Books()).Payments.Count.ShouldBe(1);
    }

    [Theory, MemberData(nameof(Faults))]
    public async Task A_charge_that_was_made_and_could_not_be_looked_at_is_made_once(CallFault fault)
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Card);
        await rig.Owe(1250);
        rig.Simulator.Misbehaviour.Add(new CallTrouble(fault, Times: 1, Method: "GET", Path: "/v1/payment_intents/*"));
        (await rig.Deliver()).ShouldBeFalse();
        await rig.DeliverAll();
        await rig.ShouldAgree(kept: 1250);
        (await rig.Simulator.Books()).Payments.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Once_the_provider_has_forgotten_the_key_the_charge_is_looked_for_first()
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Card);
        await rig.Owe(1250);
        rig.Simulator.Misbehaviour.Add(new CallTrouble(CallFault.TimeoutAfter, Method: "POST", Path: "/v1/payment_intents"));
        (await rig.Deliver()).ShouldBeFalse();
        rig.Clock.Advance(TimeSpan.FromHours(30));
        await rig.DeliverAll();
        await rig.ShouldAgree(kept: 1250);
        (await rig.Simulator.Books()).Payments.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_card_that_changes_between_two_sendings_of_a_charge_is_not_charged_beside_the_first()
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Card);
        await rig.Owe(1250);
        rig.Simulator.Misbehaviour.Add(new CallTrouble(CallFault.TimeoutAfter, Method: "POST", Path: "/v1/payment_intents"));
        (await rig.Deliver()).ShouldBeFalse();
        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        (await rig.Buy(PurchaseKind.Card, card: "5555555555554444")).Card!.Last4.ShouldBe("4444");
        await rig.DeliverAll();
        await rig.ShouldAgree(kept: 1250);
        (await rig.Simulator.Books()).Payments.Count(p => p.Received > 0).ShouldBe(1);
    }

    [Fact]
    public async Task Two_who_deliver_at_once_charge_once()
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Card);
        for (var round = 1; round <= 5; round++)
        {
            await rig.Owe(1000);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => rig.Deliver(rig.Silo.Services)));
            await rig.DeliverAll();
            await rig.ShouldAgree(kept: 1000 * round);
        }
        (await rig.Simulator.Books()).Payments.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_bank_that_says_no_is_an_outcome_and_the_same_payment_is_tried_again_later()
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Card, card: GatewayRig.DeclinedLater);
        await rig.Owe(1250);
        (await rig.Deliver()).ShouldBeTrue();
        var failed = (await rig.Account.View()).Collection!;
        (failed.State, failed.Attempts).ShouldBe((CollectionState.Failed, 1));
        failed.NextAttempt.ShouldNotBeNull();
        rig.Clock.Advance(TimeSpan.FromDays(2));
        (await rig.Deliver()).ShouldBeTrue();
        (await rig.Account.View()).Collection!.Attempts.ShouldBe(2);
        (await rig.Simulator.Books()).Payments.Count.ShouldBe(1);
        await rig.ShouldAgree(kept: 0, owed: 1250);
    }

    [Fact]
    public async Task Without_a_card_nothing_is_asked_of_the_provider()
    {
        await using var rig = await GatewayRig.Start();
        await rig.Account.Open(new AccountHolder("Ada", null));
        await rig.Owe(1250);
        await rig.Deliver();
        (await rig.Account.View()).Collection!.State.ShouldBe(CollectionState.NeedsCard);
        (await rig.Simulator.Books()).Payments.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Faults))]
    public async Task A_refund_is_given_once(CallFault fault)
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Card);
        var owed = await rig.Owe(1250);
        await rig.DeliverAll();
        await rig.ShouldAgree(kept: 1250);
        await TakeBack(rig, 500);
        rig.Simulator.Misbehaviour.Add(new CallTrouble(fault, Times: 2, Method: "POST", Path: "/v1/refunds"));
        (await rig.Deliver()).ShouldBeFalse();
        await rig.DeliverAll();
        await rig.ShouldAgree(kept: 750);
        (await rig.Simulator.Books()).Refunds.Count.ShouldBe(1);
        owed.Accepted.ShouldBeTrue();
    }

    private static async Task TakeBack(GatewayRig rig, long amount)
    {
        await rig.Silo.CaughtUp();
        await using var db = await rig.Service<Microsoft.EntityFrameworkCore.IDbContextFactory<ReadModels.MakerspaceDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var charge = db.LedgerEntries.Single(e => e.Kind == LedgerKind.Adjustment).Id;
        (await rig.Account.Adjust(
            new Adjustment { Id = Guid.NewGuid(), Kind = AdjustmentKind.CreditNote, Amount = new Tools.Money(amount, "eur"), Reason = "too much", EntryId = charge }, "sam")).Accepted.ShouldBeTrue();
    }
}
