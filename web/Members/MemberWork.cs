using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Members;
using Makerspace.Spaces;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Makerspace.Web.Members;

/// <summary>A note to add.</summary>
public sealed record NoteBody
{
    /// <summary>At most 2000 characters.</summary>
    public string? Text { get; init; }
}

/// <summary>What staff noted about a member.</summary>
public sealed record NoteModel(Guid Id, OffsetDateTime At, string By, string Text)
{
    internal static NoteModel Of(MemberNote note, SpaceFacts space) => new(note.Id, note.At.In(space), note.By, note.Text);
}

/// <summary>What somebody of the staff looks after.</summary>
/// <param name="Kind">Technician (tools, areas, outages, problems, devices), Trainer (trainings, certifications), Desk (members, bookings of others, announcements).</param>
/// <param name="AreaId">In that area and those inside it; null: everywhere.</param>
public sealed record DutyModel(DutyKind? Kind, string? AreaId);

/// <summary>The duties of somebody, whole.</summary>
public sealed record DutiesBody
{
    /// <summary>None: they may do everything that staff may. At most 50.</summary>
    public IReadOnlyList<DutyModel>? Duties { get; init; }
}

/// <summary>The role of somebody's account.</summary>
public sealed record RoleBody
{
    /// <summary><c>member</c>, <c>mentor</c>, <c>staff</c> or <c>admin</c>.</summary>
    public string? Role { get; init; }
}

/// <summary>What staff do about members beside their membership: notes, and who looks after what.</summary>
internal static class MemberWork
{
    private const int MostDuties = 50;

    public static void MapMemberWork(this RouteGroupBuilder api)
    {
        var members = api.MapGroup("/members/{id}").WithTags("Members");
        members.MapGet("/notes", Notes).RequireAuthorization(Allow.StaffRead).WithSummary("What staff noted about a member, newest first").WithDescription("The member never reads them.");
        members.MapPost("/notes", Add).RequireAuthorization(Allow.Staff).WithSummary("Note something about a member").ProducesProblem(StatusCodes.Status409Conflict);
        members.MapDelete("/notes/{noteId:guid}", Remove).RequireAuthorization(Allow.Staff).WithSummary("Take a note away").WithDescription("The journal keeps it.");
        members.MapGet("/role", Role).RequireAuthorization(Allow.StaffRead).WithSummary("The role of a member's account");
        members.MapPut("/role", GiveRole).RequireAuthorization(Allow.Admin).WithSummary("Give a member's account a role").WithDescription("In place of the one it has. Nobody changes their own.").ProducesProblem(StatusCodes.Status409Conflict);
        members.MapPut("/duties", Give).RequireAuthorization(Allow.Admin).WithSummary("Say what somebody of the staff looks after").WithDescription("Duties narrow what staff may do; they never make staff of anybody.");
    }

    private static async Task<Results<Ok<Page<NoteModel>>, ProblemHttpResult>> Notes(string id, IGrainFactory grains)
    {
        if (await Find(grains, id) is null) return Problem.Unknown("member");
        var space = await grains.Space();
        return TypedResults.Ok(new Page<NoteModel>([.. (await grains.GetGrain<IMemberNotesGrain>(Keys.Notes(id)).View()).Select(n => NoteModel.Of(n, space))], null));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Add(
        string id, Body<NoteBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, IGrainFactory grains)
    {
        var (faults, key) = (new Faults(), Guid.NewGuid());
        if (idempotencyKey is not null && IdempotencyKey.Read(idempotencyKey, out key) is { } fault) return fault;
        var text = faults.Text("text", body.Value.Text, 2000);
        if (faults.Any) return faults.Problem;
        if (await Find(grains, id) is null) return Problem.Unknown("member");
        return await grains.GetGrain<IMemberNotesGrain>(Keys.Notes(id)).Add(key, text, Caller.Of(user).MemberId)
            ? TypedResults.NoContent()
            : Problem.Of(StatusCodes.Status409Conflict, "notes-full", $"There are {MemberNote.Most} notes already: take old ones away first.");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(string id, Guid noteId, ClaimsPrincipal user, IGrainFactory grains)
    {
        if (await Find(grains, id) is null) return Problem.Unknown("member");
        return await grains.GetGrain<IMemberNotesGrain>(Keys.Notes(id)).Remove(noteId, Caller.Of(user).MemberId) ? TypedResults.NoContent() : Problem.Unknown("note");
    }

    private static async Task<Results<Ok<MemberModel>, ProblemHttpResult>> Give(string id, Body<DutiesBody> body, ClaimsPrincipal user, IGrainFactory grains)
    {
        var (faults, space) = (new Faults(), await grains.Space());
        var duties = Read(faults, body.Value.Duties, space);
        if (faults.Any) return faults.Problem;
        if (await Find(grains, id) is not { } member) return Problem.Unknown("member");
        var changed = await grains.GetGrain<IMemberGrain>(Keys.Member(id)).Define(member.Definition with { Duties = duties }, Caller.Of(user).MemberId, member.Version);
        return changed is null ? Problem.Changed("member") : TypedResults.Ok(MemberModel.Of(changed, space));
    }

    private static async Task<Results<Ok<RoleBody>, ProblemHttpResult>> Role(string id, RoleDesk desk) =>
        Ids.IsSlug(id) && await desk.Of(id) is { } role ? TypedResults.Ok(new RoleBody { Role = role }) : Problem.Unknown("account");

    private static async Task<Results<Ok<RoleBody>, ProblemHttpResult>> GiveRole(string id, Body<RoleBody> body, ClaimsPrincipal user, RoleDesk desk)
    {
        if (body.Value.Role is not { } role || !RoleDesk.All.Contains(role)) return Problem.Malformed("role", "unknown-value", "role is member, mentor, staff or admin.");
        if (!Ids.IsSlug(id)) return Problem.Unknown("account");
        return await desk.Give(user, id, role) is { } problem ? problem : TypedResults.Ok(new RoleBody { Role = role });
    }

    private static ImmutableArray<Duty> Read(Faults faults, IReadOnlyList<DutyModel>? wanted, SpaceFacts space)
    {
        if (wanted is null) faults.Add("duties", "missing-field", "duties is missing; an empty list takes all away.");
        if (wanted?.Count > MostDuties) faults.Add("duties", "out-of-range", $"There are more than {MostDuties} duties.");
        var duties = new List<Duty>();
        foreach (var (duty, i) in (wanted ?? []).Take(MostDuties).Select((d, i) => (d, i)))
        {
            if (duty is not { Kind: { } kind }) { faults.Add($"duties[{i}].kind", "missing-field", "Each duty has a kind."); continue; }
            if (duty.AreaId is { } area && !space.Areas.ContainsKey(area)) faults.Add($"duties[{i}].areaId", "unknown-area", "There is no such area.");
            duties.Add(new Duty(kind, duty.AreaId));
        }
        return [.. duties.Distinct()];
    }

    private static async Task<MemberView?> Find(IGrainFactory grains, string id) => Ids.IsSlug(id) ? await grains.GetGrain<IMemberGrain>(Keys.Member(id)).View() : null;
}
