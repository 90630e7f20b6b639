using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Policies;
using Makerspace.Web.Tools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

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
        tagged.MapPatch("/areas/{id}", Areas.Change).RequireAuthorization(Allow.Staff).WithSummary("Change an area (JSON merge patch)")
            .WithDescription("A capacity counts the bookings made from then on.");
        tagged.MapGet("/plans", Plans.List).RequireAuthorization(Allow.Read).WithSummary("Plans, by id");
        tagged.MapPost("/plans", Plans.Add).RequireAuthorization(Allow.Staff).WithSummary("Add a plan").ProducesProblem(StatusCodes.Status409Conflict);
        tagged.MapGet("/plans/{id}", Plans.Read).RequireAuthorization(Allow.Read).WithSummary("One plan");
        tagged.MapPatch("/plans/{id}", Plans.Change).RequireAuthorization(Allow.Staff).WithSummary("Change a plan (JSON merge patch)")
            .WithDescription("A tightened plan never cancels a booking made under the old one.");
        tagged.MapPost("/areas/{id}/outages", Outages.PlanForArea).RequireAuthorization(Allow.Staff).WithSummary("Plan an outage of an area")
            .WithDescription("Every tool in it, or in an area inside it, is out of use then. Bookings already made stay; the answer lists those it overlaps.");
    }

    private static async Task<Ok<SpaceModel>> Read(IGrainFactory grains) => TypedResults.Ok(SpaceModel.Of(await grains.Space()));

    private static async Task<Results<Ok<SpaceModel>, ProblemHttpResult>> Change(MergePatch<SpacePatch> patch, ClaimsPrincipal user, IGrainFactory grains, PolicyDesk desk, MakerspaceDb db, CancellationToken cancellation)
    {
        var book = await desk.Book(cancellation);
        var space = book.Space;
        var (wanted, fault) = patch.Apply(SpacePatch.Of(space));
        if (wanted is null) return Problem.Malformed([fault!]);
        var faults = new Faults();
        if (wanted.Read(faults, book) is not { } change) return faults.Problem;
        if (wanted.ExpectedVersion is { } expected && expected != space.Version) return Problem.Changed("space");
        if (wanted.Currency != space.Currency && await db.LedgerEntries.AnyAsync(cancellation))
            return Problem.Of(StatusCodes.Status409Conflict, "currency-in-use", "Something was charged in the present currency already: it stays.");
        var actor = Caller.Of(user).MemberId;
        var changed = await grains.GetGrain<ISpaceGrain>(Keys.Space).Change(change, actor);
        await desk.Watch(book with { Space = changed }, actor);
        return TypedResults.Ok(SpaceModel.Of(changed));
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
