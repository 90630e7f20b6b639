using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;

namespace Makerspace.Reservations.Rules;

/// <summary>Rules about the room people are in: outages, capacity, buddies. One method a rule, named as in docs/rules.md.</summary>
internal static class AreaRules
{
    public static IEnumerable<Refusal> Refusals(string areaId, AreaState area, ClaimRequest request) =>
        ClaimRules.Outage(area.Outages, request.Slot, areaId);

    /// <summary>What a hazardous tool asks of a buddy in that slot; null where it needs none.</summary>
    public static BuddyNeed? Need(ToolTerms tool, SpaceFacts space, Slot slot)
    {
        if (tool.Policy.Hazardous != true || !slot.IsBookable) return null;
        var alone = Intervals.Subtract([slot], OpenHours.Staffed(slot, space));
        return alone.IsEmpty ? null : new BuddyNeed(alone, tool.Policy.RequiredCertifications ?? []);
    }
}
