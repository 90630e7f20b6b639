using System.Security.Claims;
using Makerspace.ReadModels;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Tools;

/// <summary>An outage to plan.</summary>
public sealed record OutageBody
{
    /// <summary>Made up if absent. The id of a planned outage changes that one.</summary>
    public string? Id { get; init; }

    /// <summary>What people are told, at most 200 characters.</summary>
    public string? Title { get; init; }
    public OffsetDateTime? Start { get; init; }
    public OffsetDateTime? End { get; init; }

    /// <summary>Bookings in the way: true displaces them all, a list of their ids those; else they stay.</summary>
    public DisplaceChoice? Displace { get; init; }
}

/// <summary>A planned outage, and the bookings that it overlaps.</summary>
public sealed record PlannedOutage(string Id, string Title, OffsetDateTime Start, OffsetDateTime End, IReadOnlyList<OverlappedBooking> Overlaps);

/// <summary>Outages of tools and areas: plan and close.</summary>
internal static class Outages
{
    public static async Task<Results<Created<PlannedOutage>, ProblemHttpResult>> PlanForTool(
        string id, Body<OutageBody> body, ClaimsPrincipal user, IGrainFactory grains, Displacement displacement)
    {
        var (outage, problem) = Read(body.Value);
        if (outage is null) return problem!;
        var caller = Caller.Of(user);
        if (await ToolEndpoints.Find(grains, id, caller) is null) return Problem.Unknown("tool");
        await grains.GetGrain<IToolGrain>(Keys.Tool(id)).PlaceOutage(outage, caller.MemberId);
        return await Planned(ToolModel.Address(id), outage, [id], body.Value.Displace, user, grains, displacement);
    }

    public static async Task<Results<Created<PlannedOutage>, ProblemHttpResult>> PlanForArea(
        string id, Body<OutageBody> body, ClaimsPrincipal user, IGrainFactory grains, Displacement displacement, CancellationToken cancellation)
    {
        var (outage, problem) = Read(body.Value);
        if (outage is null) return problem!;
        if (!(await grains.Space()).Areas.ContainsKey(id)) return Problem.Unknown("area");
        await grains.GetGrain<IAreaGrain>(Keys.Area(id)).PlaceOutage(outage, Caller.Of(user).MemberId);
        return await Planned($"/api/v1/areas/{id}", outage, await displacement.ToolsIn(id, cancellation), body.Value.Displace, user, grains, displacement);
    }

    /// <summary>The answer to a placed outage: what is in the way of it in these tools, and what became of that.</summary>
    internal static async Task<Created<PlannedOutage>> Planned(
        string address, Outage outage, IReadOnlyCollection<string> toolIds, DisplaceChoice? choice, ClaimsPrincipal user, IGrainFactory grains, Displacement displacement)
    {
        var inTheWay = await displacement.InTheWay(toolIds, outage.Slot);
        var overlaps = await displacement.Displace(user, inTheWay, choice ?? DisplaceChoice.None, outage.Title);
        var space = await grains.Space();
        return TypedResults.Created(address, new PlannedOutage(outage.Id, outage.Title, outage.Slot.Start.In(space), outage.Slot.End.In(space), overlaps));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Close(
        string id, ClaimsPrincipal user, IGrainFactory grains, MakerspaceDb db, IReadModels readModels, CancellationToken cancellation)
    {
        if (!Ids.IsSlug(id)) return Problem.Unknown("outage");
        await readModels.CaughtUp(cancellation);
        var actor = Caller.Of(user).MemberId;
        // An outage is kept where it is of force; who has it is looked up (rarely, so whole rows are read), and the owner decides.
        var tools = await db.Tools.AsNoTracking().Select(t => new { t.Id, t.Data }).ToListAsync(cancellation);
        foreach (var tool in tools.Where(t => t.Data.Contains(id, StringComparison.Ordinal)))
            if (await grains.GetGrain<IToolGrain>(Keys.Tool(tool.Id)).CloseOutage(id, actor)) return TypedResults.NoContent();
        var areas = await db.Areas.AsNoTracking().Select(a => new { a.Id, a.Data }).ToListAsync(cancellation);
        foreach (var area in areas.Where(a => a.Data.Contains(id, StringComparison.Ordinal)))
            if (await grains.GetGrain<IAreaGrain>(Keys.Area(area.Id)).CloseOutage(id, actor)) return TypedResults.NoContent();
        var resources = await db.Resources.AsNoTracking().Select(r => new { r.Id, r.Data }).ToListAsync(cancellation);
        foreach (var resource in resources.Where(r => r.Data.Contains(id, StringComparison.Ordinal)))
            if (await grains.GetGrain<IResourceGrain>(Keys.Resource(resource.Id)).CloseOutage(id, actor)) return TypedResults.NoContent();
        return Problem.Unknown("outage");
    }

    internal static (Outage? Outage, ProblemHttpResult? Problem) Read(OutageBody body)
    {
        var faults = new Faults();
        var id = faults.OptionalSlug("id", body.Id) ?? Ids.Random("outage");
        var title = faults.Text("title", body.Title, 200);
        var slot = new Slot(faults.Required("start", body.Start).ToInstant(), faults.Required("end", body.End).ToInstant());
        if (!faults.Any && !slot.IsValid) faults.Add("end", "contradiction", "The outage ends before it starts.");
        return faults.Any ? (null, faults.Problem) : (new Outage(id, title, slot), null);
    }
}
