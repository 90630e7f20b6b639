using Makerspace.Members;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations.Rules;

/// <summary>Rules that count a member's other bookings: of the tool, of its category, of all. One method a rule, named as in docs/rules.md.</summary>
internal static class LimitRules
{
    public static IEnumerable<Refusal> Refusals(MemberState member, HoldRequest request, Slot slot, Instant now)
    {
        // Switching on takes nothing that is not counted already.
        if (!slot.IsBookable || request.Occasion == Occasion.Use) return [];   // slot-invalid says it
        var zone = request.Space.Zone;
        var refusals = MemberElsewhere(member, request, slot).ToList();
        foreach (var tool in request.Tools) refusals.AddRange(OfTool(tool, member, request, slot, now));
        foreach (var counting in OfCategories(member, request)) refusals.AddRange(Limits(counting, slot, zone, now));
        if (OfPlan(member, request) is { } all) refusals.AddRange(Limits(all, slot, zone, now));
        return refusals.Count > 1 ? refusals.Distinct() : refusals;
    }

    /// <summary>Every limit, of whatever scope.</summary>
    public static IEnumerable<Refusal> Limits(Counting counting, Slot slot, DateTimeZone zone, Instant now) =>
    [
        .. DailyLimit(counting, slot, zone),
        .. DailyHoursLimit(counting, slot, zone),
        .. WeeklyLimit(counting, slot, zone),
        .. WeeklyHoursLimit(counting, slot, zone),
        .. FutureBookingsLimit(counting, slot, now),
        .. FutureHoursLimit(counting, slot, now),
    ];

    /// <summary>A booking counts in every local day it touches.</summary>
    public static IEnumerable<Refusal> DailyLimit(Counting counting, Slot slot, DateTimeZone zone)
    {
        if (counting.Limits.MaxBookingsPerDay is not { } limit) yield break;
        foreach (var (day, date) in CivilTime.Days(slot, zone))
        {
            var used = counting.Touching(day);
            if (used + 1 > limit) yield return new DailyLimit(date, limit, used) { Setting = counting.Source("maxBookingsPerDay", p => p.MaxBookingsPerDay) };
        }
    }

    /// <summary>Hours are split at local midnight. The same code as <see cref="DailyLimit"/>.</summary>
    public static IEnumerable<Refusal> DailyHoursLimit(Counting counting, Slot slot, DateTimeZone zone)
    {
        if (counting.Limits.MaxHoursPerDay is not { } limit) yield break;
        foreach (var (day, date) in CivilTime.Days(slot, zone))
        {
            var (used, asked) = (counting.Within(day), slot.Intersect(day)!.Value.Duration);
            if (used + asked > limit)
                yield return new DailyHoursLimit(date, limit, used, asked) { Setting = counting.Source("maxHoursPerDay", p => p.MaxHoursPerDay) };
        }
    }

    /// <summary>A booking counts in every ISO week it touches; a week across two months, or years, is one week.</summary>
    public static IEnumerable<Refusal> WeeklyLimit(Counting counting, Slot slot, DateTimeZone zone)
    {
        if (counting.Limits.MaxBookingsPerWeek is not { } limit) yield break;
        foreach (var (week, monday) in CivilTime.Weeks(slot, zone))
        {
            var used = counting.Touching(week);
            if (used + 1 > limit) yield return new WeeklyLimit(monday, limit, used) { Setting = counting.Source("maxBookingsPerWeek", p => p.MaxBookingsPerWeek) };
        }
    }

    /// <summary>Hours are split at the midnight before Monday. The same code as <see cref="WeeklyLimit"/>.</summary>
    public static IEnumerable<Refusal> WeeklyHoursLimit(Counting counting, Slot slot, DateTimeZone zone)
    {
        if (counting.Limits.MaxHoursPerWeek is not { } limit) yield break;
        foreach (var (week, monday) in CivilTime.Weeks(slot, zone))
        {
            var (used, asked) = (counting.Within(week), slot.Intersect(week)!.Value.Duration);
            if (used + asked > limit)
                yield return new WeeklyHoursLimit(monday, limit, used, asked) { Setting = counting.Source("maxHoursPerWeek", p => p.MaxHoursPerWeek) };
        }
    }

    /// <summary>Counts bookings that have not begun; one already started is not future.</summary>
    public static IEnumerable<Refusal> FutureBookingsLimit(Counting counting, Slot slot, Instant now)
    {
        if (counting.Limits.MaxFutureBookings is not { } limit || slot.Start <= now) yield break;
        var used = counting.Others.Count(b => b.BeginsAfter(now));
        if (used + 1 > limit) yield return new FutureBookingsLimit(limit, used) { Setting = counting.Source("maxFutureBookings", p => p.MaxFutureBookings) };
    }

    /// <summary>Counts the hours of bookings that have not begun.</summary>
    public static IEnumerable<Refusal> FutureHoursLimit(Counting counting, Slot slot, Instant now)
    {
        if (counting.Limits.MaxFutureHours is not { } limit || slot.Start <= now) yield break;
        var used = counting.Others.Aggregate(Duration.Zero, (sum, b) => sum + b.After(now));
        if (used + slot.Duration > limit)
            yield return new FutureHoursLimit(limit, used, slot.Duration) { Setting = counting.Source("maxFutureHours", p => p.MaxFutureHours) };
    }

    /// <summary>The set time lies between the member's bookings of one tool, on either side; the nearest on both sides are named.</summary>
    public static IEnumerable<Refusal> MinimumGap(Counting counting, Slot slot, Policy policy)
    {
        if (policy.MinimumGap is not { } gap) yield break;
        Slot? before = null, after = null, across = null;
        foreach (var other in counting.Others.SelectMany(b => b.Other is { } second ? new[] { b.One, second } : [b.One]))
        {
            if (other.Overlaps(slot)) across ??= other;
            else if (other.End <= slot.Start && slot.Start - other.End < gap && !(before?.End >= other.End)) before = other;
            else if (other.Start >= slot.End && other.Start - slot.End < gap && !(after?.Start <= other.Start)) after = other;
        }
        foreach (var other in new[] { before, across, after }.OfType<Slot>())
            yield return new MinimumGap(gap, other, OtherIsBefore: other.Start <= slot.Start) { Setting = counting.Source("minimumGap", p => p.MinimumGap) };
    }

    /// <summary>Where the policy has the member do one thing at a time, no other booking or session of theirs overlaps, on whatever tool.</summary>
    public static IEnumerable<Refusal> MemberElsewhere(MemberState member, HoldRequest request, Slot slot)
    {
        if (request.Tools.FirstOrDefault(t => t.Policy.OneAtATime == true) is not { } tool) yield break;
        var source = tool.Levels(request.PlanId, request.Space).SourceOf("oneAtATime", p => p.OneAtATime);
        foreach (var hold in member.Holds)
        {
            if (request.IsOwn(hold.BookingId)) continue;
            foreach (var other in hold.Slots.Where(s => s.Overlaps(slot)).Take(1))
                yield return new MemberElsewhere(hold.BookingId, hold.ToolId, other) { Setting = source };
        }
    }

    private static IEnumerable<Refusal> OfTool(ToolTerms tool, MemberState member, HoldRequest request, Slot slot, Instant now)
    {
        var counting = new Counting(
            tool.Policy.Limits, Booked.Of(member.Holds, request, h => h.IsOf(tool.ToolId)),
            (name, setting) => tool.Levels(request.PlanId, request.Space).SourceOf(name, setting, LimitScope.Tool));
        return [.. Limits(counting, slot, request.Space.Zone, now), .. MinimumGap(counting, slot, tool.Policy)];
    }

    // A limit that the tool sets itself beats its category's.
    private static IEnumerable<Counting> OfCategories(MemberState member, HoldRequest request)
    {
        if (request.Space.Categories.IsEmpty) yield break;
        foreach (var tool in request.Tools)
        {
            if (tool.Category is not { } category || !request.Space.Categories.TryGetValue(category, out var rules)) continue;
            var limits = rules.Limits.Without(tool.Own.Limits);
            if (limits == Tools.Limits.None) continue;
            yield return new Counting(
                limits, Booked.Of(member.Holds, request, h => h.CountOf(category) > 0),
                (name, _) => new SettingSource(name, SettingLevel.Category, category, LimitScope.Category));
        }
    }

    private static Counting? OfPlan(MemberState member, HoldRequest request)
    {
        var planId = member.Definition.Membership.PlanId;
        if (request.Space.Plans.GetValueOrDefault(planId) is not { } plan || plan.Limits == Tools.Limits.None) return null;
        return new Counting(
            plan.Limits, Booked.Of(member.Holds, request, _ => true), (name, _) => new SettingSource(name, SettingLevel.Plan, planId, LimitScope.All));
    }
}
