using Makerspace.Billing;
using static Makerspace.Tests.Billing.Scenarios.MoneyStage;

namespace Makerspace.Tests.Billing.Scenarios;

/// <summary>Payments that fail, and what becomes of whoever owes.</summary>
public sealed class FailingScenarios(MoneyStage stage) : IClassFixture<MoneyStage>
{
    [Fact]
    public async Task A_declined_charge_is_owed_and_tried_again_when_the_space_says()
    {
        var payer = await stage.WithCard(SavedThenDeclined);
        await payer.Uses("laser", stage.NextHour, 0, 1);
        await payer.Agrees(owed: 2000, kept: 0);
        var view = await payer.View();
        (view.Standing, view.Collection!.State, view.Collection.Attempts).ShouldBe((PayerStanding.Late, CollectionState.Failed, 1));
        await stage.Later("P1DT1H");
        (await payer.View()).Collection!.Attempts.ShouldBe(2);
        await payer.Agrees(owed: 2000, kept: 0);
    }

    [Fact]
    public async Task Another_card_pays_it_at_once()
    {
        var payer = await stage.WithCard(SavedThenDeclined);
        await payer.Uses("laser", stage.NextHour, 0, 1);
        await payer.SavesCard();
        await payer.Agrees(owed: 0, kept: 2000);
        (await payer.View()).Standing.ShouldBe(PayerStanding.Good);
    }

    [Fact]
    public async Task After_the_grace_bookings_are_refused_and_paid_they_are_not()
    {
        var payer = await stage.WithCard(SavedThenDeclined);
        await payer.Uses("laser", stage.NextHour, 0, 1);
        await payer.Books("bench", stage.NextHour, 0, 1);   // late is not overdue
        await stage.Later("P8D");
        await payer.Cannot("bench", stage.NextHour, 0, 1, "balance-due");
        await payer.Buys("Balance");
        await payer.Books("bench", stage.NextHour, 0, 1);
        await payer.Agrees(owed: 0, kept: 2000);
    }

    [Fact]
    public async Task Long_unpaid_it_is_suspended()
    {
        var payer = await stage.WithCard(SavedThenDeclined);
        await payer.Uses("laser", stage.NextHour, 0, 1);
        await stage.Later("P22D");
        (await payer.View()).Standing.ShouldBe(PayerStanding.Suspended);
        await payer.Cannot("bench", stage.NextHour, 0, 1, "suspended");
        await payer.Agrees(owed: 2000, kept: 0);
    }

    [Fact]
    public async Task The_bank_wants_the_payer_and_they_come()
    {
        var payer = await stage.WithCard(AlwaysAsks);
        await payer.Uses("laser", stage.NextHour, 0, 1);
        (await payer.View()).Collection!.State.ShouldBe(CollectionState.NeedsPayer);
        await payer.Agrees(owed: 2000, kept: 0);
        await payer.Buys("Balance", card: AlwaysAsks);
        await payer.Agrees(owed: 0, kept: 2000);
    }

    [Fact]
    public async Task Without_a_card_it_waits_for_one()
    {
        var payer = await stage.Somebody();
        await payer.Uses("laser", stage.NextHour, 0, 1);
        (await payer.View()).Collection!.State.ShouldBe(CollectionState.NeedsCard);
        await payer.Agrees(owed: 2000, kept: 0);
        await payer.SavesCard();
        await payer.Agrees(owed: 0, kept: 2000);
    }

    [Fact]
    public async Task Paying_what_is_owed_while_another_attempt_is_planned_takes_it_once()
    {
        var payer = await stage.WithCard(SavedThenDeclined);
        await payer.Uses("laser", stage.NextHour, 0, 1);
        await payer.Buys("Balance");
        await stage.Later("P20D");
        await payer.Agrees(owed: 0, kept: 2000);
        (await payer.Count("Payment")).ShouldBe(1);
    }

    [Fact]
    public async Task A_page_for_the_balance_left_unpaid_changes_nothing()
    {
        var payer = await stage.WithCard(SavedThenDeclined);
        await payer.Uses("laser", stage.NextHour, 0, 1);
        await payer.Checkout("Balance");
        await stage.Later("P2D");
        await payer.Agrees(owed: 2000, kept: 0);
        await payer.SavesCard();
        await payer.Agrees(owed: 0, kept: 2000);
    }

    [Fact]
    public async Task A_renewal_that_fails_is_late_and_ends_the_membership_when_nothing_helps()
    {
        var payer = await stage.Somebody();
        await payer.Joins("basic");
        await payer.SavesCard(SavedThenDeclined);
        await stage.Later("P33D");
        (await payer.View()).Standing.ShouldBe(PayerStanding.Late);
        (await payer.View()).Subscription!.Status.ShouldBe("past_due");
        await stage.Later("P40D");
        (await payer.View()).Subscription!.Covers.ShouldBeFalse();
        await payer.Cannot("bench", stage.NextHour, 0, 1, "membership-inactive");
    }

    [Fact]
    public async Task Another_card_pays_the_renewal_that_failed_at_once()
    {
        var payer = await stage.Somebody();
        await payer.Joins("basic");
        await payer.SavesCard(SavedThenDeclined);
        await stage.Later("P33D");
        (await payer.View()).Standing.ShouldBe(PayerStanding.Late);
        await payer.SavesCard();
        (await payer.View()).Standing.ShouldBe(PayerStanding.Good);
        (await payer.View()).Subscription!.Status.ShouldBe("active");
        await payer.Agrees(owed: 0, kept: 5800);
        await stage.Later("P10D");
        await payer.Agrees(owed: 0, kept: 5800);   // the provider's own next attempt finds nothing to take
    }

    [Fact]
    public async Task A_renewal_that_credit_paid_in_part_and_that_is_void_leaves_the_credit_as_it_was()
    {
        var payer = await stage.Somebody();
        await payer.Joins("maker");
        await stage.Later("P5D");
        await payer.Subscription("""{"planId": "basic"}""");
        await payer.SavesCard(SavedThenDeclined);
        var credit = await payer.Sum("credit:provider");
        await stage.Later("P32D");
        (await payer.Sum("credit:provider")).ShouldBe(0);
        var open = (await payer.View()).Invoices.Single(i => i.Status == "open").InvoiceId;
        await stage.AtTheProvider($"invoices/{open}/void");
        await payer.Agrees(owed: 0, kept: 4900);
        (await payer.Sum("credit:provider")).ShouldBe(credit);
    }

    [Fact]
    public async Task Staff_may_override_what_is_due()
    {
        var payer = await stage.WithCard(SavedThenDeclined);
        await payer.Uses("laser", stage.NextHour, 0, 1);
        await stage.Later("P8D");
        var from = stage.NextHour;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/bookings")
        {
            Content = new StringContent($$$"""{"toolId": "bench", "memberId": "{{{payer.Id}}}", "start": "{{{Iso(from)}}}", "end": "{{{Iso(from.AddHours(1))}}}", "override": {"reason": "Promised to pay"}}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        await Done(stage.Staff.SendAsync(request));
        await payer.Agrees(owed: 2000, kept: 0);
    }

    [Fact]
    public async Task A_debt_given_up_is_owed_no_more_and_was_never_paid()
    {
        var payer = await stage.WithCard(SavedThenDeclined);
        await payer.Uses("laser", stage.NextHour, 0, 1);
        await payer.Adjusts("WriteOff", 2000, reason: "Cannot be reached");
        await payer.Agrees(owed: 0, kept: 0);
        (await payer.Sum("expense:bad-debt")).ShouldBe(2000);
        (await payer.View()).Standing.ShouldBe(PayerStanding.Good);
    }

    [Fact]
    public async Task Cash_at_the_desk_settles_it()
    {
        var payer = await stage.Somebody();
        await payer.Uses("laser", stage.NextHour, 0, 1);
        await payer.Adjusts("PaymentByHand", 2000, reason: "Cash");
        await payer.Agrees(owed: 0, kept: 0);
        (await payer.Sum("cash:hand")).ShouldBe(2000);
        (await payer.View()).Collection.ShouldBeNull();
    }
}
