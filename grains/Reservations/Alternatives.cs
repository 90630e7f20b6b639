using System.Collections.Immutable;
using Makerspace.Reservations.Rules;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>The free slots nearest to one that was refused, by the tool's own rules.</summary>
internal static class Alternatives
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
        var earliest = Instant.Max(SlotRules.StepAt(now, policy, request.Space.Zone), request.Slot.Start - Reach);
        var window = new Slot(earliest, request.Slot.End + Reach);
        var claims = tool.Claims.WithoutBooking(request.BookingId).Select(c => c.Slot);
        return window.IsValid ? FreeTime.Within(window, request.Space, tool.Definition, tool.Outages, claims) : [];
    }

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
