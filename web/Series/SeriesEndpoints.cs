using System.Security.Claims;
using Makerspace.Reservations;
using Makerspace.Series;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Makerspace.Web.Series;

/// <summary>One time of a series.</summary>
/// <param name="BookingId">Its booking; null in a preview.</param>
/// <param name="State">The booking's state; null where there is none.</param>
/// <param name="Refusals">Why it is, or would be, no booking; with messages where it was just asked.</param>
public sealed record OccurrenceModel(
    Guid? BookingId, OffsetDateTime Start, OffsetDateTime End, bool Accepted, BookingState? State, IReadOnlyList<RefusalModel> Refusals, IReadOnlyList<string> Codes);

/// <summary>A series, or what would come of a wish for one.</summary>
public sealed record SeriesModel(Guid? Id, string ToolId, string MemberId, string Rule, bool Accepted, IReadOnlyList<OccurrenceModel> Occurrences);

/// <summary>Book, preview, read, and change together what was booked together.</summary>
internal static class SeriesEndpoints
{
    public static void AddSeries(this IServiceCollection services) => services.AddScoped<SeriesDesk>();

    public static void MapSeries(this RouteGroupBuilder api)
    {
        var series = api.MapGroup("/bookings/series").WithTags("Series");
        series.MapPost("", Book).RequireAuthorization(Allow.Book).WithSummary("Book a tool again and again")
            .WithDescription("By an RFC 5545 rule, in the space's wall-clock time. The Idempotency-Key becomes the series' id. A conflict refuses all (409) unless skipConflicts.")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        series.MapPost("/preview", Preview).RequireAuthorization(Allow.Read).WithSummary("Each time of a series with what stands against it, without booking");
        series.MapGet("/{id:guid}", Read).RequireAuthorization(Allow.Read).WithSummary("A series and its bookings as they are now");
        series.MapPost("/{id:guid}/cancel", Cancel).RequireAuthorization(Allow.Book).WithSummary("Cancel those to come, all or from one on");
        series.MapPost("/{id:guid}/move", Move).RequireAuthorization(Allow.Book).WithSummary("Move those to come by as much as one of them is moved");
    }

    private static async Task<Results<Created<SeriesModel>, ProblemHttpResult>> Book(
        Body<SeriesBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, SeriesDesk desk, RefusalText text, IGrainFactory grains)
    {
        if (IdempotencyKey.Read(idempotencyKey, out var id) is { } fault) return fault;
        var (request, problem) = await desk.Understand(user, body.Value, toBook: true);
        if (request is null) return problem!;
        var answer = await desk.Book(id, request);
        if (answer.KeyReused) return IdempotencyKey.Reused;
        if (answer.Missing is { } missing) return Problem.Unknown(missing);
        var model = Model(answer.Series is null ? null : id, request, answer, await grains.Space(), text);
        if (answer.Series is not null && answer.Occurrences.Any(o => o.Booked)) return TypedResults.Created($"/api/v1/bookings/series/{id}", model);
        return Problem.Of(StatusCodes.Status409Conflict, "series-conflict", "Some of these times cannot be booked. Leave them out, or choose another time.", ("occurrences", model.Occurrences));
    }

    private static async Task<Results<Ok<SeriesModel>, ProblemHttpResult>> Preview(
        Body<SeriesBody> body, ClaimsPrincipal user, SeriesDesk desk, RefusalText text, IGrainFactory grains)
    {
        var (request, problem) = await desk.Understand(user, body.Value, toBook: false);
        if (request is null) return problem!;
        var answer = await desk.Preview(request);
        return answer.Missing is { } missing ? Problem.Unknown(missing) : TypedResults.Ok(Model(null, request, answer, await grains.Space(), text));
    }

    private static async Task<Results<Ok<SeriesModel>, ProblemHttpResult>> Read(
        Guid id, ClaimsPrincipal user, SeriesDesk desk, IGrainFactory grains, CancellationToken cancellation) =>
        await desk.Find(user, id, cancellation) is { } found ? TypedResults.Ok(Model(found.Series, found.Bookings, await grains.Space())) : Problem.Unknown("series");

    private static async Task<Results<Ok<SeriesModel>, ProblemHttpResult>> Cancel(
        Guid id, Body<SeriesCancelBody> body, ClaimsPrincipal user, SeriesDesk desk, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        if (await desk.Find(user, id, cancellation) is not { } found) return Problem.Unknown("series");
        if (body.Value.From is { } from && found.Bookings.All(b => b.Id != from)) return Problem.Unknown("booking");
        var changes = await desk.Cancel(user, SeriesDesk.ToCome(found.Bookings, body.Value.From, time.Now()), body.Value.Reason);
        if (changes.Select(c => c.Outcome.Problem).FirstOrDefault(p => p is not null) is { } problem) return problem;
        return TypedResults.Ok(Model(found.Series, (await desk.Find(user, id, cancellation))!.Value.Bookings, await grains.Space()));
    }

    private static async Task<Results<Ok<SeriesModel>, ProblemHttpResult>> Move(
        Guid id, Body<SeriesMoveBody> body, ClaimsPrincipal user, SeriesDesk desk, RefusalText text, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var (wanted, faults, space) = (body.Value, new Faults(), await grains.Space());
        var to = new Slot(faults.Required("start", wanted.Start).ToInstant(), faults.Required("end", wanted.End).ToInstant());
        var one = faults.Required("bookingId", wanted.BookingId);
        if (wanted.Scope is not ("following" or "all")) faults.Add("scope", "unknown-scope", "scope is following or all.");
        if (faults.Any) return faults.Problem;
        if (await desk.Find(user, id, cancellation) is not { } found) return Problem.Unknown("series");
        if (found.Bookings.FirstOrDefault(b => b.Id == one) is not { } moved) return Problem.Unknown("booking");
        var which = SeriesDesk.ToCome(found.Bookings, wanted.Scope == "following" ? one : null, time.Now());
        var changes = await desk.Move(user, which, moved.Slot, to, space.Zone);
        if (changes.Select(c => c.Outcome.Duty).FirstOrDefault(d => d is not null) is { } refusal) return refusal.Problem;
        return TypedResults.Ok(Model(found.Series, changes, (await desk.Find(user, id, cancellation))!.Value.Bookings, space, text));
    }

    private static SeriesModel Model(Guid? id, SeriesRequest request, SeriesAnswer answer, SpaceFacts space, RefusalText text) => new(
        id, request.ToolId, request.MemberId, request.Rule, answer.Refusals.All(r => r.IsEmpty) && answer.Occurrences.All(o => o.Refusals.IsEmpty),
        [
            .. answer.Occurrences.Zip(answer.Refusals, (o, refusals) => new OccurrenceModel(
                o.Booked ? o.BookingId : null, o.Slot.Start.In(space), o.Slot.End.In(space), o.Refusals.IsEmpty, null,
                [.. refusals.Select(r => RefusalModel.Of(r, space, text))], o.Refusals)),
        ]);

    private static SeriesModel Model(SeriesView series, IReadOnlyList<BookingView> bookings, SpaceFacts space) => new(
        series.Id, series.ToolId, series.MemberId, series.Rule, true,
        [.. bookings.Select(b => new OccurrenceModel(b.Id, b.Slot.Start.In(space), b.Slot.End.In(space), b.State.Occupies(), b.State, [], []))]);

    private static SeriesModel Model(
        SeriesView series, IReadOnlyList<SeriesChange> changes, IReadOnlyList<BookingView> bookings, SpaceFacts space, RefusalText text)
    {
        var refused = changes.ToDictionary(c => c.BookingId, c => c.Outcome.Refusals);
        return new(series.Id, series.ToolId, series.MemberId, series.Rule, changes.All(c => c.Outcome.Accepted),
            [
                .. bookings.Select(b => new OccurrenceModel(
                    b.Id, b.Slot.Start.In(space), b.Slot.End.In(space), refused.GetValueOrDefault(b.Id, []).IsEmpty, b.State,
                    [.. refused.GetValueOrDefault(b.Id, []).Select(r => RefusalModel.Of(r, space, text))], [.. refused.GetValueOrDefault(b.Id, []).Select(r => r.Code)])),
            ]);
    }
}
