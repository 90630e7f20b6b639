using System.Text.Json;
using Makerspace.ReadModels;
using Makerspace.Resources;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Maintenance;

/// <summary>What follows when a work order is over: its problems close, its plan is counted anew, and the tool or resource is back in service unless something else keeps it out.</summary>
/// <remarks>Done at once by whoever closes the order, and once more by the job that follows the journal, for a crash between the two: again, it comes to the same.</remarks>
public sealed class BackInService(IGrainFactory grains, IDbContextFactory<MakerspaceDb> databases, IReadModels models)
{
    private const int MostTries = 5;

    /// <summary>Sees to all of it.</summary>
    /// <returns>Whether the tool or resource of the order can be used again.</returns>
    public async Task<bool> Finish(WorkOrderView order, string actor, CancellationToken cancellation)
    {
        if (order.State == WorkOrderState.Open) return false;
        var work = order.Definition;
        if (order.State == WorkOrderState.Done && work is { Target: WorkTarget.Tool, PlanId: { } plan }) await grains.GetGrain<IUpkeepGrain>(Keys.Upkeep(work.TargetId)).Done(plan, order.Id, actor);
        var works = order.State == WorkOrderState.Done && work.Target != WorkTarget.Area && !await KeptOut(order, cancellation) && await Back(work, actor);
        // Last of all: that they are closed is the sign that everything is done.
        foreach (var problem in work.Problems) await grains.GetGrain<IProblemGrain>(Keys.Problem(problem)).Close(order.Result, null, actor);
        return works;
    }

    /// <summary>The same after a crash, unless it was done: what somebody has taken out of service since stays out.</summary>
    public async Task FinishAgain(WorkOrderView order, CancellationToken cancellation)
    {
        foreach (var problem in order.Definition.Problems)
        {
            if (await grains.GetGrain<IProblemGrain>(Keys.Problem(problem)).View() is not { IsOpen: true }) continue;
            await Finish(order, order.ClosedBy ?? Actors.System, cancellation);
            return;
        }
        if (order is { State: WorkOrderState.Done, Definition: { Target: WorkTarget.Tool, PlanId: { } plan } work })
            await grains.GetGrain<IUpkeepGrain>(Keys.Upkeep(work.TargetId)).Done(plan, order.Id, order.ClosedBy ?? Actors.System);
    }

    private Task<bool> Back(WorkOrderDefinition work, string actor) => work.Target == WorkTarget.Tool ? ToolBack(work.TargetId, actor) : ResourceBack(work.TargetId, actor);

    // Another problem that makes it unusable, or other work that says when it will be back.
    private async Task<bool> KeptOut(WorkOrderView order, CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var (target, id) = (order.Definition.Target, order.Definition.TargetId);
        var others = await db.WorkOrders.AsNoTracking().Where(o => o.Target == target && o.TargetId == id && o.State == WorkOrderState.Open && o.Id != order.Id).Select(o => o.Data).ToListAsync(cancellation);
        if (others.Select(Read<WorkOrderView>).Any(o => o.Definition is { ExpectedBack: not null, PlanId: null })) return true;
        if (target != WorkTarget.Tool) return false;
        var problems = await db.Problems.AsNoTracking().Where(p => p.ToolId == id && (p.State == ProblemState.Open || p.State == ProblemState.Triaged)).Select(p => p.Data).ToListAsync(cancellation);
        return problems.Select(Read<ProblemView>).Any(p => p.Report.Unusable && !order.Definition.Problems.Contains(p.Id));
    }

    private async Task<bool> ToolBack(string id, string actor)
    {
        var grain = grains.GetGrain<IToolGrain>(Keys.Tool(id));
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            if (await grain.View() is not { } tool) return false;
            if (!tool.Definition.OutOfService) return true;
            if (await grain.Define(tool.Definition with { OutOfService = false, ExpectedBack = null }, actor, tool.Version) is not null) return true;
        }
        return false;
    }

    private async Task<bool> ResourceBack(string id, string actor)
    {
        var grain = grains.GetGrain<IResourceGrain>(Keys.Resource(id));
        if (await grain.View() is not { } resource) return false;
        if (resource.Definition.OutOfService) await grain.Define(resource.Definition with { OutOfService = false, ExpectedBack = null }, actor);
        return true;
    }

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, StoredJson.Options)!;
}
