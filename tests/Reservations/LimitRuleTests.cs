using Makerspace.Reservations;
using NodaTime;
using static Makerspace.Tests.Reservations.Situation;

namespace Makerspace.Tests.Reservations;

public class LimitRuleTests
{
    [Theory]
    [InlineData("14:00-15:00", false)]
    [InlineData("2 14:00-2 15:00", true)]
    [InlineData("23:00-2 01:00", false)]      // touches today too
    [InlineData("2 00:00-2 01:00", true)]     // begins as today ends
    public void Bookings_of_a_day_are_limited_and_one_counts_in_every_day_it_touches(string slot, bool accepted) =>
        Given.Policy(p => p with { MaxBookingsPerDay = 2 }).Holds("09:00-10:00", "11:00-12:00")
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["daily-limit"]);

    [Fact]
    public void A_booking_across_midnight_uses_up_both_days()
    {
        var given = Given.Policy(p => p with { MaxBookingsPerDay = 1 }).Holds("23:00-2 01:00");
        given.WhenAsked("10:00-11:00").ShouldBeRefused("daily-limit");
        given.WhenAsked("2 10:00-2 11:00").ShouldBeRefused("daily-limit");
        given.WhenAsked("3 10:00-3 11:00").ShouldBeAccepted();
    }

    [Fact]
    public void A_refusal_says_the_day_the_limit_and_what_was_used()
    {
        var refusal = Given.Policy(p => p with { MaxBookingsPerDay = 1 }).Holds("10:00-11:00").WhenAsked("23:00-2 01:00").The<DailyLimit>();
        refusal.ShouldBe(new DailyLimit(new LocalDate(2026, 12, 1), 1, 1));
    }

    [Theory]
    [InlineData("14:00-16:00", true)]
    [InlineData("14:00-16:05", false)]
    [InlineData("22:00-2 02:00", true)]     // two hours today, two tomorrow
    [InlineData("21:55-2 02:00", false)]
    [InlineData("22:00-2 04:05", false)]
    public void Hours_of_a_day_are_limited_and_split_at_midnight(string slot, bool accepted) =>
        Given.Policy(p => p with { MaxHoursPerDay = Duration.FromHours(4) }).Holds("10:00-12:00")
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["daily-limit"]);

    [Theory]
    [InlineData("2026-03-29", "00:00-24:00", 23, true)]     // the clocks go forward: the day has 23 hours
    [InlineData("2026-10-25", "00:00-24:00", 24, false)]    // and here 25
    [InlineData("2026-10-25", "00:00-24:00", 25, true)]
    public void A_day_is_as_long_as_it_is(string day, string slot, int hours, bool accepted) =>
        Given.On(day).Now("00:00").Policy(p => p with { MaxHoursPerDay = Duration.FromHours(hours) })
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["daily-limit"]);

    [Theory]
    [InlineData("2 10:00-2 12:00", true)]
    [InlineData("2 10:00-2 12:05", false)]
    [InlineData("08:00-20:00", true)]       // starts now: not future
    public void Hours_to_come_are_limited(string slot, bool accepted) =>
        Given.Policy(p => p with { MaxFutureHours = Duration.FromHours(4) }).Holds("07:30-09:30", "3 10:00-3 12:00")
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["future-hours-limit"]);

    [Theory]
    [InlineData("12:00-13:00", true)]
    [InlineData("11:55-13:00", false)]
    [InlineData("08:00-09:00", true)]
    [InlineData("08:00-09:05", false)]
    public void The_gap_to_the_members_other_bookings_is_kept_on_either_side(string slot, bool accepted) =>
        Given.Now("08:00").Policy(p => p with { MinimumGap = Duration.FromMinutes(60) }).Holds("10:00-11:00")
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["minimum-gap"]);

    [Fact]
    public void Both_neighbours_that_are_too_near_are_named()
    {
        var given = Given.Policy(p => p with { MinimumGap = Duration.FromHours(1) }).Holds("09:00-10:00", "12:00-13:00", "15:00-16:00");
        var gaps = given.WhenAsked("10:30-11:30").ShouldBeRefused("minimum-gap", "minimum-gap").Refusals.Cast<MinimumGap>().ToArray();
        gaps.Select(g => (g.Other, g.OtherIsBefore)).ShouldBe([(given.At("09:00-10:00"), true), (given.At("12:00-13:00"), false)]);
    }

    [Fact]
    public void Limits_are_a_tools_own() =>
        (Given.Policy(p => p with { MaxBookingsPerDay = 1, MinimumGap = Duration.FromHours(9) }) with
        {
            Member = Given.Member.With(new Makerspace.Members.Hold(Guid.NewGuid(), "lathe", Given.At("10:00-11:00"), null, Duration.Zero)),
        }).WhenAsked("12:00-13:00").ShouldBeAccepted();
}
