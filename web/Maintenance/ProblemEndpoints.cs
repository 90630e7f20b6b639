using System.Security.Claims;
using Makerspace.Maintenance;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Maintenance;

/// <summary>A problem as the API tells it.</summary>
/// <param name="State">Open, Triaged (a work order sees to it), Closed, Duplicate.</param>
/// <param name="Answer">What who reported it is told.</param>
public sealed record ProblemModel(
    Guid Id, string ToolId, string Words, bool Hazard, bool Unusable, ProblemState State, string ReportedBy, OffsetDateTime ReportedAt, Guid? WorkOrderId, Guid? SameAs,
    string? Answer, OffsetDateTime? ClosedAt, IReadOnlyDictionary<string, string> Links)
{
    public static string Address(Guid id) => $"/api/v1/problems/{id}";

    internal static ProblemModel Of(ProblemView p, SpaceFacts space)
    {
        var links = new Dictionary<string, string> { ["self"] = Address(p.Id) };
        if (p.Photo is not null) links["photo"] = Address(p.Id) + "/photo";
        return new ProblemModel(
            p.Id, p.Report.ToolId, p.Report.Words, p.Report.Hazard, p.Report.Unusable, p.State, p.ReportedBy, p.ReportedAt.In(space), p.WorkOrderId, p.SameAs, p.Answer, p.ClosedAt?.In(space), links);
    }
}

/// <summary>How a problem ends.</summary>
public sealed record ProblemEndBody : IOptionalBody
{
    /// <summary>What who reported it is told, at most 2000 characters.</summary>
    public string? Answer { get; init; }

    /// <summary>The problem that is the same.</summary>
    public Guid? SameAs { get; init; }

    /// <summary>The tool can be used again: it is back in service, unless other work or another problem keeps it out.</summary>
    public bool BackInService { get; init; }
}

/// <summary>Problems: report, look at, close.</summary>
internal static class ProblemEndpoints
{
    public static void MapProblems(this RouteGroupBuilder api)
    {
        api.MapPost("/tools/{id}/problems", Report).RequireAuthorization(Allow.Book).WithTags("Maintenance").WithSummary("Report a problem of a tool")
            .WithDescription("unusable takes the tool out of service at once, and tells whoever has booked it soon. Idempotency-Key becomes the problem's id.");
        var problems = api.MapGroup("/problems").WithTags("Maintenance");
        problems.MapGet("", List).RequireAuthorization(Allow.StaffRead).WithSummary("Problems, newest first").WithDescription("state: open (the default) or closed.");
        problems.MapGet("/{id:guid}", Read).RequireAuthorization(Allow.Read).WithSummary("One problem: for staff and who reported it");
        problems.MapPut("/{id:guid}/photo", Photograph).RequireAuthorization(Allow.Book).WithMetadata(new PhotoLimit()).WithSummary("Its photo: the bytes of a PNG, JPEG or WebP picture")
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        problems.MapGet("/{id:guid}/photo", Photo).RequireAuthorization(Allow.Read).WithSummary("Its photo").Produces<byte[]>(contentType: "image/png");
        problems.MapPost("/{id:guid}/close", Close).RequireAuthorization(Allow.Staff).WithSummary("It is over: mended, none, or the same as another")
            .WithDescription("With backInService the tool can be used again, unless other work or another problem keeps it out; without, it stays as it is.");
    }

    private static async Task<Results<Created<ProblemModel>, ProblemHttpResult>> Report(
        string id, Body<ProblemBody> body, [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey, ClaimsPrincipal user, ProblemDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var key = Guid.NewGuid();
        if (idempotencyKey is not null && IdempotencyKey.Read(idempotencyKey, out key) is { } fault) return fault;
        var (problem, refusal) = await desk.Report(user, key, id, body.Value, cancellation);
        return problem is null ? refusal! : TypedResults.Created(ProblemModel.Address(key), ProblemModel.Of(problem, await grains.Space()));
    }

    private static async Task<Results<Ok<IReadOnlyList<ProblemModel>>, ProblemHttpResult>> List(
        string? state, string? toolId, ProblemDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        var tool = faults.OptionalSlug("toolId", toolId);
        if (state is not (null or "open" or "closed")) faults.Add("state", "unknown-state", "state is open or closed.");
        if (faults.Any) return faults.Problem;
        ProblemState[] states = state == "closed" ? [ProblemState.Closed, ProblemState.Duplicate] : [ProblemState.Open, ProblemState.Triaged];
        var space = await grains.Space();
        return TypedResults.Ok<IReadOnlyList<ProblemModel>>([.. (await desk.List(states, tool, cancellation)).Select(p => ProblemModel.Of(p, space))]);
    }

    private static async Task<Results<Ok<ProblemModel>, ProblemHttpResult>> Read(Guid id, ClaimsPrincipal user, ProblemDesk desk, IGrainFactory grains) =>
        await desk.Find(user, id) is { } problem ? TypedResults.Ok(ProblemModel.Of(problem, await grains.Space())) : Problem.Unknown("problem");

    private static async Task<Results<NoContent, ProblemHttpResult>> Photograph(Guid id, HttpRequest request, ClaimsPrincipal user, ProblemDesk desk, CancellationToken cancellation)
    {
        if (await desk.Find(user, id) is null) return Problem.Unknown("problem");
        using var content = new MemoryStream();
        await request.Body.CopyToAsync(content, cancellation);
        var (_, refusal) = await desk.Photograph(user, id, content.ToArray(), cancellation);
        return refusal is null ? TypedResults.NoContent() : refusal;
    }

    // Its type is what was found in it; nobody is to make anything else of it.
    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Photo(
        Guid id, ClaimsPrincipal user, HttpResponse response, ProblemDesk desk, MakerspaceDb db, CancellationToken cancellation)
    {
        if (await desk.Find(user, id) is null || await db.ProblemPhotos.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, cancellation) is not { } photo) return Problem.Unknown("photo");
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentDisposition = "inline";
        response.Headers.CacheControl = "private, no-cache";
        return TypedResults.File(photo.Content, photo.ContentType);
    }

    private static async Task<Results<Ok<ProblemModel>, ProblemHttpResult>> Close(
        Guid id, Body<ProblemEndBody> body, ClaimsPrincipal user, ProblemDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        var answer = faults.OptionalText("answer", body.Value.Answer, 2000);
        if (body.Value.SameAs is { } other && (other == id || await desk.Find(user, other) is null)) faults.Add("sameAs", "unknown-problem", "There is no such other problem.");
        if (body.Value is { SameAs: not null, BackInService: true }) faults.Add("backInService", "contradiction", "What is the same as another leaves the tool to that one.");
        if (faults.Any) return faults.Problem;
        return (await desk.Close(user, id, answer, body.Value.SameAs, body.Value.BackInService, cancellation)).Problem is { } problem ? TypedResults.Ok(ProblemModel.Of(problem, await grains.Space())) : Problem.Unknown("problem");
    }

    private sealed class PhotoLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => Photos.MostBytes;
    }
}
