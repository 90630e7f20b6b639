using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Makerspace.Web.Http;

/// <summary>Reads what a request says, and collects everything that is wrong with it.</summary>
public sealed partial class Faults
{
    private readonly List<Fault> _faults = [];

    public bool Any => _faults.Count > 0;

    /// <summary>For a page, which shows each fault beside its field.</summary>
    public IReadOnlyList<Fault> All => _faults;

    /// <summary>The 422 answer that names every fault.</summary>
    public ProblemHttpResult Problem => Http.Problem.Malformed(_faults);

    public void Add(string? field, string code, string message) => _faults.Add(new Fault(field, code, message));

    /// <summary>The value, which has to be there.</summary>
    public T Required<T>(string field, T? value) where T : struct
    {
        if (value is null) Add(field, "missing-field", $"{field} is missing.");
        return value.GetValueOrDefault();
    }

    /// <summary>Text that has to be there, not blank and no longer than <paramref name="most"/> characters.</summary>
    public string Text(string field, string? value, int most)
    {
        if (string.IsNullOrWhiteSpace(value)) Add(field, "missing-field", $"{field} is missing or blank.");
        return OptionalText(field, value, most)?.Trim() ?? "";
    }

    public string? OptionalText(string field, string? value, int most)
    {
        if (value?.Length > most) Add(field, "text-too-long", $"{field} is longer than {most} characters.");
        return value;
    }

    /// <summary>An id as clients may give it: lower-case letters, digits and hyphens, at most 64.</summary>
    public string Slug(string field, string? value)
    {
        if (value is null) Add(field, "missing-field", $"{field} is missing.");
        else if (!Ids.IsSlug(value)) Add(field, "malformed-id", $"{field} is not an id: lower-case letters, digits and hyphens, at most 64, the first no hyphen.");
        return value ?? "";
    }

    public string? OptionalSlug(string field, string? value) => value is null ? null : Slug(field, value);

    /// <summary>A time in the query: RFC 3339 with an offset.</summary>
    public Instant? Time(string field, string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        // A plus sign that was not escaped arrives as a space.
        if (WireTime.TryParse(text.Replace(' ', '+'), out var time, out var fault)) return time.ToInstant();
        Add(field, fault.Code, fault.Message);
        return null;
    }

    public Duration? Length(string field, string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (WireDuration.TryParse(text, out var duration)) return duration;
        Add(field, "malformed-duration", $"{field} is not an ISO 8601 duration such as PT90M.");
        return null;
    }

    public int? Number(string field, string? text, int least, int most)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            Add(field, "malformed-number", $"{field} is not a whole number.");
        else if (number < least || number > most) Add(field, "out-of-range", $"{field} lies outside {least} to {most}.");
        else return number;
        return null;
    }

    public bool? YesNo(string field, string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (bool.TryParse(text, out var value)) return value;
        Add(field, "malformed-field", $"{field} is neither true nor false.");
        return null;
    }

    public void Range(string field, int? value, int least, int most)
    {
        if (value < least || value > most) Add(field, "out-of-range", $"{field} lies outside {least} to {most}.");
    }
}

/// <summary>Ids that people and programs give to things.</summary>
internal static partial class Ids
{
    public static bool IsSlug(string text) => Slugs().IsMatch(text);

    /// <summary>An id made from a name: <c>Laser cutter № 1</c> gives <c>laser-cutter-1</c>; null where nothing is left.</summary>
    public static string? FromName(string name)
    {
        var plain = string.Concat(name.Normalize(System.Text.NormalizationForm.FormD)
            .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)).ToLowerInvariant();
        var slug = Others().Replace(plain, "-").Trim('-');
        slug = slug.Length > 56 ? slug[..56].Trim('-') : slug;
        return slug.Length == 0 ? null : slug;
    }

    /// <summary>A short id that nobody can guess.</summary>
    public static string Random(string prefix) => prefix + "-" + System.Security.Cryptography.RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 12);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex Slugs();

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Others();
}
