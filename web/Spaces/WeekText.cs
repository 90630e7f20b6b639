using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Web.Spaces;

/// <summary>Hours of one weekday as staff type them: "08:00–12:00, 14:00–22:00"; empty for none.</summary>
public static class WeekText
{
    private static readonly LocalTimePattern Pattern = LocalTimePattern.CreateWithInvariantCulture("H:mm");

    public static readonly IsoDayOfWeek[] Days =
        [IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday, IsoDayOfWeek.Friday, IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday];

    /// <summary>The windows, or null where the text cannot be read. 24:00 is the midnight at the end.</summary>
    public static IReadOnlyList<(LocalTime From, LocalTime To)>? Parse(string text)
    {
        var windows = new List<(LocalTime, LocalTime)>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split(['-', '–', '—'], StringSplitOptions.TrimEntries);
            if (ends.Length != 2 || Time(ends[0]) is not { } from || Time(ends[1]) is not { } to) return null;
            windows.Add((from, to));
        }
        return windows;
    }

    public static string Of(IEnumerable<(LocalTime From, LocalTime To)> windows) =>
        string.Join(", ", windows.Select(w => $"{Pattern.Format(w.From)}–{(w.To == LocalTime.Midnight ? "24:00" : Pattern.Format(w.To))}"));

    public static string Name(IsoDayOfWeek day) => CultureInfo.CurrentUICulture.DateTimeFormat.GetDayName((DayOfWeek)((int)day % 7));

    private static LocalTime? Time(string text)
    {
        if (text is "24:00" or "24") return LocalTime.Midnight;
        var parsed = Pattern.Parse(text.Contains(':', StringComparison.Ordinal) ? text : text + ":00");
        return parsed.Success ? parsed.Value : null;
    }
}
