using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Jobs;

/// <summary>
/// Takes bookings a step further when their time has come: no-shows are released, offers and unanswered requests expire, used ones complete.
/// Asks for what is due by now, not for what falls due in this minute: a job that runs late does just the same.
/// </summary>
public sealed partial class DueBookings(
    IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, TimeProvider time, ILogger<DueBookings> log) : IScheduledWork
{
    private const int AtOnce = 16;
    private const int MostInRun = 5_000;

    public async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        // What is due already and still there waits for something else than the clock: a tool that is down.
        return await db.Bookings.Where(b => b.DueAt != null && b.DueAt > now).MinAsync(b => b.DueAt, cancellation);
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var ids = await db.Bookings.Where(b => b.DueAt != null && b.DueAt <= now).OrderBy(b => b.DueAt).Select(b => b.Id).Take(MostInRun).ToListAsync(cancellation);
        foreach (var some in ids.Chunk(AtOnce)) await Task.WhenAll(some.Select(Due));
        if (ids.Count > 0) await models.CaughtUp(cancellation);
    }

    // One that fails must not keep the others from their turn; it is due still, and comes again.
    private async Task Due(Guid id)
    {
        try
        {
            await grains.GetGrain<IBookingGrain>(Keys.Booking(id)).Due();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(id, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Booking {Id} is due and could not be taken further; it is tried again")]
    private partial void Failed(Guid id, Exception failure);
}
