
namespace Makerspace.ReadModels;

/// <summary>When the read models may be read, and what follows them.</summary>
public interface IReadModels
{
    /// <summary>
    /// Waits until everything committed before the call is in the read models, so that a reader sees their own writes;
    /// gives up quietly after two seconds, when a slightly old answer is better than none.
    /// </summary>
    Task CaughtUp(CancellationToken cancellation);

    /// <summary>Journal entries after <paramref name="seq"/> as they come, for ever, oldest first, each after the read models hold it.</summary>
    IAsyncEnumerable<JournalRow> Follow(long seq, CancellationToken cancellation);

    /// <summary>The newest position of the journal that the read models hold.</summary>
    long Position { get; }
}
