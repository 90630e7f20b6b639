using System.Security.Claims;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Makerspace.Web.Reservations;

/// <summary>What happens to a booking that stands: check in and out, extend, approve, hand over, displace.</summary>
internal static class BookingLifeEndpoints
{
    public static void Map(RouteGroupBuilder bookings)
    {
        var one = bookings.MapGroup("/{id:guid}");
        one.MapPost("/move/preview", PreviewMove).RequireAuthorization(Allow.Read).WithSummary("What a move would be answered, without moving");
        one.MapGet("/cancel-terms", CancelTerms).RequireAuthorization(Allow.Read).WithSummary("What cancelling costs now")
            .WithDescription("A fee, or why none is asked although it is late. 409 where the booking cannot be cancelled any more.").ProducesProblem(StatusCodes.Status409Conflict);
        Step(one.MapPost("/check-in", CheckIn), Allow.Book, "Check in",
            "From some minutes before the start (terms.checkInOpens) to the end. Every gate of who may use the tool is asked again. The member, a colleague of the same company, or staff.");
        Step(one.MapPost("/check-out", CheckOut), Allow.Book, "Check out", "The rest of the slot is free again at once.");
        Step(one.MapPost("/extend", Extend), Allow.Book, "Stay longer", "While checked in, if nothing stands against the later end.");
        Step(one.MapPost("/confirm", Confirm), Allow.Book, "Take an offer of the waitlist", "Until offerUntil, at the price it was offered at.");
        Step(one.MapPost("/hand-over", HandOver), Allow.Book, "Give a booking to a colleague", "Of the same company, who must be allowed to book it.");
        Step(one.MapPost("/approve", Approve), Allow.Staff, "Approve a booking that waits for it", "Until then it holds its slot.");
        Step(one.MapPost("/decline", Decline), Allow.Staff, "Decline a booking that waits for approval", "It is cancelled, free of charge.");
        Step(one.MapPost("/displace", Displace), Allow.Staff, "Take the slot away", "Free of charge; the answer has alternatives.");
        Step(one.MapPost("/waive-fee", WaiveFee), Allow.Staff, "Waive the fee of a late cancellation, or of nobody coming", "Where there is none, nothing happens.");
    }

    private static void Step(RouteHandlerBuilder route, string policy, string summary, string description) =>
        route.RequireAuthorization(policy).WithSummary(summary).WithDescription(description).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<Results<Ok<PreviewModel>, ProblemHttpResult>> PreviewMove(Guid id, Body<MoveBody> body, ClaimsPrincipal user, BookingDesk desk, RefusalText text) =>
        BookingAnswers.Previewed(await desk.PreviewMove(user, id, body.Value), text);

    private static async Task<Results<Ok<CancelTermsModel>, ProblemHttpResult>> CancelTerms(Guid id, ClaimsPrincipal user, BookingDesk desk, RefusalText text)
    {
        var (terms, outcome) = await desk.CancelTerms(user, id);
        if (terms is null) return BookingAnswers.Declined(outcome, text);
        return TypedResults.Ok(CancelTermsModel.Of(terms, outcome.Space));
    }

    private static async Task<Results<Ok<BookingModel>, ProblemHttpResult>> CheckIn(Guid id, Body<CheckInBody> body, ClaimsPrincipal user, BookingDesk desk, RefusalText text) =>
        BookingAnswers.Changed(await desk.CheckIn(user, id, body.Value), text);

    private static async Task<Results<Ok<BookingModel>, ProblemHttpResult>> CheckOut(Guid id, ClaimsPrincipal user, BookingDesk desk, RefusalText text) =>
        BookingAnswers.Changed(await desk.CheckOut(user, id), text);

    private static async Task<Results<Ok<BookingModel>, ProblemHttpResult>> Extend(Guid id, Body<ExtendBody> body, ClaimsPrincipal user, BookingDesk desk, RefusalText text) =>
        BookingAnswers.Changed(await desk.Extend(user, id, body.Value), text);

    private static async Task<Results<Ok<BookingModel>, ProblemHttpResult>> Confirm(Guid id, Body<ConfirmBody> body, ClaimsPrincipal user, BookingDesk desk, RefusalText text) =>
        BookingAnswers.Changed(await desk.Accept(user, id, body.Value.AgreedTotal), text);

    private static async Task<Results<Ok<BookingModel>, ProblemHttpResult>> HandOver(Guid id, Body<HandOverBody> body, ClaimsPrincipal user, BookingDesk desk, RefusalText text) =>
        BookingAnswers.Changed(await desk.HandOver(user, id, body.Value), text);

    private static async Task<Results<Ok<BookingModel>, ProblemHttpResult>> Approve(Guid id, Body<ApproveBody> body, ClaimsPrincipal user, BookingDesk desk, RefusalText text) =>
        BookingAnswers.Changed(await desk.Approve(user, id, body.Value.Note), text);

    private static async Task<Results<Ok<BookingModel>, ProblemHttpResult>> Decline(Guid id, Body<CancelBody> body, ClaimsPrincipal user, BookingDesk desk, RefusalText text) =>
        BookingAnswers.Changed(await desk.Decline(user, id, body.Value.Reason), text);

    private static async Task<Results<Ok<BookingModel>, ProblemHttpResult>> Displace(Guid id, Body<ReasonBody> body, ClaimsPrincipal user, BookingDesk desk, RefusalText text)
    {
        var outcome = await desk.Displace(user, id, body.Value.Reason);
        if (!outcome.Accepted) return BookingAnswers.Declined(outcome, text);
        return TypedResults.Ok(BookingModel.Of(outcome.Booking!, outcome.Space) with { Alternatives = BookingAnswers.Alternatives(outcome) });
    }

    private static async Task<Results<Ok<BookingModel>, ProblemHttpResult>> WaiveFee(Guid id, Body<ReasonBody> body, ClaimsPrincipal user, BookingDesk desk, RefusalText text) =>
        BookingAnswers.Changed(await desk.WaiveFee(user, id, body.Value.Reason), text);
}
