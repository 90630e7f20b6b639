using System.Security.Claims;
using System.Text.Json;
using Makerspace.Companies;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Makerspace.Web.Tools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Companies;

/// <summary>Companies: list, read, add, change.</summary>
internal static class CompanyEndpoints
{
    public static void MapCompanies(this RouteGroupBuilder api)
    {
        var companies = api.MapGroup("/companies").WithTags("Companies");
        companies.MapGet("", List).RequireAuthorization(Allow.StaffRead).WithSummary("Companies, by id");
        companies.MapPost("", Add).RequireAuthorization(Allow.Staff).WithSummary("Add a company").ProducesProblem(StatusCodes.Status409Conflict);
        companies.MapGet("/{id}", Read).RequireAuthorization(Allow.StaffRead).WithSummary("One company");
        companies.MapPatch("/{id}", Change).RequireAuthorization(Allow.Staff).WithSummary("Change a company (JSON merge patch)")
            .WithDescription("Its limits are pooled over its members and all tools.").ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<Page<CompanyModel>>, ProblemHttpResult>> List(
        string? after, string? limit, HttpRequest request, MakerspaceDb db, IReadModels readModels, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        var most = Cursor.Limit(faults, limit);
        var since = Cursor.Read(faults, after, keys: 1);
        if (faults.Any) return faults.Problem;
        await readModels.CaughtUp(cancellation);
        var space = await grains.Space();
        var rows = (await db.Companies.AsNoTracking().ToListAsync(cancellation)).OrderBy(c => c.Id, StringComparer.Ordinal)
            .Where(c => since is null || string.CompareOrdinal(c.Id, since[0]) > 0).Take(most + 1)
            .Select(c => CompanyModel.Of(JsonSerializer.Deserialize<CompanyView>(c.Data, StoredJson.Options)!, space));
        return TypedResults.Ok(Cursor.Page(request, [.. rows], most, c => Cursor.Of(c.Id)));
    }

    private static async Task<CompanyView?> Find(IGrainFactory grains, string id) =>
        Ids.IsSlug(id) ? await grains.GetGrain<ICompanyGrain>(Keys.Company(id)).View() : null;

    private static async Task<Results<Ok<CompanyModel>, ProblemHttpResult>> Read(string id, HttpResponse response, IGrainFactory grains) =>
        await Find(grains, id) is { } company ? Answer(company, await grains.Space(), response) : Problem.Unknown("company");

    private static async Task<Results<Created<CompanyModel>, ProblemHttpResult>> Add(
        Body<NewCompanyBody> body, ClaimsPrincipal user, HttpResponse response, IGrainFactory grains)
    {
        var (wanted, faults) = (body.Value, new Faults());
        var definition = wanted.Read(faults, new CompanyDefinition());
        faults.OptionalSlug("id", wanted.Id);
        if (faults.Any) return faults.Problem;
        foreach (var id in NewId.Candidates(wanted.Id, definition.Name, "company"))
        {
            if (await grains.GetGrain<ICompanyGrain>(Keys.Company(id)).Define(definition, Caller.Of(user).MemberId, expectedVersion: 0) is not { } company) continue;
            return TypedResults.Created(CompanyModel.Address(id), Answer(company, await grains.Space(), response).Value);
        }
        return Problem.Of(StatusCodes.Status409Conflict, "id-taken", "There is a company with this id already.");
    }

    private static async Task<Results<Ok<CompanyModel>, ProblemHttpResult>> Change(
        string id, MergePatch<CompanyPatch> patch, [FromHeader(Name = "If-Match")] string? ifMatch, ClaimsPrincipal user, HttpResponse response, IGrainFactory grains)
    {
        if (await Find(grains, id) is not { } company) return Problem.Unknown("company");
        if (ifMatch is not null && ifMatch != "*" && ifMatch != ETag(company))
            return Problem.Of(StatusCodes.Status412PreconditionFailed, "changed-meanwhile", "The company is not at the version of If-Match any more.");
        var space = await grains.Space();
        var (wanted, fault) = patch.Apply(CompanyPatch.Of(company, space));
        if (wanted is null) return Problem.Malformed([fault!]);
        var faults = new Faults();
        var definition = wanted.Read(faults, company.Definition);
        if (faults.Any) return faults.Problem;
        if (wanted.ExpectedVersion is { } expected && expected != company.Version) return Problem.Changed("company");
        var changed = await grains.GetGrain<ICompanyGrain>(Keys.Company(id)).Define(definition, Caller.Of(user).MemberId, company.Version);
        return changed is null ? Problem.Changed("company") : Answer(changed, space, response);
    }

    private static Ok<CompanyModel> Answer(CompanyView company, SpaceFacts space, HttpResponse response)
    {
        response.Headers.ETag = ETag(company);
        return TypedResults.Ok(CompanyModel.Of(company, space));
    }

    private static string ETag(CompanyView company) => $"\"{company.Version}\"";
}
