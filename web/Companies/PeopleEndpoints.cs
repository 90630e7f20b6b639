using System.Security.Claims;
using Makerspace.Companies;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Makerspace.Web.Companies;

/// <summary>Somebody of a company.</summary>
/// <param name="Seat">Has one of the seats the company pays for.</param>
public sealed record PersonModel(string MemberId, string Name, string? Email, CompanyRole Role, bool Seat);

/// <summary>Somebody asked in who has not come yet. The link is in their mail and nowhere else.</summary>
public sealed record InvitationModel(Guid Id, string Email, CompanyRole Role, bool Seat, OffsetDateTime ExpiresAt);

/// <summary>Who belongs to a company.</summary>
/// <param name="Invitations">Open ones; empty for who may not invite.</param>
public sealed record PeopleModel(string CompanyId, string Name, IReadOnlyList<PersonModel> People, IReadOnlyList<InvitationModel> Invitations);

public sealed record InvitationBody(string? Email, CompanyRole Role = CompanyRole.Member, bool Seat = false);

/// <summary>What to change of somebody; what is left out stays.</summary>
public sealed record PersonBody(CompanyRole? Role, bool? Seat);

/// <summary>The company that was joined.</summary>
public sealed record JoinedModel(string CompanyId, string Name, CompanyRole Role, bool Seat);

/// <summary>The people of a company: its own see them, its owners and staff change them. To others it does not exist.</summary>
internal static class PeopleEndpoints
{
    public static void MapPeople(this RouteGroupBuilder api)
    {
        var people = api.MapGroup("/companies/{id}/people").WithTags("Companies");
        people.MapGet("", List).RequireAuthorization(Allow.Read).WithSummary("The people of a company, its owners first").WithDescription("Its own people see them, and staff.");
        people.MapPost("", Invite).RequireAuthorization(Allow.Self).WithSummary("Ask somebody in by mail").WithDescription("The link works once, within 14 days.").ProducesProblem(StatusCodes.Status409Conflict);
        people.MapPatch("/{memberId}", Change).RequireAuthorization(Allow.Self).WithSummary("Change role or seat").ProducesProblem(StatusCodes.Status409Conflict);
        people.MapDelete("/{memberId}", Remove).RequireAuthorization(Allow.Self).WithSummary("Take somebody out; oneself: leave").ProducesProblem(StatusCodes.Status409Conflict);
        api.MapDelete("/companies/{id}/invitations/{invitationId:guid}", Withdraw).RequireAuthorization(Allow.Self).WithTags("Companies").WithSummary("Take an invitation back");
        api.MapPost("/invitations/{secret}", Accept).RequireAuthorization(Allow.Self).WithTags("Companies").WithSummary("Accept an invitation, once").ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<PeopleModel>, ProblemHttpResult>> List(string id, ClaimsPrincipal user, CompanyDesk desk, DutyDesk duties, IGrainFactory grains, CancellationToken cancellation)
    {
        if (await Find(id, user, desk, duties, grains) is not var (company, mayChange)) return Problem.Unknown("company");
        var people = (await desk.People(company, cancellation)).Select(p => new PersonModel(p.Person.MemberId, p.Name, p.Email, p.Person.Role, p.Person.Seat));
        var space = await grains.Space();
        var open = mayChange ? await desk.OpenInvitations(id, cancellation) : [];
        return TypedResults.Ok(new PeopleModel(company.Id, company.Definition.Name, [.. people], [.. open.Select(i => new InvitationModel(i.Id, i.Email, i.Role, i.Seat, i.ExpiresAt.In(space)))]));
    }

    private static async Task<Results<Created<InvitationModel>, ProblemHttpResult>> Invite(
        string id, Body<InvitationBody> body, ClaimsPrincipal user, CompanyDesk desk, DutyDesk duties, IGrainFactory grains, CancellationToken cancellation)
    {
        var (wanted, faults) = (body.Value, new Faults());
        if (!AccountDesk.IsEmail(wanted.Email)) faults.Add("email", "malformed-email", "This is no e-mail address.");
        if (faults.Any) return faults.Problem;
        if (await Find(id, user, desk, duties, grains) is not var (company, mayChange)) return Problem.Unknown("company");
        if (!mayChange) return NotOwner;
        var (invitation, refused) = await desk.Invite(company, wanted.Email!, wanted.Role, wanted.Seat, Caller.Of(user).MemberId, cancellation);
        if (invitation is null) return No(refused!);
        return TypedResults.Created($"/api/v1/companies/{id}/people", new InvitationModel(invitation.Id, invitation.Email, invitation.Role, invitation.Seat, invitation.ExpiresAt.In(await grains.Space())));
    }

    private static async Task<Results<Ok<PersonModel>, ProblemHttpResult>> Change(
        string id, string memberId, Body<PersonBody> body, ClaimsPrincipal user, CompanyDesk desk, DutyDesk duties, IGrainFactory grains, CancellationToken cancellation)
    {
        if (await Find(id, user, desk, duties, grains) is not var (_, mayChange)) return Problem.Unknown("company");
        if (!mayChange) return NotOwner;
        var outcome = await desk.Change(id, memberId, body.Value.Role, body.Value.Seat, Caller.Of(user).MemberId);
        if (outcome.Refused is { } refused) return No(refused);
        var (person, name, email) = (await desk.People(outcome.Company!, cancellation)).First(p => p.Person.MemberId == memberId);
        return TypedResults.Ok(new PersonModel(memberId, name, email, person.Role, person.Seat));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        string id, string memberId, ClaimsPrincipal user, CompanyDesk desk, DutyDesk duties, IGrainFactory grains, CancellationToken cancellation)
    {
        if (await Find(id, user, desk, duties, grains) is not var (_, mayChange)) return Problem.Unknown("company");
        if (!mayChange && memberId != Caller.Of(user).MemberId) return NotOwner;
        var outcome = await desk.Remove(id, memberId, Caller.Of(user).MemberId, cancellation);
        return outcome.Refused is { } refused ? No(refused) : TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Withdraw(
        string id, Guid invitationId, ClaimsPrincipal user, CompanyDesk desk, DutyDesk duties, IGrainFactory grains, CancellationToken cancellation)
    {
        if (await Find(id, user, desk, duties, grains) is not var (_, mayChange)) return Problem.Unknown("company");
        if (!mayChange) return NotOwner;
        return await desk.Withdraw(id, invitationId, cancellation) ? TypedResults.NoContent() : Problem.Unknown("invitation");
    }

    private static async Task<Results<Ok<JoinedModel>, ProblemHttpResult>> Accept(string secret, ClaimsPrincipal user, CompanyDesk desk, CancellationToken cancellation)
    {
        var me = Caller.Of(user).MemberId;
        var outcome = await desk.Accept(secret, me, cancellation);
        if (outcome.Company is not { } company) return No(outcome.Refused!);
        var person = company.Definition.Person(me)!;
        return TypedResults.Ok(new JoinedModel(company.Id, company.Definition.Name, person.Role, person.Seat));
    }

    /// <summary>The company, where the caller is of it or staff, and whether they may change its people.</summary>
    private static async Task<(CompanyView Company, bool MayChange)?> Find(string id, ClaimsPrincipal user, CompanyDesk desk, DutyDesk duties, IGrainFactory grains)
    {
        var caller = Caller.Of(user);
        if (await desk.View(id) is not { } company) return null;
        var person = company.Definition.Person(caller.MemberId);
        if (person?.Role == CompanyRole.Owner || (caller.IsStaff && await duties.Refusal(user, null, WorkPlace.Wherever) is null)) return (company, true);
        if (caller.IsStaff || person is not null) return (company, false);
        var member = caller.MemberId.Length == 0 ? null : await grains.GetGrain<Makerspace.Members.IMemberGrain>(Keys.Member(caller.MemberId)).View();
        return member?.Definition.CompanyId == id ? (company, false) : null;
    }

    private static ProblemHttpResult NotOwner => Problem.Forbidden("not-owner", "Only the company's owners change its people.");

    private static ProblemHttpResult No(string code) => code switch
    {
        "unknown-company" => Problem.Unknown("company"),
        "unknown-person" => Problem.Unknown("person"),
        "invitation-invalid" => Problem.Of(StatusCodes.Status404NotFound, code, "This invitation was used, has expired or was taken back."),
        "last-owner" => Problem.Of(StatusCodes.Status409Conflict, code, "A company has at least one owner. Make somebody else an owner first."),
        "no-seat-free" => Problem.Of(StatusCodes.Status409Conflict, code, "All seats that the company pays for are taken or promised."),
        "in-another-company" => Problem.Of(StatusCodes.Status409Conflict, code, "This member belongs to another company."),
        "too-many-invitations" => Problem.Of(StatusCodes.Status409Conflict, code, "Too many invitations are open. Take some back first."),
        "too-many-requests" => Problem.Of(StatusCodes.Status429TooManyRequests, code, "Too many invitations in a short time. Wait ten minutes."),
        _ => Problem.Changed("company"),
    };
}
