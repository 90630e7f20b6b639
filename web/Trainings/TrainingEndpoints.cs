using System.Security.Claims;
using Makerspace.Jobs;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Trainings;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Signing;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
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

    /// <summary>Tools and rooms to book for it, in the name of who gives it: all of them, or it is not planned.</summary>
    public IReadOnlyList<string>? ToolIds { get; init; }
    public bool Cancelled { get; init; }
}

/// <summary>Who takes the seat; staff only, except oneself.</summary>
public sealed record SeatBody : IOptionalBody
{
    public string? MemberId { get; init; }
}

/// <summary>Who came and who did not.</summary>
public sealed record AttendanceBody
{
    public IReadOnlyList<MarkBody>? Marks { get; init; }
}

/// <summary>Whether somebody came.</summary>
public sealed record MarkBody(string? MemberId, bool? Came);

/// <summary>A training.</summary>
/// <param name="Joined">Whether the caller has a seat.</param>
/// <param name="Place">The caller's place among those who wait for a seat, from 1; null where they do not.</param>
/// <param name="Waiting">How many wait for a seat.</param>
/// <param name="Members">Who has a seat; staff and trainers only.</param>
/// <param name="Came">Who came; staff and trainers only.</param>
public sealed record TrainingModel(
    Guid Id, string Title, string CertificationId, OffsetDateTime Start, OffsetDateTime End, int Seats, int SeatsLeft, string? AreaId, string? TrainerId, bool Cancelled,
    bool Joined, int? Place, int Waiting, IReadOnlyList<string> ToolIds, Guid? BookingId, IReadOnlyList<string>? Members, IReadOnlyList<string>? Came)
{
    internal static TrainingModel Of(TrainingView t, SpaceFacts space, Caller caller, bool gives = false)
    {
        var (all, place) = (gives || caller.IsStaff || t.Definition.TrainerId == caller.MemberId, t.Waiting.IndexOf(caller.MemberId));
        return new TrainingModel(
            t.Id, t.Definition.Title, t.Definition.CertificationId, t.Definition.Slot.Start.In(space), t.Definition.Slot.End.In(space), t.Definition.Seats, t.SeatsLeft,
            t.Definition.AreaId, t.Definition.TrainerId, t.Definition.Cancelled, t.Members.Contains(caller.MemberId), place < 0 ? null : place + 1, t.Waiting.Length,
            t.Definition.ToolIds, all ? t.Definition.BookingId : null, all ? t.Members : null, all ? [.. t.Marks.Where(m => m.Came).Select(m => m.MemberId)] : null);
    }
}

/// <summary>What came of marking attendance.</summary>
/// <param name="Granted">Who has the certification by it.</param>
public sealed record MarkedModel(TrainingModel Training, IReadOnlyList<string> Granted);

/// <summary>Plan, list, join, wait and leave; mark who came.</summary>
internal static class TrainingEndpoints
{
    private const int MostMarks = 500;

    public static void AddTrainings(this IServiceCollection services)
    {
        services.AddScoped<TrainingDesk>().AddScoped<TrainerRights>().AddScoped<CertificationCatalogue>().AddScoped<QuizDesk>().AddScoped<PassportDesk>();
        services.AddScoped(p => new CertificateVerification(
            p.GetRequiredService<SigningKeys>(), p.GetRequiredService<MakerspaceDb>(), p.GetRequiredService<IReadModels>(), p.GetRequiredService<IGrainFactory>(),
            p.GetRequiredService<TimeProvider>(), p.GetRequiredService<AccountLinks>()));
        services.AddJob<TrainingNotices>(TrainingNotices.Id, "*/10 * * * * *");
        services.AddJob<ExpiryReminders>(ExpiryReminders.Id, "0 7 * * * *");
    }

    public static void MapTrainings(this RouteGroupBuilder api)
    {
        var trainings = api.MapGroup("/trainings").WithTags("Trainings");
        trainings.MapGet("", List).RequireAuthorization(Allow.Read).WithSummary("Trainings to come, soonest first");
        trainings.MapPost("", Plan).RequireAuthorization(Allow.Book).WithSummary("Plan a training").WithDescription("Staff, and the trainers of tools that ask for the certification.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        trainings.MapGet("/{id:guid}", Read).RequireAuthorization(Allow.Read).WithSummary("One training");
        trainings.MapPut("/{id:guid}", Change).RequireAuthorization(Allow.Book).WithSummary("Change or cancel a training").ProducesProblem(StatusCodes.Status409Conflict);
        trainings.MapPost("/{id:guid}/seats", Join).RequireAuthorization(Allow.Book).WithSummary("Take a seat").ProducesProblem(StatusCodes.Status409Conflict);
        trainings.MapDelete("/{id:guid}/seats", Leave).RequireAuthorization(Allow.Book).WithSummary("Give a seat, or a place among those who wait, back").ProducesProblem(StatusCodes.Status409Conflict);
        trainings.MapPost("/{id:guid}/waitlist", Wait).RequireAuthorization(Allow.Book).WithSummary("Wait for a seat").WithDescription("Where one is free it is taken.").ProducesProblem(StatusCodes.Status409Conflict);
        trainings.MapPut("/{id:guid}/attendance", Mark).RequireAuthorization(Allow.Book).WithSummary("Mark who came").WithDescription("Whoever has done all that the certification asks for is granted it.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        api.MapCatalogue();
        api.MapPassports();
        api.MapCertificates();
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

    private static async Task<Results<Ok<TrainingModel>, ProblemHttpResult>> Read(Guid id, ClaimsPrincipal user, TrainingDesk desk, IGrainFactory grains, CancellationToken cancellation) =>
        await desk.Find(id) is { } training
            ? TypedResults.Ok(TrainingModel.Of(training, await grains.Space(), Caller.Of(user), await desk.MayGive(user, training, cancellation)))
            : Problem.Unknown("training");

    private static async Task<Results<Created<TrainingModel>, ProblemHttpResult>> Plan(
        Body<TrainingBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, TrainingDesk desk, TrainerRights rights, IGrainFactory grains,
        RefusalText text, CancellationToken cancellation)
    {
        var id = Guid.NewGuid();
        if (idempotencyKey is not null && IdempotencyKey.Read(idempotencyKey, out id) is { } fault) return fault;
        if (!await rights.Any(user, cancellation)) return NoTrainer;
        // The key may name somebody else's training.
        if (await desk.Find(id) is { } known && !await desk.MayChange(user, known, cancellation)) return NoTrainer;
        if (body.Value.CertificationId is { } certification && !await desk.MayPlan(user, certification, cancellation)) return NoTrainer;
        var planned = await desk.Define(user, id, body.Value);
        if (planned.Refused is { } refused) return BookingAnswers.Declined(refused, text);
        return planned.Training is { } training ? TypedResults.Created($"/api/v1/trainings/{id}", TrainingModel.Of(training, await grains.Space(), Caller.Of(user), gives: true)) : planned.Faults.Problem;
    }

    private static async Task<Results<Ok<TrainingModel>, ProblemHttpResult>> Change(
        Guid id, Body<TrainingBody> body, ClaimsPrincipal user, TrainingDesk desk, TrainerRights rights, IGrainFactory grains, RefusalText text, CancellationToken cancellation)
    {
        if (!await rights.Any(user, cancellation)) return NoTrainer;
        if (await desk.Find(id) is not { } known) return Problem.Unknown("training");
        if (!await desk.MayChange(user, known, cancellation) || (body.Value.CertificationId is { } certification && !await desk.MayPlan(user, certification, cancellation))) return NoTrainer;
        var planned = await desk.Define(user, id, body.Value);
        if (planned.Refused is { } refused) return BookingAnswers.Declined(refused, text);
        return planned.Training is { } training ? TypedResults.Ok(TrainingModel.Of(training, await grains.Space(), Caller.Of(user), gives: true)) : planned.Faults.Problem;
    }

    private static ProblemHttpResult NoTrainer => Problem.Forbidden("no-trainer", "Staff do this, and the trainers of tools that ask for the certification.");

    private static Task<Results<Ok<TrainingModel>, ProblemHttpResult>> Join(
        Guid id, Body<SeatBody> body, ClaimsPrincipal user, TrainingDesk desk, RefusalText text, IGrainFactory grains, CancellationToken cancellation) =>
        Seat(desk, desk.Join, id, body.Value.MemberId, user, text, grains, cancellation);

    private static Task<Results<Ok<TrainingModel>, ProblemHttpResult>> Wait(
        Guid id, Body<SeatBody> body, ClaimsPrincipal user, TrainingDesk desk, RefusalText text, IGrainFactory grains, CancellationToken cancellation) =>
        Seat(desk, desk.Wait, id, body.Value.MemberId, user, text, grains, cancellation);

    private static Task<Results<Ok<TrainingModel>, ProblemHttpResult>> Leave(
        Guid id, string? memberId, ClaimsPrincipal user, TrainingDesk desk, RefusalText text, IGrainFactory grains, CancellationToken cancellation) =>
        Seat(desk, desk.Leave, id, memberId, user, text, grains, cancellation);

    private static async Task<Results<Ok<TrainingModel>, ProblemHttpResult>> Seat(
        TrainingDesk desk, Func<Guid, string, string, Task<SeatAnswer>> change, Guid id, string? memberId, ClaimsPrincipal user, RefusalText text, IGrainFactory grains, CancellationToken cancellation)
    {
        var (faults, caller) = (new Faults(), Caller.Of(user));
        var member = faults.OptionalSlug("memberId", memberId) ?? caller.MemberId;
        if (faults.Any) return faults.Problem;
        if (member != caller.MemberId && !caller.IsStaff) return Problem.Forbidden("not-yours", "Only staff may do this for somebody else.");
        if (member != caller.MemberId && await desk.SeatsOfOthers(user, id, cancellation) is { } refusal) return refusal.Problem;
        var answer = await change(id, member, caller.MemberId);
        if (answer.Training is not { } training) return Problem.Unknown("training");
        var space = await grains.Space();
        return answer.Refusals.IsEmpty ? TypedResults.Ok(TrainingModel.Of(training, space, caller)) : BookingAnswers.Declined(answer.Refusals, space, text);
    }

    private static async Task<Results<Ok<MarkedModel>, ProblemHttpResult>> Mark(
        Guid id, Body<AttendanceBody> body, ClaimsPrincipal user, TrainingDesk desk, RefusalText text, IGrainFactory grains, CancellationToken cancellation)
    {
        var (faults, caller, came) = (new Faults(), Caller.Of(user), new Dictionary<string, bool>(StringComparer.Ordinal));
        if (body.Value.Marks is not { Count: > 0 and <= MostMarks }) faults.Add("marks", "out-of-range", $"Name 1 to {MostMarks} members.");
        foreach (var (mark, i) in (body.Value.Marks ?? []).Take(MostMarks).Select((m, i) => (m, i))) came[faults.Slug($"marks[{i}].memberId", mark?.MemberId)] = faults.Required($"marks[{i}].came", mark?.Came);
        if (faults.Any) return faults.Problem;
        if (await desk.Find(id) is not { } training) return Problem.Unknown("training");
        if (!await desk.MayGive(user, training, cancellation)) return NoTrainer;
        foreach (var member in came.Keys.Except(training.Members, StringComparer.Ordinal))
            if (await PassportEndpoints.Member(grains, member) is null) return Problem.Unknown("member");
        // Nobody certifies themselves by a mark.
        if (came.GetValueOrDefault(caller.MemberId) && !caller.IsStaff) return Problem.Forbidden("own", "Somebody else marks that you came.");
        var (answer, granted) = await desk.Mark(id, came, caller.MemberId);
        var space = await grains.Space();
        return answer.Refusals.IsEmpty
            ? TypedResults.Ok(new MarkedModel(TrainingModel.Of(answer.Training!, space, caller, gives: true), granted))
            : BookingAnswers.Declined(answer.Refusals, space, text);
    }
}
