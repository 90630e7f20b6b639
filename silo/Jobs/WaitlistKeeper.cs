using Makerspace.ReadModels;
using Makerspace.Waitlists;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Jobs;

/// <summary>
/// Tells waitlists when something may have become free: at once, following the journal, and from time to time, for what it missed while it was down.
/// The waitlist tries whatever its first places ask for, so telling it once too often does nothing.
/// </summary>
public sealed partial class WaitlistKeeper(
    IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, ILogger<WaitlistKeeper> log) : IScheduledWork, IWatchesJournal
{
    // What waits is offered when something happens or an offer runs out; both are others' due times.
    public Task<Instant?> NextDue(CancellationToken cancellation) => Task.FromResult<Instant?>(null);

    public async Task RunDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await OfferAll(cancellation);
    }

    /// <summary>It may have freed a slot.</summary>
    public bool Concerns(JournalRow row) =>
        row.Type is "booking-ended" or "booking-moved" or "tool-changed" or "space-changed" or "area-changed" or "resource-changed";

    // All of them, whatever tool it was about: a bundle, a room or a plan's limit frees more than the tool that is named.
    private async Task OfferAll(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var groups = await db.Waits.Where(w => w.State == WaitState.Waiting || w.State == WaitState.Offered).Select(w => w.WaitingGroup).Distinct().ToListAsync(cancellation);
        foreach (var group in groups) await Offer(group);
    }

    // One that fails must not keep the others from their turn; it is asked again with the next run.
    private async Task Offer(string group)
    {
        try
        {
            await grains.GetGrain<IWaitlistGrain>(group).Offer();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(group, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Waitlist} could not make its offers; it is asked again")]
    private partial void Failed(string waitlist, Exception failure);
}
