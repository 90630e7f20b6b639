using System.Security.Claims;
using Makerspace.Accounts;
using Makerspace.Import;
using Makerspace.Import.Csv;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace Makerspace.Web.Import;

/// <summary>Another system's data, by HTTP. docs/import.md says what is taken and how.</summary>
internal static class ImportEndpoints
{
    private static readonly string[] CsvTypes = ["text/csv", "text/plain", "application/octet-stream"];

    public static void MapImport(this RouteGroupBuilder api)
    {
        var import = api.MapGroup("/import").WithTags("Import").RequireAuthorization(Allow.Staff);
        import.MapPost("/nemo", Nemo).WithMetadata(LargeBody.Limit).Accepts<IFormFile>("application/json").WithSummary("Import a NEMO data dump")
            .WithDescription("The body is the JSON of Django's dumpdata, at most 32 MiB. dryRun=true writes nothing and answers what would be done.");
        import.MapPost("/csv", Csv).WithMetadata(LargeBody.Limit).Accepts<IFormFile>("text/csv").WithSummary("Import a CSV file of tools, members or bookings")
            .WithDescription("kind is tools, members or bookings. UTF-8, comma or semicolon. dryRun=true writes nothing and answers what would be done.");
        import.MapGet("/csv/template", Template).WithSummary("A CSV file with the header and one example row");
    }

    private static async Task<Results<Ok<ImportReportModel>, ProblemHttpResult>> Nemo(
        string? dryRun, HttpRequest request, ClaimsPrincipal user, IImport import, CancellationToken cancellation)
    {
        if (!request.HasJsonContentType()) return Problem.Bare(StatusCodes.Status415UnsupportedMediaType).AsResult();
        var authority = Authority(user);
        return await Answer(dryRun, authority, import, await import.PlanNemo(request.Body, authority, cancellation), cancellation);
    }

    private static async Task<Results<Ok<ImportReportModel>, ProblemHttpResult>> Csv(
        string? kind, string? dryRun, HttpRequest request, ClaimsPrincipal user, IImport import, CancellationToken cancellation)
    {
        if (!CsvTypes.Contains(request.ContentType?.Split(';')[0].Trim(), StringComparer.OrdinalIgnoreCase)) return Problem.Bare(StatusCodes.Status415UnsupportedMediaType).AsResult();
        if (Kind(kind) is not { } known) return UnknownKind;
        var authority = Authority(user);
        return await Answer(dryRun, authority, import, await import.PlanCsv(known, request.Body, authority, cancellation), cancellation);
    }

    private static Results<ContentHttpResult, ProblemHttpResult> Template(string? kind) =>
        Kind(kind) is { } known ? TypedResults.Content(CsvColumns.Template(known), "text/csv; charset=utf-8") : UnknownKind;

    private static async Task<Results<Ok<ImportReportModel>, ProblemHttpResult>> Answer(
        string? dryRun, ImportAuthority authority, IImport import, ImportPlanning planning, CancellationToken cancellation)
    {
        var faults = new Faults();
        var dry = faults.YesNo("dryRun", dryRun) ?? false;
        if (faults.Any) return faults.Problem;
        if (planning.Problem is { } problem)
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, problem.Code, problem.Message, ("faults", problem.Faults));
        var report = dry ? await import.Rehearse(planning.Plan!, cancellation) : await import.Apply(planning.Plan!, authority, cancellation);
        return TypedResults.Ok(ImportReportModel.Of(report));
    }

    private static ImportAuthority Authority(ClaimsPrincipal user) => new(Caller.Of(user).MemberId, user.IsInRole(Roles.Admin));

    private static CsvKind? Kind(string? kind) => kind switch { "tools" => CsvKind.Tools, "members" => CsvKind.Members, "bookings" => CsvKind.Bookings, _ => null };

    private static ProblemHttpResult UnknownKind => Problem.Malformed("kind", "unknown-kind", "kind is tools, members or bookings.");

    private static ProblemHttpResult AsResult(this Microsoft.AspNetCore.Mvc.ProblemDetails problem) => TypedResults.Problem(problem);

    private sealed class LargeBody : IRequestSizeLimitMetadata
    {
        public static readonly LargeBody Limit = new();

        public long? MaxRequestBodySize => 32 * 1024 * 1024;
    }
}
