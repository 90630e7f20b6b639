using System.Security.Cryptography;
using System.Text;

namespace Makerspace.Access;

/// <summary>
/// What is kept of a badge. A reader's number is short enough to be tried out, so the hash is no secret to whoever has the database; it keeps numbers from being
/// read off lists and logs. In a permit list it is salted besides, each list anew, so that two lists cannot be laid side by side.
/// </summary>
public static class BadgeHash
{
    public const int Longest = 64;

    /// <summary>Of what the reader reads: letters and digits, in whatever case, with or without the separators readers put in. Null where that is no badge.</summary>
    public static string? Of(string? read)
    {
        if (read is null || read.Length > 2 * Longest) return null;
        var plain = new string([.. read.Where(c => c is not (' ' or ':' or '-')).Select(char.ToUpperInvariant)]);
        if (plain.Length is < 4 or > Longest || !plain.All(char.IsAsciiLetterOrDigit)) return null;
        return Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes("makerspace-badge:" + plain)));
    }

    /// <summary>As it stands in a list with that salt.</summary>
    public static string Salted(string hash, string salt) =>
        Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(salt), Encoding.ASCII.GetBytes(hash)).AsSpan(0, 15));
}
