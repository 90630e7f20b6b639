using System.Globalization;
using System.Text;

namespace Makerspace.Import;

/// <summary>Ids made from the names of another system, the same every time.</summary>
public static class Naming
{
    private const int LongestSlug = 60;

    /// <summary>A readable id: lower-case ASCII letters, digits and single hyphens, at most 60 characters; never empty.</summary>
    public static string Slug(string name)
    {
        var slug = new StringBuilder();
        foreach (var letter in name.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark) continue;
            if (char.IsAsciiLetterOrDigit(letter)) slug.Append(char.ToLowerInvariant(letter));
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }
        if (slug.Length > LongestSlug) slug.Length = LongestSlug;
        var trimmed = slug.ToString().Trim('-');
        return trimmed.Length > 0 ? trimmed : "n" + DerivedId.Of("slug", name).ToString("N")[..8];
    }
}

/// <summary>Hands out slugs that nobody else has: the second of two equal ones gets a number.</summary>
internal sealed class SlugRegister(IEnumerable<string> taken)
{
    private readonly HashSet<string> taken = [.. taken];

    public string Take(string name)
    {
        var slug = Naming.Slug(name);
        var candidate = slug;
        for (var number = 2; !taken.Add(candidate); number++) candidate = $"{slug}-{number.ToString(CultureInfo.InvariantCulture)}";
        return candidate;
    }
}
