using System.Data.Common;
using System.Runtime.CompilerServices;
using Makerspace.Storage;
using NodaTime;

namespace Makerspace.ReadModels;

/// <summary>
/// Reads the journal after its checkpoint and writes the read tables, batch by batch, rows and checkpoint in one transaction. Woken by the
/// committer of its own process; looks again from time to time for what other silos committed.
/// </summary>
internal sealed partial class Projector(Database database, Committer committer, ILogger<Projector> log) : BackgroundService, IReadModels
{
    public const string Checkpoint = "read-models";
    private const int MostInBatch = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    private readonly Signal work = new();
    private readonly Signal progress = new();
    private long position;
    private long toolsChangedAt;

    public long Position => Volatile.Read(ref position);

    /// <summary>Position at which a tool last changed, for whoever keeps tools in memory.</summary>
    public long ToolsChangedAt => Volatile.Read(ref toolsChangedAt);

    /// <summary>Other silos write to the journal too: what this process committed is not all there is.</summary>
    public bool Shared { get; init; }

    public async Task CaughtUp(CancellationToken cancellation)
    {
        var target = !Shared && committer.LastSeq is { } last ? last : await Newest(cancellation);
        if (Position >= target) return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            for (var next = progress.Next; Position < target; next = progress.Next)
            {
                if (Position >= target) return;
                await next.WaitAsync(patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            GaveUp(target, Position);
        }
    }

    public async IAsyncEnumerable<JournalRow> Follow(long seq, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var next = progress.Next;
            foreach (var row in await After(seq, cancellation))
            {
                yield return row;
                seq = row.Seq;
            }
            if (Position <= seq) await next.WaitAsync(cancellation);
        }
    }

    /// <summary>Applies everything that is committed now.</summary>
    public async Task CatchUp(CancellationToken cancellation)
    {
        while (await Advance(cancellation) == MostInBatch) { }
    }

    /// <summary>Empties the read tables and fills them from the whole journal. Readers see either the old or the growing new tables.</summary>
    public async Task Rebuild(CancellationToken cancellation)
    {
        await database.InProjection(
            async (connection, transaction) =>
            {
                await new ReadTables(connection, transaction).Empty(cancellation);
                return 0;
            },
            cancellation);
        Volatile.Write(ref position, 0);
        await CatchUp(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        committer.Committed = work.Raise;
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = work.Next;
            try
            {
                await CatchUp(stoppingToken);
                await Task.WhenAny(next, Task.Delay(LookAgain, stoppingToken));
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

    /// <summary>Applies one batch.</summary>
    /// <returns>How many journal entries it held.</returns>
    private async Task<int> Advance(CancellationToken cancellation)
    {
        if (!Shared && committer.LastSeq is { } last && Position >= last) return 0;
        var (batch, reached) = await database.InProjection((connection, transaction) => Apply(connection, transaction, cancellation), cancellation);
        if (batch.FindLast(row => row.Type == "tool-changed") is { } tool) Volatile.Write(ref toolsChangedAt, tool.Seq);
        if (Interlocked.Exchange(ref position, reached) == reached) return 0;
        progress.Raise();
        return batch.Count;
    }

    private static async Task<(List<JournalRow> Batch, long Reached)> Apply(DbConnection connection, DbTransaction transaction, CancellationToken cancellation)
    {
        await using var read = connection.Command("SELECT seq FROM projections WHERE name = @name", ("name", Checkpoint));
        read.Transaction = transaction;
        var seq = await read.ExecuteScalarAsync(cancellation) as long? ?? 0;
        var batch = await Journal(connection, transaction, seq, MostInBatch, cancellation);
        if (batch.Count == 0) return (batch, seq);
        await new ReadTables(connection, transaction).Apply(batch.Select(row => JournalEntry.Read(row.Data)), cancellation);
        await using var write = connection.Command(
            "INSERT INTO projections (name, seq) VALUES (@name, @seq) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq",
            ("name", Checkpoint), ("seq", batch[^1].Seq));
        write.Transaction = transaction;
        await write.ExecuteNonQueryAsync(cancellation);
        return (batch, batch[^1].Seq);
    }

    private async Task<List<JournalRow>> After(long seq, CancellationToken cancellation)
    {
        var upTo = Position;
        if (upTo <= seq) return [];
        await using var connection = await database.Open(cancellation);
        return [.. (await Journal(connection, null, seq, MostInBatch, cancellation)).TakeWhile(row => row.Seq <= upTo)];
    }

    private static async Task<List<JournalRow>> Journal(
        DbConnection connection, DbTransaction? transaction, long after, int most, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            "SELECT seq, at, type, actor, booking_id, tool_id, member_id, data FROM journal WHERE seq > @after ORDER BY seq LIMIT @most",
            ("after", after), ("most", most));
        command.Transaction = transaction;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<JournalRow>();
        while (await reader.ReadAsync(cancellation)) rows.Add(Read(reader));
        return rows;
    }

    private static JournalRow Read(DbDataReader reader) => new()
    {
        Seq = reader.GetInt64(0),
        At = Instant.FromUnixTimeMilliseconds(reader.GetInt64(1)),
        Type = reader.GetString(2),
        Actor = reader.GetString(3),
        BookingId = reader.IsDBNull(4) ? null : reader.GetGuid(4),
        ToolId = reader.IsDBNull(5) ? null : reader.GetString(5),
        MemberId = reader.IsDBNull(6) ? null : reader.GetString(6),
        Data = reader.GetString(7),
    };

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

/// <summary>Something that happens again and again, and can be waited for.</summary>
internal sealed class Signal
{
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends at the next <see cref="Raise"/>. Take it before looking at what it announces.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    public void Raise() =>
        Interlocked.Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
