using System.Collections.Concurrent;
using NodaTime;

namespace Makerspace.Tests.Model;

/// <summary>
/// What the clocks on the wall show at each minute of a few weeks. A minute is counted from the first Monday's midnight; a local minute is
/// the same on the wall, so that local minute 1440 is Tuesday 00:00 whether or not the clocks were changed.
/// </summary>
internal sealed class Civil
{
    private const int Before = 10 * 1440;
    private const int Long = 80 * 1440;
    private static readonly ConcurrentDictionary<(string, Instant), Civil> Known = new();

    private readonly int[] local = new int[Long];
    private readonly int[] minuteOf = new int[Long];

    private Civil(string zone, Instant monday)
    {
        var midnight = monday.InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime;
        for (var i = 0; i < Long; i++)
        {
            var wall = (monday + Duration.FromMinutes(i - Before)).InZone(DateTimeZoneProviders.Tzdb[zone]).LocalDateTime;
            local[i] = (int)Period.Between(midnight, wall, PeriodUnits.Minutes).Minutes;
        }
        // Of a time that comes twice the first; a time that is skipped is so much after the gap as it would have been after its start.
        Array.Fill(minuteOf, int.MinValue);
        for (var i = Long - 1; i >= 0; i--)
            if (local[i] + Before is >= 0 and < Long) minuteOf[local[i] + Before] = i - Before;
        for (var i = 1; i < Long; i++)
            if (minuteOf[i] == int.MinValue) minuteOf[i] = minuteOf[i - 1] + 1;
    }

    public static Civil Of(string zone, Instant monday) => Known.GetOrAdd((zone, monday), _ => new Civil(zone, monday));

    /// <summary>The wall's time at a minute.</summary>
    public int Local(int minute) => local[minute + Before];

    /// <summary>The minute at which the wall shows that time.</summary>
    public int Minute(int localMinute) => minuteOf[localMinute + Before];

    /// <summary>The date: 0 is the first Monday.</summary>
    public int Day(int minute) => (int)Math.Floor(Local(minute) / 1440.0);

    /// <summary>The ISO week: 0 is the first.</summary>
    public int Week(int minute) => (int)Math.Floor(Day(minute) / 7.0);

    /// <summary>As in "Tue 10:00".</summary>
    public string Text(int minute)
    {
        var (day, time) = (Day(minute), ((Local(minute) % 1440) + 1440) % 1440);
        var twice = Minute(Local(minute)) == minute ? "" : "*";
        var name = "MonTueWedThuFriSatSun".Substring(((day % 7) + 7) % 7 * 3, 3);
        return $"{name}{(day is >= 0 and < 7 ? "" : $"({day})")} {time / 60:00}:{time % 60:00}{twice}";
    }
}
