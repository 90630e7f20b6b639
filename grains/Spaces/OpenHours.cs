using System.Collections.Immutable;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Spaces;

/// <summary>When the space is open, as instants.</summary>
public static class OpenHours
{
    /// <summary>The open intervals inside <paramref name="window"/>, closures taken out.</summary>
    public static ImmutableArray<Slot> Within(Slot window, SpaceFacts space)
    {
        if (!window.IsValid) return [];
        var open = space.OpeningHours is { } hours ? hours.SelectMany(h => Occurrences(h.Day, h.From, h.To, window, space.Zone)) : [window];
        return Intervals.Subtract(open.Select(o => o.Intersect(window)).OfType<Slot>(), space.Closures.Select(c => c.Slot));
    }

    /// <summary>The parts of <paramref name="window"/> in which staff are there: the staffed hours where they are set, else the opening hours; never in a closure.</summary>
    public static ImmutableArray<Slot> Staffed(Slot window, SpaceFacts space) =>
        Within(window, space.StaffedHours is null ? space : space with { OpeningHours = space.StaffedHours });

    /// <summary>The first instant at or after <paramref name="from"/> at which the space is open; null if there is none in the next four weeks.</summary>
    public static Instant? NextOpening(Instant from, SpaceFacts space)
    {
        var open = Within(new Slot(from, from + Duration.FromDays(28)), space);
        return open.IsEmpty ? null : open[0].Start;
    }

    /// <summary>The first instant at or after <paramref name="from"/> at which staff are there; null if there is none in the next four weeks.</summary>
    public static Instant? NextStaffed(Instant from, SpaceFacts space)
    {
        var staffed = Staffed(new Slot(from, from + Duration.FromDays(28)), space);
        return staffed.IsEmpty ? null : staffed[0].Start;
    }

    /// <summary>A weekly window of local time as the slots that may touch <paramref name="within"/>. A window that ends no later than it starts runs past midnight.</summary>
    /// <remarks>Local times that the clocks skip or repeat map leniently: forward by the gap's length, and to the earlier of two.</remarks>
    internal static IEnumerable<Slot> Occurrences(IsoDayOfWeek day, LocalTime from, LocalTime to, Slot within, DateTimeZone zone)
    {
        var last = within.End.InZone(zone).Date;
        for (var date = within.Start.InZone(zone).Date.PlusDays(-1); date <= last; date = date.PlusDays(1))
        {
            if (date.DayOfWeek != day) continue;
            var end = to <= from ? date.PlusDays(1) : date;
            yield return new Slot(date.At(from).InZoneLeniently(zone).ToInstant(), end.At(to).InZoneLeniently(zone).ToInstant());
        }
    }
}
