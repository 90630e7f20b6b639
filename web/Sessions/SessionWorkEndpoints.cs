using System.Security.Claims;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Makerspace.Web.Sessions;

/// <summary>What mentor and member do about a session: another time, notes, tasks, feedback.</summary>
internal static class SessionWorkEndpoints
{
    public static void MapSessionWork(this RouteGroupBuilder api)
    {
        var one = api.MapGroup("/sessions/{id:guid}").WithTags("Sessions");
        one.MapGet("/work", Read).RequireAuthorization(Allow.Read).WithSummary("Proposal, notes, tasks and feedback of a session").WithDescription("For its two sides, and staff; private notes for the mentor alone.");
        one.MapPost("/proposal", Propose).RequireAuthorization(Allow.Book).WithSummary("Propose another time").ProducesProblem(StatusCodes.Status409Conflict);
        one.MapPost("/proposal/answer", Answer).RequireAuthorization(Allow.Book).WithSummary("Say yes or no to a proposal")
            .WithDescription("Yes moves the booking with all it has, or refuses and leaves it where it was. Who proposed may take it back by a no.").ProducesProblem(StatusCodes.Status409Conflict);
        one.MapPut("/notes", Note).RequireAuthorization(Allow.Book).WithSummary("Write notes").ProducesProblem(StatusCodes.Status409Conflict);
        one.MapPost("/tasks", AddTask).RequireAuthorization(Allow.Book).WithSummary("Add a task").ProducesProblem(StatusCodes.Status409Conflict);
        one.MapPut("/tasks/{taskId:guid}", Tick).RequireAuthorization(Allow.Book).WithSummary("Mark a task done, or not done");
        one.MapPut("/attendance", Mark).RequireAuthorization(Allow.Book).WithSummary("Say whether the member came").WithDescription("The mentor's; a session to which nobody came does not count for the programme.").ProducesProblem(StatusCodes.Status409Conflict);
        one.MapPut("/feedback", Say).RequireAuthorization(Allow.Book).WithSummary("Say how it was").ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<SessionWorkModel>, ProblemHttpResult>> Read(Guid id, ClaimsPrincipal user, SessionWork work, IGrainFactory grains) =>
        await work.Find(user, id) is { } session ? TypedResults.Ok(session.Model(await grains.Space())) : Problem.Unknown("session");

    private static async Task<Results<Ok<SessionWorkModel>, ProblemHttpResult>> Propose(
        Guid id, Body<ProposalBody> body, ClaimsPrincipal user, SessionWork work, RefusalText text, IGrainFactory grains) => await Of(await work.Propose(user, id, body.Value), text, grains);

    private static async Task<Results<Ok<SessionWorkModel>, ProblemHttpResult>> Answer(
        Guid id, Body<ProposalAnswerBody> body, ClaimsPrincipal user, SessionWork work, RefusalText text, IGrainFactory grains) => await Of(await work.Answer(user, id, body.Value), text, grains);

    private static async Task<Results<Ok<SessionWorkModel>, ProblemHttpResult>> Note(
        Guid id, Body<SessionNotesBody> body, ClaimsPrincipal user, SessionWork work, RefusalText text, IGrainFactory grains) => await Of(await work.Note(user, id, body.Value), text, grains);

    private static async Task<Results<Ok<SessionWorkModel>, ProblemHttpResult>> AddTask(
        Guid id, Body<FollowUpBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, SessionWork work, RefusalText text, IGrainFactory grains)
    {
        var taskId = Guid.NewGuid();
        if (idempotencyKey is not null && IdempotencyKey.Read(idempotencyKey, out taskId) is { } fault) return fault;
        return await Of(await work.AddTask(user, id, taskId, body.Value), text, grains);
    }

    private static async Task<Results<Ok<SessionWorkModel>, ProblemHttpResult>> Tick(
        Guid id, Guid taskId, Body<TickBody> body, ClaimsPrincipal user, SessionWork work, RefusalText text, IGrainFactory grains) => await Of(await work.Tick(user, id, taskId, body.Value), text, grains);

    private static async Task<Results<Ok<SessionWorkModel>, ProblemHttpResult>> Mark(
        Guid id, Body<CameBody> body, ClaimsPrincipal user, SessionWork work, RefusalText text, IGrainFactory grains) => await Of(await work.Mark(user, id, body.Value), text, grains);

    private static async Task<Results<Ok<SessionWorkModel>, ProblemHttpResult>> Say(
        Guid id, Body<FeedbackBody> body, ClaimsPrincipal user, SessionWork work, RefusalText text, IGrainFactory grains) => await Of(await work.Say(user, id, body.Value), text, grains);

    private static async Task<Results<Ok<SessionWorkModel>, ProblemHttpResult>> Of(SessionOutcome outcome, RefusalText text, IGrainFactory grains)
    {
        var space = await grains.Space();
        if (outcome.Problem is { } problem) return problem;
        return outcome.Refusals.Count > 0 ? BookingAnswers.Declined(outcome.Refusals, space, text) : TypedResults.Ok(outcome.Session!.Model(space));
    }
}
