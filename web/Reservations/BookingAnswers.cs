using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Makerspace.Web.Reservations;

/// <summary>What the desk says, as the API writes it.</summary>
internal static class BookingAnswers
{
    public static Results<Ok<BookingModel>, ProblemHttpResult> Changed(BookingOutcome outcome, RefusalText text)
    {
        if (!outcome.Accepted) return Declined(outcome, text);
        return TypedResults.Ok(BookingModel.Of(outcome.Booking!, outcome.Space));
    }

    public static Results<Ok<PreviewModel>, ProblemHttpResult> Previewed(BookingOutcome outcome, RefusalText text)
    {
        if (outcome.Problem is { } problem) return problem;
        return TypedResults.Ok(new PreviewModel(
            outcome.Accepted, outcome.Accepted ? outcome.Answer.Becomes : null, PriceModel.Of(outcome.Answer.Price, outcome.Space), Refusals(outcome, text), Alternatives(outcome)));
    }

    /// <summary>409 with every refusal; <c>type</c> ends in the code of the first.</summary>
    public static ProblemHttpResult Declined(BookingOutcome outcome, RefusalText text)
    {
        return outcome.Problem ?? Declined(outcome.Refusals, outcome.Space, text, ("alternatives", Alternatives(outcome)));
    }

    /// <summary>The same of what is no booking: a place on a waitlist, a seat.</summary>
    public static ProblemHttpResult Declined(IEnumerable<Refusal> refusals, SpaceFacts space, RefusalText text, params (string, object?)[] more)
    {
        RefusalModel[] models = [.. refusals.Select(r => RefusalModel.Of(r, space, text))];
        return Problem.Of(
            StatusCodes.Status409Conflict, models is [var first, ..] ? first.Code : "refused", string.Join(' ', models.Select(r => r.Message)), [("refusals", models), .. more]);
    }

    public static AlternativeModel[] Alternatives(BookingOutcome outcome) => [.. outcome.Answer.Alternatives.Select(a => AlternativeModel.Of(a, outcome.Space))];

    private static RefusalModel[] Refusals(BookingOutcome outcome, RefusalText text) =>
        [.. outcome.Refusals.Select(r => RefusalModel.Of(r, outcome.Space, text))];
}
