using System.Text.Json;
using Makerspace.Access;
using Makerspace.Maintenance;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Accounts;

/// <summary>
/// In which areas the things are that duties are about. Asked of the things themselves where they know; what does not exist is wherever the duty is held, so that
/// whoever holds it learns that there is no such thing, and nobody else does.
/// </summary>
public sealed class WorkPlaces(IGrainFactory grains, MakerspaceDb db, IReadModels readModels)
{
    public async Task<WorkPlace> Tool(string? id) => await ViewOfTool(id) is { } tool ? WorkPlace.In(tool.Definition.AreaId) : WorkPlace.Wherever;

    /// <summary>In the areas of all of them.</summary>
    public async Task<WorkPlace> Tools(IEnumerable<string> ids)
    {
        var tools = await Task.WhenAll(ids.Select(ViewOfTool));
        return tools.OfType<ToolView>().Select(t => t.Definition.AreaId).ToList() is { Count: > 0 } areas ? WorkPlace.In(areas) : WorkPlace.Wherever;
    }

    public async Task<WorkPlace> Area(string? id) => id is not null && (await grains.Space()).Areas.ContainsKey(id) ? WorkPlace.In(id) : WorkPlace.Wherever;

    public async Task<WorkPlace> Booking(string? id) =>
        Guid.TryParse(id, out var key) && await grains.GetGrain<IBookingGrain>(Keys.Booking(key)).View() is { } booking ? await Tools(booking.Tools) : WorkPlace.Wherever;

    public async Task<WorkPlace> Problem(string? id) =>
        Guid.TryParse(id, out var key) && await grains.GetGrain<IProblemGrain>(Keys.Problem(key)).View() is { } problem ? await Tool(problem.Report.ToolId) : WorkPlace.Wherever;

    public async Task<WorkPlace> WorkOrder(string? id) =>
        Guid.TryParse(id, out var key) && await grains.GetGrain<IWorkOrderGrain>(Keys.WorkOrder(key)).View() is { } order ? await Work(order.Definition) : WorkPlace.Wherever;

    /// <summary>Where that work is, and the problems that it sees to.</summary>
    public async Task<WorkPlace> Work(WorkOrderDefinition order)
    {
        var place = order.Target switch { WorkTarget.Tool => await Tool(order.TargetId), WorkTarget.Resource => await Resource(order.TargetId), _ => await Area(order.TargetId) };
        foreach (var problem in order.Problems) place = place.And(await Problem(problem.ToString()));
        return place;
    }

    /// <summary>In the areas of the tools that cannot work without it.</summary>
    public async Task<WorkPlace> Resource(string? id)
    {
        if (id is null || !Ids.IsSlug(id) || await grains.GetGrain<IResourceGrain>(Keys.Resource(id)).View() is null) return WorkPlace.Wherever;
        await readModels.CaughtUp(CancellationToken.None);
        return WorkPlace.In((await db.Tools.AsNoTracking().ToListAsync()).Select(t => JsonSerializer.Deserialize<ToolView>(t.Data, StoredJson.Options)!).Where(t => t.Definition.DependsOn.Contains(id)).Select(t => t.Definition.AreaId));
    }

    public async Task<WorkPlace> Device(string? id) =>
        id is not null && Ids.IsSlug(id) && await grains.GetGrain<IDeviceGrain>(Keys.Device(id)).View() is { } device ? await Of(device.Definition) : WorkPlace.Wherever;

    /// <summary>Where the tool is that it switches, and the area it leads to or stands in.</summary>
    public async Task<WorkPlace> Of(DeviceDefinition device)
    {
        var (tool, area) = (device.ToolId is { } switched ? await Tool(switched) : WorkPlace.Wherever, await Area(device.AreaId));
        return device is { ToolId: null, AreaId: null } ? WorkPlace.Everywhere : tool.And(area);
    }

    /// <summary>Where the tool, area or resource is whose outage it is.</summary>
    public async Task<WorkPlace> Outage(string? id)
    {
        if (id is null || !Ids.IsSlug(id)) return WorkPlace.Wherever;
        await readModels.CaughtUp(CancellationToken.None);
        // Somebody may have used one id twice: whoever ends it must reach all that it may be.
        var place = WorkPlace.Wherever;
        foreach (var tool in (await db.Tools.AsNoTracking().Select(t => new { t.Id, t.Data }).ToListAsync()).Where(t => t.Data.Contains(id, StringComparison.Ordinal)).Select(t => t.Id))
            if (await ViewOfTool(tool) is { } view && view.Outages.Any(o => o.Id == id)) place = place.And(WorkPlace.In(view.Definition.AreaId));
        foreach (var area in (await db.Areas.AsNoTracking().Select(a => new { a.Id, a.Data }).ToListAsync()).Where(a => a.Data.Contains(id, StringComparison.Ordinal)).Select(a => a.Id))
            if (await grains.GetGrain<IAreaGrain>(Keys.Area(area)).View() is { } view && view.Outages.Any(o => o.Id == id)) place = place.And(WorkPlace.In(area));
        foreach (var resource in (await db.Resources.AsNoTracking().Select(r => new { r.Id, r.Data }).ToListAsync()).Where(r => r.Data.Contains(id, StringComparison.Ordinal)).Select(r => r.Id))
            if (await grains.GetGrain<IResourceGrain>(Keys.Resource(resource)).View() is { } view && view.Outages.Any(o => o.Id == id)) place = place.And(await Resource(resource));
        return place;
    }

    private async Task<ToolView?> ViewOfTool(string? id) => id is not null && Ids.IsSlug(id) ? await grains.GetGrain<IToolGrain>(Keys.Tool(id)).View() : null;
}
