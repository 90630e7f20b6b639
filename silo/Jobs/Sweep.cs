using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Jobs;

/// <summary>Finishes or undoes bookings that a crash or a failed write left between two steps.</summary>
public sealed partial class Sweep(
    IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, TimeProvider time, MakerspaceSettings settings, ILogger<Sweep> log)
    : IHostedService, IScheduledWork
{
    private const int AtOnce = 16;

    /// <summary>A step under way is left alone this long.</summary>
    private static readonly Duration Old = Duration.FromMinutes(1);

    /// <summary>At start, before anyone is served: as the only process, nothing of an earlier one can still arrive.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await models.CaughtUp(cancellationToken);
        if (!settings.Cluster) await Settle(Instant.MaxValue, nothingInFlight: true, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Settles every booking that has been unsettled for over a minute.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> RunOnce(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        return await Settle(time.Now() - Old, nothingInFlight: false, cancellation);
    }

    public async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Bookings.MinAsync(b => b.UnsettledSince, cancellation) is { } oldest ? oldest + Old + Duration.FromMilliseconds(1) : null;
    }

    public Task RunDue(CancellationToken cancellation) => RunOnce(cancellation);

    private async Task<int> Settle(Instant before, bool nothingInFlight, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var limit = before == Instant.MaxValue ? Instant.FromUtc(9999, 1, 1, 0, 0) : before;
        var ids = await db.Bookings.Where(b => b.UnsettledSince != null && b.UnsettledSince < limit)
            .OrderBy(b => b.UnsettledSince).Select(b => b.Id).ToListAsync(cancellation);
        foreach (var some in ids.Chunk(AtOnce))
            await Task.WhenAll(some.Select(id => SettleOne(id, nothingInFlight)));
        if (ids.Count == 0) return 0;
        await models.CaughtUp(cancellation);
        Settled(ids.Count);
        return ids.Count;
    }

    // One that fails must not keep the others from their turn; it is unsettled still, and comes again.
    private async Task SettleOne(Guid id, bool nothingInFlight)
    {
        try
        {
            await grains.GetGrain<IBookingGrain>(Keys.Booking(id)).Settle(nothingInFlight);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            NotSettled(id, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Booking {Id} could not be settled; it is tried again")]
    private partial void NotSettled(Guid id, Exception failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "Settled {Count} bookings that were left between two steps")]
    private partial void Settled(int count);
}
