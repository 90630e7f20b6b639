using System.Collections.Immutable;
using Makerspace.Spaces;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Tools;

/// <summary>When a tool's peak hours are, as instants: for <c>too-long</c>, and for what an hour costs.</summary>
internal static class PeakHours
{
    /// <summary>The parts of the slot inside peak hours. A window may cross midnight, and lie wholly inside the slot or around it.</summary>
    public static ImmutableArray<Slot> Within(Slot slot, IEnumerable<PeakWindow> peak, DateTimeZone zone) =>
        Intervals.Union(peak.SelectMany(w => w.Days.SelectMany(day => OpenHours.Occurrences(day, w.From, w.To, slot, zone)))
            .Select(window => window.Intersect(slot)).OfType<Slot>());
}
