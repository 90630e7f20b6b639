using System.Collections.Immutable;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations.Rules;

/// <summary>Rules about what the thing booked already has on its calendar. One method a rule, named as in docs/rules.md.</summary>
internal static class ClaimRules
{
    /// <summary>The bound that keeps a tool's state small, where the policy sets none lower.</summary>
    public const int MostUpcoming = 500;

    /// <summary>The same bound for what is booked inside a room, of all its tools together.</summary>
    public const int MostInside = 2000;

    public static IEnumerable<Refusal> Refusals(ToolState tool, ClaimRequest request, Policy policy, PolicyLevels levels, Instant now)
    {
        var slot = request.Slot;
        if (!slot.IsBookable) return [];   // slot-invalid says it
        IEnumerable<Refusal> standing =
        [
            .. Outage(tool.Outages, slot, areaId: null),
            .. ToolOutOfService(tool.Definition.OutOfService, tool.Definition.ExpectedBack, slot),
        ];
        if (request.Occasion is Occasion.Use or Occasion.HandOver) return standing;
        var near = Nearby.Of(tool.Claims, request, request.Use == ClaimUse.Whole ? policy.Buffer ?? Duration.Zero : Duration.Zero, now);
        var conflicts = ResourceConflict(near, request);
        return request.Use == ClaimUse.Inside
            ? [.. standing, .. conflicts, .. ScheduleFull(near, policy, levels, request.Use)]
            :
            [
                .. standing,
                .. conflicts,
                .. SlotTaken(tool.Claims, near, request, policy, levels),
                .. Buffer(near, request, policy, levels),
                .. ScheduleFull(near, policy, levels, request.Use),
            ];
    }

    /// <summary>At no instant of the slot are there already as many claims as the tool bears. Half-open: 10–11 and 11–12 do not meet.</summary>
    public static IEnumerable<Refusal> SlotTaken(ImmutableArray<Claim> claims, Nearby near, ClaimRequest request, Policy policy, PolicyLevels levels)
    {
        var concurrency = policy.Concurrency ?? 1;
        var slot = request.Slot;
        var overlapping = near.Overlapping(ClaimUse.Whole).ToList();
        if (overlapping.Count < concurrency) yield break;
        var full = Intervals.Deeper(overlapping.Select(t => t.Slot.Intersect(slot)!.Value), concurrency);
        if (full.IsEmpty) yield break;
        yield return new SlotTaken(full, concurrency, Nearby.NextFree(claims, request, concurrency))
        {
            Setting = levels.SourceOf("concurrency", p => p.Concurrency),
        };
    }

    /// <summary>Set-up and cleaning time lies between the slot and other members' claims; the nearest on either side is named.</summary>
    public static IEnumerable<Refusal> Buffer(Nearby near, ClaimRequest request, Policy policy, PolicyLevels levels)
    {
        if (policy.Buffer is not { } buffer || !near.TooNear(buffer, policy.Concurrency ?? 1)) yield break;
        var source = levels.SourceOf("buffer", p => p.Buffer);
        if (near.Before is { } before) yield return new BufferNeeded(buffer, before, OtherIsBefore: true) { Setting = source };
        if (near.After is { } after) yield return new BufferNeeded(buffer, after, OtherIsBefore: false) { Setting = source };
    }

    /// <summary>Who books a room whole has all that is in it; who books something inside keeps the room from being booked whole. Siblings do not meet.</summary>
    public static IEnumerable<Refusal> ResourceConflict(Nearby near, ClaimRequest request)
    {
        var taken = near.Overlapping(request.Use == ClaimUse.Whole ? ClaimUse.Inside : ClaimUse.Whole).Select(t => t.Slot.Intersect(request.Slot)!.Value).ToList();
        if (taken.Count > 0) yield return new ResourceConflict(request.ThingId, Intervals.Union(taken));
    }

    /// <summary>The slot touches no planned outage.</summary>
    public static IEnumerable<DuringOutage> Outage(IEnumerable<Outage> outages, Slot slot, string? areaId) =>
        outages.Where(o => o.Slot.Overlaps(slot)).Select(o => new DuringOutage(o.Id, o.Title, o.Slot, areaId));

    /// <summary>The tool works, or is expected back by the start.</summary>
    public static IEnumerable<ToolOutOfService> ToolOutOfService(bool broken, Instant? expectedBack, Slot slot)
    {
        if (broken && (expectedBack is not { } back || slot.Start < back)) yield return new ToolOutOfService(expectedBack);
    }

    /// <summary>The calendar has room for one more booking to come.</summary>
    public static IEnumerable<Refusal> ScheduleFull(Nearby near, Policy policy, PolicyLevels levels, ClaimUse use)
    {
        // What is set is about bookings of the room itself; what is inside it only has the bound.
        var limit = use == ClaimUse.Whole ? Math.Min(policy.MaxUpcoming ?? MostUpcoming, MostUpcoming) : MostInside;
        if (near.Upcoming(use) >= limit) yield return new ScheduleFull(limit) { Setting = levels.SourceOf("maxUpcoming", p => p.MaxUpcoming) };
    }
}
