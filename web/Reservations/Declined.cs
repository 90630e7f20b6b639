using Makerspace.Reservations;
using Makerspace.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Makerspace.Web.Reservations;

/// <summary>Refusals as a problem document.</summary>
internal static class Declined
{
    /// <summary>409 with every refusal; <c>type</c> ends in the code of the first.</summary>
    public static ProblemHttpResult Problem(IEnumerable<Refusal> refusals, SpaceFacts space, RefusalText text)
    {
        RefusalModel[] models = [.. refusals.Select(r => RefusalModel.Of(r, space, text))];
        return Http.Problem.Of(
            StatusCodes.Status409Conflict, models is [var first, ..] ? first.Code : "refused", string.Join(' ', models.Select(r => r.Message)), ("refusals", models));
    }
}
