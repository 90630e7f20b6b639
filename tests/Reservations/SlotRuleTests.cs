using Makerspace.Reservations;
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

    [Theory]
    [InlineData("10:00-11:00", true)]
    [InlineData("09:59-11:00", false)]
    public void A_booking_is_made_as_long_before_its_start_as_the_notice(string slot, bool accepted)
    {
        var given = Given.Now("08:00").Policy(p => p with { Notice = Duration.FromHours(2), Grid = Duration.FromMinutes(1) });
        var answer = given.WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["too-late"]);
        if (!accepted) answer.The<TooLate>().EarliestStart.ShouldBe(given.Instant("10:00"));
    }

    [Fact]
    public void A_notice_of_nothing_lets_the_step_under_way_be_booked() =>
        Given.Now("08:07").Policy(p => p with { Notice = Duration.Zero }).WhenAsked("08:05-09:00").ShouldBeAccepted();

    [Fact]
    public void Notice_and_horizon_are_real_time_when_the_clocks_change()
    {
        // From 23:00 to 03:00 in the night to 29 March 2026 three hours pass.
        var given = Given.On("2026-03-28").Now("23:00");
        given.Policy(p => p with { Notice = Duration.FromHours(3) }).WhenAsked("29 03:00-29 04:00").ShouldBeAccepted();
        given.Policy(p => p with { Notice = Duration.FromHours(4) }).WhenAsked("29 03:55-29 04:55").ShouldBeRefused("too-late");
        given.Policy(p => p with { Horizon = Duration.FromHours(3) }).WhenAsked("29 03:00-29 04:00").ShouldBeAccepted();
        given.Policy(p => p with { Horizon = Duration.FromHours(3) }).WhenAsked("29 03:05-29 04:00").ShouldBeRefused("too-far-ahead");
    }

    [Theory]
    [InlineData("2026-03-29", "28 20:00-29 08:00", 7, true)]      // 22–06 has seven hours in that night
    [InlineData("2026-10-25", "24 20:00-25 08:00", 9, true)]      // and nine in that
    [InlineData("2026-10-25", "24 20:00-25 08:00", 8, false)]
    public void A_peak_window_over_the_night_is_as_long_as_that_night(string day, string slot, int hours, bool accepted) =>
        (Given.On(day).Policy(p => p with
        {
            MaxDuration = Duration.FromHours(hours),
            Peak = [new PeakWindow([IsoDayOfWeek.Saturday], new LocalTime(22, 0), new LocalTime(6, 0))],
        }) with { Clock = slot.Split(' ')[0] + " 00:00" }).WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["too-long"]);

    [Fact]
    public void Durations_are_real_time_where_half_an_hour_is_skipped()
    {
        // On Lord Howe Island 02:00–02:30 does not exist on 4 October 2026.
        var given = Given.In("Australia/Lord_Howe").On("2026-10-04").Now("00:00");
        given.Policy(p => p with { MaxDuration = Duration.FromMinutes(90) }).WhenAsked("01:00-03:00").ShouldBeAccepted();
        given.Policy(p => p with { MaxDuration = Duration.FromMinutes(89) }).WhenAsked("01:00-03:00").ShouldBeRefused("too-long");
        given.Policy(p => p with { MinDuration = Duration.FromMinutes(91) }).WhenAsked("01:00-03:00").ShouldBeRefused("too-short");
    }

    [Fact]
    public void Of_a_booking_under_way_the_start_is_not_asked_again()
    {
        var strict = Given.Policy(p => p with
        {
            Grid = Duration.FromHours(1), Notice = Duration.FromHours(1), Horizon = Duration.FromHours(-9), MinDuration = Duration.FromHours(9), MaxDuration = Duration.FromHours(3),
        });
        var given = strict.Now("09:00").To(Occasion.Extend);
        given.WhenAsked("08:30-11:00").ShouldBeAccepted();
        given.WhenAsked("08:30-11:30").ShouldBeRefused("slot-invalid");
        given.WhenAsked("08:30-12:00").ShouldBeRefused("too-long");
    }

    [Theory]
    [InlineData(Occasion.HandOver)]
    [InlineData(Occasion.Use)]
    public void Whoever_takes_a_booking_over_or_switches_on_is_not_asked_about_its_times(Occasion occasion) =>
        Given.Policy(p => p with { MaxDuration = Duration.FromHours(1), Notice = Duration.FromHours(9), Grid = Duration.FromHours(1) })
            .Now("10:07").To(occasion).WhenAsked("10:03-13:00").ShouldBeAccepted();

    [Fact]
    public void Settings_of_the_space_hold_where_the_tool_sets_none()
    {
        var space = Given with { Space = Given.Space with { Defaults = new Policy { MaxDuration = Duration.FromHours(1) } } };
        space.WhenAsked("10:00-12:00").ShouldBeRefused("too-long");
        space.Policy(p => p with { MaxDuration = Duration.FromHours(2) }).WhenAsked("10:00-12:00").ShouldBeAccepted();
    }

    [Fact]
    public void Of_each_setting_the_strongest_level_holds_and_the_refusal_names_it()
    {
        static Policy Max(int hours) => new() { MaxDuration = Duration.FromHours(hours) };
        var space = Given with { Space = Given.Space with { Defaults = Max(1), Areas = Given.Space.Areas.SetItem("room", "house") } };
        Source(space).ShouldBe((SettingLevel.Space, null));
        var house = (space with { Space = space.Space with { AreaRules = space.Space.AreaRules.SetItem("house", new(Max(2), false)) } }).ToolThat(t => t with { AreaId = "room" });
        Source(house).ShouldBe((SettingLevel.Area, "house"));
        var room = house with { Space = house.Space with { AreaRules = house.Space.AreaRules.SetItem("room", new(Max(3), false)) } };
        Source(room).ShouldBe((SettingLevel.Area, "room"));
        var category = room.InCategory("Lasers", new(Max(4), Limits.None));
        Source(category).ShouldBe((SettingLevel.Category, "Lasers"));
        var tool = category.Policy(_ => Max(5));
        Source(tool).ShouldBe((SettingLevel.Tool, "laser"));
        var plan = tool.PlanIs(new() { Policy = Max(6) });
        Source(plan).ShouldBe((SettingLevel.Plan, "standard"));
        plan.WhenAsked("09:00-15:00").ShouldBeAccepted();
        plan.WhenAsked("09:00-15:05").ShouldBeRefused("too-long");

        static (SettingLevel, string?) Source(Situation given)
        {
            var setting = given.WhenAsked("09:00-23:00").The<TooLong>().Setting!;
            setting.Name.ShouldBe("maxDuration");
            return (setting.Level, setting.Id);
        }
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
