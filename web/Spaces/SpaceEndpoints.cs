using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Spaces;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Tools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Makerspace.Web.Spaces;

/// <summary>The space, its areas and certifications.</summary>
internal static class SpaceEndpoints
{
    public static void MapSpaces(this RouteGroupBuilder api)
    {
        var tagged = api.MapGroup("").WithTags("Space");
        tagged.MapGet("/space", Read).RequireAuthorization(Allow.Read).WithSummary("The space");
        tagged.MapPatch("/space", Change).RequireAuthorization(Allow.Staff).WithSummary("Change the space (JSON merge patch)");
        tagged.MapGet("/certifications", Certifications.List).RequireAuthorization(Allow.Read).WithSummary("The certifications that the space knows");
        tagged.MapGet("/areas", Areas.List).RequireAuthorization(Allow.Read).WithSummary("Areas, by id");
        tagged.MapPost("/areas", Areas.Add).RequireAuthorization(Allow.Staff).WithSummary("Add an area");
        tagged.MapPost("/areas/{id}/outages", Outages.PlanForArea).RequireAuthorization(Allow.Staff).WithSummary("Plan an outage of an area")
            .WithDescription("Every tool in it, or in an area inside it, is out of use then. Bookings already made stay; the answer lists those it overlaps.");
    }

    private static async Task<Ok<SpaceModel>> Read(IGrainFactory grains) => TypedResults.Ok(SpaceModel.Of(await grains.Space()));

    private static async Task<Results<Ok<SpaceModel>, ProblemHttpResult>> Change(MergePatch<SpacePatch> patch, ClaimsPrincipal user, IGrainFactory grains)
    {
        var space = await grains.Space();
        var (wanted, fault) = patch.Apply(SpacePatch.Of(space));
        if (wanted is null) return Problem.Malformed([fault!]);
        var faults = new Faults();
        if (wanted.Read(faults) is not { } change) return faults.Problem;
        if (wanted.ExpectedVersion is { } expected && expected != space.Version) return Problem.Changed("space");
        return TypedResults.Ok(SpaceModel.Of(await grains.GetGrain<ISpaceGrain>(Keys.Space).Change(change, Caller.Of(user).MemberId)));
    }
}

/// <summary>A certification that the space knows.</summary>
public sealed record KnownCertification(string Id, string Name);

/// <summary>The space's certifications.</summary>
internal static class Certifications
{
    public static async Task<Ok<Page<KnownCertification>>> List(IGrainFactory grains) => TypedResults.Ok(new Page<KnownCertification>(
        [.. (await grains.Space()).Certifications.Select(c => new KnownCertification(c.Key, c.Value)).OrderBy(c => c.Name, StringComparer.CurrentCulture)], null));

    /// <summary>Adds to the space the certifications it does not know yet, named by their ids until somebody names them better.</summary>
    public static async Task<SpaceFacts> Know(IGrainFactory grains, ImmutableArray<string>? ids, string actor, string? name = null)
    {
        var space = await grains.Space();
        var unknown = (ids ?? []).Where(id => !space.Certifications.ContainsKey(id)).Distinct(StringComparer.Ordinal).ToImmutableDictionary(id => id, id => name ?? id);
        return unknown.IsEmpty ? space : await grains.GetGrain<ISpaceGrain>(Keys.Space).Change(new SpaceChange { Certifications = unknown }, actor);
    }
}
