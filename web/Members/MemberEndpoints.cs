using System.Security.Claims;
using System.Text.Json;
using Makerspace.Accounts;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Makerspace.Web.Trainings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Members;

/// <summary>Members: list, read, add, change, certify.</summary>
internal static class MemberEndpoints
{
    public static void MapMembers(this RouteGroupBuilder api)
    {
        var members = api.MapGroup("/members").WithTags("Members");
        members.MapGet("", List).RequireAuthorization(Allow.StaffRead).WithSummary("Members, by name").WithDescription("q searches name and e-mail address.");
        members.MapPost("", Add).RequireAuthorization(Allow.Staff).WithSummary("Add an active member").ProducesProblem(StatusCodes.Status409Conflict);
        members.MapGet("/{id}", Read).RequireAuthorization(Allow.Read).WithSummary("One member").WithDescription("Members see themselves.");
        members.MapPatch("/{id}", Change).RequireAuthorization(Allow.Staff).WithSummary("Change a member (JSON merge patch)").ProducesProblem(StatusCodes.Status409Conflict);
        members.MapPost("/{id}/certifications", Certify).RequireAuthorization(Allow.Staff).WithSummary("Grant a certification, or change its dates")
            .WithDescription("Where something that leads to it is missing: requirements-missing, unless override says why.").ProducesProblem(StatusCodes.Status409Conflict);
        members.MapDelete("/{id}/certifications/{certificationId}", Revoke).RequireAuthorization(Allow.Staff).WithSummary("Take a certification away");
        members.MapPost("/{id}/strikes/{bookingId:guid}/forgive", Forgive).RequireAuthorization(Allow.Staff).WithSummary("Forgive a no-show's strike");
    }

    private static async Task<Results<Ok<Page<MemberModel>>, ProblemHttpResult>> List(
        string? q, string? after, string? limit, HttpRequest request, MakerspaceDb db, IReadModels readModels, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        var most = Cursor.Limit(faults, limit);
        var since = Cursor.Read(faults, after, keys: 2);
        if (faults.Any) return faults.Problem;
        await readModels.CaughtUp(cancellation);
        var rows = db.Members.AsNoTracking();
        if (!string.IsNullOrWhiteSpace(q))
        {
            var text = q.Trim().ToLowerInvariant();
            rows = rows.Where(m => m.Name.ToLower().Contains(text) || (m.Email != null && m.Email.ToLower().Contains(text)));
        }
        if (since is [var name, var id]) rows = rows.Where(m => m.Name.CompareTo(name) > 0 || (m.Name == name && m.Id.CompareTo(id) > 0));
        var found = await rows.OrderBy(m => m.Name).ThenBy(m => m.Id).Take(most + 1).Select(m => m.Data).ToListAsync(cancellation);
        var space = await grains.Space();
        var models = found.Select(data => MemberModel.Of(JsonSerializer.Deserialize<MemberView>(data, StoredJson.Options)!, space));
        return TypedResults.Ok(Cursor.Page(request, [.. models], most, m => Cursor.Of(m.Name, m.Id)));
    }

    private static async Task<MemberView?> Find(IGrainFactory grains, string id) =>
        Ids.IsSlug(id) ? await grains.GetGrain<IMemberGrain>(Keys.Member(id)).View() : null;

    private static async Task<Results<Ok<MemberModel>, ProblemHttpResult>> Read(string id, ClaimsPrincipal user, HttpResponse response, IGrainFactory grains)
    {
        if (!Caller.Of(user).MaySee(id) || await Find(grains, id) is not { } member) return Problem.Unknown("member");
        return Answer(member, await grains.Space(), response);
    }

    private static async Task<Results<Created<MemberModel>, ProblemHttpResult>> Add(
        Body<NewMemberBody> body, ClaimsPrincipal user, HttpResponse response, IGrainFactory grains, AccountDesk accounts, CancellationToken cancellation)
    {
        var (wanted, faults) = (body.Value, new Faults());
        var plan = faults.OptionalSlug("planId", wanted.PlanId);
        var definition = wanted.Read(faults, null);
        var id = faults.OptionalSlug("id", wanted.Id) ?? Ids.Random("m");
        if (faults.Any) return faults.Problem;
        if (plan is null && wanted.Membership?.PlanId is null) plan = (await grains.Space()).DefaultPlan;
        if (plan is not null) definition = definition with { Membership = definition.Membership with { PlanId = plan } };
        if (definition.Email is { } email && await accounts.Find(email) is not null)
            return Problem.Of(StatusCodes.Status409Conflict, "email-taken", "Somebody has an account with this e-mail address already.");
        if (await grains.GetGrain<IMemberGrain>(Keys.Member(id)).Define(definition, Caller.Of(user).MemberId, expectedVersion: 0) is not { } member)
            return Problem.Of(StatusCodes.Status409Conflict, "id-taken", "There is a member with this id already.");
        if (definition.Email is { } address && (await accounts.Provide(new NewAccount(address, definition.Name, Roles.Member, null, id), cancellation)).Account is { } account)
            await accounts.Invite(account, cancellation);
        return TypedResults.Created(MemberModel.Address(id), Answer(member, await grains.Space(), response).Value);
    }

    private static async Task<Results<Ok<MemberModel>, ProblemHttpResult>> Change(
        string id, MergePatch<MemberPatch> patch, [FromHeader(Name = "If-Match")] string? ifMatch, ClaimsPrincipal user, HttpResponse response, IGrainFactory grains)
    {
        if (await Find(grains, id) is not { } member) return Problem.Unknown("member");
        if (ifMatch is not null && ifMatch != "*" && ifMatch != ETag(member))
            return Problem.Of(StatusCodes.Status412PreconditionFailed, "changed-meanwhile", "The member is not at the version of If-Match any more.");
        var space = await grains.Space();
        var (wanted, fault) = patch.Apply(MemberPatch.Of(member, space));
        if (wanted is null) return Problem.Malformed([fault!]);
        var faults = new Faults();
        var definition = wanted.Read(faults, member.Definition.ImportedFrom);
        if (faults.Any) return faults.Problem;
        definition = definition with
        {
            Duties = member.Definition.Duties,   // an administrator gives them, at an address of their own
            Membership = definition.Membership with { Passes = member.Definition.Membership.Passes, PaidBy = member.Definition.Membership.PaidBy },
        };
        if (wanted.ExpectedVersion is { } expected && expected != member.Version) return Problem.Changed("member");
        var changed = await grains.GetGrain<IMemberGrain>(Keys.Member(id)).Define(definition, Caller.Of(user).MemberId, member.Version);
        return changed is null ? Problem.Changed("member") : Answer(changed, space, response);
    }

    private static async Task<Results<Created<CertificationModel>, ProblemHttpResult>> Certify(
        string id, Body<CertificationBody> body, ClaimsPrincipal user, IGrainFactory grains, PassportDesk passports, TrainerRights rights, RefusalText text, TimeProvider time, CancellationToken cancellation)
    {
        var (wanted, faults, actor) = (body.Value, new Faults(), Caller.Of(user).MemberId);
        var reason = wanted.Override is null ? null : faults.Text("override.reason", wanted.Override.Reason, 500);
        var certification = faults.Slug("id", wanted.Id ?? wanted.CertificationId);
        if (wanted is { Id: not null, CertificationId: not null } && wanted.Id != wanted.CertificationId) faults.Add("id", "contradiction", "id and certificationId differ.");
        var from = wanted.From?.ToInstant() ?? time.Now();
        if (wanted.Until?.ToInstant() <= from) faults.Add("until", "contradiction", "The certification ends before it begins.");
        if (faults.Any) return faults.Problem;
        if (await Find(grains, id) is null) return Problem.Unknown("member");
        if (await rights.Refusal(user, certification, cancellation) is { } refusal) return refusal.Problem;
        var space = await Certifications.Know(grains, [certification], actor);
        var missing = await passports.Grant(id, new Certification(certification, from, wanted.Until?.ToInstant(), actor), actor, reason);
        if (!missing.IsEmpty) return BookingAnswers.Declined(missing, space, text);
        var granted = (await Find(grains, id))!.Certifications.First(c => c.Id == certification);
        return TypedResults.Created($"{MemberModel.Address(id)}/certifications/{certification}", CertificationModel.Of(granted, space));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(
        string id, string certificationId, string? reason, ClaimsPrincipal user, TrainerRights rights, IGrainFactory grains, CancellationToken cancellation)
    {
        if (await rights.Refusal(user, certificationId, cancellation) is { } refusal) return refusal.Problem;
        if (await Find(grains, id) is not { } member) return Problem.Unknown("member");
        if (member.Certifications.All(c => c.Id != certificationId)) return Problem.Unknown("certification");
        // Whoever loses one reads why.
        var faults = new Faults();
        var why = faults.Text("reason", reason, 500);
        if (faults.Any) return faults.Problem;
        var revoked = await grains.GetGrain<IMemberGrain>(Keys.Member(id)).Revoke(certificationId, Caller.Of(user).MemberId, why);
        return revoked ? TypedResults.NoContent() : Problem.Unknown("certification");
    }

    private static async Task<Results<Ok<MemberModel>, ProblemHttpResult>> Forgive(
        string id, Guid bookingId, Body<ReasonBody> body, ClaimsPrincipal user, HttpResponse response, IGrainFactory grains)
    {
        var faults = new Faults();
        var reason = faults.Text("reason", body.Value.Reason, 500);
        if (faults.Any) return faults.Problem;
        if (await Find(grains, id) is null) return Problem.Unknown("member");
        var forgiven = await grains.GetGrain<IMemberGrain>(Keys.Member(id)).Forgive(bookingId, Caller.Of(user).MemberId, reason);
        return forgiven && await Find(grains, id) is { } member ? Answer(member, await grains.Space(), response) : Problem.Unknown("strike");
    }

    private static Ok<MemberModel> Answer(MemberView member, SpaceFacts space, HttpResponse response)
    {
        response.Headers.ETag = ETag(member);
        return TypedResults.Ok(MemberModel.Of(member, space));
    }

    private static string ETag(MemberView member) => $"\"{member.Version}\"";
}
