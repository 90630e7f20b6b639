using System.Security.Claims;
using System.Text.Json;
using Makerspace.ReadModels;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Makerspace.Web.Tools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Resources;

/// <summary>A resource as the API tells it.</summary>
/// <param name="Tools">The tools that depend on it.</param>
public sealed record ResourceModel(
    string Id, string Name, bool OutOfService, OffsetDateTime? ExpectedBack, IReadOnlyList<OutageModel> Outages, IReadOnlyList<string> Tools)
{
    internal static ResourceModel Of(ResourceView resource, IEnumerable<ToolView> tools, SpaceFacts space) => new(
        resource.Id, resource.Definition.Name, resource.Definition.OutOfService, resource.Definition.ExpectedBack?.In(space),
        [.. resource.Outages.Select(o => OutageModel.Of(o, space))], [.. tools.Where(t => t.Definition.DependsOn.Contains(resource.Id)).Select(t => t.Id)]);
}

/// <summary>What staff say of a resource; also a merge patch of it.</summary>
public record ResourceSettings
{
    /// <summary>At most 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Broken now: the tools that depend on it stand still.</summary>
    public bool OutOfService { get; init; }

    /// <summary>When it is expected back; null means nobody knows.</summary>
    public OffsetDateTime? ExpectedBack { get; init; }

    internal ResourceDefinition Read(Faults faults)
    {
        if (this is { ExpectedBack: not null, OutOfService: false })
            faults.Add("expectedBack", "contradiction", "Only a resource that is out of service is expected back.");
        return new ResourceDefinition { Name = faults.Text("name", Name, 100), OutOfService = OutOfService, ExpectedBack = ExpectedBack?.ToInstant() };
    }

    internal static ResourceSettings Of(ResourceDefinition resource, SpaceFacts space) =>
        new() { Name = resource.Name, OutOfService = resource.OutOfService, ExpectedBack = resource.ExpectedBack?.In(space) };
}

/// <summary>A resource to add.</summary>
public sealed record NewResourceBody : ResourceSettings
{
    /// <summary>Made from the name if absent.</summary>
    public string? Id { get; init; }
}

/// <summary>Resources: what tools depend on.</summary>
internal static class ResourceEndpoints
{
    public static void MapResources(this RouteGroupBuilder api)
    {
        var resources = api.MapGroup("/resources").WithTags("Resources");
        resources.MapGet("", List).RequireAuthorization(Allow.Read).WithSummary("Resources that tools depend on, by id");
        resources.MapPost("", Add).RequireAuthorization(Allow.Staff).WithSummary("Add a resource").ProducesProblem(StatusCodes.Status409Conflict);
        resources.MapPatch("/{id}", Change).RequireAuthorization(Allow.Staff).WithSummary("Change a resource (JSON merge patch)");
        resources.MapPost("/{id}/outages", PlanOutage).RequireAuthorization(Allow.Staff).WithSummary("Plan an outage of a resource")
            .WithDescription("The tools that depend on it stand still then. The answer lists the bookings it overlaps; they stay, unless displace says true or names them. POST /outages/{id}/close ends it.");
    }

    private static async Task<Results<Ok<Page<ResourceModel>>, ProblemHttpResult>> List(
        string? after, string? limit, HttpRequest request, MakerspaceDb db, IReadModels readModels, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        var most = Cursor.Limit(faults, limit);
        var since = Cursor.Read(faults, after, keys: 1);
        if (faults.Any) return faults.Problem;
        await readModels.CaughtUp(cancellation);
        var space = await grains.Space();
        var tools = await Tools(db, cancellation);
        var rows = (await db.Resources.AsNoTracking().ToListAsync(cancellation)).OrderBy(r => r.Id, StringComparer.Ordinal)
            .Where(r => since is null || string.CompareOrdinal(r.Id, since[0]) > 0).Take(most + 1)
            .Select(r => ResourceModel.Of(JsonSerializer.Deserialize<ResourceView>(r.Data, StoredJson.Options)!, tools, space));
        return TypedResults.Ok(Cursor.Page(request, [.. rows], most, r => Cursor.Of(r.Id)));
    }

    private static async Task<Results<Created<ResourceModel>, ProblemHttpResult>> Add(Body<NewResourceBody> body, ClaimsPrincipal user, IGrainFactory grains)
    {
        var (wanted, faults) = (body.Value, new Faults());
        var definition = wanted.Read(faults);
        faults.OptionalSlug("id", wanted.Id);
        if (faults.Any) return faults.Problem;
        foreach (var id in NewId.Candidates(wanted.Id, definition.Name, "resource"))
        {
            var resource = grains.GetGrain<IResourceGrain>(Keys.Resource(id));
            if (await resource.View() is not null) continue;
            var made = await resource.Define(definition, Caller.Of(user).MemberId);
            return TypedResults.Created($"/api/v1/resources/{id}", ResourceModel.Of(made, [], await grains.Space()));
        }
        return Problem.Of(StatusCodes.Status409Conflict, "id-taken", "There is a resource with this id already.");
    }

    private static async Task<Results<Ok<ResourceModel>, ProblemHttpResult>> Change(
        string id, MergePatch<ResourceSettings> patch, ClaimsPrincipal user, MakerspaceDb db, IGrainFactory grains, CancellationToken cancellation)
    {
        if (await Find(grains, id) is not { } known) return Problem.Unknown("resource");
        var space = await grains.Space();
        var (wanted, fault) = patch.Apply(ResourceSettings.Of(known.Definition, space));
        if (wanted is null) return Problem.Malformed([fault!]);
        var faults = new Faults();
        // What is back in service is no longer expected.
        var definition = (wanted.OutOfService ? wanted : wanted with { ExpectedBack = known.Definition.OutOfService ? null : wanted.ExpectedBack }).Read(faults);
        if (faults.Any) return faults.Problem;
        var changed = await grains.GetGrain<IResourceGrain>(Keys.Resource(id)).Define(definition, Caller.Of(user).MemberId);
        return TypedResults.Ok(ResourceModel.Of(changed, await Tools(db, cancellation), space));
    }

    private static async Task<Results<Created<PlannedOutage>, ProblemHttpResult>> PlanOutage(
        string id, Body<OutageBody> body, ClaimsPrincipal user, IGrainFactory grains, MakerspaceDb db, IReadModels readModels, Displacement displacement, CancellationToken cancellation)
    {
        var (outages, problem) = Outages.Read(body.Value, await grains.Space());
        if (problem is not null) return problem;
        if (await Find(grains, id) is null) return Problem.Unknown("resource");
        foreach (var outage in outages) await grains.GetGrain<IResourceGrain>(Keys.Resource(id)).PlaceOutage(outage, Caller.Of(user).MemberId);
        await readModels.CaughtUp(cancellation);
        var dependants = (await Tools(db, cancellation)).Where(t => t.Definition.DependsOn.Contains(id)).Select(t => t.Id).ToList();
        return await Outages.Planned($"/api/v1/resources/{id}", outages, dependants, body.Value.Displace, user, grains, displacement);
    }

    private static async Task<ResourceView?> Find(IGrainFactory grains, string id) =>
        Ids.IsSlug(id) ? await grains.GetGrain<IResourceGrain>(Keys.Resource(id)).View() : null;

    private static async Task<List<ToolView>> Tools(MakerspaceDb db, CancellationToken cancellation) =>
        [.. (await db.Tools.AsNoTracking().ToListAsync(cancellation)).Select(ToolEndpoints.ViewOf)];
}
