using System.Security.Claims;
using System.Text.Json;
using Makerspace.Announcements;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Announcements;

/// <summary>An announcement to make or change.</summary>
public sealed record AnnouncementBody
{
    /// <summary>At most 100 characters.</summary>
    public string? Title { get; init; }

    /// <summary>At most 2000 characters.</summary>
    public string? Text { get; init; }

    /// <summary>Now, where it is not said.</summary>
    public OffsetDateTime? From { get; init; }

    /// <summary>Null: until it is withdrawn.</summary>
    public OffsetDateTime? Until { get; init; }

    /// <summary>For whoever has something booked there in the next week; null: for everybody.</summary>
    public string? AreaId { get; init; }
    public bool Urgent { get; init; }
}

/// <summary>An announcement.</summary>
/// <param name="Holds">Whether it is told at this moment.</param>
public sealed record AnnouncementModel(Guid Id, string Title, string Text, OffsetDateTime From, OffsetDateTime? Until, string? AreaId, bool Urgent, bool Holds)
{
    internal static AnnouncementModel Of(AnnouncementView a, SpaceFacts space, Instant now) => new(
        a.Id, a.Definition.Title, a.Definition.Text, a.Definition.From.In(space), a.Definition.Until?.In(space), a.Definition.AreaId, a.Definition.Urgent, a.HoldsAt(now));
}

/// <summary>The one door to announcements, for pages and API alike.</summary>
public sealed class AnnouncementDesk(IGrainFactory grains, MakerspaceDb db, IReadModels readModels, DutyDesk duties, TimeProvider time)
{
    private const int MostShown = 200;

    /// <summary>Booked so far ahead, somebody is told of an area.</summary>
    private static readonly Duration Ahead = Duration.FromDays(7);

    /// <summary>Makes an announcement, or changes the one with this id.</summary>
    public async Task<(AnnouncementView? Announcement, Faults Faults, DutyRefusal? Refusal)> Define(ClaimsPrincipal user, Guid id, AnnouncementBody body)
    {
        var (faults, space, standing) = (new Faults(), await grains.Space(), await Find(id));
        var definition = new AnnouncementDefinition
        {
            Title = faults.Text("title", body.Title, 100), Text = faults.Text("text", body.Text, 2000), AreaId = faults.OptionalSlug("areaId", body.AreaId), Urgent = body.Urgent,
            From = body.From?.ToInstant() ?? standing?.Definition.From ?? time.Now(), Until = body.Until?.ToInstant(),
        };
        if (definition.AreaId is { } area && !space.Areas.ContainsKey(area)) faults.Add("areaId", "unknown-area", "There is no such area.");
        if (definition.Until <= definition.From) faults.Add("until", "contradiction", "The announcement ends before it begins.");
        if (faults.Any) return (null, faults, null);
        // Whoever looks after one area speaks to that area; and cannot take over what is said in another.
        var refusal = await duties.Refusal(user, DutyKind.Desk, WorkPlace.In(definition.AreaId))
            ?? (standing is null ? null : await duties.Refusal(user, DutyKind.Desk, WorkPlace.In(standing.Definition.AreaId)));
        return refusal is not null ? (null, faults, refusal) : (await Grain(id).Define(definition, Caller.Of(user).MemberId), faults, null);
    }

    /// <summary>Takes it off everybody's page; null where there is no such announcement, or it is over.</summary>
    public async Task<(bool Withdrawn, DutyRefusal? Refusal)> Withdraw(ClaimsPrincipal user, Guid id)
    {
        if (await Find(id) is not { } standing) return (false, null);
        if (await duties.Refusal(user, DutyKind.Desk, WorkPlace.In(standing.Definition.AreaId)) is { } refusal) return (false, refusal);
        return (await Grain(id).Withdraw(Caller.Of(user).MemberId), null);
    }

    public Task<AnnouncementView?> Find(Guid id) => Grain(id).View();

    /// <summary>What a member is told now: what is for everybody, and what is for the areas where they have something booked. Urgent first, then the newest.</summary>
    public async Task<IReadOnlyList<AnnouncementView>> For(string memberId, CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var now = time.Now();
        var rows = await db.Announcements.AsNoTracking().Where(a => a.FromAt <= now && (a.UntilAt == null || a.UntilAt > now)).OrderByDescending(a => a.FromAt).Take(MostShown).ToListAsync(cancellation);
        if (rows.Any(r => r.AreaId is not null))
        {
            var areas = await AreasOf(memberId, now, cancellation);
            rows = [.. rows.Where(r => r.AreaId is null || areas.Contains(r.AreaId))];
        }
        return [.. rows.Select(Read).OrderByDescending(a => a.Definition.Urgent)];
    }

    /// <summary>What is told of an area now: on the pages of its tools.</summary>
    public async Task<IReadOnlyList<AnnouncementView>> Of(string? areaId, CancellationToken cancellation)
    {
        var (now, chain) = (time.Now(), (await grains.Space()).AreaChain(areaId).ToList());
        if (chain.Count == 0) return [];
        var rows = await db.Announcements.AsNoTracking().Where(a => a.AreaId != null && chain.Contains(a.AreaId) && a.FromAt <= now && (a.UntilAt == null || a.UntilAt > now)).OrderByDescending(a => a.FromAt).Take(MostShown).ToListAsync(cancellation);
        return [.. rows.Select(Read).OrderByDescending(a => a.Definition.Urgent)];
    }

    /// <summary>All, the newest first; those that are over too.</summary>
    public async Task<IReadOnlyList<AnnouncementView>> All(CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        return [.. (await db.Announcements.AsNoTracking().OrderByDescending(a => a.FromAt).Take(MostShown).ToListAsync(cancellation)).Select(Read)];
    }

    private async Task<HashSet<string>> AreasOf(string memberId, Instant now, CancellationToken cancellation)
    {
        var until = now + Ahead;
        var booked = db.Bookings.AsNoTracking().Live().Where(b => b.MemberId == memberId && b.End > now && b.Start < until);
        // Of a bundle every tool counts, not the first one alone.
        var tools = await booked.Select(b => b.ToolId).Union(db.BookingTools.AsNoTracking().Where(t => booked.Select(b => b.Id).Contains(t.BookingId)).Select(t => t.ToolId)).ToListAsync(cancellation);
        var areas = await db.Tools.AsNoTracking().Where(t => tools.Contains(t.Id) && t.AreaId != null).Select(t => t.AreaId!).Distinct().ToListAsync(cancellation);
        var space = await grains.Space();
        return [.. areas.SelectMany(space.AreaChain)];
    }

    private static AnnouncementView Read(AnnouncementRow row) => JsonSerializer.Deserialize<AnnouncementView>(row.Data, StoredJson.Options)!;

    private IAnnouncementGrain Grain(Guid id) => grains.GetGrain<IAnnouncementGrain>(Keys.Announcement(id));
}

/// <summary>Read, make, change and withdraw.</summary>
internal static class AnnouncementEndpoints
{
    public static void AddAnnouncements(this IServiceCollection services) => services.AddScoped<AnnouncementDesk>();

    public static void MapAnnouncements(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/announcements").WithTags("Announcements");
        group.MapGet("", List).RequireAuthorization(Allow.Read).WithSummary("What the caller is told now").WithDescription("all=true (staff): every one, also those that are over or to come.");
        group.MapPost("", Make).RequireAuthorization(Allow.Staff).WithSummary("Announce something");
        group.MapPut("/{id:guid}", Change).RequireAuthorization(Allow.Staff).WithSummary("Change an announcement");
        group.MapPost("/{id:guid}/withdraw", Withdraw).RequireAuthorization(Allow.Staff).WithSummary("Take an announcement off everybody's page");
    }

    private static async Task<Results<Ok<Page<AnnouncementModel>>, ProblemHttpResult>> List(
        string? all, ClaimsPrincipal user, AnnouncementDesk desk, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var (faults, caller) = (new Faults(), Caller.Of(user));
        var everything = faults.YesNo("all", all) == true;
        if (faults.Any) return faults.Problem;
        if (everything && !caller.IsStaff) return Problem.Forbidden("not-yours", "Only staff see all of them.");
        var (space, now) = (await grains.Space(), time.Now());
        var found = everything ? await desk.All(cancellation) : await desk.For(caller.MemberId, cancellation);
        return TypedResults.Ok(new Page<AnnouncementModel>([.. found.Select(a => AnnouncementModel.Of(a, space, now))], null));
    }

    private static async Task<Results<Created<AnnouncementModel>, ProblemHttpResult>> Make(
        Body<AnnouncementBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, AnnouncementDesk desk, IGrainFactory grains, TimeProvider time)
    {
        var id = Guid.NewGuid();
        if (idempotencyKey is not null && IdempotencyKey.Read(idempotencyKey, out id) is { } fault) return fault;
        var (made, faults, refusal) = await desk.Define(user, id, body.Value);
        if (refusal is not null) return refusal.Problem;
        return made is null ? faults.Problem : TypedResults.Created($"/api/v1/announcements/{id}", AnnouncementModel.Of(made, await grains.Space(), time.Now()));
    }

    private static async Task<Results<Ok<AnnouncementModel>, ProblemHttpResult>> Change(
        Guid id, Body<AnnouncementBody> body, ClaimsPrincipal user, AnnouncementDesk desk, IGrainFactory grains, TimeProvider time)
    {
        if (await desk.Find(id) is null) return Problem.Unknown("announcement");
        var (changed, faults, refusal) = await desk.Define(user, id, body.Value);
        if (refusal is not null) return refusal.Problem;
        return changed is null ? faults.Problem : TypedResults.Ok(AnnouncementModel.Of(changed, await grains.Space(), time.Now()));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Withdraw(Guid id, ClaimsPrincipal user, AnnouncementDesk desk)
    {
        var (withdrawn, refusal) = await desk.Withdraw(user, id);
        if (refusal is not null) return refusal.Problem;
        return withdrawn ? TypedResults.NoContent() : Problem.Unknown("announcement");
    }
}
