using System.Buffers.Text;
using System.Text;

namespace Orleans.Runtime;

/// <summary>Keys that can be read as a GUID or a number; the storage treats them so, whatever the grain calls them.</summary>
public static class GrainIdKeyExtensions
{
    /// <summary>True if the key is 32 hex digits, perhaps with <c>+</c> and an extension.</summary>
    public static bool TryGetGuidKey(this GrainId grainId, out Guid key, out string? keyExt)
    {
        var text = grainId.Key.AsSpan();
        keyExt = null;
        if (text.Length > 32 && text[32] == (byte)'+') keyExt = Encoding.UTF8.GetString(text[33..]);
        if (keyExt is not null) text = text[..32];
        key = default;
        return text.Length == 32 && Utf8Parser.TryParse(text, out key, out var read, 'N') && read == 32;
    }

    /// <summary>True if the key is up to 16 hex digits, perhaps with <c>+</c> and an extension.</summary>
    public static bool TryGetIntegerKey(this GrainId grainId, out long key, out string? keyExt)
    {
        var text = grainId.Key.AsSpan();
        var plus = text.IndexOf((byte)'+');
        keyExt = plus >= 0 ? Encoding.UTF8.GetString(text[(plus + 1)..]) : null;
        if (plus >= 0) text = text[..plus];
        return Utf8Parser.TryParse(text, out key, out var read, 'X') && read == text.Length;
    }
}
