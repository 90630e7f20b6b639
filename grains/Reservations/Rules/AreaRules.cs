using System.Collections.Immutable;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;

namespace Makerspace.Reservations.Rules;

/// <summary>Rules about the room people are in: outages, capacity, buddies. One method a rule, named as in docs/rules.md.</summary>
internal static class AreaRules
{
    public static IEnumerable<Refusal> Refusals(string areaId, AreaState area, ClaimRequest request)
    {
        if (!request.Slot.IsBookable) return [];   // slot-invalid says it
        // Once the slot is taken the place in the area is too. Who takes it over may be one more, where the giver stays on another booking.
        var full = request.Occasion == Occasion.Use ? [] : AreaFull(areaId, area, request);
        return [.. ClaimRules.Outage(area.Outages, request.Slot, areaId), .. full, .. BuddyRequired(areaId, area, request)];
    }

    /// <summary>At no instant of the slot are there already as many other people as the area may hold. Somebody with two bookings counts once.</summary>
    public static IEnumerable<Refusal> AreaFull(string areaId, AreaState area, ClaimRequest request)
    {
        if (area.Definition?.Capacity is not { } capacity) yield break;
        var slot = request.Slot;
        var people = Others(area, request).SelectMany(c => c.Slots.Select(s => (c.MemberId, Part: s.Intersect(slot)))).Where(p => p.Part is not null)
            .GroupBy(p => p.MemberId, p => p.Part!.Value, StringComparer.Ordinal).ToList();
        if (people.Count < capacity) yield break;
        var full = capacity < 1 ? [slot] : Intervals.Deeper(people.SelectMany(p => Intervals.Union(p)), capacity);
        if (!full.IsEmpty)
            yield return new AreaFull(areaId, capacity, full) { Setting = new SettingSource("capacity", SettingLevel.Area, areaId) };
    }

    /// <summary>At every instant without staff somebody else who is certified at that instant is booked in the area.</summary>
    public static IEnumerable<Refusal> BuddyRequired(string areaId, AreaState area, ClaimRequest request)
    {
        if (request.Buddy is not { } need) yield break;
        var buddies = Others(area, request).Select(c => Certified(c, need.Certifications, request.Space)).OfType<Slot>();
        var alone = Intervals.Subtract(need.Unstaffed, buddies);
        if (!alone.IsEmpty) yield return new BuddyRequired(alone, areaId) { Setting = need.Setting };
    }

    /// <summary>What a hazardous tool asks of a buddy in that slot; null where it needs none.</summary>
    public static BuddyNeed? Need(ToolTerms tool, SpaceFacts space, Slot slot, string? planId = null)
    {
        if (tool.Policy.Hazardous != true || !slot.IsBookable) return null;
        var alone = Intervals.Subtract([slot], OpenHours.Staffed(slot, space));
        if (alone.IsEmpty) return null;
        return new BuddyNeed(alone, tool.Policy.RequiredCertifications ?? []) { Setting = tool.Levels(planId, space).SourceOf("hazardous", p => p.Hazardous) };
    }

    // Somebody else: neither this booking nor another of the same member.
    private static IEnumerable<Claim> Others(AreaState area, ClaimRequest request) =>
        area.Claims.Where(c => c.BookingId != request.BookingId && c.MemberId != request.MemberId);

    // The part of a buddy's time in which they hold all of it.
    private static Slot? Certified(Claim claim, ImmutableArray<string> needed, SpaceFacts space)
    {
        var sure = Surely(claim);
        foreach (var id in needed)
        {
            if (claim.Held is null && claim.Certifications?.Contains(id) == true) continue;   // kept before its end was
            sure = claim.Held?.FirstOrDefault(h => h.Id == id)?.Valid(space.Lapses) is { } valid ? sure?.Intersect(valid) : null;
        }
        return sure;
    }

    // Of a buddy whose booking moves, only the time that is the same before and after is certain.
    private static Slot? Surely(Claim claim) => claim.Next is { } next ? claim.Slot.Intersect(next) : claim.Slot;
}
