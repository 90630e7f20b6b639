using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Access;
using Makerspace.Mentors;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Policies;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Access;

/// <summary>Somebody who is in.</summary>
/// <param name="AreaId">Where; null: at a tool that stands in no area.</param>
/// <param name="Since">When they came.</param>
/// <param name="Via">A device's id, <c>kiosk</c> or <c>staff</c>.</param>
/// <param name="Using">Tools that run by their badge, or that they are checked in on.</param>
public sealed record PersonIn(string MemberId, string Name, string? AreaId, Instant Since, string Via, IReadOnlyList<string> Using);

/// <summary>An area and who is in it.</summary>
/// <param name="Capacity">How many it may hold; null: no limit.</param>
/// <param name="Count">How many are in it, with those in areas inside it.</param>
/// <param name="Full">No more may come in.</param>
/// <param name="Alone">Somebody uses a hazardous tool there without staff and without anybody else: who.</param>
public sealed record AreaIn(string AreaId, string Name, int? Capacity, int Count, bool Full, string? Alone, ImmutableArray<PersonIn> People);

/// <summary>Who is in, live: for staff, the kiosk and the fire brigade.</summary>
public sealed class OccupancyDesk(IGrainFactory grains, IDbContextFactory<MakerspaceDb> databases, Occupancy occupancy, IReadModels readModels, TimeProvider time)
{
    /// <summary>After so long nobody who was not seen again is still there.</summary>
    private static readonly Duration Forgotten = Duration.FromHours(18);

    /// <summary>Every area with somebody in it or with a capacity, by name.</summary>
    public async Task<ImmutableArray<AreaIn>> Now(CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var space = await grains.Space();
        var view = await occupancy.Current(cancellation);
        var people = await People(view, cancellation);
        return [.. view.Areas.Values.Select(a => Of(a, people, view, space)).Where(a => a.Count > 0 || a.Capacity is not null).OrderBy(a => a.Name, StringComparer.CurrentCulture)];
    }

    /// <summary>Everybody who is in, by name: to be read out at the assembly point.</summary>
    public async Task<ImmutableArray<PersonIn>> Everybody(CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        return await People(await occupancy.Current(cancellation), cancellation);
    }

    /// <summary>Somebody has left without their badge.</summary>
    public Task Leave(string memberId, string via, string actor) => grains.GetGrain<IPresenceGrain>(Keys.Presence).Leave(memberId, via, time.Now(), actor);

    private async Task<ImmutableArray<PersonIn>> People(OccupancyView view, CancellationToken cancellation)
    {
        var presence = grains.GetGrain<IPresenceGrain>(Keys.Presence);
        var (present, gone) = (await presence.People(), (await presence.Gone()).ToDictionary(p => p.MemberId, p => p.LastAt, StringComparer.Ordinal));
        await using var db = await databases.CreateDbContextAsync(cancellation);
        // Whoever was seen leaving since has left, also where they have not checked out: who is looked for in a fire is not who stands outside.
        var inUse = CheckedIn(view).Concat(await Running(db, view, cancellation)).Where(u => !(gone.TryGetValue(u.MemberId, out var left) && left >= u.Since)).DistinctBy(u => (u.Tool.Id, u.MemberId)).ToList();
        var ids = present.Select(p => p.MemberId).Concat(inUse.Select(u => u.MemberId)).ToHashSet(StringComparer.Ordinal);
        var names = await db.Members.AsNoTracking().Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, cancellation);
        // Whoever is checked in on a tool and was seen by no door is in all the same: better one too many on the list.
        var unseen = inUse.Where(u => present.All(p => p.MemberId != u.MemberId)).OrderBy(u => u.Tool.Definition.AreaId is null).DistinctBy(u => u.MemberId)
            .Select(u => new Presence(u.MemberId, u.Tool.Definition.AreaId, u.Since, "check-in"));
        return [.. present.Concat(unseen).Select(p => new PersonIn(
            p.MemberId, names.GetValueOrDefault(p.MemberId, p.MemberId), p.AreaId, p.Since, p.Via,
            [.. inUse.Where(u => u.MemberId == p.MemberId && u.Tool.Definition.Mentor is null).Select(u => u.Tool.Definition.Name)])).OrderBy(p => p.Name, StringComparer.CurrentCulture)];
    }

    private sealed record ToolInUse(ToolView Tool, string MemberId, Instant Since);

    // Who meets a mentor by video is not here.
    private static IEnumerable<ToolInUse> CheckedIn(OccupancyView view) => view.Tools.Values.Where(t => t.Definition.Mentor is not { Place: MentorPlace.Video })
        .SelectMany(t => view.Of(t.Id).Where(b => b.State == BookingState.CheckedIn).Select(b => new ToolInUse(t, b.MemberId, b.CheckedInAt ?? b.Slot.Start)));

    // By their badge, also without a booking: staff, and whom staff have unlocked a tool for.
    private async Task<IEnumerable<ToolInUse>> Running(MakerspaceDb db, OccupancyView view, CancellationToken cancellation)
    {
        var since = time.Now() - Forgotten;
        var uses = await db.DeviceUses.AsNoTracking().Where(u => u.EndedAt == null && u.ToolId != null && u.MemberId != null && u.StartedAt > since).Select(u => new { u.ToolId, u.MemberId, u.StartedAt }).ToListAsync(cancellation);
        return uses.Where(u => view.Tools.ContainsKey(u.ToolId!)).Select(u => new ToolInUse(view.Tools[u.ToolId!], u.MemberId!, u.StartedAt));
    }

    private AreaIn Of(AreaView area, ImmutableArray<PersonIn> people, OccupancyView view, SpaceFacts space)
    {
        var inside = people.Where(p => space.AreaChain(p.AreaId).Contains(area.Id)).ToList();
        var full = area.Definition.Capacity is { } capacity && inside.Count >= capacity;
        return new AreaIn(area.Id, area.Definition.Name, area.Definition.Capacity, inside.Count, full, Alone(area, inside, view, space), [.. people.Where(p => p.AreaId == area.Id)]);
    }

    private string? Alone(AreaView area, List<PersonIn> inside, OccupancyView view, SpaceFacts space)
    {
        if (inside is not [var only] || only.Using.Count == 0) return null;
        var now = time.Now();
        var hazardous = view.Tools.Values.Where(t => t.Definition.AreaId == area.Id && only.Using.Contains(t.Definition.Name))
            .Any(t => t.Effective(space).Hazardous == true);
        return hazardous && OpenHours.Staffed(new Slot(now, now + Duration.FromMinutes(1)), space).IsEmpty ? only.Name : null;
    }
}

/// <summary>An area and who is in it: see <see cref="AreaIn"/>.</summary>
public sealed record AreaInModel(string AreaId, string Name, int? Capacity, int Count, bool Full, string? Alone, IReadOnlyList<PersonInModel> People);

/// <summary>Somebody who is in: see <see cref="PersonIn"/>.</summary>
public sealed record PersonInModel(string MemberId, string Name, string? AreaId, OffsetDateTime Since, string Via, IReadOnlyList<string> Using)
{
    internal static PersonInModel Of(PersonIn p, SpaceFacts space) => new(p.MemberId, p.Name, p.AreaId, p.Since.In(space), p.Via, p.Using);
}

/// <summary>Occupancy and evacuation list, for staff.</summary>
internal static class OccupancyEndpoints
{
    public static void MapOccupancy(this RouteGroupBuilder api)
    {
        api.MapGet("/occupancy", Now).RequireAuthorization(Allow.StaffRead).WithTags("Occupancy").WithSummary("Who is in, by area, with capacity and who is alone");
        api.MapGet("/evacuation", Evacuation).RequireAuthorization(Allow.StaffRead).WithTags("Occupancy").WithSummary("Everybody who is in, by name");
        api.MapPost("/occupancy/{memberId}/leave", Leave).RequireAuthorization(Allow.Staff).WithTags("Occupancy").WithSummary("Somebody has left without their badge");
    }

    private static async Task<Ok<IReadOnlyList<AreaInModel>>> Now(OccupancyDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var space = await grains.Space();
        return TypedResults.Ok<IReadOnlyList<AreaInModel>>([.. (await desk.Now(cancellation)).Select(a => new AreaInModel(
            a.AreaId, a.Name, a.Capacity, a.Count, a.Full, a.Alone, [.. a.People.Select(p => PersonInModel.Of(p, space))]))]);
    }

    private static async Task<Ok<IReadOnlyList<PersonInModel>>> Evacuation(OccupancyDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var space = await grains.Space();
        return TypedResults.Ok<IReadOnlyList<PersonInModel>>([.. (await desk.Everybody(cancellation)).Select(p => PersonInModel.Of(p, space))]);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Leave(string memberId, ClaimsPrincipal user, OccupancyDesk desk)
    {
        if (!Ids.IsSlug(memberId)) return Problem.Unknown("member");
        await desk.Leave(memberId, "staff", Caller.Of(user).MemberId);
        return TypedResults.NoContent();
    }
}
