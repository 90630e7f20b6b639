using System.Security.Claims;
using Makerspace.Events;
using Makerspace.Jobs;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Makerspace.Web.Trainings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Makerspace.Web.Events;

/// <summary>Plan, list, take a seat, wait and leave; the host's answers, and who came. The stream of changes has the bare address already.</summary>
internal static class EventEndpoints
{
    private const int MostMarks = 500;

    public static void AddEvents(this IServiceCollection services)
    {
        services.AddScoped<OfficeHoursDesk>().AddScoped<EventDesk>().AddSingleton<GuestLinks>().AddSingleton<GuestBook>().AddSingleton<EventTools>();
        services.AddJob<GuestKeeper>(GuestKeeper.Id, "*/30 * * * * *");
        services.AddJob<EventNotices>(EventNotices.Id, "*/10 * * * * *");
    }

    public static void MapEvents(this RouteGroupBuilder api)
    {
        var events = api.MapGroup("/events").WithTags("Events");
        events.MapGet("/upcoming", List).AllowAnonymous().WithSummary("Events to come, soonest first").WithDescription("Visitors see the public ones.");
        events.MapPost("", Plan).RequireAuthorization(Allow.Book).WithSummary("Plan an event")
            .WithDescription("Mentors their own, the desk everybody's. Tools, rooms and the host's time as a mentor are booked with it, all or nothing. The Idempotency-Key becomes the event's id.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        events.MapGet("/{id:guid}", Read).AllowAnonymous().WithSummary("One event");
        events.MapPut("/{id:guid}", Change).RequireAuthorization(Allow.Book).WithSummary("Change an event, or call it off").WithDescription("One that was called off stays so; who paid for a seat has it back.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        events.MapPost("/{id:guid}/seats", Join).RequireAuthorization(Allow.Book).WithSummary("Take a seat").WithDescription("Where the host is asked, one is held.").ProducesProblem(StatusCodes.Status409Conflict);
        events.MapDelete("/{id:guid}/seats", Leave).RequireAuthorization(Allow.Book).WithSummary("Give a seat, or a place among those who wait, back").ProducesProblem(StatusCodes.Status409Conflict);
        events.MapPost("/{id:guid}/waitlist", Wait).RequireAuthorization(Allow.Book).WithSummary("Wait for a seat").WithDescription("Where one is free it is taken.").ProducesProblem(StatusCodes.Status409Conflict);
        events.MapPost("/{id:guid}/answers", Answer).RequireAuthorization(Allow.Book).WithSummary("The host says yes or no to who asks for a seat").ProducesProblem(StatusCodes.Status409Conflict);
        events.MapGuests();
        events.MapPut("/{id:guid}/attendance", Mark).RequireAuthorization(Allow.Book).WithSummary("Mark who came").ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static string? Me(ClaimsPrincipal user) => user.Identity?.IsAuthenticated == true ? Caller.Of(user).MemberId : null;

    private static async Task<EventModel> Model(EventView view, ClaimsPrincipal user, EventDesk desk, IGrainFactory grains)
    {
        var (space, gives) = (await grains.Space(), await desk.MayGive(user, view));
        var lost = gives ? (await desk.Lost(view, CancellationToken.None)).Select(t => LostToolModel.Of(t, space)).ToList() : null;
        return EventModel.Of(view, space, Me(user), gives, await desk.Host(view.Definition.HostId)) with { Lost = lost };
    }

    private static async Task<Ok<IReadOnlyList<EventModel>>> List(ClaimsPrincipal user, EventDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var (space, me, models, names) = (await grains.Space(), Me(user), new List<EventModel>(), new Dictionary<string, string?>(StringComparer.Ordinal));
        foreach (var view in await desk.ToCome(onlyPublic: me is null, cancellation))
        {
            if (!names.TryGetValue(view.Definition.HostId, out var host)) names[view.Definition.HostId] = host = await desk.Host(view.Definition.HostId);
            models.Add(EventModel.Of(view, space, me, gives: false, host));
        }
        return TypedResults.Ok<IReadOnlyList<EventModel>>(models);
    }

    private static async Task<Results<Ok<EventModel>, ProblemHttpResult>> Read(Guid id, ClaimsPrincipal user, EventDesk desk, IGrainFactory grains) =>
        await desk.Find(user, id) is { } view ? TypedResults.Ok(await Model(view, user, desk, grains)) : Problem.Unknown("event");

    private static async Task<Results<Created<EventModel>, ProblemHttpResult>> Plan(
        Body<EventBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, EventDesk desk, IGrainFactory grains, RefusalText text)
    {
        var id = Guid.NewGuid();
        if (idempotencyKey is not null && IdempotencyKey.Read(idempotencyKey, out id) is { } fault) return fault;
        if (!await desk.MayPlan(user)) return EventDesk.NotTheirs;
        // The key may name somebody else's event.
        if (await desk.Find(id) is { } known && !await desk.MayGive(user, known)) return EventDesk.NotTheirs;
        var planned = await desk.Define(user, id, body.Value);
        if (await Wrong(planned, grains, text) is { } wrong) return wrong;
        return TypedResults.Created($"/api/v1/events/{id}", await Model(planned.Event!, user, desk, grains));
    }

    private static async Task<Results<Ok<EventModel>, ProblemHttpResult>> Change(Guid id, Body<EventBody> body, ClaimsPrincipal user, EventDesk desk, IGrainFactory grains, RefusalText text)
    {
        if (await desk.Find(id) is not { } known) return Problem.Unknown("event");
        if (!await desk.MayGive(user, known)) return EventDesk.NotTheirs;
        var planned = await desk.Define(user, id, body.Value);
        if (await Wrong(planned, grains, text) is { } wrong) return wrong;
        return TypedResults.Ok(await Model(planned.Event!, user, desk, grains));
    }

    private static async Task<ProblemHttpResult?> Wrong(EventPlanned planned, IGrainFactory grains, RefusalText text)
    {
        if (planned.Problem is { } problem) return problem;
        if (planned.Faults.Any) return planned.Faults.Problem;
        if (planned.Declined is { } declined) return BookingAnswers.Declined(declined, text);
        return planned.Refusals.Count == 0 ? null : BookingAnswers.Declined(planned.Refusals, await grains.Space(), text);
    }

    private static Task<Results<Ok<EventModel>, ProblemHttpResult>> Join(Guid id, Body<EventSeatBody> body, ClaimsPrincipal user, EventDesk desk, RefusalText text, IGrainFactory grains) =>
        Seat((wish, actor) => desk.Join(id, wish, actor), id, body.Value, user, desk, text, grains);

    private static Task<Results<Ok<EventModel>, ProblemHttpResult>> Wait(Guid id, Body<EventSeatBody> body, ClaimsPrincipal user, EventDesk desk, RefusalText text, IGrainFactory grains) =>
        Seat((wish, actor) => desk.Wait(id, wish, actor), id, body.Value, user, desk, text, grains);

    private static Task<Results<Ok<EventModel>, ProblemHttpResult>> Leave(Guid id, string? memberId, ClaimsPrincipal user, EventDesk desk, RefusalText text, IGrainFactory grains) =>
        Seat((wish, actor) => desk.Leave(id, wish.Who, actor), id, new EventSeatBody { MemberId = memberId }, user, desk, text, grains);

    private static async Task<Results<Ok<EventModel>, ProblemHttpResult>> Seat(
        Func<SeatWish, string, Task<EventAnswer>> change, Guid id, EventSeatBody body, ClaimsPrincipal user, EventDesk desk, RefusalText text, IGrainFactory grains)
    {
        var (faults, caller) = (new Faults(), Caller.Of(user));
        var who = body.MemberId is { } named && !Guests.Is(named) ? faults.Slug("memberId", named) : body.MemberId ?? caller.MemberId;
        var answer = faults.OptionalText("answer", body.Answer, 500);
        if (faults.Any) return faults.Problem;
        if (await desk.Find(user, id) is not { } known) return Problem.Unknown("event");
        if (who != caller.MemberId)
        {
            if (!await desk.MayGive(user, known)) return Problem.Forbidden("not-yours", "Only the host and staff may do this for somebody else.");
            // Guests take seats themselves; for one who has none nobody does.
            if (!known.Members.Contains(who) && !known.Waiting.Contains(who) && (Guests.Is(who) || await PassportEndpoints.Member(grains, who) is null)) return Problem.Unknown("member");
        }
        return await Answered(await change(new SeatWish(who, string.IsNullOrWhiteSpace(answer) ? null : answer.Trim(), body.AgreedPrice), caller.MemberId), user, desk, text, grains);
    }

    private static async Task<Results<Ok<EventModel>, ProblemHttpResult>> Answered(EventAnswer answer, ClaimsPrincipal user, EventDesk desk, RefusalText text, IGrainFactory grains)
    {
        if (answer.Event is not { } view) return Problem.Unknown("event");
        return answer.Refusals.IsEmpty ? TypedResults.Ok(await Model(view, user, desk, grains)) : BookingAnswers.Declined(answer.Refusals, await grains.Space(), text);
    }

    private static async Task<Results<Ok<EventModel>, ProblemHttpResult>> Answer(Guid id, Body<SeatAnswerBody> body, ClaimsPrincipal user, EventDesk desk, RefusalText text, IGrainFactory grains)
    {
        var faults = new Faults();
        var (who, yes) = (faults.Slug("memberId", body.Value.MemberId), faults.Required("yes", body.Value.Yes));
        if (faults.Any) return faults.Problem;
        if (await desk.Find(user, id) is not { } known) return Problem.Unknown("event");
        if (!await desk.MayGive(user, known)) return EventDesk.NotTheirs;
        return await Answered(await desk.Answer(id, who, yes, Caller.Of(user).MemberId), user, desk, text, grains);
    }

    private static async Task<Results<Ok<EventModel>, ProblemHttpResult>> Mark(Guid id, Body<AttendanceBody> body, ClaimsPrincipal user, EventDesk desk, RefusalText text, IGrainFactory grains)
    {
        var (faults, came) = (new Faults(), new Dictionary<string, bool>(StringComparer.Ordinal));
        if (body.Value.Marks is not { Count: > 0 and <= MostMarks }) faults.Add("marks", "out-of-range", $"Name 1 to {MostMarks} people.");
        foreach (var (mark, i) in (body.Value.Marks ?? []).Take(MostMarks).Select((m, i) => (m, i)))
        {
            var who = mark?.MemberId is { } guest && Guests.Is(guest) ? guest : faults.Slug($"marks[{i}].memberId", mark?.MemberId);
            came[who] = faults.Required($"marks[{i}].came", mark?.Came);
        }
        if (faults.Any) return faults.Problem;
        if (await desk.Find(user, id) is not { } known) return Problem.Unknown("event");
        if (!await desk.MayGive(user, known)) return EventDesk.NotTheirs;
        foreach (var who in came.Keys.Except(known.Members, StringComparer.Ordinal))
            if (Guests.Is(who) || await PassportEndpoints.Member(grains, who) is null) return Problem.Unknown("member");
        return await Answered(await desk.Mark(id, came, Caller.Of(user).MemberId), user, desk, text, grains);
    }
}
