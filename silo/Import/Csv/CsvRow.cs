using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Import.Csv;

/// <summary>
/// One row. An empty cell, like a column that is not there, leaves a thing as it is; a single hyphen clears it.
/// A cell that cannot be read is noted in the faults and then counts as empty.
/// </summary>
internal sealed class CsvRow(int line, IReadOnlyDictionary<string, string> cells, List<ImportFault> faults)
{
    private const string Clear = "-";

    private static readonly ImmutableArray<LocalDateTimePattern> LocalTimes =
    [
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm"), LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd' 'HH':'mm"),
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm':'ss"), LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd' 'HH':'mm':'ss"),
    ];

    public int Line { get; } = line;

    public string? Text(string column) => cells.GetValueOrDefault(column) is { Length: > 0 } text && text != Clear ? text : null;

    public string Required(string column)
    {
        if (Text(column) is { } text) return text;
        Fault(column, "is empty");
        return "";
    }

    /// <summary>The cell's value, null where the cell clears it, <paramref name="current"/> where it is empty.</summary>
    public string? TextOr(string column, string? current) => IsCleared(column) ? null : Text(column) ?? current;

    public bool FlagOr(string column, bool current) => Text(column)?.ToLowerInvariant() switch
    {
        null => current,
        "yes" or "true" or "1" => true,
        "no" or "false" or "0" => false,
        _ => Fault(column, "is neither yes nor no", current),
    };

    public int? CountOr(string column, int? current)
    {
        if (IsCleared(column)) return null;
        if (Text(column) is not { } text) return current;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : Fault(column, "is not a whole number over 0", current);
    }

    public Duration? DurationOr(string column, Duration? current)
    {
        if (IsCleared(column)) return null;
        if (Text(column) is not { } text) return current;
        var parsed = PeriodPattern.NormalizingIso.Parse(text.ToUpperInvariant());
        return parsed is { Success: true, Value: { Years: 0, Months: 0 } } && parsed.Value.ToDuration() is var duration && duration > Duration.Zero
            ? duration : Fault(column, "is not an ISO 8601 duration such as PT90M or P14D", current);
    }

    public ImmutableArray<string>? List(string column) => Text(column)?.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { } items ? [.. items] : null;

    public bool IsCleared(string column) => cells.GetValueOrDefault(column) == Clear;

    public Guid? Uuid(string column) =>
        Text(column) is not { } text ? null : Guid.TryParse(text, out var id) ? id : Fault(column, "is not a UUID", (Guid?)null);

    /// <summary>A time with an offset, or one on the space's clocks; one that the clocks skip or show twice is a fault.</summary>
    public Instant? Moment(string column, DateTimeZone zone)
    {
        if (Text(column) is not { } text) return null;
        if (OffsetDateTimePattern.Rfc3339.Parse(text) is { Success: true } withOffset) return withOffset.Value.ToInstant();
        var local = LocalTimes.Select(p => p.Parse(text)).FirstOrDefault(p => p.Success);
        return local is null ? Fault(column, "is not a time such as 2026-12-01T10:00 or 2026-12-01T10:00:00+01:00", (Instant?)null) : OnClocks(column, local.Value, zone);
    }

    /// <summary>A time, or a date: then the start of that day, moved by <paramref name="daysAfter"/>.</summary>
    public Instant? MomentOrDay(string column, DateTimeZone zone, int daysAfter) =>
        Text(column) is { } text && LocalDatePattern.Iso.Parse(text) is { Success: true } day
            ? zone.AtStartOfDay(day.Value.PlusDays(daysAfter)).ToInstant() : Moment(column, zone);

    public void Fault(string column, string what) => faults.Add(new(Line, $"line {Line}, {column}: {(Text(column) is { } text ? $"\"{text}\" " : "")}{what}"));

    private Instant? OnClocks(string column, LocalDateTime local, DateTimeZone zone)
    {
        var mapping = zone.MapLocal(local);
        return mapping.Count switch
        {
            1 => mapping.Single().ToInstant(),
            0 => Fault(column, $"is a time that the clocks of {zone.Id} skip", (Instant?)null),
            _ => Fault(column, $"is a time that the clocks of {zone.Id} show twice: write it with its offset", (Instant?)null),
        };
    }

    private T Fault<T>(string column, string what, T instead)
    {
        Fault(column, what);
        return instead;
    }
}
