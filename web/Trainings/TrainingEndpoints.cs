using System.Security.Claims;
using System.Text.Json;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Trainings;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Trainings;

/// <summary>A training to plan or change.</summary>
public sealed record TrainingBody
{
    public string? Title { get; init; }

    /// <summary>The certification it leads to.</summary>
    public string? CertificationId { get; init; }
    public OffsetDateTime? Start { get; init; }
    public OffsetDateTime? End { get; init; }

    /// <summary>1 to 500.</summary>
    public int? Seats { get; init; }
    public string? AreaId { get; init; }

    /// <summary>Member id of who gives it.</summary>
    public string? TrainerId { get; init; }
    public bool Cancelled { get; init; }
}

/// <summary>Who takes the seat; staff only, except oneself.</summary>
public sealed record SeatBody : IOptionalBody
{
    public string? MemberId { get; init; }
}

/// <summary>A training.</summary>
/// <param name="Joined">Whether the caller has a seat.</param>
/// <param name="Members">Who has a seat; staff only.</param>
public sealed record TrainingModel(
    Guid Id, string Title, string CertificationId, OffsetDateTime Start, OffsetDateTime End, int Seats, int SeatsLeft, string? AreaId, string? TrainerId, bool Cancelled,
    bool Joined, IReadOnlyList<string>? Members)
{
    internal static TrainingModel Of(TrainingView t, SpaceFacts space, Caller caller) => new(
        t.Id, t.Definition.Title, t.Definition.CertificationId, t.Definition.Slot.Start.In(space), t.Definition.Slot.End.In(space), t.Definition.Seats, t.SeatsLeft,
        t.Definition.AreaId, t.Definition.TrainerId, t.Definition.Cancelled, t.Members.Contains(caller.MemberId), caller.IsStaff ? t.Members : null);
}

/// <summary>The one door to trainings, for pages and API alike.</summary>
public sealed class TrainingDesk(IGrainFactory grains, MakerspaceDb db, IReadModels readModels, TimeProvider time)
{
    private const int MostShown = 200;

    /// <summary>Plans a training, or changes the one with this id.</summary>
    public async Task<(TrainingView? Training, Faults Faults)> Define(ClaimsPrincipal user, Guid id, TrainingBody body)
    {
        var (faults, space) = (new Faults(), await grains.Space());
        var definition = new TrainingDefinition
        {
            Title = faults.Text("title", body.Title, 100),
            CertificationId = faults.Slug("certificationId", body.CertificationId),
            Slot = new Slot(faults.Required("start", body.Start).ToInstant(), faults.Required("end", body.End).ToInstant()),
            Seats = faults.Required("seats", body.Seats),
            AreaId = faults.OptionalSlug("areaId", body.AreaId),
            TrainerId = faults.OptionalSlug("trainerId", body.TrainerId),
            Cancelled = body.Cancelled,
        };
        faults.Range("seats", body.Seats, 1, 500);
        if (!faults.Any && !definition.Slot.IsBookable) faults.Add("end", "slot-invalid", "The end lies after the start.");
        if (!faults.Any && !space.Certifications.ContainsKey(definition.CertificationId)) faults.Add("certificationId", "unknown-certification", "There is no such certification.");
        if (definition.AreaId is { } area && !space.Areas.ContainsKey(area)) faults.Add("areaId", "unknown-area", "There is no such area.");
        return faults.Any ? (null, faults) : (await Grain(id).Define(definition, Caller.Of(user).MemberId), faults);
    }

    public Task<TrainingView?> Find(Guid id) => Grain(id).View();

    /// <summary>Those to come, soonest first; for one certification where given.</summary>
    public async Task<IReadOnlyList<TrainingView>> ToCome(string? certificationId, CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var now = time.Now();
        var rows = db.Trainings.AsNoTracking().Where(t => t.Start > now);
        if (certificationId is not null) rows = rows.Where(t => t.CertificationId == certificationId);
        var found = await rows.OrderBy(t => t.Start).Take(MostShown).Select(t => t.Data).ToListAsync(cancellation);
        return [.. found.Select(json => JsonSerializer.Deserialize<TrainingView>(json, StoredJson.Options)!).Where(t => !t.Definition.Cancelled)];
    }

    public Task<SeatAnswer> Join(Guid id, string memberId, string actor) => Grain(id).Join(memberId, actor);

    public Task<SeatAnswer> Leave(Guid id, string memberId, string actor) => Grain(id).Leave(memberId, actor);

    private ITrainingGrain Grain(Guid id) => grains.GetGrain<ITrainingGrain>(Keys.Training(id));
}

/// <summary>Plan, list, join and leave.</summary>
internal static class TrainingEndpoints
{
    public static void AddTrainings(this IServiceCollection services) => services.AddScoped<TrainingDesk>();

    public static void MapTrainings(this RouteGroupBuilder api)
    {
        var trainings = api.MapGroup("/trainings").WithTags("Trainings");
        trainings.MapGet("", List).RequireAuthorization(Allow.Read).WithSummary("Trainings to come, soonest first");
        trainings.MapPost("", Plan).RequireAuthorization(Allow.Staff).WithSummary("Plan a training");
        trainings.MapPut("/{id:guid}", Change).RequireAuthorization(Allow.Staff).WithSummary("Change or cancel a training");
        trainings.MapPost("/{id:guid}/seats", Join).RequireAuthorization(Allow.Book).WithSummary("Take a seat").ProducesProblem(StatusCodes.Status409Conflict);
        trainings.MapDelete("/{id:guid}/seats", Leave).RequireAuthorization(Allow.Book).WithSummary("Give a seat back").ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<IReadOnlyList<TrainingModel>>, ProblemHttpResult>> List(
        string? certification, ClaimsPrincipal user, TrainingDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        var wanted = faults.OptionalSlug("certification", certification);
        if (faults.Any) return faults.Problem;
        var (space, caller) = (await grains.Space(), Caller.Of(user));
        return TypedResults.Ok<IReadOnlyList<TrainingModel>>([.. (await desk.ToCome(wanted, cancellation)).Select(t => TrainingModel.Of(t, space, caller))]);
    }

    private static async Task<Results<Created<TrainingModel>, ProblemHttpResult>> Plan(
        Body<TrainingBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, TrainingDesk desk, IGrainFactory grains)
    {
        var id = Guid.NewGuid();
        if (idempotencyKey is not null && IdempotencyKey.Read(idempotencyKey, out id) is { } fault) return fault;
        var (training, faults) = await desk.Define(user, id, body.Value);
        return training is null ? faults.Problem : TypedResults.Created($"/api/v1/trainings/{id}", TrainingModel.Of(training, await grains.Space(), Caller.Of(user)));
    }

    private static async Task<Results<Ok<TrainingModel>, ProblemHttpResult>> Change(
        Guid id, Body<TrainingBody> body, ClaimsPrincipal user, TrainingDesk desk, IGrainFactory grains)
    {
        if (await desk.Find(id) is null) return Problem.Unknown("training");
        var (training, faults) = await desk.Define(user, id, body.Value);
        return training is null ? faults.Problem : TypedResults.Ok(TrainingModel.Of(training, await grains.Space(), Caller.Of(user)));
    }

    private static Task<Results<Ok<TrainingModel>, ProblemHttpResult>> Join(
        Guid id, Body<SeatBody> body, ClaimsPrincipal user, TrainingDesk desk, RefusalText text, IGrainFactory grains) =>
        Seat(desk.Join, id, body.Value.MemberId, user, text, grains);

    private static Task<Results<Ok<TrainingModel>, ProblemHttpResult>> Leave(
        Guid id, string? memberId, ClaimsPrincipal user, TrainingDesk desk, RefusalText text, IGrainFactory grains) =>
        Seat(desk.Leave, id, memberId, user, text, grains);

    private static async Task<Results<Ok<TrainingModel>, ProblemHttpResult>> Seat(
        Func<Guid, string, string, Task<SeatAnswer>> change, Guid id, string? memberId, ClaimsPrincipal user, RefusalText text, IGrainFactory grains)
    {
        var (faults, caller) = (new Faults(), Caller.Of(user));
        var member = faults.OptionalSlug("memberId", memberId) ?? caller.MemberId;
        if (faults.Any) return faults.Problem;
        if (member != caller.MemberId && !caller.IsStaff) return Problem.Forbidden("not-yours", "Only staff may do this for somebody else.");
        var answer = await change(id, member, caller.MemberId);
        if (answer.Training is not { } training) return Problem.Unknown("training");
        var space = await grains.Space();
        return answer.Refusals.IsEmpty ? TypedResults.Ok(TrainingModel.Of(training, space, caller)) : BookingAnswers.Declined(answer.Refusals, space, text);
    }
}
