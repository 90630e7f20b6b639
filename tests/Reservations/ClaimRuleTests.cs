using Makerspace.Reservations;
using Makerspace.Tools;
using NodaTime;
using static Makerspace.Tests.Reservations.Situation;

namespace Makerspace.Tests.Reservations;

public class ClaimRuleTests
{
    [Theory]
    [InlineData("12:00-13:00", true)]
    [InlineData("09:00-10:00", true)]
    [InlineData("11:55-13:00", false)]
    [InlineData("09:00-10:05", false)]
    [InlineData("10:30-11:00", false)]
    [InlineData("09:00-13:00", false)]
    [InlineData("10:00-12:00", false)]
    public void A_slot_may_start_the_moment_another_ends_and_not_before(string slot, bool accepted) =>
        Given.Claimed("10:00-12:00").WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["slot-taken"]);

    [Fact]
    public void A_taken_slot_says_by_when_and_from_when_it_is_free()
    {
        var given = Given.Claimed("10:00-11:00", "11:30-12:00");
        var taken = given.WhenAsked("10:30-11:30").ShouldBeRefused("slot-taken").The<SlotTaken>();
        taken.TakenBy.ShouldBe([given.At("10:30-11:00")]);
        taken.NextFree.ShouldBe(given.Instant("12:00"));   // the half hour between is too short for an hour
    }

    [Theory]
    [InlineData("10:00-12:00", true)]    // two claims, but one after the other
    [InlineData("10:30-10:45", true)]
    [InlineData("12:00-13:00", false)]   // both at once from 12:15
    public void As_many_may_share_an_instant_as_the_tool_bears(string slot, bool accepted) =>
        Given.Policy(p => p with { Concurrency = 2 }).Claimed("10:00-11:00", "11:00-14:00", "12:15-12:30")
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["slot-taken"]);

    [Theory]
    [InlineData("14:00-15:00", true)]
    [InlineData("13:55-15:00", false)]
    [InlineData("11:00-12:00", true)]
    [InlineData("11:00-12:05", false)]
    public void A_slot_touches_no_planned_outage(string slot, bool accepted) =>
        Given.Outage("12:00-14:00").WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["outage"]);

    [Fact]
    public void A_broken_tool_can_be_booked_from_its_expected_return()
    {
        var broken = Given.ToolThat(t => t with { OutOfService = true, ExpectedBack = Given.Instant("12:00") });
        broken.WhenAsked("12:00-13:00").ShouldBeAccepted();
        broken.WhenAsked("11:55-13:00").ShouldBeRefused("tool-out-of-service");
    }

    [Fact]
    public void A_broken_tool_that_nobody_expects_back_cannot_be_booked_at_all() =>
        Given.ToolThat(t => t with { OutOfService = true }).WhenAsked("20 10:00-20 11:00").ShouldBeRefused("tool-out-of-service");

    [Fact]
    public void A_tool_takes_a_bounded_number_of_bookings_to_come()
    {
        var two = Given.Policy(p => p with { MaxUpcoming = 2 });
        two.Claimed("10:00-11:00").WhenAsked("14:00-15:00").ShouldBeAccepted();
        two.Claimed("10:00-11:00", "11:00-12:00").WhenAsked("14:00-15:00").ShouldBeRefused("schedule-full");
        two.Claimed("07:00-08:00", "11:00-12:00").WhenAsked("14:00-15:00").ShouldBeAccepted();   // one is over
    }

    [Fact]
    public void A_policy_cannot_lift_the_bound_that_keeps_the_calendar_small() =>
        (Given.Policy(p => p with { MaxUpcoming = 100_000 }) with { Tool = Full() }).WhenAsked("10:00-11:00").ShouldBeRefused("schedule-full");

    [Theory]
    [InlineData("12:30-13:00", true)]
    [InlineData("12:29-13:00", false)]
    [InlineData("09:00-09:30", true)]
    [InlineData("09:00-09:31", false)]
    public void Cleaning_time_lies_between_two_members_bookings(string slot, bool accepted) =>
        Given.Policy(p => p with { Buffer = Duration.FromMinutes(30), Grid = Duration.FromMinutes(1) }).Claimed("10:00-12:00")
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["buffer"]);

    [Fact]
    public void Nobody_cleans_between_ones_own_bookings() =>
        Given.Policy(p => p with { Buffer = Duration.FromMinutes(30) }).ClaimedBy("ada", "10:00-12:00").WhenAsked("12:00-13:00").ShouldBeAccepted();

    [Fact]
    public void The_nearest_neighbours_on_both_sides_that_leave_no_time_to_clean_are_named()
    {
        var given = Given.Policy(p => p with { Buffer = Duration.FromMinutes(30) }).Claimed("09:00-09:40", "10:00-10:20", "11:45-13:00", "11:50-13:00");
        var refusals = given.WhenAsked("10:30-11:30").ShouldBeRefused("buffer", "buffer").Refusals.Cast<BufferNeeded>().ToArray();
        refusals.Select(r => (r.Other, r.OtherIsBefore)).ShouldBe([(given.At("10:00-10:20"), true), (given.At("11:45-13:00"), false)]);
        refusals[0].Setting.ShouldBe(new SettingSource("buffer", SettingLevel.Tool, "laser"));
    }

    [Fact]
    public void Where_there_are_places_left_one_is_cleaned_while_another_is_used()
    {
        var two = Given.Policy(p => p with { Buffer = Duration.FromMinutes(30), Concurrency = 2 }).ClaimedBy("bob", "10:00-12:00");
        two.WhenAsked("12:00-13:00").ShouldBeAccepted();
        two.ClaimedBy("eve", "11:00-12:10").WhenAsked("12:10-13:00").ShouldBeRefused("buffer");
    }

    [Theory]
    [InlineData("11:00-12:00", "slot-taken")]    // where it stands
    [InlineData("15:00-16:00", "slot-taken")]    // where it is about to move
    [InlineData("16:00-17:00", "buffer")]
    [InlineData("16:10-17:00", null)]
    public void Of_a_claim_that_moves_both_slots_count(string slot, string? code) =>
        Given.Policy(p => p with { Buffer = Duration.FromMinutes(10) }).ClaimedBy("bob", "10:00-12:00", next: "14:00-16:00")
            .WhenAsked(slot).ShouldBeRefused(code is null ? [] : [code]);

    [Fact]
    public void A_claim_that_moves_by_a_little_is_still_one_claim() =>
        Given.Policy(p => p with { Concurrency = 2 }).ClaimedBy("bob", "10:00-11:00", next: "10:30-11:30").WhenAsked("10:30-11:00").ShouldBeAccepted();

    [Fact]
    public void The_next_free_start_goes_around_every_claim()
    {
        var given = Given.ClaimedBy("bob", "10:00-11:00", next: "13:00-14:00").Claimed("11:00-12:00", "12:30-13:00");
        given.WhenAsked("10:00-11:00").The<SlotTaken>().NextFree.ShouldBe(given.Instant("14:00"));
        given.Policy(p => p with { Concurrency = 2 }).Claimed("10:30-12:00", "10:45-11:15").WhenAsked("10:00-11:00").The<SlotTaken>().NextFree.ShouldBe(given.Instant("12:00"));
        given.WhenAsked("10:15-10:45").The<SlotTaken>().NextFree.ShouldBe(given.Instant("12:00"));
    }

    [Theory]
    [InlineData("12:00-13:00", true)]
    [InlineData("11:59-13:00", false)]
    public void A_room_is_not_booked_while_something_in_it_is(string slot, bool accepted)
    {
        var given = Given.Policy(p => p with { Grid = Duration.FromMinutes(1) }).ClaimedBy("bob", "10:00-12:00", use: ClaimUse.Inside);
        var answer = given.WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["resource-conflict"]);
        if (!accepted) answer.The<ResourceConflict>().TakenBy.ShouldBe([given.At("11:59-12:00")]);
    }

    [Theory]
    [InlineData("12:00-13:00", true)]
    [InlineData("11:59-13:00", false)]
    public void Nothing_in_a_room_is_booked_while_the_room_is(string slot, bool accepted) =>
        Given.ClaimedBy("bob", "10:00-12:00").ForSomethingInside().WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["resource-conflict"]);

    [Fact]
    public void Siblings_in_a_room_do_not_meet_and_the_rooms_times_are_not_theirs() =>
        Given.Policy(p => p with { MaxDuration = Duration.FromMinutes(5), Buffer = Duration.FromHours(1), MaxUpcoming = 1, Grid = Duration.FromHours(5) })
            .ClaimedBy("bob", "10:00-12:00", use: ClaimUse.Inside).ClaimedBy("eve", "12:00-13:00")
            .ForSomethingInside().WhenAsked("11:00-12:00").ShouldBeAccepted();

    [Fact]
    public void Slots_of_a_series_are_taken_and_fill_the_calendar()
    {
        var series = Given.After("10:00-11:00");
        series.WhenAsked("10:30-11:30").ShouldBeRefused("slot-taken");
        series.WhenAsked("11:00-12:00").ShouldBeAccepted();
        series.Policy(p => p with { MaxUpcoming = 1 }).WhenAsked("11:00-12:00").ShouldBeRefused("schedule-full");
    }

    [Theory]
    [InlineData(Occasion.Use)]
    [InlineData(Occasion.HandOver)]
    public void Whoever_takes_a_booking_over_or_switches_on_is_asked_whether_the_tool_works_and_nothing_else_of_its_calendar(Occasion occasion)
    {
        var given = Given.Policy(p => p with { Buffer = Duration.FromHours(1), MaxUpcoming = 0 }).Claimed("10:00-12:00").ClaimedBy("bob", "10:00-12:00", use: ClaimUse.Inside).To(occasion);
        given.WhenAsked("11:00-12:00").ShouldBeAccepted();
        given.Outage("11:30-12:30").ToolThat(t => t with { OutOfService = true }).WhenAsked("11:00-12:00").ShouldBeRefused("outage", "tool-out-of-service");
    }

    [Fact]
    public void A_booking_is_never_in_its_own_way() => Given.Has("10:00-12:00").To(Occasion.Move).WhenAsked("11:00-13:00").ShouldBeAccepted();

    private static ToolState Full()
    {
        var start = Given.Instant("2 00:00");
        var claims = Enumerable.Range(0, 500).Select(i => new Claim(
            Guid.NewGuid(), "m", null, new Makerspace.Time.Slot(start + Duration.FromHours(i), start + Duration.FromHours(i + 1)), 1));
        return Given.Tool with { Claims = [.. claims] };
    }
}
