using System.Collections.Immutable;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Evaluation;
using Makerspace.Series;
using Makerspace.Time;
using Makerspace.Web.Http;
using NodaTime;
using Period = NodaTime.Period;

namespace Makerspace.Web.Series;

/// <summary>
/// The occurrences of an RFC 5545 rule, in the space's wall-clock time: ten o'clock stays ten o'clock when the clocks change, and a month without a 31st is
/// skipped. A subset: daily, weekly and monthly, with INTERVAL, BYDAY, BYMONTHDAY, BYSETPOS, and an end by COUNT or UNTIL.
/// </summary>
internal static class Recurrence
{
    /// <summary>How far ahead the last occurrence may lie.</summary>
    private static readonly Period Reach = Period.FromYears(2);

    /// <summary>How many days, weeks or months in a row may be looked at in vain.</summary>
    private const int MostFruitless = 1_000;

    /// <summary>The slots of the series that begins with <paramref name="first"/>; empty, with a fault, where the rule cannot be had.</summary>
    public static ImmutableArray<Slot> Slots(Faults faults, string rule, Slot first, DateTimeZone zone)
    {
        if (Parse(faults, rule) is not { } pattern) return [];
        var (start, end) = (first.Start.InZone(zone).LocalDateTime, first.End.InZone(zone).LocalDateTime);
        var length = Period.Between(start, end, PeriodUnits.AllTimeUnits);
        var starts = Starts(pattern, start);
        if (starts.Count > SeriesRequest.Most) faults.Add("rule", "series-too-long", $"The rule makes more than {SeriesRequest.Most} bookings.");
        if (starts.Count < 2) faults.Add("rule", "series-too-short", "The rule makes fewer than two bookings.");
        return faults.Any ? [] : [.. starts.Select(s => new Slot(s.InZoneLeniently(zone).ToInstant(), (s + length).InZoneLeniently(zone).ToInstant()))];
    }

    private static RecurrencePattern? Parse(Faults faults, string rule)
    {
        try
        {
            var pattern = new RecurrencePattern(rule.StartsWith("RRULE:", StringComparison.OrdinalIgnoreCase) ? rule[6..] : rule);
            if (Beyond(pattern) is not { } why) return pattern;
            faults.Add("rule", "rule-not-supported", why);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException or OverflowException or IndexOutOfRangeException)
        {
            faults.Add("rule", "malformed-rule", "The rule is no RRULE, like FREQ=WEEKLY;COUNT=8.");
        }
        return null;
    }

    private static string? Beyond(RecurrencePattern pattern)
    {
        if (pattern.Frequency is not (FrequencyType.Daily or FrequencyType.Weekly or FrequencyType.Monthly)) return "FREQ is DAILY, WEEKLY or MONTHLY.";
        if (pattern.Interval is < 1 or > 52) return "INTERVAL is 1 to 52.";
        if (pattern.Count is null && pattern.Until is null) return "The rule needs an end: COUNT or UNTIL.";
        if (pattern.BySecond.Count + pattern.ByMinute.Count + pattern.ByHour.Count + pattern.ByYearDay.Count + pattern.ByWeekNo.Count > 0)
            return "Only BYDAY, BYMONTHDAY, BYMONTH and BYSETPOS are understood.";
        return null;
    }

    private static List<LocalDateTime> Starts(RecurrencePattern pattern, LocalDateTime start)
    {
        var starts = new List<LocalDateTime>();
        try
        {
            foreach (var next in All(pattern, start).TakeWhile(s => s <= start + Reach).Take(SeriesRequest.Most + 1)) starts.Add(next);
        }
        catch (EvaluationException)
        {
            // A rule that never comes true again, like every 31st of February: what there was of it is all.
        }
        return starts;
    }

    private static IEnumerable<LocalDateTime> All(RecurrencePattern pattern, LocalDateTime start)
    {
        var begin = new CalDateTime(start.Year, start.Month, start.Day, start.Hour, start.Minute, start.Second);
        var calendarEvent = new CalendarEvent { Start = begin, RecurrenceRule = pattern };
        return calendarEvent.GetOccurrences(begin, new EvaluationOptions { MaxUnmatchedIncrementsLimit = MostFruitless }).Select(o => LocalDateTime.FromDateTime(o.Period.StartTime.Value)).Where(s => s >= start);
    }
}
