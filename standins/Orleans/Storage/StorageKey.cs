using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>How a grain's key is spread over the columns of <c>OrleansStorage</c>: see README.md.</summary>
internal readonly record struct StorageKey(int Hash, long N0, long N1, string? Extension)
{
    public static StorageKey Of(GrainId id)
    {
        if (id.TryGetGuidKey(out var guid, out var extension)) return OfGuid(guid, extension);
        if (id.TryGetIntegerKey(out var number, out extension)) return OfNumber(number, extension);
        var key = id.Key.ToString();
        return new(Reversed(Encoding.UTF8.GetBytes(key)), 0, 0, key);
    }

    /// <summary>The hash of a state's name.</summary>
    public static int HashOfName(string name) => Xx(Encoding.UTF8.GetBytes(name));

    private static StorageKey OfGuid(Guid guid, string? extension)
    {
        var bytes = guid.ToByteArray();
        return new(Reversed(Extended(bytes, extension)), BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)), extension);
    }

    private static StorageKey OfNumber(long number, string? extension) =>
        new(Reversed(Extended(BitConverter.GetBytes(number), extension)), 0, number, extension);

    private static byte[] Extended(byte[] bytes, string? extension) => extension is null ? bytes : [.. bytes, .. Encoding.UTF8.GetBytes(extension)];

    private static int Reversed(byte[] bytes)
    {
        Array.Reverse(bytes);
        return Xx(bytes);
    }

    // Orleans reads the hash, which is written big end first, as if the little end were.
    private static int Xx(byte[] bytes) => BinaryPrimitives.ReadInt32LittleEndian(XxHash32.Hash(bytes));
}
