using Makerspace.Tools;
using NodaTime;
using static Makerspace.Tests.Reservations.Situation;

namespace Makerspace.Tests.Reservations;

public class SlotRuleTests
{
    private static readonly IsoDayOfWeek[] Workdays = [IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday, IsoDayOfWeek.Friday];

    [Theory]
    [InlineData("11:00-10:00")]
    [InlineData("10:00-10:00")]
    public void A_slot_ends_after_it_starts_and_of_one_that_does_not_nothing_more_is_said(string slot) =>
        Given.Open("09:00-09:30").WhenAsked(slot).ShouldBeRefused("slot-invalid");

    [Theory]
    [InlineData("10:05-11:00", true)]
    [InlineData("10:04-11:00", false)]
    [InlineData("10:00-10:58", false)]
    public void Starts_and_ends_lie_on_the_grid_of_five_minutes(string slot, bool fits) =>
        Given.WhenAsked(slot).ShouldBeRefused(fits ? [] : ["slot-invalid"]);

    [Fact]
    public void A_tool_may_have_a_coarser_grid_counted_from_local_midnight()
    {
        var hourly = Given.Policy(p => p with { Grid = Duration.FromHours(1) });
        hourly.WhenAsked("10:00-11:00").ShouldBeAccepted();
        hourly.WhenAsked("10:30-11:30").ShouldBeRefused("slot-invalid");
    }

    [Fact]
    public void A_slot_of_more_than_a_year_is_no_slot() =>
        Given.WhenAskedFor(Duration.FromDays(367)).ShouldBeRefused("slot-invalid");

    [Theory]
    [InlineData("08:07", "08:05-09:00", true)]   // the step under way still counts as now
    [InlineData("08:07", "08:00-09:00", false)]
    [InlineData("08:10", "08:05-09:00", false)]
    public void A_slot_does_not_start_in_the_past(string now, string slot, bool accepted) =>
        Given.Now(now).WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["slot-in-the-past"]);

    [Theory]
    [InlineData("10:00-10:30", true)]
    [InlineData("10:00-10:25", false)]
    public void A_booking_lasts_at_least_the_minimum(string slot, bool accepted) =>
        Given.Policy(p => p with { MinDuration = Duration.FromMinutes(30) }).WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["too-short"]);

    [Theory]
    [InlineData("10:00-12:00", true)]
    [InlineData("10:00-12:05", false)]
    public void A_booking_lasts_at_most_the_maximum(string slot, bool accepted) =>
        Given.Policy(p => p with { MaxDuration = Duration.FromHours(2) }).WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["too-long"]);

    [Theory]
    [InlineData("17:00-24:00", true)]     // 17–18 is the only peak hour in it
    [InlineData("15:00-18:00", false)]
    [InlineData("16:00-20:00", true)]
    [InlineData("15:55-20:00", false)]
    [InlineData("5 08:00-6 20:00", true)] // a weekend
    public void Only_peak_hours_count_toward_the_maximum(string slot, bool accepted) =>
        Given.Policy(p => p with { MaxDuration = Duration.FromHours(2), Peak = [new PeakWindow([.. Workdays], new LocalTime(9, 0), new LocalTime(18, 0))] })
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["too-long"]);

    [Theory]
    [InlineData("2 00:30-2 02:00", false)] // 90 minutes inside Tuesday's window, after midnight
    [InlineData("2 05:00-2 08:00", true)]  // 05–06 inside
    [InlineData("20:00-23:00", true)]      // 22–23 inside
    [InlineData("20:00-2 08:00", false)]   // wholly around it
    public void A_peak_window_may_cross_midnight(string slot, bool accepted) =>
        Given.Policy(p => p with { MaxDuration = Duration.FromHours(1), Peak = [new PeakWindow([.. Workdays], new LocalTime(22, 0), new LocalTime(6, 0))] })
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["too-long"]);

    [Fact]
    public void Durations_are_real_time_when_the_clocks_change()
    {
        // In the night to 25 October 2026 Berlin's 02:00–03:00 happens twice: 01:00–04:00 lasts four hours.
        var fall = Given.On("2026-10-25").Now("00:00").Policy(p => p with { MaxDuration = Duration.FromHours(3) });
        fall.WhenAsked("01:00-04:00").ShouldBeRefused("too-long");
        fall.WhenAsked("04:00-07:00").ShouldBeAccepted();
    }

    [Theory]
    [InlineData("8 08:00-8 09:00", true)]
    [InlineData("8 08:05-8 09:00", false)]
    public void A_booking_starts_within_the_horizon(string slot, bool accepted) =>
        Given.Policy(p => p with { Horizon = Duration.FromDays(7) }).WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["too-far-ahead"]);

    [Fact]
    public void Settings_of_the_space_hold_where_the_tool_sets_none()
    {
        var space = Given with { Space = Given.Space with { Defaults = new Policy { MaxDuration = Duration.FromHours(1) } } };
        space.WhenAsked("10:00-12:00").ShouldBeRefused("too-long");
        space.Policy(p => p with { MaxDuration = Duration.FromHours(2) }).WhenAsked("10:00-12:00").ShouldBeAccepted();
    }

    [Fact]
    public void All_refusals_are_returned_together() =>
        Given.Claimed("10:00-12:00").Policy(p => p with { MaxDuration = Duration.FromHours(1), RequiredCertifications = ["laser"] }).Open("12:00-13:00")
            .WhenAsked("09:00-11:00").ShouldBeRefused("slot-taken", "too-long", "not-certified", "space-closed");

    [Fact]
    public void Staff_override_what_may_be_overridden_and_nothing_else() =>
        Given.Claimed("10:00-12:00").Policy(p => p with { MaxDuration = Duration.FromHours(1), RequiredCertifications = ["laser"] }).Open("12:00-13:00")
            .Overridden().WhenAsked("09:00-11:00").ShouldBeRefused("slot-taken", "not-certified");
}
