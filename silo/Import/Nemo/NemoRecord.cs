using System.Collections.Immutable;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Import.Nemo;

/// <summary>
/// One record of a dump. Reading a field marks it as taken, so that <see cref="Untaken"/> tells what nobody read;
/// a field of the wrong type is noted in the dump's faults and read as absent.
/// </summary>
internal sealed class NemoRecord(int number, string model, JsonElement? pk, JsonElement fields, List<ImportFault> faults)
{
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    /// <summary>Position in the dump, from 1.</summary>
    public int Number { get; } = number;

    /// <summary>Model in lower case, e.g. <c>nemo.tool</c>: Django writes it either way.</summary>
    public string Model { get; } = model.ToLowerInvariant();

    /// <summary>Model as the dump spells it.</summary>
    public string Spelled { get; } = model;

    /// <summary>Primary key as text, or null in a dump with natural keys.</summary>
    public string? Pk { get; } = pk is { } p && p.ValueKind is JsonValueKind.String or JsonValueKind.Number ? pk.ToString() : null;

    /// <summary>The natural key NEMO gives its models: a user's name to log in with, else the name; null where the record has none.</summary>
    public string? NaturalKey => Peek(Model == "nemo.user" ? "username" : "name");

    /// <summary>What the report calls it.</summary>
    public string Key => Model is "nemo.tool" or "nemo.user" or "nemo.account" or "nemo.project" ? NaturalKey ?? Pk ?? $"#{Number}" : Pk ?? NaturalKey ?? $"#{Number}";

    public string? Text(string field)
    {
        if (Take(field) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString() is { } text && text.Trim().Length > 0 ? text.Trim() : null;
        return Fault<string>(field, "text");
    }

    public string RequiredText(string field)
    {
        if (Text(field) is { } text) return text;
        if (!fields.TryGetProperty(field, out var value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.String) Fault($"has no {field}");
        return "";
    }

    public bool Flag(string field, bool absent = false) => Take(field) is not { } value
        ? absent
        : value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => Fault<bool>(field, "true or false") };

    /// <summary>A count of something; NEMO means "no limit" by null and, for every limit but the horizon, by 0.</summary>
    public int? Count(string field)
    {
        if (Take(field) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0) return count;
        Fault<int>(field, "a whole number, not negative");
        return null;
    }

    public Duration? Minutes(string field) => Count(field) is > 0 and var minutes ? Duration.FromMinutes(minutes) : null;

    public Instant? Instant(string field) => Parsed(field, "a time with its offset, such as 2026-12-01T09:00:00Z", OffsetDateTimePattern.Rfc3339) is { } time
        ? time.ToInstant() : null;

    public Instant RequiredInstant(string field)
    {
        if (Instant(field) is { } instant) return instant;
        if (!fields.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null) Fault($"has no {field}");
        return default;
    }

    public LocalDate? Date(string field) => Parsed(field, "a date, such as 2026-12-01", LocalDatePattern.Iso);

    public LocalTime? TimeOfDay(string field) => Parsed(field, "a time of day, such as 18:00:00", LocalTimePattern.ExtendedIso);

    /// <summary>A reference to another record, or null: a natural key (a list with one name in it) or a primary key.</summary>
    public NemoReference? Reference(string field) => Take(field) is { } value ? AsReference(field, value) : null;

    public ImmutableArray<NemoReference> References(string field)
    {
        if (Take(field) is not { } value) return [];
        if (value.ValueKind != JsonValueKind.Array) { Fault<int>(field, "a list of keys"); return []; }
        return [.. value.EnumerateArray().Select(v => AsReference(field, v)).OfType<NemoReference>()];
    }

    /// <summary>Fields that say something and that nobody read, as words; those in <paramref name="known"/> aside.</summary>
    public ImmutableArray<string> Untaken(params IEnumerable<string> known) =>
        [.. fields.EnumerateObject().Where(f => !taken.Contains(f.Name) && SaysSomething(f.Value)).Select(f => f.Name)
            .Except(known, StringComparer.Ordinal).Select(n => n.Trim('_').Replace('_', ' '))];

    public void Fault(string what) => faults.Add(new(Number, $"record {Number} ({Spelled} {Key}) {what}"));

    private static bool SaysSomething(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.String => value.GetString()!.Trim().Length > 0,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };

    private JsonElement? Take(string field)
    {
        taken.Add(field);
        return fields.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private string? Peek(string field) =>
        fields.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private T? Parsed<T>(string field, string expected, IPattern<T> pattern) where T : struct
    {
        if (Text(field) is not { } text) return null;
        if (pattern.Parse(text) is { Success: true } parsed) return parsed.Value;
        Fault<T>(field, expected);
        return null;
    }

    private NemoReference? AsReference(string field, JsonElement value)
    {
        var key = value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 ? value[0] : value;
        if (key.ValueKind is JsonValueKind.String or JsonValueKind.Number) return new(key.ToString(), IsNatural: value.ValueKind == JsonValueKind.Array);
        Fault<int>(field, "a key: a number, or a list with one name in it");
        return null;
    }

    private T? Fault<T>(string field, string expected)
    {
        Fault($"{field} is not {expected}");
        return default;
    }
}

/// <summary>How a record names another.</summary>
internal sealed record NemoReference(string Key, bool IsNatural);
