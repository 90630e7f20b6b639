using Makerspace.Reservations;
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

    private static Makerspace.Tools.ToolState Full()
    {
        var start = Given.Instant("2 00:00");
        var claims = Enumerable.Range(0, 500).Select(i => new Makerspace.Tools.Claim(
            Guid.NewGuid(), "m", null, new Makerspace.Time.Slot(start + Duration.FromHours(i), start + Duration.FromHours(i + 1)), 1));
        return Given.Tool with { Claims = [.. claims] };
    }
}
