using Makerspace.ReadModels;
using Makerspace.Storage;
using NodaTime;

namespace Makerspace.Jobs;

/// <summary>
/// Work done once for each journal entry of some types, in order, on whichever node: how far it has come is kept, so that nothing is missed while no node runs.
/// An entry may come a second time after a crash. One that fails holds up the ones behind it for a while; then it is logged and left out.
/// </summary>
/// <param name="id">Of the job; also the name under which its position is kept.</param>
/// <param name="database">Where the journal is.</param>
/// <param name="models">How far the read models are: no entry is handled before they hold it.</param>
/// <param name="log">Of the derived class.</param>
public abstract partial class JournalWork(string id, Database database, IReadModels models, ILogger log) : IChainedWork, IWatchesJournal
{
    private const int MostInBatch = 200;
    private const int MostAttempts = 20;

    /// <summary>Positions without any entry of the types are kept once in so many: they would only be looked at again.</summary>
    private const long KeptEvery = 1_000;

    private string Name => "job-" + id;

    protected IReadModels Models => models;
    private long position = -1;
    private long kept;
    private (long Seq, int Attempts) failing;

    /// <summary>Names of the journal's types.</summary>
    protected abstract IReadOnlyList<string> Types { get; }

    /// <summary>Handles one. Again, it comes to the same.</summary>
    protected abstract Task Handle(JournalRow row, CancellationToken cancellation);

    public virtual bool Concerns(JournalRow row) => Types.Contains(row.Type);

    public virtual Task<Instant?> NextDue(CancellationToken cancellation) => Task.FromResult<Instant?>(null);

    public async Task<bool> Waiting(CancellationToken cancellation)
    {
        if (failing.Attempts > 0) return false;
        await models.CaughtUp(cancellation);
        var after = Volatile.Read(ref position);
        return after >= 0 && after < models.Position && (await Read(after, 1, cancellation)).Count > 0;
    }

    public virtual async Task RunDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        var newest = models.Position;
        if (position < 0) position = kept = await Kept(cancellation);
        while (position < models.Position && await Read(position, MostInBatch, cancellation) is { Count: > 0 } batch)
        {
            foreach (var row in batch) await Advance(row, cancellation);
            await Keep(cancellation);
        }
        if (newest > position) position = newest;
        if (position - kept > KeptEvery) await Keep(cancellation);
    }

    private async Task Advance(JournalRow row, CancellationToken cancellation)
    {
        try
        {
            await Handle(row, cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            failing = (row.Seq, failing.Seq == row.Seq ? failing.Attempts + 1 : 1);
            if (failing.Attempts < MostAttempts)
            {
                await Keep(cancellation);
                throw new PartlyFailedException($"Entry {row.Seq} of the journal: {failure.Message}", failure);
            }
            LeftOut(id, row.Seq, failure);
        }
        failing = default;
        position = row.Seq;
    }

    private async Task<List<JournalRow>> Read(long after, int most, CancellationToken cancellation)
    {
        await using var connection = await database.Open(cancellation);
        return await JournalReader.After(connection, Types, after, models.Position, most, cancellation);
    }

    private async Task<long> Kept(CancellationToken cancellation)
    {
        await using var connection = await database.Open(cancellation);
        await using var command = connection.Command("SELECT seq FROM projections WHERE name = @name", ("name", Name));
        return await command.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    // Another node may be further already.
    private async Task Keep(CancellationToken cancellation)
    {
        if (position == kept) return;
        await using var connection = await database.Open(cancellation);
        await using var command = connection.Command(
            """
            INSERT INTO projections (name, seq) VALUES (@name, @seq) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq WHERE projections.seq < excluded.seq
            """, ("name", Name), ("seq", position));
        await command.ExecuteNonQueryAsync(cancellation);
        kept = position;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The job {Job} gave up on entry {Seq} of the journal and goes on behind it")]
    private partial void LeftOut(string job, long seq, Exception failure);
}
