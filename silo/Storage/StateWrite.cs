using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Makerspace.Storage;

/// <summary>The key of a row of OrleansStorage, as Orleans' AdoNet provider computes it for a grain with a string key.</summary>
/// <remarks>standins/Orleans/README.md writes the facts down.</remarks>
internal readonly record struct StateKey(int IdHash, int TypeHash, string Id, string StateName)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    public static StateKey Of(string stateName, GrainId grainId)
    {
        var id = grainId.Key.ToString()!;
        // Such keys share a row with others that read as the same number (see Keys).
        if (LooksHex(id)) throw new ArgumentException($"The grain key '{id}' reads as a number: give it a prefix.", nameof(grainId));
        var reversed = Encoding.UTF8.GetBytes(id);
        Array.Reverse(reversed);
        return new StateKey(Hash(reversed), Hash(Encoding.UTF8.GetBytes(stateName)), id, stateName);
    }

    // The provider reads the hash's bytes in the machine's order, not as the big-endian number they are.
    private static int Hash(byte[] bytes) => BinaryPrimitives.ReadInt32LittleEndian(XxHash32.Hash(bytes));

    private static bool LooksHex(string id)
    {
        var head = id.AsSpan(0, id.IndexOf('+', StringComparison.Ordinal) is >= 0 and var plus ? plus : id.Length);
        return head.Length is <= 16 or 32 && head.IndexOfAnyExcept(HexDigits) < 0;
    }
}

/// <summary>One row that waits to be committed with its events.</summary>
/// <param name="Key">Which row.</param>
/// <param name="Version">The version it must still have; null: it must not exist.</param>
/// <param name="Payload">The new state; null clears it.</param>
/// <param name="Events">What the journal gets with it.</param>
internal sealed record StateWrite(StateKey Key, int? Version, ReadOnlyMemory<byte>? Payload, ImmutableArray<JournalEntry> Events)
{
    private readonly TaskCompletionSource<bool> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True when committed, false when another writer was first, faulted when the outcome is unknown.</summary>
    public Task<bool> Done => done.Task;

    public int NewVersion => Version + 1 ?? 1;

    public void Finish(bool written) => done.TrySetResult(written);

    public void Fail(Exception cause) => done.TrySetException(cause);

    public static int? ParseVersion(string? etag) =>
        string.IsNullOrWhiteSpace(etag) ? null : int.Parse(etag, CultureInfo.InvariantCulture);
}
