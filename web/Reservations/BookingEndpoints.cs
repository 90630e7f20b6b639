using System.Security.Claims;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Makerspace.Web.Reservations;

/// <summary>Book, preview, read, move and cancel; BookingLifeEndpoints.cs has the rest of a booking's life.</summary>
internal static class BookingEndpoints
{
    public static void AddReservations(this IServiceCollection services) => services.AddScoped<BookingDesk>().AddScoped<PlannedBookings>().AddScoped<Tools.ToolDuties>().AddScoped<RefusalText>().AddScoped<Tools.Displacement>();

    public static void MapBookings(this RouteGroupBuilder api)
    {
        var bookings = api.MapGroup("/bookings").WithTags("Bookings");
        bookings.MapPost("", Book).RequireAuthorization(Allow.Book).WithSummary("Book a tool")
            .WithDescription("Several tools at once with alsoTools, all or nothing. The Idempotency-Key becomes the booking's id. The same key and body again gives the same answer. Refused, it is 409 with every refusal and with alternatives.")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        bookings.MapPost("/preview", Preview).RequireAuthorization(Allow.Read).WithSummary("What a booking would be answered, without booking");
        bookings.MapGet("", BookingList.List).RequireAuthorization(Allow.Read).WithSummary("Bookings, by start")
            .WithDescription("Members see their own. from and to: bookings that overlap that time.");
        bookings.MapGet("/{id:guid}", Read).RequireAuthorization(Allow.Read).WithSummary("One booking").WithDescription("One's own, or a colleague's of the same company.");
        bookings.MapPost("/{id:guid}/move", Move).RequireAuthorization(Allow.Book).WithSummary("Move to another slot of the same tool")
            .WithDescription("Refused (409), the booking stays as it was.").ProducesProblem(StatusCodes.Status409Conflict);
        bookings.MapPost("/{id:guid}/cancel", Cancel).RequireAuthorization(Allow.Book).WithSummary("Cancel")
            .WithDescription("Late, it costs the fee of its terms; cancel-terms says so beforehand.").ProducesProblem(StatusCodes.Status409Conflict);
        BookingLifeEndpoints.Map(bookings);
    }

    private static async Task<Results<Created<BookingModel>, ProblemHttpResult>> Book(
        Body<BookingBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, BookingDesk desk, RefusalText text)
    {
        if (IdempotencyKey.Read(idempotencyKey, out var id) is { } fault) return fault;
        var outcome = await desk.Book(user, id, body.Value);
        if (!outcome.Accepted) return BookingAnswers.Declined(outcome, text);
        return TypedResults.Created(BookingModel.Address(id), BookingModel.Of(outcome.Booking!, outcome.Space));
    }

    private static async Task<Results<Ok<PreviewModel>, ProblemHttpResult>> Preview(Body<BookingBody> body, ClaimsPrincipal user, BookingDesk desk, RefusalText text) =>
        BookingAnswers.Previewed(await desk.Preview(user, body.Value), text);

    private static async Task<Results<Ok<BookingModel>, ProblemHttpResult>> Read(Guid id, ClaimsPrincipal user, BookingDesk desk, IGrainFactory grains) =>
        await desk.Find(user, id) is { } booking
            ? TypedResults.Ok(BookingModel.Of(booking, await grains.Space()))
            : Problem.Unknown("booking");

    private static async Task<Results<Ok<BookingModel>, ProblemHttpResult>> Move(Guid id, Body<MoveBody> body, ClaimsPrincipal user, BookingDesk desk, RefusalText text) =>
        BookingAnswers.Changed(await desk.Move(user, id, body.Value), text);

    private static async Task<Results<Ok<BookingModel>, ProblemHttpResult>> Cancel(Guid id, Body<CancelBody> body, ClaimsPrincipal user, BookingDesk desk, RefusalText text) =>
        BookingAnswers.Changed(await desk.Cancel(user, id, body.Value.Reason), text);
}
