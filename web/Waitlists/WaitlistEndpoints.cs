using System.Security.Claims;
using System.Text.Json;
using Makerspace.Jobs;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Waitlists;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Waitlists;

/// <summary>A wish to be told, and given the first chance, when a slot becomes free.</summary>
public sealed record WaitBody
{
    public string? ToolId { get; init; }
    public OffsetDateTime? Start { get; init; }
    public OffsetDateTime? End { get; init; }

    /// <summary>Any tool of the same category will do.</summary>
    public bool AnyTool { get; init; }

    /// <summary>Whom it is for. Staff only, except one's own.</summary>
    public string? MemberId { get; init; }
    public string? Purpose { get; init; }
}

/// <summary>A place on a waitlist.</summary>
/// <param name="State">Waiting, Offered, Taken, Passed, Left or Over.</param>
/// <param name="BookingId">Of an offer: the booking that holds the slot; <c>POST /bookings/{id}/confirm</c> takes it.</param>
public sealed record WaitModel(
    Guid Id, string ToolId, string MemberId, OffsetDateTime Start, OffsetDateTime End, bool AnyTool, WaitState State, OffsetDateTime MadeAt, Guid? BookingId,
    string? OfferedTool, OffsetDateTime? OfferUntil)
{
    internal static WaitModel Of(WaitView w, SpaceFacts space) => new(
        w.Id, w.ToolId, w.MemberId, w.Slot.Start.In(space), w.Slot.End.In(space), w.AnyTool, w.State, w.MadeAt.In(space), w.BookingId, w.OfferedTool,
        w.OfferUntil?.In(space));
}

/// <summary>The one door to waitlists, for pages and API alike.</summary>
public sealed class WaitlistDesk(IGrainFactory grains, BookingDesk bookings, MakerspaceDb db, IReadModels readModels, DutyDesk duties, WorkPlaces places)
{
    public async Task<(WaitAnswer? Answer, ProblemHttpResult? Problem)> Join(ClaimsPrincipal user, Guid id, WaitBody body)
    {
        var (request, problem) = await bookings.Understand(
            Caller.Of(user), new BookingBody { ToolId = body.ToolId, Start = body.Start, End = body.End, MemberId = body.MemberId, Purpose = body.Purpose });
        if (request is null) return (null, problem);
        if (await bookings.Overstep(user, request) is { } refusal) return (null, refusal.Problem);
        if (await grains.GetGrain<IToolGrain>(Keys.Tool(request.ToolId)).View() is not { } tool) return (null, Problem.Unknown("tool"));
        var answer = await grains.GetGrain<IWaitlistGrain>(Keys.Waitlist(tool.Definition.Category, request.ToolId)).Join(new WaitRequest
        {
            Id = id, ToolId = request.ToolId, MemberId = request.MemberId, Slot = request.Slot, AnyTool = body.AnyTool, Purpose = request.Purpose, Actor = request.Actor,
        });
        return answer.Missing is { } missing ? (null, Problem.Unknown(missing)) : (answer, null);
    }

    /// <summary>The places the caller may see, soonest first: their own, or for staff a member's, or all that are open.</summary>
    public async Task<IReadOnlyList<WaitView>> List(ClaimsPrincipal user, string? memberId, bool openOnly, CancellationToken cancellation)
    {
        var caller = Caller.Of(user);
        await readModels.CaughtUp(cancellation);
        var rows = db.Waits.AsNoTracking();
        if (!caller.IsStaff) rows = rows.Where(w => w.MemberId == caller.MemberId);
        if (memberId is not null) rows = rows.Where(w => w.MemberId == memberId);
        if (openOnly) rows = rows.Where(w => w.State == WaitState.Waiting || w.State == WaitState.Offered);
        var found = await rows.OrderBy(w => w.Start).Take(500).Select(w => w.Data).ToListAsync(cancellation);
        return [.. found.Select(json => JsonSerializer.Deserialize<WaitView>(json, StoredJson.Options)!)];
    }

    /// <summary>The place after leaving it; neither where there is none that the caller may see.</summary>
    public async Task<(WaitView? Wait, DutyRefusal? Refusal)> Leave(ClaimsPrincipal user, Guid id, CancellationToken cancellation)
    {
        var caller = Caller.Of(user);
        await readModels.CaughtUp(cancellation);
        var row = await db.Waits.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id, cancellation);
        if (row is null || !caller.MaySee(row.MemberId)) return (null, null);
        var known = JsonSerializer.Deserialize<WaitView>(row.Data, StoredJson.Options)!;
        if (row.MemberId != caller.MemberId && await duties.Refusal(user, DutyKind.Desk, await places.Tool(known.ToolId)) is { } refusal) return (null, refusal);
        return (await grains.GetGrain<IWaitlistGrain>(row.WaitingGroup).Leave(id, caller.MemberId) ?? known, null);
    }
}

/// <summary>Join, see and leave.</summary>
internal static class WaitlistEndpoints
{
    public static void AddWaitlists(this IServiceCollection services)
    {
        services.AddScoped<WaitlistDesk>();
        services.AddJob<OfferNotices>(OfferNotices.Id, "*/10 * * * * *");
    }

    public static void MapWaitlists(this RouteGroupBuilder api)
    {
        var waitlist = api.MapGroup("/waitlist").WithTags("Waitlist");
        waitlist.MapPost("", Join).RequireAuthorization(Allow.Book).WithSummary("Wait for a slot")
            .WithDescription("When it becomes free the first in line is offered it for 15 minutes: a booking in state Offered. The Idempotency-Key becomes the place's id.")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        waitlist.MapGet("", List).RequireAuthorization(Allow.Read).WithSummary("Places on waitlists").WithDescription("Members see their own. open=true: those that still wait or have an offer.");
        waitlist.MapDelete("/{id:guid}", Leave).RequireAuthorization(Allow.Book).WithSummary("Leave a waitlist; an open offer is given back");
    }

    private static async Task<Results<Created<WaitModel>, ProblemHttpResult>> Join(
        Body<WaitBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, WaitlistDesk desk, RefusalText text, IGrainFactory grains)
    {
        if (IdempotencyKey.Read(idempotencyKey, out var id) is { } fault) return fault;
        var (answer, problem) = await desk.Join(user, id, body.Value);
        if (answer is null) return problem!;
        var space = await grains.Space();
        return answer.Wait is { } wait ? TypedResults.Created($"/api/v1/waitlist/{id}", WaitModel.Of(wait, space)) : BookingAnswers.Declined(answer.Refusals, space, text);
    }

    private static async Task<Results<Ok<IReadOnlyList<WaitModel>>, ProblemHttpResult>> List(
        string? memberId, bool? open, ClaimsPrincipal user, WaitlistDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        var member = faults.OptionalSlug("memberId", memberId);
        if (faults.Any) return faults.Problem;
        if (member is not null && !Caller.Of(user).MaySee(member)) return Problem.Unknown("member");
        var space = await grains.Space();
        return TypedResults.Ok<IReadOnlyList<WaitModel>>([.. (await desk.List(user, member, open == true, cancellation)).Select(w => WaitModel.Of(w, space))]);
    }

    private static async Task<Results<Ok<WaitModel>, ProblemHttpResult>> Leave(
        Guid id, ClaimsPrincipal user, WaitlistDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var (left, refusal) = await desk.Leave(user, id, cancellation);
        if (refusal is not null) return refusal.Problem;
        return left is null ? Problem.Unknown("place on a waitlist") : TypedResults.Ok(WaitModel.Of(left, await grains.Space()));
    }
}
