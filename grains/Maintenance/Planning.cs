using System.Collections.Immutable;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Maintenance;

/// <summary>What planning needs to know.</summary>
/// <param name="Now">The time.</param>
/// <param name="Zone">In which the hours of the week are meant.</param>
/// <param name="Staffed">When somebody is there to do it, over <see cref="Planning.Reach"/>.</param>
/// <param name="Claims">What is booked and not yet counted, by start.</param>
/// <param name="Closed">Other outages.</param>
/// <param name="Busy">When the tool is used.</param>
/// <param name="Longest">The longest booking that may still be made.</param>
/// <param name="Reading">What the plan's meter says; 0 where it has none.</param>
/// <param name="PerDay">What it goes on by.</param>
/// <param name="CountsBooked">Booked hours are hours on the meter, or as many as there can be.</param>
internal sealed record PlanFacts(
    Instant Now, DateTimeZone Zone, ImmutableArray<Slot> Staffed, ImmutableArray<Slot> Claims, ImmutableArray<Slot> Closed, BusyHours Busy, Duration Longest,
    decimal Reading, decimal PerDay, bool CountsBooked);

/// <summary>What is to be done about a plan's window.</summary>
/// <param name="DueAt">When it falls due; null where that is not in sight.</param>
/// <param name="Keep">The window may stay where it is; also where there is none and none is needed.</param>
/// <param name="Candidates">Where it could be, best first.</param>
/// <param name="Urgent">Nothing is free before it falls due.</param>
/// <param name="BlockFrom">From here to the window nothing more may be booked.</param>
internal sealed record PlanDecision(Instant? DueAt, bool Keep, ImmutableArray<Slot> Candidates, bool Urgent, Instant? BlockFrom);

/// <summary>
/// When a plan's work is to be done: before the meter can pass its mark, in time that nobody has booked, and of that in the hours in which the tool is used least.
/// Pure, so that a year of it is tested in a second.
/// </summary>
internal static class Planning
{
    /// <summary>How far ahead time is looked for.</summary>
    public static readonly Duration Reach = Duration.FromDays(60);

    /// <summary>How long before its window the order for the work is made.</summary>
    public static readonly Duration OrderAhead = Duration.FromDays(3);

    /// <summary>So long after its window the work counts as missed.</summary>
    public static readonly Duration Overdue = Duration.FromHours(1);

    private static readonly Duration Notice = Duration.FromHours(2);
    private static readonly Duration Step = Duration.FromMinutes(30);
    private static readonly Duration Near = Duration.FromDays(7);
    private const int MostCandidates = 40;

    /// <summary>Where a window is looked for, use may grow by a quarter, and it is early enough still.</summary>
    private const decimal Careful = 1.25m;

    /// <summary>One that stands is left while use may grow by a tenth: each use changes the average a little, and must not move it.</summary>
    private const decimal Steady = 1.1m;

    public static PlanDecision Decide(PlanView plan, PlanFacts facts)
    {
        var (early, due) = Due(plan, facts);
        var window = plan.Window is { } planned && facts.Now < planned.Slot.End + Overdue ? planned.Slot : (Slot?)null;
        if (window is { } begun && begun.Start <= facts.Now) return new PlanDecision(due, true, [], plan.Urgent, null);
        if (due is not { } by || (by > facts.Now + Reach && window is null)) return new PlanDecision(due, window is null || window.Value.Start < facts.Now + Near, [], false, null);
        // What is urgent stays so until there is room again: else each use would take the blocks back, and the next place them anew.
        var last = plan.Urgent ? by : Instant.Max(by, Due(plan, facts, Steady).Due ?? by);
        if (window is { } standing && standing.Start <= last) return Early(plan, facts, standing, due, early, by);
        var found = Found(plan, facts, early, by, last);
        if (!found.IsEmpty) return new PlanDecision(due, false, found, false, null);
        // Too late for all: what is nearest then, and until it comes nobody may use up what is left.
        return window is not null
            ? new PlanDecision(due, true, [], true, by)
            : new PlanDecision(due, false, Nearest(plan, facts), true, by);
    }

    // With room before it falls due, so that the next uses do not move it; else in the last quarter of the interval; else wherever it is early enough.
    private static ImmutableArray<Slot> Found(PlanView plan, PlanFacts facts, Instant early, Instant by, Instant last)
    {
        var soon = facts.Now + Notice;
        var from = Instant.Max(early, soon);
        var found = Candidates(plan, facts, from, by - ((by - from) / 3));
        if (found.IsEmpty) found = Candidates(plan, facts, from, by);
        if (found.IsEmpty) found = Candidates(plan, facts, soon, by);
        return found.IsEmpty ? Candidates(plan, facts, soon, last) : found;
    }

    // It stays, unless it lies in the first half of the interval, and not in this week, and there is a better time.
    private static PlanDecision Early(PlanView plan, PlanFacts facts, Slot standing, Instant? due, Instant early, Instant by)
    {
        if (standing.Start <= facts.Now + Near || standing.Start >= Due(plan, facts, part: 2).Early) return new PlanDecision(due, true, [], false, null);
        if (by > facts.Now + Reach) return new PlanDecision(due, false, [], false, null);
        var better = Candidates(plan, facts, early, by);
        return new PlanDecision(due, better.IsEmpty, better, false, null);
    }

    /// <summary>From when the work is not wasteful, and by when it has to begin.</summary>
    /// <param name="careful">By how much use may grow.</param>
    /// <param name="part">Not wasteful is the last so-manieth of the interval.</param>
    public static (Instant Early, Instant? Due) Due(PlanView plan, PlanFacts facts, decimal careful = Careful, int part = 4)
    {
        var (byUse, byDays) = (ByUse(plan, facts, careful, part), ByDays(plan, part));
        return (byUse, byDays) switch
        {
            ({ } use, { } days) => use.Due < days.Due ? (use.Early, use.Due) : (days.Early, days.Due),
            ({ } use, null) => (use.Early, use.Due),
            (null, { } days) => (days.Early, days.Due),
            _ => (facts.Now, null),
        };
    }

    private static (Instant Early, Instant Due)? ByDays(PlanView plan, int part)
    {
        if (plan.Definition.EveryDays is not { } days) return null;
        var due = plan.Since + Duration.FromDays(days) - plan.Definition.Length;
        return (due - Duration.FromDays(Math.Min(56.0, days) / part), due);
    }

    private static (Instant Early, Instant Due)? ByUse(PlanView plan, PlanFacts facts, decimal careful, int part)
    {
        if (plan.Definition.EveryUse is not { } every) return null;
        var left = plan.Reading + every - facts.Reading;
        // One booking more, the longest there can be, must still fit before the mark.
        var spare = facts.CountsBooked ? (decimal)facts.Longest.TotalHours : 0;
        if (Reached(left, spare, facts.PerDay * careful, facts) is not { } due) return null;
        return (Reached(left - (every / part), 0, facts.PerDay, facts) ?? facts.Now, due);
    }

    /// <summary>When the meter will have gone on by so much: by the average of late or by what is booked, whichever is sooner.</summary>
    private static Instant? Reached(decimal amount, decimal spare, decimal perDay, PlanFacts facts)
    {
        if (amount <= 0) return facts.Now;
        Instant? byRate = perDay > 0 && amount / perDay < 3650 ? facts.Now + Duration.FromDays((double)(amount / perDay)) : null;
        if (!facts.CountsBooked) return byRate;
        var left = amount - spare;
        foreach (var claim in facts.Claims)
        {
            var hours = (decimal)claim.Duration.TotalHours;
            if (left <= hours)
            {
                var booked = Instant.Max(facts.Now, claim.Start + Duration.FromHours((double)Math.Max(0, left)));
                return byRate < booked ? byRate : booked;
            }
            left -= hours;
        }
        return byRate;
    }

    private static ImmutableArray<Slot> Candidates(PlanView plan, PlanFacts facts, Instant from, Instant by) =>
        [.. Starts(plan, facts, from, by).OrderBy(s => facts.Busy.In(s, facts.Zone)).ThenByDescending(s => s.Start).Take(MostCandidates)];

    private static ImmutableArray<Slot> Nearest(PlanView plan, PlanFacts facts) =>
        [.. Starts(plan, facts, facts.Now + Notice, facts.Now + Reach).Take(MostCandidates)];

    // Its own window is no hindrance to itself.
    private static IEnumerable<Slot> Starts(PlanView plan, PlanFacts facts, Instant from, Instant by)
    {
        var length = plan.Definition.Length;
        foreach (var free in Intervals.Subtract(facts.Staffed, facts.Claims.Concat(facts.Closed)))
        {
            var first = Instant.Max(free.Start, from);
            var since = first.ToUnixTimeSeconds() % (long)Step.TotalSeconds;
            for (var at = since == 0 ? first : first + Step - Duration.FromSeconds(since); at <= by && at + length <= free.End; at += Step) yield return new Slot(at, at + length);
        }
    }

    /// <summary>The free time from there to the window, which nobody may book any more.</summary>
    public static ImmutableArray<Slot> Blocks(Instant from, Slot window, PlanFacts facts) => window.Start <= from ? [] :
        [.. Intervals.Subtract([new Slot(Instant.Max(from, facts.Now), window.Start)], facts.Claims.Concat(facts.Closed)).Take(MostCandidates)];
}
