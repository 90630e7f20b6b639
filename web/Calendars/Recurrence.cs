using System.Globalization;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Evaluation;
using NodaTime;
using Period = NodaTime.Period;

namespace Makerspace.Web.Calendars;

/// <summary>How much of a calendar's rules is worked out before it is refused as <c>too-many-events</c>. One for each file.</summary>
/// <param name="until">What is later is not looked at.</param>
internal sealed class RecurrenceBudget(LocalDateTime until)
{
    private const long Most = 1_000_000;
    private long spent;

    public LocalDateTime Until => until;

    public void Spend(double steps)
    {
        if (steps > Most || (spent += (long)Math.Ceiling(steps)) > Most) throw new CalendarFaultException("too-many-events");
    }
}

/// <summary>When something that comes again begins, on its own clock. Ical.Net works out the rules; how long it may is said here, because a rule of one line can mean a century of seconds.</summary>
internal static class Recurrence
{
    // So many steps in a row without a day that fits: there comes none.
    private static readonly EvaluationOptions Patience = new() { MaxUnmatchedIncrementsLimit = 5_000 };

    /// <summary>The starts from <paramref name="from"/> to <paramref name="until"/>. A rule that cannot be read has none.</summary>
    /// <exception cref="CalendarFaultException">There are too many to look at.</exception>
    public static IReadOnlyList<LocalDateTime> Starts(string rule, CalendarMoment first, LocalDateTime from, LocalDateTime until, RecurrenceBudget budget)
    {
        var parts = rule.Split(';').Select(p => p.Split('=', 2)).Where(p => p.Length == 2).GroupBy(p => p[0].Trim().ToUpperInvariant(), StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First()[1].Trim(), StringComparer.Ordinal);
        // UNTIL is of its own clock, mostly UTC: compared here, not by whoever knows no clocks.
        if (parts.Remove("UNTIL", out var end) && CalendarTimes.Local(end) is var (last, wholeDay, utc)) until = LocalDateTime.Min(until, Last(last, wholeDay, utc, first));
        if (until < first.Local) return [];
        if (Unit(parts.GetValueOrDefault("FREQ")) is not { } unit) return [];
        budget.Spend(Cost(parts, unit, first.Local, until));
        var event_ = new CalendarEvent { Start = At(first.Local) };
        try
        {
            event_.RecurrenceRule = new RecurrenceRule(string.Join(';', parts.Select(p => $"{p.Key}={p.Value}")));
            return Listed(event_, from, until, budget);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            return [];
        }
    }

    private static List<LocalDateTime> Listed(CalendarEvent event_, LocalDateTime from, LocalDateTime until, RecurrenceBudget budget)
    {
        var starts = new List<LocalDateTime>();
        try
        {
            foreach (var occurrence in event_.GetOccurrences(At(from), Patience))
            {
                var start = LocalDateTime.FromDateTime(occurrence.Period.StartTime.Value);
                if (start > until) break;
                budget.Spend(1);
                if (start >= from) starts.Add(start);
            }
        }
        catch (EvaluationException)
        {
            // It ends here, or nothing more comes that fits.
        }
        return starts;
    }

    private static LocalDateTime Last(LocalDateTime last, bool wholeDay, bool utc, CalendarMoment first) =>
        wholeDay ? last.Date.At(LocalTime.MaxValue) : utc ? last.InUtc().WithZone(first.Zone).LocalDateTime : last;

    // In days.
    private static double? Unit(string? frequency) => frequency?.ToUpperInvariant() switch
    {
        "YEARLY" => 365, "MONTHLY" => 30, "WEEKLY" => 7, "DAILY" => 1, "HOURLY" => 1 / 24.0, "MINUTELY" => 1 / 1440.0, "SECONDLY" => 1 / 86_400.0, _ => null,
    };

    // How often it steps on until then, once at least: a step is worked out whole, also where its end is not looked at. And how many starts a step may have.
    private static double Cost(Dictionary<string, string> parts, double unit, LocalDateTime first, LocalDateTime until)
    {
        var interval = int.TryParse(parts.GetValueOrDefault("INTERVAL"), NumberStyles.None, CultureInfo.InvariantCulture, out var every) && every > 0 ? every : 1;
        var days = Period.DaysBetween(first.Date, until.Date) + 1;
        return parts.Where(p => p.Key.StartsWith("BY", StringComparison.Ordinal)).Aggregate(Math.Max(1, days / unit / interval), (cost, p) => cost * p.Value.Split(',').Sum(v => Each(p.Key, v, unit, parts)));
    }

    // One word may mean many days: MO in a rule of years is every Monday, -1MO the last one.
    private static int Each(string part, string value, double unit, Dictionary<string, string> parts) => (part, unit) switch
    {
        ("BYDAY", > 7) when value.Any(char.IsAsciiDigit) => 1,
        ("BYDAY", > 30) when !parts.ContainsKey("BYMONTH") => 53,
        ("BYDAY", > 7) => 5,
        ("BYMONTHDAY", > 30) when !parts.ContainsKey("BYMONTH") => 12,
        ("BYWEEKNO", > 30) => 7,
        _ => 1,
    };

    private static CalDateTime At(LocalDateTime local) => new(local.ToDateTimeUnspecified(), hasTime: true);
}
