using System.Globalization;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Web.Mentors;

/// <summary>A part of a weekday that a mentor's own calendar has taken.</summary>
/// <param name="Day">From Monday, 0.</param>
/// <param name="From">Minutes of the day.</param>
/// <param name="To">Minutes of the day; 1440 is midnight.</param>
internal readonly record struct BusySpan(int Day, int From, int To);

/// <summary>The next seven days of a mentor's busy times, each weekday once, as the grid of weekly hours draws them.</summary>
internal static class BusyWeek
{
    private const int Minutes = 24 * 60;

    /// <summary>From today on, by the mentor's clock, seven days.</summary>
    public static IEnumerable<Slot> Ahead(IEnumerable<Slot> busy, DateTimeZone zone, Instant now)
    {
        var today = now.InZone(zone).Date;
        var week = new Slot(zone.AtStartOfDay(today).ToInstant(), zone.AtStartOfDay(today.PlusDays(7)).ToInstant());
        return busy.Select(b => b.Intersect(week)).OfType<Slot>();
    }

    /// <summary>By the clock on the wall, cut at midnight.</summary>
    public static IReadOnlyList<BusySpan> Of(IEnumerable<Slot> ahead, DateTimeZone zone)
    {
        var spans = new List<BusySpan>();
        foreach (var (start, end) in ahead.Select(b => (b.Start.InZone(zone).LocalDateTime, b.End.InZone(zone).LocalDateTime)))
            for (var day = start.Date; day.AtMidnight() < end; day = day.PlusDays(1))
            {
                var (from, to) = (day == start.Date ? Minute(start.TimeOfDay) : 0, day == end.Date ? Minute(end.TimeOfDay) : Minutes);
                // An hour that the clocks take back has no length on the wall.
                if (from < to) spans.Add(new BusySpan((int)day.DayOfWeek - 1, from, to));
            }
        return spans;
    }

    /// <summary>As the script reads it.</summary>
    public static string Text(IEnumerable<BusySpan> spans) => string.Join(' ', spans.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Day}:{s.From}-{s.To}")));

    private static int Minute(LocalTime time) => (time.Hour * 60) + time.Minute;
}
