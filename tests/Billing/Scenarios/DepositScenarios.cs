using static Makerspace.Tests.Billing.Scenarios.MoneyStage;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Billing.Scenarios;

/// <summary>A mill asks for a deposit of 50.00, authorised before the booking stands and taken in part when it is over; an hour costs 30.00.</summary>
public sealed class DepositScenarios(MoneyStage stage) : IClassFixture<MoneyStage>
{
    [Fact]
    public async Task Authorised_the_booking_stands_and_nothing_is_taken()
    {
        var mill = await stage.OwnMill();
        var payer = await stage.WithCard();
        var booking = await payer.Books(mill, stage.NextHour, 3, 4);
        await stage.Quiet();
        (await payer.State(booking)).ShouldBe("Confirmed");
        (await Authorised(payer)).ShouldBe(5000);
        await payer.Agrees(owed: 0, kept: 0);
    }

    [Fact]
    public async Task When_it_is_over_what_it_cost_is_taken_and_the_rest_is_let_go()
    {
        var payer = await stage.WithCard();
        await UsesMill(payer, 1);
        await payer.Agrees(owed: 0, kept: 3000);
        (await Authorised(payer)).ShouldBe(0);
    }

    [Fact]
    public async Task Where_it_cost_more_the_rest_is_charged()
    {
        var payer = await stage.WithCard();
        await UsesMill(payer, 3);
        await payer.Agrees(owed: 0, kept: 9000);
    }

    [Fact]
    public async Task Cancelled_the_authorisation_is_voided()
    {
        var mill = await stage.OwnMill();
        var payer = await stage.WithCard();
        var booking = await payer.Books(mill, stage.NextHour, 20, 21);
        await stage.Quiet();
        await payer.Cancels(booking);
        await payer.Agrees(owed: 0, kept: 0);
        (await Authorised(payer)).ShouldBe(0);
    }

    [Fact]
    public async Task A_declined_deposit_can_be_paid_with_another_card_while_the_slot_is_held()
    {
        var mill = await stage.OwnMill();
        var payer = await stage.WithCard(SavedThenDeclined);
        var booking = await payer.Books(mill, stage.NextHour, 24, 25);
        await stage.Quiet();
        (await payer.State(booking)).ShouldBe("AwaitingPayment");
        await payer.Buys("Deposit", $$""", "bookingId": "{{booking.Split('/')[^1]}}" """);
        (await payer.State(booking)).ShouldBe("Confirmed");
        await payer.Agrees(owed: 0, kept: 0);
    }

    [Fact]
    public async Task Never_paid_the_slot_is_free_again_after_half_an_hour()
    {
        var mill = await stage.OwnMill();
        var (payer, other) = (await stage.WithCard(SavedThenDeclined), await stage.WithCard());
        var from = stage.NextHour;
        var booking = await payer.Books(mill, from, 28, 29);
        await stage.Quiet();
        await other.Cannot(mill, from, 28, 29, "slot-taken");
        await stage.Later("PT31M");
        (await payer.State(booking)).ShouldBe("Expired");
        await other.Books(mill, from, 28, 29);
        await payer.Agrees(owed: 0, kept: 0);
    }

    [Fact]
    public async Task Far_ahead_it_is_authorised_five_days_before()
    {
        var mill = await stage.OwnMill();
        var payer = await stage.WithCard();
        var booking = await payer.Books(mill, stage.Tuesday.AddDays(14), 0, 1);
        await stage.Quiet();
        (await payer.State(booking)).ShouldBe("Confirmed");
        (await Authorised(payer)).ShouldBe(0);
        await stage.Until(stage.Tuesday.AddDays(14), -24 * 4);
        await stage.Quiet();
        (await Authorised(payer)).ShouldBe(5000);
    }

    [Fact]
    public async Task Nobody_comes_and_the_fee_is_taken_from_the_deposit()
    {
        var mill = await stage.OwnMill();
        var payer = await stage.WithCard();
        var from = stage.NextHour;
        var booking = await payer.Books(mill, from, 2, 3);
        await stage.Quiet();
        await stage.Until(from, 2.5);
        (await payer.State(booking)).ShouldBe("NoShow");
        await payer.Agrees(owed: 0, kept: 3000);
    }

    [Fact]
    public async Task A_slot_lost_in_a_race_leaves_no_authorisation()
    {
        var mill = await stage.OwnMill();
        var payers = new[] { await stage.WithCard(), await stage.WithCard() };
        var from = stage.NextHour;
        var tries = await Task.WhenAll(payers.Select(p => Record.ExceptionAsync(() => p.Books(mill, from, 34, 35)).AsTask()));
        tries.Count(t => t is null).ShouldBe(1);
        await stage.Quiet();
        for (var i = 0; i < 2; i++)
        {
            (await Authorised(payers[i])).ShouldBe(tries[i] is null ? 5000 : 0);
            await payers[i].Agrees(owed: 0, kept: 0);
        }
    }

    private async Task<long> Authorised(Payer payer)
    {
        var customer = (await payer.View()).CustomerId;
        return (await stage.Simulator.Books()).Payments.Where(p => p.Customer == customer).Sum(p => p.Capturable);
    }

    private async Task UsesMill(Payer payer, double hours)
    {
        var from = stage.NextHour;
        var booking = await payer.Books(await stage.OwnMill(), from, 1, 1 + hours);
        await stage.Quiet();
        await stage.Until(from, 1);
        await Done(payer.Http.Post(booking + "/check-in", "{}"));
        await stage.Until(from, 1 + hours);
        await Done(payer.Http.Post(booking + "/check-out", "{}"));
    }
}
