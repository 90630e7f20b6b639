using Makerspace.Tools;
using NodaTime;
using static Makerspace.Tests.Reservations.Situation;

namespace Makerspace.Tests.Reservations;

public class AlternativesTests
{
    [Fact]
    public void The_nearest_free_slots_come_first()
    {
        var given = Given.Claimed("10:00-12:00");
        given.Alternatives("10:30-11:30", most: 2).ShouldBe([given.At("09:00-10:00"), given.At("12:00-13:00")]);
    }

    [Fact]
    public void They_keep_the_asked_length_and_avoid_gaps_too_small_for_it()
    {
        var given = Given.Claimed("08:00-10:00", "10:30-12:00");
        given.Alternatives("10:00-11:00", most: 1).ShouldBe([given.At("12:00-13:00")]);
    }

    [Fact]
    public void They_stay_in_opening_hours_out_of_outages_and_out_of_the_past()
    {
        var given = Given.Open("09:00-18:00").Outage("12:00-18:00").Claimed("10:00-12:00").Now("09:30");
        var found = given.Alternatives("10:00-11:00");
        found.ShouldNotBeEmpty();
        found.ShouldAllBe(s => s.Start >= given.Instant("2 09:00"));
    }

    [Fact]
    public void They_break_no_rule_of_the_tool()
    {
        var given = Given.Policy(p => p with { Horizon = Duration.FromHours(3) }).Claimed("09:00-12:00");
        given.Alternatives("10:00-11:00").ShouldBe([given.At("08:00-09:00")]);   // 12:00 lies beyond the horizon
    }

    [Fact]
    public void They_lie_on_the_grid()
    {
        var given = Given.Now("09:00").Policy(p => p with { Grid = Duration.FromHours(1) }).Claimed("10:00-11:20");
        given.Alternatives("10:00-11:00", most: 2).ShouldBe([given.At("09:00-10:00"), given.At("12:00-13:00")]);
    }

    [Fact]
    public void A_broken_tool_offers_what_comes_after_its_return()
    {
        var given = Given.ToolThat(t => t with { OutOfService = true, ExpectedBack = Given.Instant("3 12:00") });
        given.Alternatives("10:00-11:00", most: 1).ShouldBe([given.At("3 12:00-3 13:00")]);
    }

    [Fact]
    public void Free_time_is_what_is_open_and_not_taken()
    {
        var given = Given.Open("09:00-18:00").Claimed("10:00-11:00", "10:30-12:00");
        FreeTime.Within(given.At("00:00-24:00"), given.Space, given.Tool.Definition, [new Outage("o", "", given.At("15:00-2 15:00"))], given.Tool.Claims.Select(c => c.Slot))
            .ShouldBe([given.At("09:00-10:00"), given.At("12:00-15:00")]);
    }

    [Fact]
    public void They_leave_time_to_clean_after_others_and_before_them()
    {
        var given = Given.Policy(p => p with { Buffer = Duration.FromMinutes(30) }).Claimed("10:00-12:00").ClaimedBy("ada", "14:00-15:00");
        given.Alternatives("10:30-11:30", most: 2).ShouldBe([given.At("08:30-09:30"), given.At("12:30-13:30")]);
        given.Alternatives("14:00-15:00", most: 2).ShouldBe([given.At("13:00-14:00"), given.At("15:00-16:00")]);
    }

    [Fact]
    public void They_lie_outside_the_notice() =>
        Given.Policy(p => p with { Notice = Duration.FromHours(3) }).Alternatives("09:00-10:00", most: 1).ShouldBe([Given.At("11:00-12:00")]);

    [Fact]
    public void Of_a_room_they_are_when_nothing_in_it_is_booked()
    {
        var given = Given.ClaimedBy("bob", "10:00-12:00", use: ClaimUse.Inside).Policy(p => p with { Concurrency = 2 });
        given.Alternatives("10:30-11:30", most: 2).ShouldBe([given.At("09:00-10:00"), given.At("12:00-13:00")]);
    }
}
