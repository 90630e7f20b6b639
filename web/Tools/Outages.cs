using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
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
}

/// <summary>A planned outage, and the bookings that it overlaps.</summary>
public sealed record PlannedOutage(string Id, string Title, OffsetDateTime Start, OffsetDateTime End, IReadOnlyList<OverlappedBooking> Overlaps);

/// <summary>A booking made before the outage was planned.</summary>
public sealed record OverlappedBooking(Guid Id, string ToolId, string MemberId, OffsetDateTime Start, OffsetDateTime End, string Link);

/// <summary>Outages of tools and areas: plan and close.</summary>
internal static class Outages
{
    public static async Task<Results<Created<PlannedOutage>, ProblemHttpResult>> PlanForTool(string id, Body<OutageBody> body, ClaimsPrincipal user, IGrainFactory grains)
    {
        var (outage, problem) = Read(body.Value);
        if (outage is null) return problem!;
        var caller = Caller.Of(user);
        if (await ToolEndpoints.Find(grains, id, caller) is null) return Problem.Unknown("tool");
        var overlapped = await grains.GetGrain<IToolGrain>(Keys.Tool(id)).PlaceOutage(outage, caller.MemberId);
        var space = await grains.Space();
        var bookings = overlapped.Select(c => new OverlappedBooking(
            c.BookingId, id, c.MemberId, c.Slot.Start.In(space), c.Slot.End.In(space), BookingModel.Address(c.BookingId)));
        return TypedResults.Created(ToolModel.Address(id), Planned(outage, [.. bookings], space));
    }

    public static async Task<Results<Created<PlannedOutage>, ProblemHttpResult>> PlanForArea(
        string id, Body<OutageBody> body, ClaimsPrincipal user, IGrainFactory grains, MakerspaceDb db, IReadModels readModels, CancellationToken cancellation)
    {
        var (outage, problem) = Read(body.Value);
        if (outage is null) return problem!;
        var space = await grains.Space();
        if (!space.Areas.ContainsKey(id)) return Problem.Unknown("area");
        await grains.GetGrain<IAreaGrain>(Keys.Area(id)).PlaceOutage(outage, Caller.Of(user).MemberId);
        await readModels.CaughtUp(cancellation);
        return TypedResults.Created($"/api/v1/areas/{id}", Planned(outage, await Overlapped(db, id, outage.Slot, space, cancellation), space));
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
        return Problem.Unknown("outage");
    }

    private static async Task<OverlappedBooking[]> Overlapped(MakerspaceDb db, string areaId, Slot slot, SpaceFacts space, CancellationToken cancellation)
    {
        var areas = space.Areas.Keys.Where(a => space.AreaChain(a).Contains(areaId)).ToList();
        var tools = await db.Tools.Where(t => t.AreaId != null && areas.Contains(t.AreaId)).Select(t => t.Id).ToListAsync(cancellation);
        var bookings = await LiveBookings.Of(db, tools, slot, cancellation);
        return [.. bookings.Select(b => new OverlappedBooking(b.Id, b.ToolId, b.MemberId, b.Start.In(space), b.End.In(space), BookingModel.Address(b.Id)))];
    }

    private static PlannedOutage Planned(Outage outage, OverlappedBooking[] overlaps, SpaceFacts space) =>
        new(outage.Id, outage.Title, outage.Slot.Start.In(space), outage.Slot.End.In(space), overlaps);

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
