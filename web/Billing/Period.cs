using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Web.Http;
using Microsoft.Extensions.Localization;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Web.Billing;

/// <summary>Whole days, from the first to the first that is not in it any more.</summary>
public sealed record Period(LocalDate From, LocalDate To)
{
    private const int MostYears = 10;

    /// <summary>The month of a day.</summary>
    public static Period Month(LocalDate day) => new(day.With(DateAdjusters.StartOfMonth), day.With(DateAdjusters.StartOfMonth).PlusMonths(1));

    public LocalDate Last => To.PlusDays(-1);

    /// <summary>As instants, in the space's zone.</summary>
    public Slot In(DateTimeZone zone) => new(zone.AtStartOfDay(From).ToInstant(), zone.AtStartOfDay(To).ToInstant());

    /// <summary>As long and just before: whole months before whole months, else as many days.</summary>
    public Period Before()
    {
        if (From.Day != 1 || To.Day != 1) return new(From.PlusDays(-NodaTime.Period.Between(From, To, PeriodUnits.Days).Days), From);
        return new(From.PlusMonths(-NodaTime.Period.Between(From, To, PeriodUnits.Months).Months), From);
    }

    /// <summary>What a request asks for: this month where it does not say. Days, or times that are midnight in the space's zone.</summary>
    internal static Period Read(Faults faults, string? from, string? to, SpaceFacts space, Instant now)
    {
        var month = Month(now.InZone(space.Zone).Date);
        var first = Day(faults, "from", from, space.Zone) ?? month.From;
        var period = new Period(first, Day(faults, "to", to, space.Zone) ?? (from is { Length: > 0 } ? first.PlusMonths(1) : month.To));
        if (period.To <= period.From) faults.Add("to", "contradiction", "The period ends before it begins.");
        else if (period.To > period.From.PlusYears(MostYears)) faults.Add("to", "out-of-range", $"The period is longer than {MostYears} years.");
        return period;
    }

    /// <summary>What a page's form asks for, from its first day to its last; this month where it does not say, or says what is none.</summary>
    internal static Period Read(Layout.Faults faults, IStringLocalizer t, string? from, string? last, LocalDate today)
    {
        var month = Month(today);
        if (from is not { Length: > 0 } && last is not { Length: > 0 }) return month;
        var (first, end) = (LocalDatePattern.Iso.Parse(from ?? ""), LocalDatePattern.Iso.Parse(last ?? ""));
        if (!first.Success || first.Value.Year is < 2000 or > 2199) faults.Add("from", t["Enter a day"]);
        if (!end.Success || end.Value.Year is < 2000 or > 2199) faults.Add("last", t["Enter a day"]);
        if (!faults.Any && end.Value < first.Value) faults.Add("last", t["The last day comes before the first"]);
        if (!faults.Any && end.Value > first.Value.PlusYears(MostYears)) faults.Add("last", t["At most ten years"]);
        return faults.Any ? month : new Period(first.Value, end.Value.PlusDays(1));
    }

    private static LocalDate? Day(Faults faults, string field, string? text, DateTimeZone zone)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (LocalDatePattern.Iso.Parse(text) is { Success: true, Value: { Year: >= 2000 and < 2200 } day }) return day;
        if (text.Length > 10 && faults.Time(field, text) is { } time && time.InZone(zone) is { TimeOfDay: var clock, Date: { Year: >= 2000 and < 2200 } date } && clock == LocalTime.Midnight) return date;
        faults.Add(field, "malformed-date", $"{field} is a day such as 2026-12-01, from 2000 to 2199.");
        return null;
    }
}
