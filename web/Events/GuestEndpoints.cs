using Makerspace.Events;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Makerspace.Web.Events;

/// <summary>Who would like to come.</summary>
public sealed record GuestBody
{
    /// <summary>At most 100 characters.</summary>
    public string? Name { get; init; }
    public string? Email { get; init; }

    /// <summary>To the event's question; at most 500 characters.</summary>
    public string? Answer { get; init; }
}

/// <summary>How a guest's seat is.</summary>
/// <param name="Joined">It is theirs.</param>
/// <param name="Held">It waits for them to confirm.</param>
public sealed record GuestModel(Guid EventId, string Title, OffsetDateTime Start, OffsetDateTime End, bool Joined, bool Held);

/// <summary>Seats without an account, in public events that are free of charge: asked for, confirmed and given back by a link in a letter.</summary>
internal static class GuestEndpoints
{
    public static void MapGuests(this RouteGroupBuilder events)
    {
        events.MapPost("/{id:guid}/guests", Ask).AllowAnonymous().RequireRateLimiting(RateLimits.AccountAttempts).WithSummary("Ask for a seat as a guest")
            .WithDescription("One is held for half an hour, and a letter goes to the address.").ProducesProblem(StatusCodes.Status409Conflict);
        events.MapPost("/guests/{token}", Confirm).AllowAnonymous().RequireRateLimiting(RateLimits.AccountAttempts).WithSummary("Confirm a guest's seat with the mailed token").ProducesProblem(StatusCodes.Status409Conflict);
        events.MapDelete("/guests/{token}", Leave).AllowAnonymous().RequireRateLimiting(RateLimits.AccountAttempts).WithSummary("Give a guest's seat back with the mailed token").ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> Ask(Guid id, Body<GuestBody> body, GuestBook book, IGrainFactory grains, RefusalText text, CancellationToken cancellation)
    {
        var faults = new Faults();
        var (name, answer) = (faults.Text("name", body.Value.Name, 100), faults.OptionalText("answer", body.Value.Answer, 500));
        if (!AccountDesk.IsEmail(body.Value.Email)) faults.Add("email", "malformed-email", "This is no e-mail address.");
        if (faults.Any) return faults.Problem;
        if (await book.Find(id) is not { Definition.Public: true } view) return Problem.Unknown("event");
        if (!view.Definition.TakesGuests) return BookingAnswers.Declined([new MembersOnly()], await grains.Space(), text);
        var held = await book.Ask(id, name, body.Value.Email!, string.IsNullOrWhiteSpace(answer) ? null : answer.Trim(), cancellation);
        return held.Refusals.IsEmpty ? TypedResults.Accepted((string?)null) : BookingAnswers.Declined(held.Refusals, await grains.Space(), text);
    }

    private static Task<Results<Ok<GuestModel>, ProblemHttpResult>> Confirm(string token, GuestBook book, GuestLinks links, IGrainFactory grains, RefusalText text) => Do(token, book.Confirm, links, grains, text);

    private static Task<Results<Ok<GuestModel>, ProblemHttpResult>> Leave(string token, GuestBook book, GuestLinks links, IGrainFactory grains, RefusalText text) => Do(token, book.Leave, links, grains, text);

    private static async Task<Results<Ok<GuestModel>, ProblemHttpResult>> Do(string token, Func<Guid, Guid, Task<EventAnswer>> change, GuestLinks links, IGrainFactory grains, RefusalText text)
    {
        if (links.Read(token) is not { } guest || await change(guest.EventId, guest.GuestId) is not { Event: { } view } answer) return Problem.Unknown("seat");
        var (space, seat) = (await grains.Space(), Guests.Seat(guest.GuestId));
        return answer.Refusals.IsEmpty
            ? TypedResults.Ok(new GuestModel(view.Id, view.Definition.Title, view.Definition.Slot.Start.In(space), view.Definition.Slot.End.In(space), view.Has(seat), view.IsHeld(seat)))
            : BookingAnswers.Declined(answer.Refusals, space, text);
    }
}
