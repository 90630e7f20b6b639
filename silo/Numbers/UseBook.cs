using System.Data.Common;
using System.Globalization;
using Makerspace.Storage;
using NodaTime;

namespace Makerspace.Numbers;

/// <summary>What sums of use are told apart by.</summary>
public enum UseBy
{
    /// <summary>Tools, or companies.</summary>
    Thing,
    Day,

    /// <summary>Days of the week, Monday first.</summary>
    Weekday,

    /// <summary>Things, and of each the days of the week.</summary>
    ThingAndWeekday,
}

/// <summary>A sum over days. Times are milliseconds.</summary>
/// <param name="Thing">Tool or company; empty for no company, and where things are not told apart.</param>
/// <param name="Day">Days since 1970, or 0 (Monday) to 6; 0 where days are not told apart.</param>
/// <param name="Bookings">That took time, or will.</param>
/// <param name="NoShows">Nobody came.</param>
/// <param name="LateCancelled">Cancelled too late.</param>
/// <param name="Cancelled">Cancelled in time.</param>
/// <param name="Displaced">Lost to an outage.</param>
/// <param name="Missed">Time of the no-shows.</param>
/// <param name="Hours">Time taken in each hour of the local day; or one number, where hours are not told apart.</param>
public sealed record UseSum(string Thing, int Day, long Bookings, long NoShows, long LateCancelled, long Cancelled, long Displaced, long Missed, IReadOnlyList<long> Hours)
{
    public long Taken => Hours.Sum();
}

/// <summary>Reads the sums that the projector keeps.</summary>
public sealed class UseBook(Database database)
{
    private static readonly string[] Counts = ["bookings", "no_shows", "late_cancelled", "cancelled", "displaced", "missed"];
    private static readonly string[] Hours = [.. Enumerable.Range(0, 24).Select(h => "h" + h.ToString(CultureInfo.InvariantCulture))];

    private static readonly string ByHour = Sums([.. Counts, .. Hours]);
    private static readonly string Whole = Sums([.. Counts, "taken"]);

    /// <summary>Of the tools there are, or of the companies, from a day to the first that is not in it.</summary>
    /// <param name="companies">Companies, rather than tools.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The first day that is not in it any more.</param>
    /// <param name="by">What is told apart.</param>
    /// <param name="things">Only these; null: all.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <param name="hours">Whether hours of the day are told apart: twenty-four sums for each row that is read, rather than one.</param>
    public async Task<List<UseSum>> Read(
        bool companies, LocalDate from, LocalDate to, UseBy by, IReadOnlyCollection<string>? things, CancellationToken cancellation, bool hours = true)
    {
        if (things is { Count: 0 }) return [];
        var thing = by is UseBy.Thing or UseBy.ThingAndWeekday;
        var (key, day) = (thing ? "thing_id" : "''", by switch { UseBy.Day => "day", UseBy.Thing => "0", _ => "(day + 3) % 7" });
        var group = (thing, by) switch { (true, UseBy.Thing) => "thing_id", (true, _) => $"thing_id, {day}", _ => day };
        var only = things is null ? "" : $" AND thing_id IN ({string.Join(", ", things.Select((_, i) => "@t" + i.ToString(CultureInfo.InvariantCulture)))})";
        await using var connection = await database.Open(cancellation);
        await using var command = connection.Command(
            $"SELECT {key}, CAST({day} AS bigint), {(hours ? ByHour : Whole)} FROM use_days WHERE kind = @kind AND day >= @from AND day < @to{only} GROUP BY {group}",
            [("kind", companies ? nameof(UseKind.Company) : nameof(UseKind.Tool)), ("from", (long)UseDays.DayOf(from)), ("to", (long)UseDays.DayOf(to)),
                .. (things ?? []).Select((id, i) => ("t" + i.ToString(CultureInfo.InvariantCulture), (object?)id))]);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var sums = new List<UseSum>();
        while (await reader.ReadAsync(cancellation)) sums.Add(Sum(reader));
        return sums;
    }

    /// <summary>The real time of intervals in each hour of each day of the week, Monday first: what could have been used.</summary>
    public static long[][] Week(IEnumerable<Time.Slot> slots, DateTimeZone zone)
    {
        var week = Enumerable.Range(0, 7).Select(_ => new long[24]).ToArray();
        foreach (var slot in slots)
            foreach (var (date, hour, length) in LocalHours.Of(slot, zone)) week[(int)date.DayOfWeek - 1][hour] += length;
        return week;
    }

    /// <summary>The day that a number of days since 1970 is.</summary>
    public static LocalDate DateOf(int day) => UseDays.DateOf(day);

    private static UseSum Sum(DbDataReader reader) => new(
        reader.GetString(0), (int)reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7),
        [.. Enumerable.Range(2 + Counts.Length, reader.FieldCount - 2 - Counts.Length).Select(reader.GetInt64)]);

    private static string Sums(IEnumerable<string> columns) => string.Join(", ", columns.Select(c => $"CAST(SUM({c}) AS bigint)"));
}
