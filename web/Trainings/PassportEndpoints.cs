using System.Security.Claims;
using Makerspace.Members;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Trainings;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Makerspace.Web.Trainings;

/// <summary>How a member stands with the certifications of the space, and their logbook.</summary>
public sealed record PassportModel(string MemberId, IReadOnlyList<ProgressModel> Certifications, IReadOnlyList<LogEntryModel> Log);

/// <summary>How a member stands with one certification.</summary>
/// <param name="Standing">Whether it is held now.</param>
/// <param name="Until">When it ends, or lapses by disuse (<paramref name="ByDisuse"/>).</param>
/// <param name="Requirements">What leads to it, or to the next one.</param>
/// <param name="Hours">Confirmed by both sides.</param>
public sealed record ProgressModel(
    string Id, string Name, Holding Standing, OffsetDateTime? From, OffsetDateTime? Until, bool ByDisuse, IReadOnlyList<RequirementModel> Requirements, Duration Hours, string? Level,
    LevelModel? NextLevel, RevocationModel? Revoked)
{
    internal static ProgressModel Of(Progress p, SpaceFacts space) => new(
        p.Certification.Id, p.Name, p.Standing, p.Held?.From.In(space), p.Until?.In(space), p.ByDisuse,
        [.. p.Requirements.Select(r => new RequirementModel(r.Code, r.Met, r.Needed, r.Had))], p.Hours, p.Level?.Name,
        p.NextLevel is { } next ? new LevelModel(next.Name, next.Hours) : null, p.Revoked is { } gone ? new RevocationModel(gone.At.In(space), gone.Reason) : null);
}

/// <summary>One thing that leads to a certification: <c>training</c>, <c>quiz</c>, <c>sign-off</c>, <c>hours</c>, <c>prerequisite:…</c>.</summary>
public sealed record RequirementModel(string Code, bool Met, Duration? Needed, Duration? Had);

/// <summary>When and why it was taken away.</summary>
public sealed record RevocationModel(OffsetDateTime At, string? Reason);

/// <summary>Hours under supervision.</summary>
public sealed record LogEntryModel(
    Guid Id, string MemberId, string TrainerId, string CertificationId, string? ToolId, OffsetDateTime Start, OffsetDateTime End, string? Note, LogState State, string? Reason)
{
    internal static LogEntryModel Of(LogEntry e, SpaceFacts space) => new(
        e.Id, e.MemberId, e.TrainerId, e.CertificationId, e.ToolId, e.Slot.Start.In(space), e.Slot.End.In(space), e.Note, e.State, e.Reason);
}

/// <summary>What a trainer has seen somebody do.</summary>
public sealed record SignOffBody
{
    public string? CertificationId { get; init; }

    /// <summary>At most 500 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>Hours to write into the logbook.</summary>
public sealed record LogBody
{
    public string? CertificationId { get; init; }

    /// <summary>Who looked on: a trainer of a tool that asks for it, or staff. The caller, if absent, in somebody else's logbook.</summary>
    public string? TrainerId { get; init; }
    public string? ToolId { get; init; }
    public OffsetDateTime? Start { get; init; }
    public OffsetDateTime? End { get; init; }

    /// <summary>At most 500 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>Why an entry was not so.</summary>
public sealed record DeclineBody : IOptionalBody
{
    public string? Reason { get; init; }
}

/// <summary>Passports: read, sign off, log and confirm hours; revoke.</summary>
internal static class PassportEndpoints
{
    internal const int MostText = 500;

    public static void MapPassports(this RouteGroupBuilder api)
    {
        var members = api.MapGroup("/members/{id}").WithTags("Certifications");
        members.MapGet("/passport", Read).RequireAuthorization(Allow.Read).WithSummary("How a member stands with certifications").WithDescription("Members see their own; trainers and staff everybody's.");
        members.MapPost("/sign-offs", SignOff).RequireAuthorization(Allow.Book).WithSummary("Say that a member can do it").WithDescription("Trainers and staff. What is complete by it is granted.");
        members.MapPost("/log", Log).RequireAuthorization(Allow.Book).WithSummary("Write hours under supervision into a logbook")
            .WithDescription("By the trainee or the trainer; the other side confirms. The Idempotency-Key is the entry's id.").ProducesProblem(StatusCodes.Status409Conflict);
        members.MapPost("/log/{entryId:guid}/confirm", Confirm).RequireAuthorization(Allow.Book).WithSummary("Confirm hours").ProducesProblem(StatusCodes.Status409Conflict);
        members.MapPost("/log/{entryId:guid}/decline", Decline).RequireAuthorization(Allow.Book).WithSummary("Say that it was not so").ProducesProblem(StatusCodes.Status409Conflict);
        members.MapPost("/certifications/{certificationId}/revoke", Revoke).RequireAuthorization(Allow.Staff).WithSummary("Take a certification away, with a reason");
        members.MapGet("/certifications/{certificationId}/certificate", CertificateEndpoints.Of).RequireAuthorization(Allow.Read).WithSummary("The certificate of what a member holds, to show to others");
    }

    private static async Task<Results<Ok<PassportModel>, ProblemHttpResult>> Read(
        string id, ClaimsPrincipal user, PassportDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        if (!await desk.MaySee(user, id, cancellation) || await desk.View(id) is not { } passport || await Member(grains, id) is null) return Problem.Unknown("member");
        var space = await grains.Space();
        return TypedResults.Ok(new PassportModel(
            id, [.. (await desk.Read(id)).Select(p => ProgressModel.Of(p, space))], [.. passport.Log.Reverse().Select(e => LogEntryModel.Of(e, space))]));
    }

    private static async Task<Results<Ok<ProgressModel>, ProblemHttpResult>> SignOff(
        string id, Body<SignOffBody> body, ClaimsPrincipal user, PassportDesk desk, TrainerRights rights, IGrainFactory grains, CancellationToken cancellation)
    {
        var (faults, space, caller) = (new Faults(), await grains.Space(), Caller.Of(user));
        var certification = faults.Slug("certificationId", body.Value.CertificationId);
        var note = faults.OptionalText("note", body.Value.Note, MostText);
        if (!faults.Any && !space.Certifications.ContainsKey(certification)) faults.Add("certificationId", "unknown-certification", "There is no such certification.");
        if (!await rights.Any(user, cancellation)) return Problem.Forbidden("no-trainer", "Trainers and staff sign off.");
        if (faults.Any) return faults.Problem;
        if (!await rights.May(user, certification, cancellation)) return Problem.Forbidden("no-trainer", "You train on no tool that asks for this.");
        if (await Member(grains, id) is null) return Problem.Unknown("member");
        if (id == caller.MemberId) return Problem.Forbidden("own", "Nobody signs off themselves.");
        await desk.SignOff(id, certification, note, caller.MemberId);
        return TypedResults.Ok(ProgressModel.Of((await desk.Read(id)).Single(p => p.Certification.Id == certification), space));
    }

    private static async Task<Results<Ok<LogEntryModel>, ProblemHttpResult>> Log(
        string id, Body<LogBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, PassportDesk desk, IGrainFactory grains,
        RefusalText text, CancellationToken cancellation)
    {
        var (faults, space, caller) = (new Faults(), await grains.Space(), Caller.Of(user));
        var entryId = Guid.NewGuid();
        if (idempotencyKey is not null && IdempotencyKey.Read(idempotencyKey, out entryId) is { } fault) return fault;
        if (!await desk.MaySee(user, id, cancellation)) return Problem.Unknown("member");
        var wanted = body.Value;
        var wish = new LogWish(
            entryId, faults.Slug("certificationId", wanted.CertificationId), faults.Slug("trainerId", wanted.TrainerId ?? (id == caller.MemberId ? null : caller.MemberId)),
            new Slot(faults.Required("start", wanted.Start).ToInstant(), faults.Required("end", wanted.End).ToInstant()), faults.OptionalSlug("toolId", wanted.ToolId),
            faults.OptionalText("note", wanted.Note, MostText));
        if (!faults.Any && !space.Certifications.ContainsKey(wish.CertificationId)) faults.Add("certificationId", "unknown-certification", "There is no such certification.");
        if (faults.Any) return faults.Problem;
        if (await Member(grains, id) is null) return Problem.Unknown("member");
        return Answer(await desk.Log(id, wish, caller.MemberId, cancellation), entryId, space, text);
    }

    private static async Task<Results<Ok<LogEntryModel>, ProblemHttpResult>> Confirm(
        string id, Guid entryId, ClaimsPrincipal user, PassportDesk desk, IGrainFactory grains, RefusalText text) => Ids.IsSlug(id)
        ? Answer(await desk.Confirm(id, entryId, Caller.Of(user).MemberId), entryId, await grains.Space(), text)
        : Problem.Unknown("entry");

    private static async Task<Results<Ok<LogEntryModel>, ProblemHttpResult>> Decline(
        string id, Guid entryId, Body<DeclineBody> body, ClaimsPrincipal user, PassportDesk desk, IGrainFactory grains, RefusalText text)
    {
        var faults = new Faults();
        var reason = faults.OptionalText("reason", body.Value.Reason, MostText);
        if (faults.Any) return faults.Problem;
        return Ids.IsSlug(id) ? Answer(await desk.Decline(id, entryId, reason, Caller.Of(user).MemberId), entryId, await grains.Space(), text) : Problem.Unknown("entry");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(
        string id, string certificationId, Body<Reservations.ReasonBody> body, ClaimsPrincipal user, PassportDesk desk, TrainerRights rights, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        var reason = faults.Text("reason", body.Value.Reason, MostText);
        if (faults.Any) return faults.Problem;
        if (await rights.Refusal(user, certificationId, cancellation) is { } refusal) return refusal.Problem;
        if (await Member(grains, id) is null) return Problem.Unknown("member");
        return await desk.Revoke(id, certificationId, Caller.Of(user).MemberId, reason) ? TypedResults.NoContent() : Problem.Unknown("certification");
    }

    internal static async Task<MemberView?> Member(IGrainFactory grains, string id) => Ids.IsSlug(id) ? await grains.GetGrain<IMemberGrain>(Keys.Member(id)).View() : null;

    private static Results<Ok<LogEntryModel>, ProblemHttpResult> Answer(PassportAnswer answer, Guid entryId, SpaceFacts space, RefusalText text)
    {
        if (answer.Unknown) return Problem.Unknown("entry");
        if (!answer.Refusals.IsEmpty) return BookingAnswers.Declined(answer.Refusals, space, text);
        return TypedResults.Ok(LogEntryModel.Of(answer.Passport.Entry(entryId)!, space));
    }
}
