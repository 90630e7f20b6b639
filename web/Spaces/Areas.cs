using System.Security.Claims;
using System.Text.Json;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Policies;
using Makerspace.Web.Tools;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Spaces;

/// <summary>An area as the API tells it.</summary>
/// <param name="Inside">The area around it, or null.</param>
/// <param name="Capacity">How many people it may hold at once; null means no limit.</param>
/// <param name="Policy">Settings for the tools in it and in areas inside it.</param>
public sealed record AreaModel(string Id, string Name, string? Inside, int? Capacity, Policy Policy, IReadOnlyList<OutageModel> Outages)
{
    internal static AreaModel Of(AreaView area, SpaceFacts space) => new(
        area.Id, area.Definition.Name, area.Definition.Inside, area.Definition.Capacity, area.Definition.Policy, [.. area.Outages.Select(o => OutageModel.Of(o, space))]);
}

/// <summary>What staff say of an area; also a merge patch of it.</summary>
public record AreaSettings
{
    /// <summary>At most 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>The area around it.</summary>
    public string? Inside { get; init; }

    /// <summary>1 to 100000 people.</summary>
    public int? Capacity { get; init; }

    /// <summary>Settings between the space's and the category's. An inner area's win over an outer one's.</summary>
    public Policy? Policy { get; init; }

    internal AreaDefinition Read(Faults faults, string? id, AreaDefinition known, SpaceFacts space)
    {
        var name = faults.Text("name", Name, 100);
        faults.Range("capacity", Capacity, 1, 100_000);
        if (faults.OptionalSlug("inside", Inside) is { } inside && Ids.IsSlug(inside))
        {
            if (!space.Areas.ContainsKey(inside)) faults.Add("inside", "unknown-area", "There is no such area.");
            else if (id is not null && space.AreaChain(inside).Contains(id)) faults.Add("inside", "area-cycle", "The area would be inside itself.");
        }
        return known with { Name = name, Inside = Inside, Capacity = Capacity, Policy = Policy ?? Policy.None };
    }
}

/// <summary>An area to add.</summary>
public sealed record NewAreaBody : AreaSettings
{
    /// <summary>Made from the name if absent.</summary>
    public string? Id { get; init; }
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

    public static async Task<Results<Created<AreaModel>, ProblemHttpResult>> Add(
        Body<NewAreaBody> body, ClaimsPrincipal user, IGrainFactory grains, PolicyDesk desk, CancellationToken cancellation)
    {
        var (wanted, faults, book) = (body.Value, new Faults(), await desk.Book(cancellation));
        var definition = wanted.Read(faults, null, new AreaDefinition(), book.Space);
        faults.OptionalSlug("id", wanted.Id);
        PolicyChecks.Check(faults, definition.Policy, "policy.");
        if (faults.Any) return faults.Problem;
        if (NewId.Candidates(wanted.Id, definition.Name, "area").FirstOrDefault(c => !book.Space.Areas.ContainsKey(c)) is not { } id)
            return Problem.Of(StatusCodes.Status409Conflict, "id-taken", "There is an area with this id already.");
        if (Contradictory(book, id, definition) is { } problem) return problem;
        var area = await grains.GetGrain<IAreaGrain>(Keys.Area(id)).Define(definition, Caller.Of(user).MemberId);
        return TypedResults.Created($"/api/v1/areas/{id}", AreaModel.Of(area, await grains.Space()));
    }

    public static async Task<Results<Ok<AreaModel>, ProblemHttpResult>> Change(
        string id, MergePatch<AreaSettings> patch, ClaimsPrincipal user, IGrainFactory grains, PolicyDesk desk, DutyDesk duties, CancellationToken cancellation)
    {
        var (faults, book) = (new Faults(), await desk.Book(cancellation));
        if (!book.Space.Areas.ContainsKey(id) || await grains.GetGrain<IAreaGrain>(Keys.Area(id)).View() is not { } known) return Problem.Unknown("area");
        var d = known.Definition;
        var (wanted, fault) = patch.Apply(new AreaSettings { Name = d.Name, Inside = d.Inside, Capacity = d.Capacity, Policy = d.Policy });
        if (wanted is null) return Problem.Malformed([fault!]);
        var definition = wanted.Read(faults, id, d, book.Space);
        PolicyChecks.Check(faults, definition.Policy, "policy.");
        if (faults.Any) return faults.Problem;
        if (await Refusal(duties, user, d, definition) is { } refusal) return refusal.Problem;
        if (Contradictory(book, id, definition) is { } problem) return problem;
        var actor = Caller.Of(user).MemberId;
        await Certifications.Know(grains, definition.Policy.RequiredCertifications, actor);
        var area = await grains.GetGrain<IAreaGrain>(Keys.Area(id)).Define(definition, actor);
        await desk.Watch(book with { Space = await grains.Space() }, actor);
        return TypedResults.Ok(AreaModel.Of(area, book.Space));
    }

    /// <summary>Why the caller's duties do not reach what is changed of an area of theirs: its rules are for staff without limits, and where it comes to lie they look after too.</summary>
    internal static async Task<DutyRefusal?> Refusal(DutyDesk duties, ClaimsPrincipal user, AreaDefinition known, AreaDefinition wanted)
    {
        if (!StoredJson.Same(known.Policy, wanted.Policy) && await duties.Refusal(user, null, WorkPlace.Wherever) is { } refusal) return refusal;
        return known.Inside == wanted.Inside ? null : await duties.Refusal(user, DutyKind.Technician, WorkPlace.In(known.Inside, wanted.Inside));
    }

    private static ProblemHttpResult? Contradictory(PolicyBook book, string id, AreaDefinition area)
    {
        var faults = new Faults();
        var moved = book with { Space = book.Space with { Areas = book.Space.Areas.SetItem(id, area.Inside) } };
        var place = new PolicyPlace(SettingLevel.Area, id);
        PolicyChecks.Check(faults, book, moved.With(place, new RuleSet { Policy = area.Policy, Capacity = area.Capacity }), place, "policy.");
        return faults.Any ? faults.Problem : null;
    }
}
