using System.Collections.Immutable;
using System.Text.Json;
using Makerspace.Numbers;
using Makerspace.ReadModels;
using Makerspace.Resources;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Maintenance;

/// <summary>
/// What follows when a work order is over. Done: its problems close, its plan is counted anew, and the tool or resource is back in service unless something else keeps it out.
/// Given up: its problems wait for somebody again, and its plan for another order.
/// </summary>
/// <remarks>Done at once by whoever closes the order, and once more by the job that follows the journal, for a crash between the two: again, it comes to the same.</remarks>
public sealed class BackInService(IGrainFactory grains, IDbContextFactory<MakerspaceDb> databases, IReadModels models)
{
    private const int MostTries = 5;

    /// <summary>Sees to all of it, and marks the order as settled.</summary>
    /// <returns>Whether the tool or resource of the order can be used again.</returns>
    public async Task<bool> Finish(WorkOrderView order, string actor, CancellationToken cancellation)
    {
        if (order.State == WorkOrderState.Open) return false;
        var works = await Follow(order, actor, cancellation);
        await Order(order.Id).Settle();
        return works;
    }

    /// <summary>The same after a crash, unless it was done.</summary>
    public async Task FinishAgain(Guid orderId, CancellationToken cancellation)
    {
        if (await Order(orderId).View() is { Settled: false } order) await Finish(order, order.ClosedBy ?? Actors.System, cancellation);
    }

    /// <summary>Whoever closes a problem says that its tool can be used: it is back, unless something else keeps it out. Before the problem is closed, so that a crash in between leaves it to be closed again.</summary>
    /// <returns>Whether the tool can be used again.</returns>
    public async Task<bool> Mended(ProblemView problem, string actor, CancellationToken cancellation) =>
        !await KeptOut(WorkTarget.Tool, problem.Report.ToolId, but: Guid.Empty, [problem.Id], since: null, cancellation) && await ToolBack(problem.Report.ToolId, actor);

    /// <summary>What follows, whether or not it was done before.</summary>
    internal async Task<bool> Follow(WorkOrderView order, string actor, CancellationToken cancellation)
    {
        var work = order.Definition;
        if (order.State != WorkOrderState.Done)
        {
            if (PlanOf(work) is { } missed) await grains.GetGrain<IUpkeepGrain>(Keys.Upkeep(work.TargetId)).GivenUp(missed, order.Id);
            foreach (var problem in work.Problems) await Problem(problem).LetGo(order.Id, actor);
            return false;
        }
        if (PlanOf(work) is { } plan) await grains.GetGrain<IUpkeepGrain>(Keys.Upkeep(work.TargetId)).Done(plan, order.Id, actor);
        // What a plan has done was in time reserved for it: out of service the tool is for other reasons.
        var works = work is { PlanId: null, Target: not WorkTarget.Area }
            && !await KeptOut(work.Target, work.TargetId, order.Id, work.Problems, order.ClosedAt ?? Instant.MaxValue, cancellation) && await Back(work, actor);
        foreach (var problem in work.Problems) await Problem(problem).Close(order.Result, null, actor);
        return works;
    }

    private static string? PlanOf(WorkOrderDefinition work) => work.Target == WorkTarget.Tool ? work.PlanId : null;

    private IWorkOrderGrain Order(Guid id) => grains.GetGrain<IWorkOrderGrain>(Keys.WorkOrder(id));

    private IProblemGrain Problem(Guid id) => grains.GetGrain<IProblemGrain>(Keys.Problem(id));

    private Task<bool> Back(WorkOrderDefinition work, string actor) => work.Target == WorkTarget.Tool ? ToolBack(work.TargetId, actor) : ResourceBack(work.TargetId, actor);

    // Other work that took it out or says when it will be back; somebody who has taken it out since; another problem that makes it unusable.
    private async Task<bool> KeptOut(WorkTarget target, string id, Guid but, ImmutableArray<Guid> seenTo, Instant? since, CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var others = await db.WorkOrders.AsNoTracking().Where(o => o.Target == target && o.TargetId == id && o.State == WorkOrderState.Open && o.Id != but).Select(o => o.Data).ToListAsync(cancellation);
        if (others.Select(Read<WorkOrderView>).Any(o => o.Definition is { PlanId: null } and ({ TakesOut: true } or { ExpectedBack: not null }))) return true;
        var thing = target == WorkTarget.Tool ? Keys.Tool(id) : Keys.Resource(id);
        if (since is { } over && await db.UnusableTimes.AnyAsync(t => t.Thing == thing && t.Kind == UnusableKind.Broken && t.End == null && t.Start > over, cancellation)) return true;
        return target == WorkTarget.Tool && await Unusable(db, id, seenTo, cancellation);
    }

    private static async Task<bool> Unusable(MakerspaceDb db, string id, ImmutableArray<Guid> seenTo, CancellationToken cancellation)
    {
        var open = await db.Problems.AsNoTracking().Where(p => p.ToolId == id && (p.State == ProblemState.Open || p.State == ProblemState.Triaged)).Select(p => p.Data).ToListAsync(cancellation);
        var others = open.Select(Read<ProblemView>).Where(p => p.Report.Unusable && !seenTo.Contains(p.Id)).ToList();
        if (others.Count == 0) return false;
        // One whose own order is done is about to close: of two orders that end at once, neither would bring it back.
        var orders = others.Select(p => p.WorkOrderId).OfType<Guid>().Distinct().ToList();
        var done = await db.WorkOrders.Where(o => orders.Contains(o.Id) && o.State == WorkOrderState.Done).Select(o => o.Id).ToListAsync(cancellation);
        return others.Exists(p => p.WorkOrderId is not { } seesTo || !done.Contains(seesTo));
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
