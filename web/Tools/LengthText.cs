using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;

namespace Makerspace.Web.Tools;

/// <summary>Lengths of time as staff type them: "1 h 30 min", "90", "2 days", "1,5 h".</summary>
public static partial class LengthText
{
    /// <summary>The length, or null where the text is none. A bare number is minutes.</summary>
    public static Duration? Parse(string text)
    {
        if (!Whole().IsMatch(text)) return null;
        var minutes = 0.0;
        foreach (Match part in Part().Matches(text))
        {
            var number = double.Parse(part.Groups["number"].Value.Replace(',', '.'), CultureInfo.InvariantCulture);
            minutes += number * (part.Groups["unit"].Value.ToLowerInvariant() is { Length: > 0 } unit ? MinutesOf(unit[0], unit) : 1);
        }
        return minutes is >= 0 and < 60 * 24 * 3660 ? Duration.FromMinutes(Math.Round(minutes)) : null;
    }

    /// <summary>Text that <see cref="Parse"/> reads back as the same length, in units of every language.</summary>
    public static string Of(Duration length)
    {
        var minutes = (long)length.TotalMinutes;
        var parts = new[] { (minutes / 1440, "d"), (minutes / 60 % 24, "h"), (minutes % 60, "min") };
        return minutes == 0 ? "0 min" : string.Join(' ', parts.Where(p => p.Item1 > 0).Select(p => $"{p.Item1} {p.Item2}"));
    }

    private static double MinutesOf(char first, string unit) => first switch
    {
        'd' or 't' => 24 * 60,
        'h' or 's' => 60,
        'w' => 7 * 24 * 60,
        _ => unit == "m" || first == 'm' ? 1 : double.NaN,
    };

    private const string OnePart = @"(?<number>\d{1,6}([.,]\d{1,3})?)\s*(?<unit>d|days?|tage?|h|hours?|std|stunden?|w|weeks?|wochen?|m|min|mins|minutes?|minuten?)?\.?";

    // Digits can be divided into parts in ever so many ways: all of them are not tried.
    [GeneratedRegex(@"^\s*(" + OnePart + @"\s*)+$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Whole();

    [GeneratedRegex(OnePart, RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 200)]
    private static partial Regex Part();
}
