using System.Text;

namespace Orleans.Runtime;

/// <summary>A piece of an identity: UTF-8 bytes, kept here as the string they spell.</summary>
[GenerateSerializer, Immutable]
public readonly struct IdSpan : IEquatable<IdSpan>, IComparable<IdSpan>
{
    private readonly string? _text;

    private IdSpan(string text) => _text = text;

    /// <summary>The identity that these bytes spell.</summary>
    public IdSpan(byte[] value) => _text = Encoding.UTF8.GetString(value);

    /// <summary>True for one that was never given a value.</summary>
    public bool IsDefault => string.IsNullOrEmpty(_text);

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Value => Encoding.UTF8.GetBytes(ToString());

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> AsSpan() => Value.Span;

    /// <summary>The identity that the text spells.</summary>
    public static IdSpan Create(string id) => new(id);

    /// <inheritdoc/>
    public int CompareTo(IdSpan other) => AsSpan().SequenceCompareTo(other.AsSpan());

    /// <inheritdoc/>
    public bool Equals(IdSpan obj) => string.Equals(_text, obj._text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IdSpan other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _text?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <inheritdoc/>
    public override string ToString() => _text ?? "";

    /// <summary>Same bytes.</summary>
    public static bool operator ==(IdSpan left, IdSpan right) => left.Equals(right);

    /// <summary>Other bytes.</summary>
    public static bool operator !=(IdSpan left, IdSpan right) => !left.Equals(right);
}
