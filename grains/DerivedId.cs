using System.Security.Cryptography;
using System.Text;

namespace Makerspace;

/// <summary>Ids made from what they are for, the same every time: whoever does a thing again does it to the same thing.</summary>
public static class DerivedId
{
    // Part of every imported booking's id: changing it would import each booking a second time.
    private static readonly Guid Namespace = new("6f1d0b0e-3c55-4d39-9a86-0d6a3f6e7b11");

    /// <summary>A name-based UUID (version 5, RFC 9562) of <paramref name="parts"/>.</summary>
    public static Guid Of(params IEnumerable<string> parts)
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
