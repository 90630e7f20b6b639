using Makerspace.Mentors;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tests.Reservations;
using Makerspace.Tools;
using NodaTime;
using static Makerspace.Tests.Reservations.Situation;

namespace Makerspace.Tests.Mentors;

/// <summary>A mentor's hours are a claimable like a tool: what holds of a tool's slot holds here, and the mentor's own word beside it. The 1st of December 2026 is a Tuesday.</summary>
public class MentorRuleTests
{
    private static readonly MentorProfile Weekdays = new()
    {
        MemberId = "mia", TimeZone = "Europe/Berlin", Weekly = [Window(IsoDayOfWeek.Tuesday, "09:00-12:00"), Window(IsoDayOfWeek.Tuesday, "14:00-17:00"), Window(IsoDayOfWeek.Wednesday, "09:00-12:00")],
    };

    [Theory]
    [InlineData("09:00-12:00", true)]
    [InlineData("11:00-12:05", false)]
    [InlineData("11:00-15:00", false)]   // both ends are offered, the middle is not
    [InlineData("14:00-15:00", true)]
    [InlineData("3 09:00-3 10:00", false)]
    public void Every_part_of_a_session_is_inside_the_hours_offered(string slot, bool accepted) =>
        Of(Weekdays).WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["mentor-unavailable"]);

    [Fact]
    public void A_refusal_says_when_the_next_hours_begin()
    {
        var given = Of(Weekdays);
        var refusal = given.WhenAsked("12:00-13:00").ShouldBeRefused("mentor-unavailable").The<MentorUnavailable>();
        refusal.NextHours.ShouldBe(given.Instant("14:00"));
        refusal.Outside.ShouldBe([given.At("12:00-13:00")]);
    }

    [Theory]
    [InlineData("11:00-13:00", "14:00")]      // ten to twelve runs already
    [InlineData("14:00-18:00", "2 09:00")]    // two to five begins with it
    [InlineData("08:00-10:00", "09:00")]
    public void The_next_hours_are_none_that_the_asked_slot_begins_in(string slot, string next)
    {
        var given = Of(Weekdays);
        given.WhenAsked(slot).ShouldBeRefused("mentor-unavailable").The<MentorUnavailable>().NextHours.ShouldBe(given.Instant(next));
    }

    [Fact]
    public void Of_a_mentor_and_a_machine_checking_in_is_the_machines_and_late_cancelling_the_mentors_in_either_order()
    {
        var machine = Terms("saw", new Policy { NoShowGrace = Duration.FromMinutes(15), StrikeExpiry = Duration.FromDays(30), LateCancelThreshold = Duration.FromHours(1) });
        var mentor = Terms("mentor-mia", new Policy { NoShowGrace = Duration.FromMinutes(10), LateCancelThreshold = Duration.FromDays(1), LateCancelFee = new Money(900, "eur") }) with { OfMentor = true };
        var both = new BookingTerms(Duration.FromDays(1), new Money(900, "eur"), Duration.FromMinutes(15), null, Duration.FromDays(30));
        Asking.TermsOf([mentor, machine]).ShouldBe(both);
        Asking.TermsOf([machine, mentor]).ShouldBe(both);
        Asking.TermsOf([mentor]).NoShowGrace.ShouldBeNull();
        Asking.TermsOf([machine]).ShouldBe(BookingTerms.Of(machine.Policy));
        Asking.TermsOf([machine, mentor with { Policy = new Policy() }]).LateCancelThreshold.ShouldBe(Duration.FromHours(1));
    }

    [Fact]
    public void Days_away_take_the_weekly_hours_and_extra_hours_hold_all_the_same()
    {
        var away = Of(Weekdays with { Away = [new AwayDays(new LocalDate(2026, 12, 1), new LocalDate(2026, 12, 1))], Extra = [new ExtraHours(new LocalDate(2026, 12, 1), new LocalTime(18, 0), new LocalTime(20, 0))] });
        away.WhenAsked("09:00-10:00").ShouldBeRefused("mentor-unavailable");
        away.WhenAsked("18:30-19:30").ShouldBeAccepted();
        away.WhenAsked("2 09:00-2 10:00").ShouldBeAccepted();
    }

    [Fact]
    public void Busy_times_of_their_own_calendar_take_the_hours_and_leave_what_is_booked()
    {
        var busy = Of(Weekdays);
        busy = busy with { Tool = busy.Tool with { Busy = [busy.At("10:00-11:00"), busy.At("13:00-15:00")] } };
        busy.WhenAsked("09:00-10:00").ShouldBeAccepted();
        var refusal = busy.WhenAsked("10:30-11:30").ShouldBeRefused("mentor-unavailable").The<MentorUnavailable>();
        (refusal.Outside.Single(), refusal.NextHours).ShouldBe((busy.At("10:30-11:00"), busy.Instant("11:00")));
        busy.Alternatives("10:00-11:00", 2).ShouldBe(busy.Slots("09:00-10:00", "11:00-12:00"));
        busy.Has("10:00-10:30").To(Occasion.Move).WhenAsked("11:00-11:30").ShouldBeAccepted();
        busy.Has("09:00-10:00").To(Occasion.Extend).WhenAsked("09:00-10:30").ShouldBeRefused("mentor-unavailable");
    }

    [Theory]
    [InlineData("2026-10-20", "15:00-16:00", true)]    // New York is six hours behind Berlin
    [InlineData("2026-10-27", "15:00-16:00", false)]   // Berlin has left summer time, New York has not yet: five
    [InlineData("2026-10-27", "14:00-15:00", true)]
    [InlineData("2026-11-03", "15:00-16:00", true)]
    public void Hours_are_meant_by_the_clock_of_the_mentor_whichever_zone_changes_first(string day, string slot, bool accepted) =>
        Of(new MentorProfile { MemberId = "mia", TimeZone = "America/New_York", Weekly = [Window(IsoDayOfWeek.Tuesday, "09:00-10:00")] }).On(day)
            .WhenAsked(slot).ShouldBeRefused(accepted ? [] : ["mentor-unavailable"]);

    [Fact]
    public void A_mentor_takes_as_many_sessions_a_day_as_they_say_also_of_those_that_took_place()
    {
        var two = Of(Weekdays with { MaxPerDay = 2 }).Claimed("09:00-09:30");
        two.WhenAsked("14:00-15:00").ShouldBeAccepted();
        (two with { Tool = two.Tool with { Held = [two.At("09:30-10:00")] } }).WhenAsked("14:00-15:00").ShouldBeRefused("mentor-booked-up").The<MentorBookedUp>().Limit.ShouldBe(2);
        two.Claimed("10:00-11:00").WhenAsked("2 09:00-2 10:00").ShouldBeAccepted();
    }

    [Fact]
    public void And_as_many_a_week_from_Monday_to_Sunday()
    {
        var one = Of(Weekdays with { MaxPerWeek = 1 }).Claimed("09:00-10:00");
        one.WhenAsked("2 09:00-2 10:00").ShouldBeRefused("mentor-booked-up").The<MentorBookedUp>().Day.ShouldBe(new LocalDate(2026, 11, 30));
        one.WhenAsked("8 09:00-8 10:00").ShouldBeAccepted();
    }

    [Fact]
    public void A_session_does_not_count_against_itself_when_it_moves() =>
        Of(Weekdays with { MaxPerDay = 1 }).Has("09:00-10:00").To(Occasion.Move).WhenAsked("14:00-15:00").ShouldBeAccepted();

    [Fact]
    public void One_mentor_one_session_and_a_pause_between_members()
    {
        var given = Of(Weekdays).Policy(p => p with { Buffer = Duration.FromMinutes(15) }).Claimed("09:00-10:00");
        given.WhenAsked("09:30-10:30").ShouldBeRefused("slot-taken");
        given.WhenAsked("10:00-11:00").ShouldBeRefused("buffer");
        given.WhenAsked("10:15-11:00").ShouldBeAccepted();
    }

    [Fact]
    public void A_session_in_the_space_needs_it_open_and_one_by_video_does_not()
    {
        var open = Of(Weekdays).Open("10:00-12:00");
        open.WhenAsked("09:00-10:00").ShouldBeRefused("space-closed");
        Of(Weekdays with { Place = MentorPlace.Video }).Open("10:00-12:00").WhenAsked("09:00-10:00").ShouldBeAccepted();
    }

    [Fact]
    public void A_plan_names_machines_and_says_nothing_of_people() =>
        Of(Weekdays).PlanIs(new Plan { Name = "Saws only", Tools = ["saw"] }).WhenAsked("09:00-10:00").ShouldBeAccepted();

    [Fact]
    public void What_is_free_is_offered_instead()
    {
        var given = Of(Weekdays).Claimed("09:00-10:00");
        given.Alternatives("09:00-10:00", 2).ShouldBe(given.Slots("10:00-11:00", "11:00-12:00"));
    }

    [Fact]
    public void A_profile_is_stored_as_it_was() => System.Text.Json.JsonSerializer.Serialize(
        new ToolDefinition { Name = "Mia", Mentor = Weekdays with { Skills = ["PCB"], Languages = ["de"], Away = [new AwayDays(new LocalDate(2026, 12, 24), new LocalDate(2026, 12, 26))], MaxPerDay = 2, Weekly = [Weekdays.Weekly[0]] } }, StoredJson.Options)
        .ShouldBe("""{"name":"Mia","policy":{},"outOfService":false,"visible":true,"dependsOn":[],"trainers":[],"mentor":{"memberId":"mia","skills":["PCB"],"languages":["de"],"place":"Space","timeZone":"Europe/Berlin","weekly":[{"day":"Tuesday","from":"09:00:00","to":"12:00:00"}],"away":[{"from":"2026-12-24","until":"2026-12-26"}],"extra":[],"maxPerDay":2}}""");

    private static ToolTerms Terms(string id, Policy policy) => new(id, id, null, null, policy, 1);

    private static Situation Of(MentorProfile profile) => Given.ToolThat(t => t with { Mentor = profile });
}
