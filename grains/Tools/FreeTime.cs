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
        return Within(window, OpenHours.Within(window, space), tool, concurrency, outages.Select(o => o.Slot), claims, []);
    }

    /// <summary>The same where the open hours are known already: computed once for many tools.</summary>
    /// <param name="window">What is looked at.</param>
    /// <param name="open">The open hours in it.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="concurrency">How many claims may share an instant.</param>
    /// <param name="outages">When it cannot be used.</param>
    /// <param name="claims">What is booked of it.</param>
    /// <param name="blocked">When it cannot be booked however many may share it: its room is booked, or something inside it.</param>
    public static ImmutableArray<Slot> Within(
        Slot window, ImmutableArray<Slot> open, ToolDefinition tool, int concurrency, IEnumerable<Slot> outages, IEnumerable<Slot> claims, IEnumerable<Slot> blocked)
    {
        if (tool.Mentor is { } mentor) open = mentor.Hours(window, open);
        if (tool.OutOfService) open = Intervals.Subtract(open, [new Slot(window.Start, tool.ExpectedBack ?? window.End)]);
        Slot[] holes = [.. outages, .. blocked, .. Intervals.Deeper(claims, concurrency)];
        return holes.Length == 0 ? open : Intervals.Subtract(open, holes);
    }
}
