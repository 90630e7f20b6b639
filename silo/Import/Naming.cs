using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Makerspace.Import;

/// <summary>Ids made from the names of another system, the same every time.</summary>
public static class Naming
{
    // Part of every imported booking's id: changing it would import each booking a second time.
    private static readonly Guid Namespace = new("6f1d0b0e-3c55-4d39-9a86-0d6a3f6e7b11");
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
        return trimmed.Length > 0 ? trimmed : "n" + Uuid("slug", name).ToString("N")[..8];
    }

    /// <summary>A name-based UUID (version 5, RFC 9562) of <paramref name="parts"/>.</summary>
    public static Guid Uuid(params IEnumerable<string> parts)
    {
        var name = Encoding.UTF8.GetBytes(string.Join('\u001f', parts));
#pragma warning disable CA5350 // Version 5 is defined by SHA-1; nothing is kept secret or signed by it.
        var hash = SHA1.HashData([.. Namespace.ToByteArray(bigEndian: true), .. name])[..16];
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
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
