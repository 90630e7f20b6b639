using static Makerspace.Tests.Billing.Scenarios.MoneyStage;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Billing.Scenarios;

/// <summary>Tools that cost money, paid with a saved card: the ledger, the simulator's books and the pages agree after each.</summary>
public sealed class UsingScenarios(MoneyStage stage) : IClassFixture<MoneyStage>
{
    [Fact]
    public async Task A_used_booking_is_charged_once_and_paid_at_once()
    {
        var payer = await stage.WithCard();
        await payer.Uses("laser", stage.NextHour, 0, 2);
        (await payer.Count("Usage")).ShouldBe(1);
        await payer.Agrees(owed: 0, kept: 4000);
        (await payer.Sum("tax")).ShouldBe(-639);   // 19 % contained in 40.00
    }

    [Fact]
    public async Task Nothing_is_taken_before_the_booking_is_over()
    {
        var payer = await stage.WithCard();
        await payer.Books("laser", stage.Tuesday, 0, 1);
        await payer.Agrees(owed: 0, kept: 0);
        (await payer.View()).ReservedAmount.ShouldBe(2000);
    }

    [Fact]
    public async Task What_costs_nothing_leaves_no_trace()
    {
        var payer = await stage.Somebody();
        await payer.Uses("bench", stage.NextHour, 0, 2);
        (await payer.Entries()).ShouldBeEmpty();
        await payer.Agrees(owed: 0, kept: 0);
    }

    [Fact]
    public async Task The_price_is_shown_before_and_kept_after()
    {
        var (payer, laser) = (await stage.WithCard(), await stage.OwnLaser());
        var preview = await payer.Previews(laser, stage.Tuesday, 0, 1.5);
        ((long)preview["price"]!["total"]!["amount"]!).ShouldBe(3000);
        var booking = await payer.Books(laser, stage.Tuesday, 0, 1.5);
        ((long)(await payer.Http.Json(booking))["price"]!["total"]!["amount"]!).ShouldBe(3000);
    }

    [Fact]
    public async Task A_booking_keeps_its_price_when_the_rate_rises()
    {
        var payer = await stage.WithCard();
        var from = stage.NextHour;
        await Done(stage.Staff.Post("/api/v1/tools", """{"id": "lathe-rising", "name": "Lathe", "policy": {"hourlyRate": {"amount": 1000, "currency": "eur"}}}"""));
        var booking = await payer.Books("lathe-rising", from, 0, 1);
        await Done(stage.Staff.Patch("/api/v1/tools/lathe-rising", """{"policy": {"hourlyRate": {"amount": 9000, "currency": "eur"}}}"""));
        await stage.Until(from, 0);
        await Done(payer.Http.Post(booking + "/check-in", "{}"));
        await stage.Until(from, 1);
        await Done(payer.Http.Post(booking + "/check-out", "{}"));
        await payer.Agrees(owed: 0, kept: 1000);
    }

    [Fact]
    public async Task Peak_and_off_peak_are_split_at_the_border()
    {
        var payer = await stage.WithCard();
        await payer.Uses("saw", stage.Tuesday, 6, 8);   // 16:00 to 18:00: an hour at 12.00 and one at 6.00
        await payer.Agrees(owed: 0, kept: 1800);
    }

    [Fact]
    public async Task Leaving_early_costs_the_booked_time_where_the_plan_does_not_say_otherwise()
    {
        var payer = await stage.WithCard();
        await payer.Uses("laser", stage.NextHour, 0, 2, leaves: 1);
        await payer.Agrees(owed: 0, kept: 4000);
    }

    [Fact]
    public async Task Cancelled_in_time_it_costs_nothing()
    {
        var payer = await stage.WithCard();
        await payer.Cancels(await payer.Books("laser", stage.Tuesday.AddDays(7), 0, 2));
        await payer.Agrees(owed: 0, kept: 0);
        (await payer.View()).ReservedAmount.ShouldBe(0);
    }

    [Fact]
    public async Task Cancelled_late_it_costs_the_fee_and_no_more()
    {
        var payer = await stage.WithCard();
        var booking = await payer.Books(await stage.OwnLaser(), stage.NextHour, 3, 5);
        await payer.Cancels(booking);
        (await payer.State(booking)).ShouldBe("LateCancelled");
        (await payer.Count("LateFee")).ShouldBe(1);
        await payer.Agrees(owed: 0, kept: 1000);
    }

    [Fact]
    public async Task The_late_fee_comes_back_when_somebody_else_takes_the_time()
    {
        var (payer, other) = (await stage.WithCard(), await stage.WithCard());
        var (hour, laser) = (stage.NextHour, await stage.OwnLaser());
        await payer.Cancels(await payer.Books(laser, hour, 3, 5));
        await payer.Agrees(owed: 0, kept: 1000);
        await other.Books(laser, hour, 3, 5);
        await payer.Agrees(owed: 0, kept: 0);
        (await payer.Count("CreditNote")).ShouldBe(1);
        (await payer.Count("Refund")).ShouldBe(1);
    }

    [Fact]
    public async Task The_late_fee_comes_back_when_staff_waive_it()
    {
        var payer = await stage.WithCard();
        var booking = await payer.Books(await stage.OwnLaser(), stage.NextHour, 6, 8);
        await payer.Cancels(booking);
        await payer.Agrees(owed: 0, kept: 1000);
        await Done(stage.Staff.Post(booking + "/waive-fee", """{"reason": "The tram did not come"}"""));
        await payer.Agrees(owed: 0, kept: 0);
    }

    [Fact]
    public async Task Nobody_came_and_the_fee_is_taken()
    {
        var payer = await stage.WithCard();
        var from = stage.NextHour;
        var booking = await payer.Books("laser", from, 0, 2);
        await stage.Until(from, 0.5);
        (await payer.State(booking)).ShouldBe("NoShow");
        (await payer.Count("NoShowFee")).ShouldBe(1);
        await payer.Agrees(owed: 0, kept: 1000);
    }

    [Fact]
    public async Task An_outage_takes_the_slot_and_costs_nothing()
    {
        var payer = await stage.WithCard();
        var (from, laser) = (stage.Tuesday.AddDays(14), await stage.OwnLaser());
        var booking = await payer.Books(laser, from, 0, 2);
        await Done(stage.Staff.Post($"/api/v1/tools/{laser}/outages", $$"""{"title": "Mirror broken", "start": "{{Iso(from)}}", "end": "{{Iso(from.AddHours(4))}}", "displace": true}"""));
        (await payer.State(booking)).ShouldBe("Displaced");
        await payer.Agrees(owed: 0, kept: 0);
    }

    [Fact]
    public async Task A_moved_booking_costs_what_its_new_time_costs()
    {
        var payer = await stage.WithCard();
        var (peak, evening) = (stage.Tuesday, stage.Tuesday.AddHours(9));   // 10:00 and 19:00
        var booking = await payer.Books("saw", peak, 0, 1);
        (await payer.View()).ReservedAmount.ShouldBe(1200);
        await Done(payer.Http.Post(booking + "/move", $$"""{"start": "{{Iso(evening)}}", "end": "{{Iso(evening.AddHours(1))}}"}"""));
        (await payer.View()).ReservedAmount.ShouldBe(600);
        await payer.Agrees(owed: 0, kept: 0);
    }

    [Fact]
    public async Task A_refused_move_leaves_the_price_as_it_was()
    {
        var (payer, other) = (await stage.WithCard(), await stage.WithCard());
        var (from, laser) = (stage.Tuesday.AddDays(21), await stage.OwnLaser());
        var booking = await payer.Books(laser, from, 0, 1);
        await other.Books(laser, from, 2, 5);
        await Refused(payer.Http.Post(booking + "/move", $$"""{"start": "{{Iso(from.AddHours(2))}}", "end": "{{Iso(from.AddHours(5))}}"}"""), "slot-taken");
        (await payer.View()).ReservedAmount.ShouldBe(2000);
    }

    [Fact]
    public async Task Staying_longer_costs_the_time_added()
    {
        var payer = await stage.WithCard();
        var from = stage.NextHour;
        var booking = await payer.Books("laser", from, 0, 1);
        await stage.Until(from, 0);
        await Done(payer.Http.Post(booking + "/check-in", "{}"));
        await Done(payer.Http.Post(booking + "/extend", $$"""{"end": "{{Iso(from.AddHours(2))}}"}"""));
        await stage.Until(from, 2);
        await Done(payer.Http.Post(booking + "/check-out", "{}"));
        await payer.Agrees(owed: 0, kept: 4000);
    }

    [Fact]
    public async Task A_lost_slot_leaves_nothing_reserved()
    {
        var laser = await stage.OwnLaser();
        var (payer, other) = (await stage.WithCard(), await stage.WithCard());
        var from = stage.Tuesday.AddDays(28);
        await other.Books(laser, from, 0, 2);
        await payer.Cannot(laser, from, 0, 2, "slot-taken");
        (await payer.View()).ReservedAmount.ShouldBe(0);
        await payer.Agrees(owed: 0, kept: 0);
    }

    [Fact]
    public async Task Small_sums_are_carried_over_until_they_are_worth_taking()
    {
        var payer = await stage.WithCard();
        await Done(stage.Staff.Post("/api/v1/tools", """{"id": "glue", "name": "Glue gun", "policy": {"hourlyRate": {"amount": 30, "currency": "eur"}}}"""));
        await payer.Uses("glue", stage.NextHour, 0, 1);
        await payer.Agrees(owed: 30, kept: 0);
        await payer.Uses("glue", stage.NextHour, 0, 1);
        await payer.Agrees(owed: 0, kept: 60);
    }

    [Fact]
    public async Task Two_used_at_once_are_two_charges()
    {
        var payer = await stage.WithCard();
        var from = stage.NextHour;
        var (one, two) = (await payer.Books("laser", from, 0, 1), await payer.Books("saw", from, 0, 1));
        await stage.Until(from, 0);
        foreach (var booking in new[] { one, two }) await Done(payer.Http.Post(booking + "/check-in", "{}"));
        await stage.Until(from, 1);
        foreach (var booking in new[] { one, two }) await Done(payer.Http.Post(booking + "/check-out", "{}"));
        await stage.Quiet();
        (await payer.Count("Usage")).ShouldBe(2);
        (await payer.View()).Owed.ShouldBe(0);
    }
}
