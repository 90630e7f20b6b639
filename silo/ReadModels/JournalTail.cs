namespace Makerspace.ReadModels;

/// <summary>
/// The newest batch of the journal, from which followers walk on to the next. A batch that no follower still has to read is referred to by nobody.
/// </summary>
/// <param name="rows">What was applied.</param>
/// <param name="reached">Position after it.</param>
internal sealed class JournalTail(IReadOnlyList<JournalRow> rows, long reached)
{
    private readonly TaskCompletionSource<JournalTail> next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<JournalRow> Rows => rows;
    public long Reached => reached;
    public Task<JournalTail> Next => next.Task;

    public void Continue(JournalTail with) => next.SetResult(with);
}

/// <summary>Something that happens again and again, and can be waited for.</summary>
internal sealed class Signal
{
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends at the next <see cref="Raise"/>. Take it before looking at what it announces.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    public void Raise() =>
        Interlocked.Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
