using System.Collections.Immutable;
using Makerspace.Members;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations.Rules;

/// <summary>Rules that count a member's other bookings of the tool. One method a rule, named as in docs/rules.md.</summary>
/// <remarks>To come with issue 3, each as a method here: <c>weekly-limit</c>, <c>future-bookings-limit</c>, <c>member-elsewhere</c>.</remarks>
internal static class LimitRules
{
    public static IEnumerable<Refusal> Refusals(MemberState member, HoldRequest request, Slot slot, Instant now)
    {
        if (!slot.IsBookable) return [];   // slot-invalid says it
        var policy = request.Tool.Policy;
        var zone = request.Space.Zone;
        // A limit never counts the booking against itself.
        var others = member.Holds.Where(h => h.BookingId != request.BookingId && h.ToolId == request.Tool.ToolId).SelectMany(h => h.Slots).ToImmutableArray();
        return
        [
            .. DailyLimit(others, slot, policy, zone),
            .. DailyHours(others, slot, policy, zone),
            .. FutureHoursLimit(others, slot, policy, now),
            .. MinimumGap(others, slot, policy),
        ];
    }

    /// <summary>A booking counts in every local day it touches.</summary>
    public static IEnumerable<Refusal> DailyLimit(ImmutableArray<Slot> others, Slot slot, Policy policy, DateTimeZone zone)
    {
        if (policy.MaxBookingsPerDay is not { } limit) yield break;
        foreach (var (day, date) in LocalDays(slot, zone))
        {
            var used = others.Count(o => o.Overlaps(day));
            if (used + 1 > limit) yield return new DailyLimit(date, limit, used);
        }
    }

    /// <summary>Hours are split at local midnight. The same code as <see cref="DailyLimit"/>.</summary>
    public static IEnumerable<Refusal> DailyHours(ImmutableArray<Slot> others, Slot slot, Policy policy, DateTimeZone zone)
    {
        if (policy.MaxHoursPerDay is not { } limit) yield break;
        foreach (var (day, date) in LocalDays(slot, zone))
        {
            var used = Total(others.Select(o => o.Intersect(day)).OfType<Slot>());
            var asked = slot.Intersect(day)!.Value.Duration;
            if (used + asked > limit) yield return new DailyHoursLimit(date, limit, used, asked);
        }
    }

    /// <summary>Counts bookings that have not begun; one already started is not future.</summary>
    public static IEnumerable<Refusal> FutureHoursLimit(ImmutableArray<Slot> others, Slot slot, Policy policy, Instant now)
    {
        if (policy.MaxFutureHours is not { } limit || slot.Start <= now) yield break;
        var used = Total(others.Where(o => o.Start > now));
        if (used + slot.Duration > limit) yield return new FutureHoursLimit(limit, used, slot.Duration);
    }

    /// <summary>The set time lies between the member's bookings of one tool, on either side; both sides are named.</summary>
    public static IEnumerable<Refusal> MinimumGap(ImmutableArray<Slot> others, Slot slot, Policy policy)
    {
        if (policy.MinimumGap is not { } gap) yield break;
        foreach (var other in others.Where(o => o.End <= slot.Start && slot.Start - o.End < gap).OrderBy(o => o.End).TakeLast(1))
            yield return new MinimumGap(gap, other, OtherIsBefore: true);
        foreach (var other in others.Where(o => o.Start >= slot.End && o.Start - slot.End < gap).OrderBy(o => o.Start).Take(1))
            yield return new MinimumGap(gap, other, OtherIsBefore: false);
        foreach (var other in others.Where(o => o.Overlaps(slot)).Take(1))
            yield return new MinimumGap(gap, other, OtherIsBefore: other.Start <= slot.Start);
    }

    private static IEnumerable<(Slot Day, LocalDate Date)> LocalDays(Slot slot, DateTimeZone zone)
    {
        for (var date = slot.Start.InZone(zone).Date; ; date = date.PlusDays(1))
        {
            var day = new Slot(zone.AtStartOfDay(date).ToInstant(), zone.AtStartOfDay(date.PlusDays(1)).ToInstant());
            if (day.Start >= slot.End) yield break;
            yield return (day, date);
        }
    }

    private static Duration Total(IEnumerable<Slot> slots) => slots.Aggregate(Duration.Zero, (sum, s) => sum + s.Duration);
}
