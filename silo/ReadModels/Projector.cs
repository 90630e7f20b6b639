using System.Data.Common;
using System.Runtime.CompilerServices;
using Makerspace.Storage;

namespace Makerspace.ReadModels;

/// <summary>
/// Reads the journal after its checkpoint and writes the read tables, batch by batch, rows and checkpoint in one transaction. Woken by the
/// committer of its own process; looks again from time to time for what other silos committed.
/// </summary>
internal sealed partial class Projector(Database database, Committer committer, ILogger<Projector> log) : BackgroundService, IReadModels
{
    public const string Checkpoint = "read-models";
    private const int MostInBatch = 500;
    private const long Unknown = -1;

    /// <summary>How long <see cref="CaughtUp"/> waits.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    /// <summary>While nobody waits, events gather this long: fewer and larger transactions.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    private readonly Signal work = new();
    private readonly Signal urgent = new();
    private JournalTail tail = new([], Unknown);
    private long toolsChangedAt;
    private int waiting;

    public long Position => Math.Max(0, Volatile.Read(ref tail).Reached);

    /// <summary>Position at which a tool last changed, for whoever keeps tools in memory.</summary>
    public long ToolsChangedAt => Volatile.Read(ref toolsChangedAt);

    /// <summary>Told of what the tables hold from now on, before whoever waits for it.</summary>
    public Func<IReadOnlyList<JournalRow>, CancellationToken, Task>? Applied { get; init; }

    /// <summary>Other silos write to the journal too: what this process committed is not all there is.</summary>
    public bool Shared { get; init; }

    public async Task CaughtUp(CancellationToken cancellation)
    {
        var target = !Shared && committer.LastSeq is { } last ? last : await Newest(cancellation);
        if (Position >= target) return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        Interlocked.Increment(ref waiting);
        urgent.Raise();
        try
        {
            for (var seen = Volatile.Read(ref tail); seen.Reached < target;) seen = await seen.Next.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            GaveUp(target, Position);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    public async IAsyncEnumerable<JournalRow> Follow(long seq, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var seen = Volatile.Read(ref tail);
        while (seq < seen.Reached)
        {
            var missed = await Missed(seq, seen.Reached, cancellation);
            if (missed.Count == 0) break;
            foreach (var row in missed) yield return row;
            seq = missed[^1].Seq;
        }
        while (true)
        {
            seen = await seen.Next.WaitAsync(cancellation);
            foreach (var row in seen.Rows.Where(row => row.Seq > seq)) yield return row;
        }
    }

    /// <summary>Applies everything that is committed now.</summary>
    public async Task CatchUp(CancellationToken cancellation)
    {
        while (await Advance(cancellation)) { }
    }

    /// <summary>Empties the read tables and fills them from the whole journal. Meanwhile readers see them grow.</summary>
    public async Task Rebuild(CancellationToken cancellation)
    {
        await database.InProjection(
            async (connection, transaction) =>
            {
                await new ReadTables(connection, transaction).Empty(cancellation);
                return 0;
            },
            cancellation);
        while (await ApplyBatch(cancellation)) { }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        committer.Committed = work.Raise;
        while (!stoppingToken.IsCancellationRequested)
        {
            var (more, hurry) = (work.Next, urgent.Next);
            try
            {
                await CatchUp(stoppingToken);
                await Task.WhenAny(more, hurry, Task.Delay(LookAgain, stoppingToken));
                if (Volatile.Read(ref waiting) == 0) await Task.WhenAny(hurry, Task.Delay(Gather, stoppingToken));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (DbException failure)
            {
                // The checkpoint stands where it stood: the same batch comes again.
                Failed(failure);
                await Task.WhenAny(Task.Delay(LookAgain, stoppingToken));
            }
        }
    }

    private Task<bool> Advance(CancellationToken cancellation) =>
        !Shared && committer.LastSeq is { } last && Position >= last ? Task.FromResult(false) : ApplyBatch(cancellation);

    /// <summary>Applies what follows the checkpoint, and tells followers.</summary>
    /// <returns>Whether there may be more.</returns>
    private async Task<bool> ApplyBatch(CancellationToken cancellation)
    {
        var known = Volatile.Read(ref tail).Reached;
        var (batch, reached) = await database.InProjection((connection, transaction) => Apply(connection, transaction, known, cancellation), cancellation);
        if (batch.FindLast(row => row.Type == "tool-changed") is { } tool) Volatile.Write(ref toolsChangedAt, tool.Seq);
        var news = batch.Where(row => row.Seq > known).ToList();
        // Before anybody hears that the tables hold it.
        if (Applied is not null) await Applied(news, cancellation);
        if (reached > known) Tell(news, reached);
        return batch.Count == MostInBatch;
    }

    private void Tell(IReadOnlyList<JournalRow> rows, long reached)
    {
        var next = new JournalTail(rows, reached);
        Interlocked.Exchange(ref tail, next).Continue(next);
    }

    /// <summary>Reads from whichever is older, what this process knows or what the tables hold: in a cluster another silo may have applied it.</summary>
    private static async Task<(List<JournalRow> Batch, long Reached)> Apply(
        DbConnection connection, DbTransaction transaction, long known, CancellationToken cancellation)
    {
        var held = await JournalReader.Checkpoint(connection, transaction, Checkpoint, cancellation);
        var batch = await JournalReader.After(connection, transaction, known == Unknown ? held : Math.Min(known, held), MostInBatch, cancellation);
        var reached = batch.Count > 0 ? batch[^1].Seq : held;
        if (reached <= held) return (batch, reached);
        var tables = new ReadTables(connection, transaction);
        await tables.Apply(batch.Where(row => row.Seq > held).Select(row => JournalEntry.Read(row.Data)), cancellation);
        await new Numbers.UseTables(connection, transaction).Apply(tables.Uses, [.. batch.Where(row => row.Seq > held)], cancellation);
        await new Numbers.UnusableTimes(transaction).Apply(batch.Where(row => row.Seq > held), cancellation);
        await new Numbers.Grants(transaction).Apply(batch.Where(row => row.Seq > held), cancellation);
        await new Announcements.AnnouncementTable(transaction).Apply(batch.Where(row => row.Seq > held), cancellation);
        await new PolicyTables(connection, transaction).Apply(batch.Where(row => row.Seq > held), cancellation);
        await new Maintenance.MaintenanceTables(connection, transaction).Apply(batch.Where(row => row.Seq > held), cancellation);
        await new Billing.LedgerTables(connection, transaction).Apply(batch.Where(row => row.Seq > held), cancellation);
        await JournalReader.SetCheckpoint(connection, transaction, Checkpoint, reached, cancellation);
        return (batch, reached);
    }

    private async Task<List<JournalRow>> Missed(long after, long upTo, CancellationToken cancellation)
    {
        await using var connection = await database.Open(cancellation);
        var rows = await JournalReader.After(connection, null, after, MostInBatch, cancellation);
        return [.. rows.TakeWhile(row => row.Seq <= upTo)];
    }

    private async Task<long> Newest(CancellationToken cancellation)
    {
        await using var connection = await database.Open(cancellation);
        return await connection.Number("SELECT max(seq) FROM journal", cancellation) ?? 0;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The read models are behind: wanted {Wanted}, have {Have}")]
    private partial void GaveUp(long wanted, long have);

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of the journal could not be projected; it is tried again")]
    private partial void Failed(Exception failure);
}
