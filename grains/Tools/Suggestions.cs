using System.Collections.Immutable;
using Makerspace.Reservations;
using Makerspace.Reservations.Rules;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Tools;

/// <summary>The free slots nearest to one that was refused, by the tool's own rules.</summary>
internal static class Suggestions
{
    /// <summary>How far around the asked start to look.</summary>
    public static readonly Duration Reach = Duration.FromDays(14);

    /// <summary>At most <paramref name="most"/> slots of the asked length that break no rule of the tool, nearest start first.</summary>
    public static ImmutableArray<Slot> Nearest(ToolState tool, ClaimRequest request, Instant now, int most)
    {
        var policy = PolicyLevels.Of(request.ThingId, tool.Definition.AreaId, tool.Definition.Category, tool.Definition.Policy, request.PlanId, request.Space).Effective;
        if (!request.Slot.IsBookable || request.Slot.Duration > Reach) return [];
        return Free(tool, request, policy, now)
            .SelectMany(gap => Fits(gap, request.Slot, policy, request.Space.Zone))
            .OrderBy(slot => Distance(slot, request.Slot)).ThenBy(slot => slot.Start)
            .Where(slot => Deciding.Refusals(tool, request with { Slot = slot, PolicyVersion = null, OverrideReason = null }, now).IsEmpty)
            .Take(most).ToImmutableArray();
    }

    private static ImmutableArray<Slot> Free(ToolState tool, ClaimRequest request, Policy policy, Instant now)
    {
        var earliest = Instant.Max(SlotRules.StepAt(now, policy, request.Space.Zone), now + (policy.Notice ?? Duration.Zero));
        var latest = policy.Horizon is { } horizon ? now + horizon + request.Slot.Duration : Instant.MaxValue;
        var window = new Slot(Instant.Max(earliest, request.Slot.Start - Reach), Instant.Min(latest, request.Slot.End + Reach));
        if (!window.IsValid) return [];
        var others = tool.Claims.RemoveAll(c => request.IsOwn(c.BookingId));
        var taken = others.Where(c => c.Use == ClaimUse.Whole).SelectMany(c => c.Slots.Select(s => c.MemberId == request.MemberId ? s : Cleaned(s, policy)));
        var inside = others.Where(c => c.Use == ClaimUse.Inside).SelectMany(c => c.Slots);
        return Intervals.Subtract(FreeTime.Within(window, request.Space, tool.Definition, tool.Outages, taken), inside.Concat(tool.Busy ?? []));
    }

    // Where several share the tool, a place is cleaned while another is used: the rules will tell.
    private static Slot Cleaned(Slot slot, Policy policy) =>
        policy.Buffer is { } buffer && (policy.Concurrency ?? 1) == 1 ? new Slot(slot.Start - buffer, slot.End + buffer) : slot;

    // In one gap: the start nearest to the asked one, and the gap's first start, which leaves no splinter before it.
    private static IEnumerable<Slot> Fits(Slot gap, Slot asked, Policy policy, DateTimeZone zone)
    {
        var first = StepAtOrAfter(gap.Start, policy, zone);
        var last = SlotRules.StepAt(gap.End - asked.Duration, policy, zone);
        if (last < first) return [];
        var nearest = SlotRules.StepAt(Instant.Max(first, Instant.Min(last, asked.Start)), policy, zone);
        return new[] { nearest, first, last }.Distinct().Select(asked.StartingAt).Where(s => gap.Start <= s.Start && s.End <= gap.End);
    }

    private static Instant StepAtOrAfter(Instant instant, Policy policy, DateTimeZone zone)
    {
        var step = SlotRules.StepAt(instant, policy, zone);
        return step == instant ? step : step + SlotRules.Grid(policy);
    }

    private static Duration Distance(Slot slot, Slot asked) =>
        slot.Start > asked.Start ? slot.Start - asked.Start : asked.Start - slot.Start;
}
