using System.Collections.Immutable;
using Makerspace.Maintenance;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Maintenance;

/// <summary>When a plan is due and where its window is: the decision alone.</summary>
public class PlanningTests
{
    /// <summary>Monday morning.</summary>
    private static readonly Instant Now = Instant.FromUtc(2026, 12, 7, 8, 0);
    private static readonly PlanDefinition Grease = new() { Id = "grease", Name = "Grease", MeterId = "spindle", EveryUse = 50, Length = Duration.FromHours(2) };

    [Fact]
    public void The_window_lies_in_the_least_used_hours_before_the_plan_is_due()
    {
        // Used every day but Thursdays: twenty hours left at four hours a day are due in four days by the careful reckoning.
        var busy = new BusyHours();
        foreach (var day in new[] { 0, 1, 2, 4, 5, 6 }) busy = busy.With(Hours(day, 0, 24), DateTimeZone.Utc);
        var decision = Planning.Decide(Plan(), Facts(reading: 30, perDay: 4) with { Busy = busy });
        decision.DueAt.ShouldBe(Now + Duration.FromDays(4));
        decision.Candidates[0].Start.ShouldBeInRange(At(3, 0), At(3, 22));
        decision.Candidates[0].Duration.ShouldBe(Grease.Length);
    }

    [Fact]
    public void Of_equally_quiet_times_the_latest_is_taken_that_leaves_room_before_it_is_due()
    {
        // Due in 96 hours, not wasteful from 45 on: a third of what lies between is left.
        Planning.Decide(Plan(), Facts(reading: 30, perDay: 4)).Candidates[0].Start.ShouldBe(Now + Duration.FromHours(79));
        // Where only the last hours are free it is taken all the same.
        var facts = Facts(reading: 30, perDay: 4) with { Closed = [new Slot(Now, Now + Duration.FromHours(90))] };
        Planning.Decide(Plan(), facts).Candidates[0].Start.ShouldBe(Now + Duration.FromHours(96));
    }

    [Fact]
    public void A_window_is_not_moved_by_each_use_but_where_it_would_be_too_late_or_far_too_early()
    {
        var placed = Planning.Decide(Plan(), Facts(reading: 30, perDay: 4)).Candidates[0];
        var plan = Plan() with { Window = new Outage("w", "Grease", placed) };
        // An hour more than the average says, or a rate that is a quarter more: it is left. At twice the rate it is not.
        Planning.Decide(plan, Facts(reading: 31, perDay: 4.2m)).Keep.ShouldBeTrue();
        Planning.Decide(plan, Facts(reading: 30, perDay: 5)).Keep.ShouldBeTrue();
        Planning.Decide(plan, Facts(reading: 30, perDay: 8)).ShouldSatisfyAllConditions(d => d.Keep.ShouldBeFalse(), d => d.Candidates.ShouldAllBe(c => c.Start < placed.Start));
        // What is booked is no forecast: it is looked for again as soon as the booked hours come near the mark.
        Planning.Decide(plan, Facts(reading: 30, perDay: 4, [.. Enumerable.Range(0, 3).Select(day => Hours(day, 10, 16))])).Keep.ShouldBeFalse();
        // The tool is used far less than when it was reserved: it would lie in the first half of the interval, and goes back. One of this week stays.
        var far = Plan() with { Window = new Outage("w", "Grease", Hours(12, 8, 10)) };
        Planning.Decide(far, Facts(reading: 2, perDay: 1)).ShouldSatisfyAllConditions(d => d.Keep.ShouldBeFalse(), d => d.Candidates.ShouldAllBe(c => c.Start > Now + Duration.FromDays(30)));
        Planning.Decide(Plan() with { Window = new Outage("w", "Grease", Hours(5, 8, 10)) }, Facts(reading: 2, perDay: 1)).Keep.ShouldBeTrue();
    }

    [Fact]
    public void A_window_that_is_far_too_early_stays_where_no_better_time_is_free()
    {
        var far = Plan() with { Window = new Outage("w", "Grease", Hours(12, 8, 10)) };
        var facts = Facts(reading: 2, perDay: 1) with { Staffed = [new Slot(Now, Now + Duration.FromDays(20))] };
        Planning.Decide(far, facts).Keep.ShouldBeTrue();
    }

    [Fact]
    public void What_is_booked_makes_it_due_sooner_than_the_average_does()
    {
        // Twenty hours left; one booking more, of four, must still fit: after sixteen booked hours it is due.
        var claims = Enumerable.Range(0, 4).Select(day => Hours(day, 10, 16)).ToImmutableArray();
        var (_, due) = Planning.Due(Plan(), Facts(reading: 30, perDay: 0.1m, [.. claims]));
        due.ShouldBe(At(2, 14));
    }

    [Fact]
    public void No_window_lies_on_a_booking_or_outside_staffed_hours()
    {
        var facts = Facts(reading: 30, perDay: 4, Hours(1, 8, 12), Hours(2, 13, 20)) with { Staffed = [.. Enumerable.Range(0, 10).Select(day => Hours(day, 8, 20))] };
        var candidates = Planning.Decide(Plan(), facts).Candidates;
        candidates.ShouldNotBeEmpty();
        candidates.ShouldAllBe(c => facts.Claims.All(b => !b.Overlaps(c)) && facts.Staffed.Any(s => s.Start <= c.Start && c.End <= s.End));
    }

    [Fact]
    public void A_window_that_is_early_enough_stays_where_it_is()
    {
        var plan = Plan() with { Window = new Outage("w", "Grease", Hours(2, 8, 10)) };
        Planning.Decide(plan, Facts(reading: 30, perDay: 4)).Keep.ShouldBeTrue();
        Planning.Decide(plan, Facts(reading: 30, perDay: 16)).Keep.ShouldBeFalse();
    }

    [Fact]
    public void Where_nothing_is_free_before_it_is_due_it_is_urgent_and_the_rest_is_kept_from_being_booked()
    {
        // Booked without a gap until past the point from where one booking more would pass the mark: midnight.
        var facts = Facts(reading: 30, perDay: 1, new Slot(Now, At(0, 24)), Hours(1, 0, 3));
        var decision = Planning.Decide(Plan(), facts);
        (decision.Urgent, decision.BlockFrom).ShouldBe((true, At(1, 0)));
        var window = decision.Candidates[0];
        window.Start.ShouldBe(At(1, 3));
        Planning.Blocks(decision.BlockFrom!.Value, Hours(1, 6, 8), facts).ShouldBe([Hours(1, 3, 6)]);
    }

    [Fact]
    public void What_is_urgent_stays_so_until_there_is_room_again()
    {
        // Due in 96 hours where use may grow by a quarter, in 109 where it may by a tenth; nothing is free before 98.
        var facts = Facts(reading: 30, perDay: 4) with { Closed = [new Slot(Now, Now + Duration.FromHours(98))] };
        var plan = Plan() with { Window = new Outage("w", "Grease", new Slot(Now + Duration.FromHours(100), Now + Duration.FromHours(102))) };
        Planning.Decide(plan, facts).ShouldSatisfyAllConditions(d => d.Keep.ShouldBeTrue(), d => d.Urgent.ShouldBeFalse());
        Planning.Decide(plan with { Urgent = true }, facts).ShouldSatisfyAllConditions(d => d.Keep.ShouldBeTrue(), d => d.Urgent.ShouldBeTrue(), d => d.BlockFrom.ShouldBe(Now + Duration.FromHours(96)));
        Planning.Decide(plan with { Urgent = true }, facts with { PerDay = 3 }).ShouldSatisfyAllConditions(d => d.Keep.ShouldBeTrue(), d => d.Urgent.ShouldBeFalse());
    }

    [Fact]
    public void By_the_calendar_the_work_is_over_when_the_day_comes_and_of_two_rhythms_the_first_counts()
    {
        var plan = Plan() with { Definition = Grease with { MeterId = null, EveryUse = null, EveryDays = 8 }, Since = Now - Duration.FromDays(4) };
        Planning.Decide(plan, Facts(0, 0)).Candidates[0].End.ShouldBeLessThanOrEqualTo(Now + Duration.FromDays(4));
        var both = Plan() with { Definition = Grease with { EveryDays = 100 }, Since = Now };
        Planning.Due(both, Facts(reading: 30, perDay: 4)).Due.ShouldBe(Now + Duration.FromDays(4));
    }

    [Fact]
    public void What_is_not_in_sight_needs_no_window_yet() =>
        Planning.Decide(Plan(), Facts(reading: 0, perDay: 0.1m)).ShouldSatisfyAllConditions(d => d.Keep.ShouldBeTrue(), d => d.Candidates.ShouldBeEmpty());

    private static PlanView Plan() => new() { Definition = Grease, Since = Now - Duration.FromDays(30) };

    private static PlanFacts Facts(decimal reading, decimal perDay, params ImmutableArray<Slot> claims) => new(
        Now, DateTimeZone.Utc, [new Slot(Now, Now + Planning.Reach)], claims, [], new BusyHours(), Duration.FromHours(4), reading, perDay, CountsBooked: true);

    private static Instant At(int day, int hour) => Now - Duration.FromHours(8) + Duration.FromDays(day) + Duration.FromHours(hour);

    private static Slot Hours(int day, int from, int to) => new(At(day, from), At(day, to));
}
