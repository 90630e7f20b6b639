using System.Collections.Immutable;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations.Rules;

/// <summary>Rules about what the thing booked already has on its calendar. One method a rule, named as in docs/rules.md.</summary>
/// <remarks>To come with issue 3, each as a method here: <c>buffer</c>, <c>resource-conflict</c>.</remarks>
internal static class ClaimRules
{
    /// <summary>The bound that keeps a tool's state small, where the policy sets none lower.</summary>
    public const int MostUpcoming = 500;

    public static IEnumerable<Refusal> Refusals(ToolState tool, ClaimRequest request, Policy policy, PolicyLevels levels, Instant now)
    {
        var others = tool.Claims.WithoutBooking(request.BookingId);
        return
        [
            .. SlotTaken(others, request.Slot, policy),
            .. Outage(tool.Outages, request.Slot, areaId: null),
            .. OutOfService(tool.Definition.OutOfService, tool.Definition.ExpectedBack, request.Slot),
            .. ScheduleFull(others, policy, now),
        ];
    }

    /// <summary>At no instant of the slot are there already as many claims as the tool bears. Half-open: 10–11 and 11–12 do not meet.</summary>
    public static IEnumerable<Refusal> SlotTaken(ImmutableArray<Claim> others, Slot slot, Policy policy)
    {
        var concurrency = policy.Concurrency ?? 1;
        var overlapping = others.Overlapping(slot);
        if (overlapping.Length < concurrency || !slot.IsBookable) yield break;
        var full = Intervals.Deeper(overlapping.Select(c => c.Slot.Intersect(slot)!.Value), concurrency);
        if (!full.IsEmpty) yield return new SlotTaken(full, concurrency, NextFree(others, slot, concurrency));
    }

    /// <summary>The slot touches no planned outage.</summary>
    public static IEnumerable<DuringOutage> Outage(IEnumerable<Outage> outages, Slot slot, string? areaId) =>
        outages.Where(o => o.Slot.Overlaps(slot)).Select(o => new DuringOutage(o.Id, o.Title, o.Slot, areaId));

    /// <summary>The tool works, or is expected back by the start.</summary>
    public static IEnumerable<ToolOutOfService> OutOfService(bool broken, Instant? expectedBack, Slot slot)
    {
        if (broken && (expectedBack is not { } back || slot.Start < back)) yield return new ToolOutOfService(expectedBack);
    }

    /// <summary>The tool's calendar has room for one more booking to come.</summary>
    public static IEnumerable<Refusal> ScheduleFull(ImmutableArray<Claim> others, Policy policy, Instant now)
    {
        var limit = Math.Min(policy.MaxUpcoming ?? MostUpcoming, MostUpcoming);
        if (others.Count(c => c.Slot.End > now) >= limit) yield return new ScheduleFull(limit);
    }

    // The first gap at or after the asked start that is long enough, looking at claims only.
    private static Instant? NextFree(ImmutableArray<Claim> others, Slot slot, int concurrency)
    {
        var start = slot.Start;
        foreach (var full in Intervals.Deeper(others.Select(c => c.Slot), concurrency).Where(f => f.End > slot.Start))
        {
            if (full.Start >= start + slot.Duration) break;
            start = full.End;
        }
        return start;
    }
}
