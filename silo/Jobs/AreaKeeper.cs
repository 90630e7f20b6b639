using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Jobs;

/// <summary>
/// Tells an area that begins to keep claims (it was given a capacity, or a hazardous tool) of the bookings its tools have already: nobody is turned
/// away by a new limit, but who is booked counts. Bookings that were under way meanwhile are told a minute later.
/// </summary>
public sealed class AreaKeeper(IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, TimeProvider time) : IScheduledWork, IWatchesJournal
{
    /// <summary>Longer than any step of a booking takes.</summary>
    private static readonly Duration Settled = Duration.FromMinutes(1);

    private readonly Lock gate = new();

    // At start everything is looked at once: what changed while nobody followed.
    private Instant? due = Instant.MinValue;

    public bool Concerns(JournalRow row)
    {
        if (row.Type is not ("area-changed" or "tool-changed" or "space-changed")) return false;
        lock (gate) due = Instant.MinValue;
        return true;
    }

    public Task<Instant?> NextDue(CancellationToken cancellation) => Task.FromResult<Instant?>(null);

    public async Task RunDue(CancellationToken cancellation)
    {
        var now = time.Now();
        lock (gate)
        {
            if (due is not { } at || at > now) return;
            due = at == Instant.MinValue ? now + Settled : null;
        }
        await models.CaughtUp(cancellation);
        await Tell(now, cancellation);
    }

    private async Task Tell(Instant now, CancellationToken cancellation)
    {
        var space = await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts();
        var keeping = space.AreaRules.Where(a => a.Value.KeepsClaims).Select(a => a.Key).ToHashSet();
        if (keeping.Count == 0) return;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var tools = await db.Tools.AsNoTracking().Where(t => t.AreaId != null).Select(t => new { t.Id, t.AreaId }).ToListAsync(cancellation);
        foreach (var tool in tools)
            foreach (var area in space.AreaChain(tool.AreaId).Where(keeping.Contains)) await Tell(tool.Id, area, now);
    }

    private async Task Tell(string toolId, string areaId, Instant now)
    {
        var area = grains.GetGrain<IAreaGrain>(Keys.Area(areaId));
        var known = (await area.Claims(now)).Select(c => c.BookingId).ToHashSet();
        var ahead = new Slot(now, now + Duration.FromDays(3_660));
        foreach (var claim in await grains.GetGrain<IToolGrain>(Keys.Tool(toolId)).Claims(ahead))
        {
            if (claim.Use == ClaimUse.Inside || known.Contains(claim.BookingId)) continue;
            var member = await grains.GetGrain<IMemberGrain>(Keys.Member(claim.MemberId)).Facts();
            await area.Settle(claim.BookingId, claim with { Use = ClaimUse.Inside, Held = member.Certifications });
            // The booking may have ended between the two calls: then nobody else would take it back.
            if (await grains.GetGrain<IToolGrain>(Keys.Tool(toolId)).ClaimOf(claim.BookingId) is null) await area.Settle(claim.BookingId, null);
        }
    }
}
