using Makerspace.ReadModels;
using Makerspace.Series;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Jobs;

/// <summary>Goes on with series that a crash left half made.</summary>
public sealed partial class UnfinishedSeries(
    IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, TimeProvider time, ILogger<UnfinishedSeries> log) : IScheduledWork
{
    /// <summary>One under way is left alone this long.</summary>
    private static readonly Duration Old = Duration.FromMinutes(1);

    public async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Series.MinAsync(s => s.UnfinishedSince, cancellation) is { } oldest ? oldest + Old : null;
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        var before = time.Now() - Old;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var ids = await db.Series.Where(s => s.UnfinishedSince != null && s.UnfinishedSince <= before).Select(s => s.Id).ToListAsync(cancellation);
        foreach (var id in ids) await Resume(id);
        if (ids.Count > 0) await models.CaughtUp(cancellation);
    }

    // One that fails must not keep the others from their turn; it is unfinished still, and comes again.
    private async Task Resume(Guid id)
    {
        try
        {
            await grains.GetGrain<ISeriesGrain>(Keys.Series(id)).Resume();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(id, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Series {Id} could not be finished; it is tried again")]
    private partial void Failed(Guid id, Exception failure);
}
