using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Tools;
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
        refusal.ShouldBe(new DailyLimit(new LocalDate(2026, 12, 1), 1, 1)
        {
            Setting = new SettingSource("maxBookingsPerDay", SettingLevel.Tool, "laser", LimitScope.Tool),
        });
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
            Member = Given.Member.With(new Hold(Guid.NewGuid(), "lathe", Given.At("10:00-11:00"), null, Duration.Zero)),
        }).WhenAsked("12:00-13:00").ShouldBeAccepted();

    [Theory]
    [InlineData("5 10:00-5 11:00", false)]
    [InlineData("6 23:00-7 01:00", false)]    // touches this week too
    [InlineData("7 00:00-7 01:00", true)]     // Monday
    [InlineData("11/30 10:00-11/30 11:00", false)]
    public void Bookings_of_a_week_are_limited_and_one_counts_in_every_week_it_touches(string slot, bool accepted) =>
        Given.On("2026-11-30").Now("08:00").Policy(p => p with { MaxBookingsPerWeek = 2 }).Holds("12/1 09:00-12/1 10:00", "12/2 09:00-12/2 10:00")
            .WhenAsked(December(slot)).ShouldBeRefused(accepted ? [] : ["weekly-limit"]);

    [Fact]
    public void A_week_across_two_months_is_one_week_and_one_across_two_years_too()
    {
        var given = Given.On("2026-12-28").Policy(p => p with { MaxBookingsPerWeek = 1 }).Holds("12/29 10:00-12/29 11:00");
        given.WhenAsked("2027/1/3 10:00-2027/1/3 11:00").ShouldBeRefused("weekly-limit").The<WeeklyLimit>().Monday.ShouldBe(new LocalDate(2026, 12, 28));
        given.WhenAsked("2027/1/4 10:00-2027/1/4 11:00").ShouldBeAccepted();
        var october = Given.On("2026-10-26").Policy(p => p with { MaxBookingsPerWeek = 1 }).Holds("10/31 10:00-10/31 11:00");
        october.WhenAsked("11/1 10:00-11/1 11:00").ShouldBeRefused("weekly-limit");
        october.WhenAsked("11/2 10:00-11/2 11:00").ShouldBeAccepted();
    }

    [Theory]
    [InlineData("4 10:00-4 13:00", true)]
    [InlineData("4 10:00-4 13:01", false)]
    [InlineData("6 21:00-7 05:00", true)]     // three hours in this week, five in the next
    [InlineData("6 20:59-7 05:00", false)]
    [InlineData("6 21:00-7 05:01", false)]
    public void Hours_of_a_week_are_limited_and_split_before_Monday(string slot, bool accepted) =>
        Given.Policy(p => p with { MaxHoursPerWeek = Duration.FromHours(5), Grid = Duration.FromMinutes(1) }).Holds("10:00-12:00")
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["weekly-limit"]);

    [Theory]
    [InlineData("2026-03-23", "3/28 00:00-3/29 24:00", 47, true)]      // the clocks go forward on that Sunday
    [InlineData("2026-10-19", "10/24 00:00-10/25 24:00", 48, false)]   // and back on this
    [InlineData("2026-10-19", "10/24 00:00-10/25 24:00", 49, true)]
    public void A_week_is_as_long_as_it_is(string day, string slot, int hours, bool accepted) =>
        Given.On(day).Policy(p => p with { MaxHoursPerWeek = Duration.FromHours(hours) }).WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["weekly-limit"]);

    [Theory]
    [InlineData("2026-10-04", 1410, true)]    // half an hour is skipped: the day has 23 h 30 min
    [InlineData("2026-10-04", 1409, false)]
    [InlineData("2026-04-05", 1470, true)]    // and here half an hour comes twice
    [InlineData("2026-04-05", 1469, false)]
    public void Days_of_half_an_hour_more_or_less_count_as_they_are(string day, int minutes, bool accepted) =>
        Given.In("Australia/Lord_Howe").On(day).Now("00:00").Policy(p => p with { MaxHoursPerDay = Duration.FromMinutes(minutes) })
            .WhenAsked("00:00-24:00").ShouldBeRefused(accepted ? [] : ["daily-limit"]);

    [Theory]
    [InlineData("08:00-09:00", true)]      // starts now: not future
    [InlineData("08:01-09:00", false)]
    [InlineData("20 10:00-20 11:00", false)]
    public void Bookings_to_come_are_limited_and_one_that_has_begun_is_not_to_come(string slot, bool accepted) =>
        Given.Policy(p => p with { MaxFutureBookings = 1, Grid = Duration.FromMinutes(1) }).Holds("07:30-08:30", "3 10:00-3 12:00")
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["future-bookings-limit"]);

    [Fact]
    public void A_booking_never_counts_against_itself()
    {
        var strict = new Policy { MaxBookingsPerDay = 1, MaxBookingsPerWeek = 1, MaxFutureBookings = 1, MaxFutureHours = Duration.FromHours(1), MinimumGap = Duration.FromHours(9), OneAtATime = true };
        Given.Policy(_ => strict).Has("10:00-11:00").To(Occasion.Move).WhenAsked("10:30-11:30").ShouldBeAccepted();
    }

    [Fact]
    public void While_a_booking_moves_both_its_slots_count_and_it_is_one_booking()
    {
        var given = Given.HoldsOf("laser", "10:00-12:00", next: "11:00-13:00");
        given.Policy(p => p with { MaxHoursPerDay = Duration.FromHours(4) }).WhenAsked("15:00-16:00").ShouldBeAccepted();
        given.Policy(p => p with { MaxHoursPerDay = Duration.FromHours(4) }).WhenAsked("15:00-16:05").The<DailyHoursLimit>().Used.ShouldBe(Duration.FromHours(3));
        given.Policy(p => p with { MaxBookingsPerDay = 2 }).WhenAsked("15:00-16:00").ShouldBeAccepted();
        given.Policy(p => p with { MaxBookingsPerDay = 1 }).WhenAsked("15:00-16:00").ShouldBeRefused("daily-limit");
        Given.HoldsOf("laser", "10:00-12:00", next: "2 11:00-2 13:00").Policy(p => p with { MaxBookingsPerDay = 1 }).WhenAsked("2 15:00-2 16:00").ShouldBeRefused("daily-limit");
    }

    [Fact]
    public void Occurrences_of_a_series_count_as_if_they_were_booked()
    {
        var series = Given.After("2 10:00-2 11:00", "3 10:00-3 11:00");
        series.Policy(p => p with { MaxBookingsPerWeek = 3 }).WhenAsked("4 10:00-4 11:00").ShouldBeAccepted();
        series.Policy(p => p with { MaxBookingsPerWeek = 2 }).WhenAsked("4 10:00-4 11:00").ShouldBeRefused("weekly-limit");
        series.Policy(p => p with { MinimumGap = Duration.FromHours(23) }).WhenAsked("4 10:00-4 11:00").ShouldBeAccepted();
        series.Policy(p => p with { MinimumGap = Duration.FromHours(24) }).WhenAsked("4 10:00-4 11:00").ShouldBeRefused("minimum-gap");
    }

    [Theory]
    [InlineData("12:00-13:00", true)]
    [InlineData("11:55-13:00", false)]
    [InlineData("09:00-10:05", false)]
    [InlineData("09:00-10:00", true)]
    public void Where_one_thing_at_a_time_is_the_rule_no_other_booking_of_the_member_overlaps(string slot, bool accepted)
    {
        var given = Given.HoldsOf("lathe", "10:00-12:00");
        given.WhenAsked(slot).ShouldBeAccepted();
        given.Policy(p => p with { OneAtATime = true }).WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["member-elsewhere"]);
    }

    [Fact]
    public void The_plan_may_forbid_two_bookings_at_once_and_the_refusal_says_which_is_the_other_and_who_forbids_it()
    {
        var given = Given.PlanIs(new() { Policy = new Policy { OneAtATime = true } }).HoldsOf("lathe", "10:00-12:00");
        var elsewhere = given.WhenAsked("11:00-13:00").The<MemberElsewhere>();
        (elsewhere.ToolId, elsewhere.Other).ShouldBe(("lathe", given.At("10:00-12:00")));
        elsewhere.Setting.ShouldBe(new SettingSource("oneAtATime", SettingLevel.Plan, "standard"));
    }

    private static string December(string slot) => slot.Contains('/', StringComparison.Ordinal) ? slot : string.Join('-', slot.Split('-').Select(s => "12/" + s));
}
