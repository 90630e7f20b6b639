using System.Security.Claims;
using Makerspace.ReadModels;
using Makerspace.Simulating;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Makerspace.Web.Policies;

/// <summary>A version of what is set, as the API tells it.</summary>
/// <param name="Version">Names it where it is to be put back.</param>
/// <param name="Changed">The settings that differ from the version before.</param>
public sealed record PolicyVersionModel(long Version, OffsetDateTime At, string Author, string? AuthorName, IReadOnlyList<string> Changed, Policy Policy, Limits Limits, int? Capacity);

/// <summary>A version to put back.</summary>
public sealed record RestoreBody
{
    public string? Level { get; init; }
    public string? Id { get; init; }
    public long? Version { get; init; }
}

/// <summary>What was set before, and what a change would have done.</summary>
internal static class PolicyEndpoints
{
    private static readonly Duration Longest = Duration.FromDays(1100);

    public static void MapPolicies(this RouteGroupBuilder api)
    {
        var policy = api.MapGroup("/policy").WithTags("Policy");
        policy.MapGet("/versions", Versions).RequireAuthorization(Allow.StaffRead).WithSummary("Versions of what is set at a place, newest first")
            .WithDescription("level is space, area, category, tool, plan or company; id names which.");
        policy.MapPost("/versions/restore", Restore).RequireAuthorization(Allow.Staff).WithSummary("Put an older version back, as a new one").ProducesProblem(StatusCodes.Status409Conflict);
        policy.MapPost("/simulations", Start).RequireAuthorization(Allow.Staff).WithSummary("Try a change on a past period")
            .WithDescription("The body is a merge patch of what is set at the place. Nothing is changed; Location tells where the result will be.");
        policy.MapGet("/simulations/{id}", Read).RequireAuthorization(Allow.StaffRead).WithSummary("How far a simulation has come, and its result");
        policy.MapPost("/simulations/{id}/cancel", Cancel).RequireAuthorization(Allow.Staff).WithSummary("Stop a simulation");
    }

    private static async Task<Results<Ok<Page<PolicyVersionModel>>, ProblemHttpResult>> Versions(
        string? level, string? id, PolicyDesk desk, MakerspaceDb db, CancellationToken cancellation)
    {
        if (PolicyPlace.Read(level, id) is not { } place) return NoPlace;
        var space = (await desk.Book(cancellation)).Space;
        var versions = await PolicyVersions.Of(db, place, cancellation);
        return TypedResults.Ok(new Page<PolicyVersionModel>(
            [.. versions.Select(v => new PolicyVersionModel(v.Number, v.At.In(space), v.Author, v.AuthorName, v.Changed, v.Set.Policy, v.Set.Limits, v.Set.Capacity))], null));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Restore(
        Body<RestoreBody> body, ClaimsPrincipal user, PolicyDesk desk, MakerspaceDb db, CancellationToken cancellation)
    {
        if (PolicyPlace.Read(body.Value.Level, body.Value.Id) is not { } place) return NoPlace;
        var book = await desk.Book(cancellation);
        if (await desk.Of(place, book) is not { } now) return Problem.Unknown(place.Word);
        if ((await PolicyVersions.Of(db, place, cancellation)).FirstOrDefault(v => v.Number == body.Value.Version) is not { } version) return Problem.Unknown("version");
        var faults = PolicyDesk.Check(book, place, version.Set);
        if (faults.Any) return faults.Problem;
        return await desk.Save(place, version.Set, now, Caller.Of(user).MemberId, cancellation) ? TypedResults.NoContent() : Problem.Changed(place.Word);
    }

    private static async Task<Results<Accepted<SimulationModel>, ProblemHttpResult>> Start(
        MergePatch<SimulationBody> patch, ClaimsPrincipal user, PolicyDesk desk, Simulations simulations, TimeProvider time, CancellationToken cancellation)
    {
        var (asked, fault) = patch.Apply(new SimulationBody());
        if (asked is null) return Problem.Malformed([fault!]);
        if (PolicyPlace.Read(asked.Level, asked.Id) is not { } place) return NoPlace;
        var book = await desk.Book(cancellation);
        if (await desk.Of(place, book) is not { } now) return Problem.Unknown(place.Word);
        (asked, fault) = patch.Apply(new SimulationBody { Policy = now.Policy, Limits = now.Limits, Capacity = now.Capacity });
        if (asked is null) return Problem.Malformed([fault!]);
        var set = now with { Policy = asked.Policy ?? Policy.None, Limits = asked.Limits ?? Limits.None, Capacity = asked.Capacity };
        var faults = PolicyDesk.Check(book, place, set);
        var (from, to) = Period(faults, asked, time.Now());
        if (faults.Any) return faults.Problem;
        if (simulations.Start(new SimulationRequest(place.Level, place.Id, now, set, from, to), Caller.Of(user).MemberId) is not { } run)
            return Problem.Of(StatusCodes.Status429TooManyRequests, "too-many-simulations", "Others are still running. Wait for one to end, or cancel it.");
        return TypedResults.Accepted(SimulationModel.Address(run.Id), SimulationModel.Of(run, book.Space));
    }

    private static (Instant From, Instant To) Period(Faults faults, SimulationBody asked, Instant now)
    {
        var to = Instant.Min(now, asked.To?.ToInstant() ?? now);
        var from = asked.From?.ToInstant() ?? to - Duration.FromDays(90);
        if (from >= to) faults.Add("from", "contradiction", "The period ends before it begins; it lies in the past.");
        if (to - from > Longest) faults.Add("from", "out-of-range", "The period is longer than 1100 days.");
        return (from, to);
    }

    private static async Task<Results<Ok<SimulationModel>, ProblemHttpResult>> Read(string id, Simulations simulations, IGrainFactory grains) =>
        simulations.Find(id) is { } run ? TypedResults.Ok(SimulationModel.Of(run, await grains.Space())) : Problem.Unknown("simulation");

    private static Results<NoContent, ProblemHttpResult> Cancel(string id, Simulations simulations)
    {
        if (simulations.Find(id) is not { } run) return Problem.Unknown("simulation");
        if (!run.IsOver) run.Cancel();
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult NoPlace => Problem.Malformed("level", "unknown-level", "level is space, area, category, tool, plan or company; all but the space have an id.");
}
