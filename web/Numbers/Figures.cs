using Makerspace.Web.Billing;

namespace Makerspace.Web.Numbers;

/// <summary>The reports there are.</summary>
public enum ReportKind
{
    /// <summary>How much of the open time is taken.</summary>
    Utilisation,

    /// <summary>Who has the hours that everybody wants.</summary>
    Fairness,

    /// <summary>When tools could not be used.</summary>
    Downtime,

    /// <summary>What keeping tools in order cost, for each hour that they were used.</summary>
    Maintenance,

    /// <summary>Bookings that came to nothing.</summary>
    NoShows,

    /// <summary>Sessions, seats and certifications.</summary>
    Training,

    /// <summary>What each tool earned.</summary>
    Revenue,

    /// <summary>What machines drew.</summary>
    Energy,
}

/// <summary>What a report tells apart.</summary>
public enum ReportBy
{
    Tool,
    Area,
    Category,
    Company,
    Certification,
    Member,

    /// <summary>Of utilisation: hours of the day.</summary>
    Hour,
    Day,
    Month,
}

/// <summary>What a figure counts.</summary>
public enum FigureUnit
{
    Count,

    /// <summary>Milliseconds; told as hours.</summary>
    Time,

    /// <summary>Ten-thousandths; told as per cent.</summary>
    Share,

    /// <summary>Minor units of the space's currency.</summary>
    Money,

    /// <summary>Watt-hours; told as kilowatt-hours.</summary>
    Energy,
}

/// <summary>A column of a report.</summary>
/// <param name="Name">camelCase, as in the API and in CSV.</param>
/// <param name="Unit">What it counts.</param>
public sealed record FigureColumn(string Name, FigureUnit Unit);

/// <summary>A row of a report.</summary>
/// <param name="Key">An id, a day, a month, an hour; empty for what belongs to none.</param>
/// <param name="Name">What people read; null: as the key.</param>
/// <param name="Values">One for each column; null where it cannot be told, such as a share of nothing.</param>
/// <param name="Before">The same in the period before.</param>
public sealed record FigureRow(string Key, string? Name, IReadOnlyList<long?> Values, IReadOnlyList<long?> Before);

/// <summary>Hours of the week, Monday first: what was taken, and what there was.</summary>
/// <param name="Taken">Milliseconds by day and hour.</param>
/// <param name="Open">Milliseconds that all the tools of the report were open.</param>
public sealed record HeatMap(IReadOnlyList<IReadOnlyList<long>> Taken, IReadOnlyList<IReadOnlyList<long>> Open)
{
    /// <summary>Ten-thousandths; null where it was not open.</summary>
    public long? Share(int day, int hour) => Figures.Share(Taken[day][hour], Open[day][hour]);
}

/// <summary>A report: figures of a period beside those of the period before.</summary>
/// <param name="Kind">Which.</param>
/// <param name="By">What its rows are.</param>
/// <param name="Period">From when to when.</param>
/// <param name="Columns">What is told of each row.</param>
/// <param name="Rows">The largest first; days, months and hours in their order.</param>
/// <param name="Total">Over all rows.</param>
/// <param name="Heat">Of utilisation: hours of the week.</param>
public sealed record FigureReport(
    ReportKind Kind, ReportBy By, Period Period, IReadOnlyList<FigureColumn> Columns, IReadOnlyList<FigureRow> Rows, FigureRow Total, HeatMap? Heat = null)
{
    /// <summary>The period that it is compared with.</summary>
    public Period Compared { get; init; } = Period.Before();

    /// <summary>Which column the chart draws.</summary>
    public int Drawn { get; init; }
}

/// <summary>Arithmetic of reports.</summary>
internal static class Figures
{
    /// <summary>In ten-thousandths, rounded; null of nothing.</summary>
    public static long? Share(long part, long whole) => whole <= 0 ? null : (long)Math.Round(part * 10_000m / whole, MidpointRounding.AwayFromZero);

    /// <summary>Rows of both periods, the first column's largest first.</summary>
    public static List<FigureRow> Beside(IReadOnlyDictionary<string, long?[]> now, IReadOnlyDictionary<string, long?[]> before, int columns, Func<string, string?> name)
    {
        var nothing = new long?[columns];
        Array.Fill(nothing, 0);
        return [.. now.Keys.Union(before.Keys).Select(key => new FigureRow(key, name(key), now.GetValueOrDefault(key, nothing), before.GetValueOrDefault(key, nothing)))];
    }
}
