using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using Makerspace.ReadModels;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Series;
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

    /// <summary>Again and again: an RRULE, like <c>FREQ=MONTHLY;COUNT=12</c>. Each time is an outage of its own, called id-1, id-2 …</summary>
    public string? Rule { get; init; }

    /// <summary>Bookings in the way: true displaces them all, a list of their ids those; else they stay.</summary>
    public DisplaceChoice? Displace { get; init; }
}

/// <summary>A planned outage, and the bookings that it overlaps.</summary>
/// <param name="Occurrences">All of them, where it comes again and again; the rest tells of the first.</param>
public sealed record PlannedOutage(string Id, string Title, OffsetDateTime Start, OffsetDateTime End, IReadOnlyList<OverlappedBooking> Overlaps, IReadOnlyList<OutageModel> Occurrences);

/// <summary>Outages of tools and areas: plan and close.</summary>
internal static class Outages
{
    public static async Task<Results<Created<PlannedOutage>, ProblemHttpResult>> PlanForTool(
        string id, Body<OutageBody> body, ClaimsPrincipal user, IGrainFactory grains, Displacement displacement)
    {
        var (outages, problem) = Read(body.Value, await grains.Space());
        if (problem is not null) return problem;
        var caller = Caller.Of(user);
        if (await ToolEndpoints.Find(grains, id, caller) is null) return Problem.Unknown("tool");
        foreach (var outage in outages) await grains.GetGrain<IToolGrain>(Keys.Tool(id)).PlaceOutage(outage, caller.MemberId);
        return await Planned(ToolModel.Address(id), outages, [id], body.Value.Displace, user, grains, displacement);
    }

    public static async Task<Results<Created<PlannedOutage>, ProblemHttpResult>> PlanForArea(
        string id, Body<OutageBody> body, ClaimsPrincipal user, IGrainFactory grains, Displacement displacement, CancellationToken cancellation)
    {
        var (outages, problem) = Read(body.Value, await grains.Space());
        if (problem is not null) return problem;
        if (!(await grains.Space()).Areas.ContainsKey(id)) return Problem.Unknown("area");
        foreach (var outage in outages) await grains.GetGrain<IAreaGrain>(Keys.Area(id)).PlaceOutage(outage, Caller.Of(user).MemberId);
        return await Planned($"/api/v1/areas/{id}", outages, await displacement.ToolsIn(id, cancellation), body.Value.Displace, user, grains, displacement);
    }

    /// <summary>The answer to placed outages: what is in the way of it in these tools, and what became of that.</summary>
    internal static async Task<Created<PlannedOutage>> Planned(
        string address, ImmutableArray<Outage> outages, IReadOnlyCollection<string> toolIds, DisplaceChoice? choice, ClaimsPrincipal user, IGrainFactory grains, Displacement displacement)
    {
        var (space, first, overlaps) = (await grains.Space(), outages[0], new List<OverlappedBooking>());
        foreach (var outage in outages)
            overlaps.AddRange(await displacement.Displace(user, await displacement.InTheWay(toolIds, outage.Slot), choice ?? DisplaceChoice.None, outage.Title));
        return TypedResults.Created(address, new PlannedOutage(
            first.Id, first.Title, first.Slot.Start.In(space), first.Slot.End.In(space), [.. overlaps.DistinctBy(o => o.Id)], [.. outages.Select(o => OutageModel.Of(o, space))]));
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

    /// <summary>The outage, or all of them where it comes again and again.</summary>
    internal static (ImmutableArray<Outage> Outages, ProblemHttpResult? Problem) Read(OutageBody body, SpaceFacts space)
    {
        var (outage, problem) = Read(body);
        if (outage is null) return ([], problem);
        if (string.IsNullOrWhiteSpace(body.Rule)) return ([outage], null);
        var faults = new Faults();
        var outages = Repeated(faults, outage, body.Rule, space);
        return faults.Any ? ([], faults.Problem) : (outages, null);
    }

    /// <summary>One for each time of the rule, in the space's wall-clock time.</summary>
    internal static ImmutableArray<Outage> Repeated(Faults faults, Outage first, string rule, SpaceFacts space)
    {
        var id = first.Id.Length > 58 ? first.Id[..58].TrimEnd('-') : first.Id;
        return [.. Recurrence.Slots(faults, rule, first.Slot, space.Zone).Select((slot, i) => new Outage(string.Create(CultureInfo.InvariantCulture, $"{id}-{i + 1}"), first.Title, slot))];
    }

    private static (Outage? Outage, ProblemHttpResult? Problem) Read(OutageBody body)
    {
        var faults = new Faults();
        var id = faults.OptionalSlug("id", body.Id) ?? Ids.Random("outage");
        var title = faults.Text("title", body.Title, 200);
        var slot = new Slot(faults.Required("start", body.Start).ToInstant(), faults.Required("end", body.End).ToInstant());
        if (!faults.Any && !slot.IsValid) faults.Add("end", "contradiction", "The outage ends before it starts.");
        return faults.Any ? (null, faults.Problem) : (new Outage(id, title, slot), null);
    }
}
