using Makerspace.Jobs;
using Makerspace.ReadModels;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>
/// Handles the events of the payment provider, in any order: what an event was about is fetched again, and its account told how it is now. So an event that comes
/// late, twice or never does no harm; what is never told is found by the reconciliation.
/// </summary>
internal sealed partial class ProviderEvents(
    IDbContextFactory<MakerspaceDb> databases, Looking looking, AccountsFound accounts, PaymentSettings settings, TimeProvider time, ILogger<ProviderEvents> log) : IChainedWork
{
    /// <summary>As staff see it.</summary>
    public const string Id = "provider-events";

    private const int MostInRun = 500;

    /// <summary>About a day of attempts.</summary>
    private const int MostAttempts = 100;
    private static readonly Duration HandledAreKept = Duration.FromDays(30);
    private static readonly Duration FailedAreKept = Duration.FromDays(90);

    public async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.ProviderEvents.Where(e => e.State == ProviderEventState.Waiting).MinAsync(e => (Instant?)e.NextAt, cancellation);
    }

    public async Task<bool> Waiting(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return settings.Enabled && await Due(db).AnyAsync(cancellation);
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        if (!settings.Enabled) return;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        Exception? failed = null;
        var rows = await Due(db).OrderBy(e => e.NextAt).Take(MostInRun).ToListAsync(cancellation);
        // One look answers all that was said of a thing until then.
        foreach (var about in rows.GroupBy(e => e.ObjectId))
        {
            failed = await Handle([.. about], cancellation) ?? failed;
            await db.SaveChangesAsync(cancellation);
        }
        await Prune(db, cancellation);
        if (failed is not null) throw new PartlyFailedException("Some events could not be handled yet.", failed);
    }

    private IQueryable<ProviderEventRow> Due(MakerspaceDb db)
    {
        var now = time.Now();
        return db.ProviderEvents.Where(e => e.State == ProviderEventState.Waiting && e.NextAt <= now);
    }

    private async Task<Exception?> Handle(ProviderEventRow[] rows, CancellationToken cancellation)
    {
        try
        {
            var told = await accounts.Tell(await looking.At(rows[0].ObjectId, cancellation), cancellation);
            foreach (var row in rows)
            {
                (row.State, row.HandledAt, row.Error) = (told.IsEmpty ? ProviderEventState.Ignored : ProviderEventState.Handled, time.Now(), null);
                if (told.IsEmpty) NotOurs(row.Id, row.Type, row.ObjectId);
            }
            return null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            foreach (var row in rows) Postpone(row, failure);
            return failure;
        }
    }

    private void Postpone(ProviderEventRow row, Exception failure)
    {
        row.Attempts++;
        (row.NextAt, row.Error) = (time.Now() + BackOff.After(row.Attempts), $"{failure.GetType().Name}: {failure.Message}");
        if (row.Attempts >= MostAttempts) row.State = ProviderEventState.Failed;
        NotHandled(row.Id, row.Type, row.Attempts, failure);
    }

    private async Task Prune(MakerspaceDb db, CancellationToken cancellation)
    {
        var (handled, failed) = (time.Now() - HandledAreKept, time.Now() - FailedAreKept);
        await db.ProviderEvents.Where(e => (e.State == ProviderEventState.Handled || e.State == ProviderEventState.Ignored) && e.ReceivedAt < handled).ExecuteDeleteAsync(cancellation);
        await db.ProviderEvents.Where(e => e.State == ProviderEventState.Failed && e.ReceivedAt < failed).ExecuteDeleteAsync(cancellation);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Event {Id} ({Type}, {Object}) is about nothing of ours")]
    private partial void NotOurs(string id, string type, string @object);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {Id} ({Type}) could not be handled, {Attempts} times now; it is tried again")]
    private partial void NotHandled(string id, string type, int attempts, Exception failure);
}
