using System.Collections.Immutable;
using Makerspace.Events;
using Makerspace.ReadModels;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Jobs;

/// <summary>Makes the coming occurrences of office hours agree with what is said of them.</summary>
public sealed class OfficeHoursMaker(IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, TimeProvider time)
{
    /// <summary>Does it for one. What other office hours of the same id left behind is found in the read model: read first, what is planned meanwhile is planned by what is said now.</summary>
    /// <returns>Events in which somebody has a seat, and which so keep what they were.</returns>
    public async Task<IReadOnlyList<Guid>> Make(Guid id, string actor, CancellationToken cancellation) =>
        await grains.GetGrain<IOfficeHoursGrain>(Keys.OfficeHours(id)).Make(await Coming(id, cancellation), actor);

    private async Task<ImmutableArray<Guid>> Coming(Guid id, CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return [.. await db.Events.Where(e => e.OfficeHoursId == id && e.Shown && e.Start > now).OrderBy(e => e.Start).Select(e => e.Id).ToListAsync(cancellation)];
    }
}

/// <summary>Plans occurrences of office hours as they come near, and goes on where a crash stopped whoever said them.</summary>
public sealed partial class OfficeHoursKeeper(
    IDbContextFactory<MakerspaceDb> databases, IReadModels models, OfficeHoursMaker maker, TimeProvider time, ILogger<OfficeHoursKeeper> log) : IScheduledWork
{
    public const string Id = "office-hours";

    public async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.OfficeHours.MinAsync(o => o.DueAt, cancellation);
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        foreach (var id in await db.OfficeHours.Where(o => o.DueAt != null && o.DueAt <= now).OrderBy(o => o.DueAt).Select(o => o.Id).ToListAsync(cancellation)) await Make(id, cancellation);
    }

    // One that fails must not keep the others from their turn; it is due still, and comes again.
    private async Task Make(Guid id, CancellationToken cancellation)
    {
        try
        {
            await maker.Make(id, Actors.System, cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Failed(id, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Office hours {Id} could not be planned; they are tried again")]
    private partial void Failed(Guid id, Exception failure);
}
