using System.Security.Claims;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Makerspace.Web.Sessions;

/// <summary>Meet a mentor: book, preview, list; the mentor's yes or no.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this RouteGroupBuilder api)
    {
        var sessions = api.MapGroup("/sessions").WithTags("Sessions");
        sessions.MapGet("", List).RequireAuthorization(Allow.Read).WithSummary("One's own sessions").WithDescription("as=mentor: those one gives. To come, soonest first; then the past, latest first.");
        sessions.MapPost("", Book).RequireAuthorization(Allow.Book).WithSummary("Book a mentor, alone or together with tools")
            .WithDescription("All or nothing. With skill, any mentor who has it: who has the fewest sessions of those who are free. Refused, it is 409 with every refusal and with alternatives.")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        sessions.MapPost("/preview", Preview).RequireAuthorization(Allow.Read).WithSummary("What a session would be answered, without booking");
        sessions.MapPost("/{id:guid}/approve", Approve).RequireAuthorization(Allow.Book).WithSummary("The mentor, or staff, say yes").ProducesProblem(StatusCodes.Status409Conflict);
        sessions.MapPost("/{id:guid}/decline", Decline).RequireAuthorization(Allow.Book).WithSummary("The mentor, or staff, say no").ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<IReadOnlyList<SessionModel>>, ProblemHttpResult>> List(
        string? @as, ClaimsPrincipal user, SessionDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        if (@as is not (null or "member" or "mentor")) return Problem.Malformed("as", "unknown-value", "as is member or mentor.");
        var (space, models) = (await grains.Space(), new List<SessionModel>());
        foreach (var booking in await desk.Of(Caller.Of(user).MemberId, @as == "mentor", cancellation))
            if (await desk.MentorOf(booking) is { } mentor) models.Add(SessionModel.Of(booking, mentor, space));
        return TypedResults.Ok<IReadOnlyList<SessionModel>>(models);
    }

    private static async Task<Results<Created<SessionModel>, ProblemHttpResult>> Book(
        Body<SessionBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, SessionDesk desk, RefusalText text)
    {
        if (IdempotencyKey.Read(idempotencyKey, out var id) is { } fault) return fault;
        var outcome = await desk.Book(user, id, body.Value);
        if (!outcome.Accepted) return BookingAnswers.Declined(outcome, text);
        return TypedResults.Created(BookingModel.Address(outcome.Booking!.Id), SessionModel.Of(outcome.Booking, (await desk.MentorOf(outcome.Booking))!, outcome.Space));
    }

    private static async Task<Results<Ok<PreviewModel>, ProblemHttpResult>> Preview(Body<SessionBody> body, ClaimsPrincipal user, SessionDesk desk, RefusalText text) =>
        BookingAnswers.Previewed(await desk.Preview(user, body.Value), text);

    private static async Task<Results<Ok<BookingModel>, ProblemHttpResult>> Approve(Guid id, Body<ApproveBody> body, ClaimsPrincipal user, SessionDesk desk, RefusalText text) =>
        BookingAnswers.Changed(await desk.Approve(user, id, body.Value.Note), text);

    private static async Task<Results<Ok<BookingModel>, ProblemHttpResult>> Decline(Guid id, Body<CancelBody> body, ClaimsPrincipal user, SessionDesk desk, RefusalText text) =>
        BookingAnswers.Changed(await desk.Decline(user, id, body.Value.Reason), text);
}
