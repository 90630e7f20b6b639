using System.Collections.Immutable;
using Makerspace.Spaces;
using Makerspace.Time;

namespace Makerspace.Tools;

/// <summary>When a tool could be booked. One piece of arithmetic for the grain's suggestions, the API's availability and the boards.</summary>
public static class FreeTime
{
    /// <summary>
    /// The free intervals inside <paramref name="window"/>: open, without an outage, and with fewer claims than the tool's concurrency.
    /// Sorted, not touching. Limits of the person who asks are not considered.
    /// </summary>
    public static ImmutableArray<Slot> Within(
        Slot window, SpaceFacts space, ToolDefinition tool, IEnumerable<Outage> outages, IEnumerable<Slot> claims)
    {
        var concurrency = tool.Policy.Over(space.Defaults).Concurrency ?? 1;
        var open = OpenHours.Within(window, space);
        if (tool.OutOfService) open = Intervals.Subtract(open, [new Slot(window.Start, tool.ExpectedBack ?? window.End)]);
        return Intervals.Subtract(Intervals.Subtract(open, outages.Select(o => o.Slot)), Intervals.Deeper(claims, concurrency));
    }
}
