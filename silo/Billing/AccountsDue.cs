using Makerspace.Jobs;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>Has accounts do what has fallen due by the clock: statements, further attempts to take what is owed, packs that run out.</summary>
public sealed partial class AccountsDue(
    IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, TimeProvider time, ILogger<AccountsDue> log) : IChainedWork, IWatchesJournal
{
    private const int AtOnce = 8;
    private const int MostInRun = 2_000;

    // What was done for a due time and did not move it: no reason for another round.
    private volatile Dictionary<string, Instant> stuck = new(StringComparer.Ordinal);

    // Its due time may be now.
    public bool Concerns(JournalRow row) => row.Type == "account-changed";

    public async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Accounts.Where(a => a.DueAt > now).MinAsync(a => a.DueAt, cancellation);
    }

    public async Task<bool> Waiting(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        return (await Due(cancellation)).Any(a => !stuck.TryGetValue(a.Id, out var at) || at != a.DueAt);
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        if ((await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts()).Billing is not { } settings) return;
        await models.CaughtUp(cancellation);
        var due = await Due(cancellation);
        var failures = new List<Exception>();
        foreach (var some in due.Chunk(AtOnce)) failures.AddRange((await Task.WhenAll(some.Select(a => Run(a.Id, settings)))).OfType<Exception>());
        stuck = due.ToDictionary(a => a.Id, a => a.DueAt, StringComparer.Ordinal);
        if (due.Count > 0) await models.CaughtUp(cancellation);
        if (failures.Count > 0) throw new PartlyFailedException($"{failures.Count} of {due.Count} accounts failed: {failures[0].Message}", failures[0]);
    }

    private async Task<List<(string Id, Instant DueAt)>> Due(CancellationToken cancellation)
    {
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var rows = await db.Accounts.Where(a => a.DueAt <= now).OrderBy(a => a.DueAt).Take(MostInRun).Select(a => new { a.Id, a.DueAt }).ToListAsync(cancellation);
        return rows.ConvertAll(a => (a.Id, a.DueAt!.Value));
    }

    // One that fails must not keep the others from their turn; it is due still, and comes again.
    private async Task<Exception?> Run(string id, BillingSettings settings)
    {
        try
        {
            await grains.GetGrain<IAccountGrain>(Keys.Account(id)).Due(settings);
            return null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(id, failure);
            return failure;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The account {Id} is due and could not be taken further; it is tried again")]
    private partial void Failed(string id, Exception failure);
}
