using System.Threading.Channels;

namespace Makerspace.Storage;

/// <summary>
/// Commits the grain writes of the whole process, one group after the other: whatever came while the last group was being committed is the next.
/// So the disk is asked once for many bookings, and a lone write does not wait for company.
/// </summary>
internal sealed partial class Committer(IStateWriter writer, ILogger<Committer> log)
{
    /// <summary>Most writes in one transaction.</summary>
    public const int MostInGroup = 256;

    private readonly Channel<StateWrite> waiting = Channel.CreateBounded<StateWrite>(
        new BoundedChannelOptions(10_000) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private Task loop = Task.CompletedTask;
    private long lastSeq;

    /// <summary>Position of the newest journal entry this process has committed; null where that is not known (at first, and after a failure).</summary>
    public long? LastSeq => Volatile.Read(ref lastSeq) is > 0 and var known ? known : null;

    /// <summary>Called after each group, on the committer's own loop.</summary>
    public Action? Committed { get; set; }

    public void Start() => loop = Task.Run(Run);

    /// <summary>Ends when the write is on disk (true) or lost to another writer (false).</summary>
    /// <remarks>A write that was queued is not withdrawn by cancelling: its outcome would be unknown.</remarks>
    public async Task<bool> Commit(StateWrite write)
    {
        if (!waiting.Writer.TryWrite(write)) await waiting.Writer.WriteAsync(write);
        return await write.Done;
    }

    private async Task Run()
    {
        var carried = new List<StateWrite>();
        while (carried.Count > 0 || await waiting.Reader.WaitToReadAsync())
        {
            var group = NextGroup(carried);
            await CommitGroup(group);
        }
    }

    /// <summary>Everything that waits, each row once: a second write of one row belongs to the next transaction.</summary>
    private List<StateWrite> NextGroup(List<StateWrite> carried)
    {
        var group = new List<StateWrite>();
        var keys = new HashSet<StateKey>();
        var again = new List<StateWrite>();
        foreach (var write in carried) (keys.Add(write.Key) ? group : again).Add(write);
        while (group.Count < MostInGroup && waiting.Reader.TryRead(out var write)) (keys.Add(write.Key) ? group : again).Add(write);
        carried.Clear();
        carried.AddRange(again);
        return group;
    }

    private async Task CommitGroup(List<StateWrite> group)
    {
        using var activity = Telemetry.Source.StartActivity("commit");
        activity?.SetTag("group.size", group.Count);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        try
        {
            var result = await writer.Commit(group, CancellationToken.None);
            if (result.LastSeq > 0) Volatile.Write(ref lastSeq, result.LastSeq);
            for (var i = 0; i < group.Count; i++) Finish(group[i], result.Written[i]);
            Telemetry.Committed(group.Count, result.Written.Count(w => !w), System.Diagnostics.Stopwatch.GetElapsedTime(started));
        }
        catch (Exception failure)
        {
            // Each grain that waits hears of it, deactivates and reads again what is really on disk.
            GroupFailed(failure, group.Count);
            Volatile.Write(ref lastSeq, 0);
            Telemetry.CommitFailed();
            foreach (var write in group) write.Fail(failure);
        }
        Committed?.Invoke();
    }

    private static void Finish(StateWrite write, bool written)
    {
        write.Finish(written);
        if (written) foreach (var entry in write.Events.Where(e => e.BookingId is not null)) Telemetry.BookingEvent(entry.Type);
    }

    /// <summary>Commits what still waits, and takes no more.</summary>
    public async Task Stop()
    {
        waiting.Writer.TryComplete();
        await loop;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A group of {Count} grain writes could not be committed")]
    private partial void GroupFailed(Exception failure, int count);
}
