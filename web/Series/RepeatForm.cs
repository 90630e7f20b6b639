using System.Globalization;
using NodaTime;

namespace Makerspace.Web.Series;

/// <summary>How often, as people choose it on a page; as a rule of RFC 5545 it says itself.</summary>
/// <param name="Every"><c>daily</c>, <c>weekly</c>, <c>fortnightly</c>, <c>monthly</c> (that day of the month) or <c>monthly-weekday</c> (such as every second Tuesday).</param>
/// <param name="Days">Of a weekly one: the weekdays, as RFC 5545 writes them (MO, TU …).</param>
/// <param name="Times">How many bookings.</param>
public sealed record RepeatForm(string Every, IReadOnlyList<string> Days, int Times)
{
    /// <summary>The weekdays as RFC 5545 writes them, Monday first.</summary>
    public static readonly string[] Weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    /// <summary>The rule, for a series that begins on <paramref name="first"/>.</summary>
    public string Rule(LocalDate first)
    {
        var how = Every switch
        {
            "daily" => "FREQ=DAILY",
            "fortnightly" => "FREQ=WEEKLY;INTERVAL=2;BYDAY=" + string.Join(',', Chosen(first)),
            "monthly" => "FREQ=MONTHLY;BYMONTHDAY=" + first.Day.ToString(CultureInfo.InvariantCulture),
            "monthly-weekday" => "FREQ=MONTHLY;BYDAY=" + ((first.Day - 1) / 7 + 1).ToString(CultureInfo.InvariantCulture) + Weekdays[(int)first.DayOfWeek - 1],
            _ => "FREQ=WEEKLY;BYDAY=" + string.Join(',', Chosen(first)),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{how};COUNT={Times}");
    }

    // The first one's own weekday always belongs to it: the series begins there.
    private IEnumerable<string> Chosen(LocalDate first) => Weekdays.Where((day, i) => Days.Contains(day) || i == (int)first.DayOfWeek - 1);
}
