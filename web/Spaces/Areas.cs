using System.Security.Claims;
using System.Text.Json;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Tools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Spaces;

/// <summary>An area as the API tells it.</summary>
/// <param name="Inside">The area around it, or null.</param>
/// <param name="Capacity">How many people it may hold at once; null means no limit.</param>
public sealed record AreaModel(string Id, string Name, string? Inside, int? Capacity, IReadOnlyList<OutageModel> Outages)
{
    internal static AreaModel Of(AreaView area, SpaceFacts space) => new(
        area.Id, area.Definition.Name, area.Definition.Inside, area.Definition.Capacity, [.. area.Outages.Select(o => OutageModel.Of(o, space))]);
}

/// <summary>An area to add.</summary>
public sealed record NewAreaBody
{
    /// <summary>Made from the name if absent.</summary>
    public string? Id { get; init; }
    public string? Name { get; init; }

    /// <summary>The area around it.</summary>
    public string? Inside { get; init; }

    /// <summary>1 to 100000 people.</summary>
    public int? Capacity { get; init; }
}

/// <summary>Areas: list and add.</summary>
internal static class Areas
{
    public static async Task<Results<Ok<Page<AreaModel>>, ProblemHttpResult>> List(
        string? after, string? limit, HttpRequest request, MakerspaceDb db, IReadModels readModels, IGrainFactory grains, CancellationToken cancellation)
    {
        var faults = new Faults();
        var most = Cursor.Limit(faults, limit);
        var since = Cursor.Read(faults, after, keys: 1);
        if (faults.Any) return faults.Problem;
        await readModels.CaughtUp(cancellation);
        var space = await grains.Space();
        var areas = (await db.Areas.AsNoTracking().ToListAsync(cancellation)).Select(a => JsonSerializer.Deserialize<AreaView>(a.Data, StoredJson.Options)!)
            .OrderBy(a => a.Id, StringComparer.Ordinal).Where(a => since is null || string.CompareOrdinal(a.Id, since[0]) > 0).Take(most + 1);
        return TypedResults.Ok(Cursor.Page(request, [.. areas.Select(a => AreaModel.Of(a, space))], most, a => Cursor.Of(a.Id)));
    }

    public static async Task<Results<Created<AreaModel>, ProblemHttpResult>> Add(Body<NewAreaBody> body, ClaimsPrincipal user, IGrainFactory grains)
    {
        var (wanted, faults, space) = (body.Value, new Faults(), await grains.Space());
        var name = faults.Text("name", wanted.Name, 100);
        faults.OptionalSlug("id", wanted.Id);
        faults.Range("capacity", wanted.Capacity, 1, 100_000);
        if (faults.OptionalSlug("inside", wanted.Inside) is { } inside && !space.Areas.ContainsKey(inside)) faults.Add("inside", "unknown-area", "There is no such area.");
        if (faults.Any) return faults.Problem;
        if (NewId.Candidates(wanted.Id, name, "area").FirstOrDefault(c => !space.Areas.ContainsKey(c)) is not { } id)
            return Problem.Of(StatusCodes.Status409Conflict, "id-taken", "There is an area with this id already.");
        var definition = new AreaDefinition { Name = name, Inside = wanted.Inside, Capacity = wanted.Capacity };
        var area = await grains.GetGrain<IAreaGrain>(Keys.Area(id)).Define(definition, Caller.Of(user).MemberId);
        return TypedResults.Created($"/api/v1/areas/{id}", AreaModel.Of(area, await grains.Space()));
    }
}
