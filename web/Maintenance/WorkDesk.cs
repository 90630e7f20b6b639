using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Maintenance;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Resources;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Tools;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Maintenance;

/// <summary>The one door to work orders, for pages and API alike.</summary>
public sealed class WorkDesk(
    IGrainFactory grains, MakerspaceDb db, IReadModels readModels, Displacement displacement, BackInService back, DutyDesk duties, WorkPlaces places, TimeProvider time)
{
    private const int MostShown = 200;

    /// <summary>Where nobody knows when the tool is back, bookings of so many days are in the way.</summary>
    private static readonly Duration Unknown = Duration.FromDays(14);

    public Task<WorkOrderView?> Find(Guid id) => Grain(id).View();

    /// <summary>Why the caller's duties do not reach what an order shall be about, and the problems that it shall see to; null where they do.</summary>
    public async Task<DutyRefusal?> Overstep(ClaimsPrincipal user, WorkOrderDefinition wanted) => await duties.Refusal(user, DutyKind.Technician, await places.Work(wanted));

    /// <summary>Makes or changes an order; its problems are taken up, and the tool says when it is expected back.</summary>
    /// <returns>The order, or null where it was changed meanwhile, or is over.</returns>
    public async Task<WorkOrderView?> Save(ClaimsPrincipal user, Guid id, WorkOrderDefinition wanted, long? expectedVersion, bool takeOut = false)
    {
        var actor = Caller.Of(user).MemberId;
        if (takeOut && wanted is { PlanId: null, Target: not WorkTarget.Area }) wanted = wanted with { TakesOut = true };
        if (await Grain(id).Define(wanted, actor, expectedVersion) is not { } order) return null;
        foreach (var problem in wanted.Problems) await grains.GetGrain<IProblemGrain>(Keys.Problem(problem)).TakeUp(id, actor);
        if (order.State != WorkOrderState.Open || wanted.PlanId is not null) return order;
        if (wanted.Target == WorkTarget.Tool && takeOut) await OutOfService.Take(grains, wanted.TargetId, actor);
        if (wanted.Target == WorkTarget.Tool) await OutOfService.Expect(grains, wanted.TargetId, wanted.ExpectedBack, actor);
        if (wanted.Target == WorkTarget.Resource) await ExpectResource(wanted, takeOut, actor);
        return order;
    }

    /// <summary>Live bookings that the work is in the way of, by start.</summary>
    public async Task<ImmutableArray<BookingView>> InTheWay(WorkOrderView order, CancellationToken cancellation) =>
        order.State == WorkOrderState.Open && order.Definition.PlanId is null ? await Stranded(order.Definition, cancellation) : [];

    /// <summary>How many live bookings lie in the time in which that tool or resource cannot be used, and the open order by which they can be given others.</summary>
    public async Task<(int Bookings, Guid? Order)> Stranded(WorkTarget target, string id, Instant? expectedBack, CancellationToken cancellation)
    {
        var order = (await List(open: true, target, id, cancellation)).FirstOrDefault(o => o.Definition.PlanId is null);
        return ((await Stranded(order?.Definition ?? new WorkOrderDefinition { Target = target, TargetId = id, ExpectedBack = expectedBack }, cancellation)).Length, order?.Id);
    }

    private async Task<ImmutableArray<BookingView>> Stranded(WorkOrderDefinition work, CancellationToken cancellation)
    {
        var now = time.Now();
        var slot = new Slot(now, work.ExpectedBack ?? now + Unknown);
        return slot.IsValid && await StandsStill(work) ? await displacement.InTheWay(await Tools(work, cancellation), slot) : [];
    }

    /// <summary>Takes their time from those that are named, and keeps whose it was: they hear when the tool is back.</summary>
    public async Task<OverlappedBooking[]> Displace(ClaimsPrincipal user, WorkOrderView order, DisplaceChoice choice, CancellationToken cancellation)
    {
        var told = await displacement.Displace(user, await InTheWay(order, cancellation), choice, order.Definition.Title);
        var lost = told.Where(b => b.State == BookingState.Displaced).Select(b => b.Id).ToImmutableArray();
        if (!lost.IsEmpty) await Grain(order.Id).Displaced(lost, Caller.Of(user).MemberId);
        return told;
    }

    /// <summary>Done, or given up. What was done puts the tool back, and whoever reported the problem or lost a time to it is told.</summary>
    public async Task<WorkOrderView?> Close(ClaimsPrincipal user, Guid id, bool done, string? result, CancellationToken cancellation)
    {
        var actor = Caller.Of(user).MemberId;
        if (await Grain(id).Close(done, result, actor) is not { } order) return null;
        await back.Finish(order, actor, cancellation);
        return order;
    }

    /// <summary>Orders in a state, those expected back first; closed ones by when they closed, newest first.</summary>
    public async Task<IReadOnlyList<WorkOrderView>> List(bool open, WorkTarget? target, string? targetId, CancellationToken cancellation, int most = MostShown)
    {
        await readModels.CaughtUp(cancellation);
        var rows = db.WorkOrders.AsNoTracking().Where(o => open == (o.State == WorkOrderState.Open));
        if (target is { } kind) rows = rows.Where(o => o.Target == kind);
        if (targetId is not null) rows = rows.Where(o => o.TargetId == targetId);
        var found = (await rows.OrderByDescending(o => o.ClosedAt ?? o.At).Take(most).Select(o => o.Data).ToListAsync(cancellation)).Select(Catalogue.Stored<WorkOrderView>);
        return open ? [.. found.OrderBy(o => o.Definition.ExpectedBack ?? Instant.MaxValue).ThenBy(o => o.MadeAt)] : [.. found];
    }

    /// <summary>What is wrong with what is said of an order; checks that what it names exists.</summary>
    public async Task Check(Faults faults, WorkOrderDefinition order, CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var known = order.Target switch
        {
            WorkTarget.Tool => await db.Tools.AnyAsync(t => t.Id == order.TargetId && t.MentorId == null, cancellation),
            WorkTarget.Resource => await db.Resources.AnyAsync(r => r.Id == order.TargetId, cancellation),
            _ => await db.Areas.AnyAsync(a => a.Id == order.TargetId, cancellation),
        };
        if (!known) faults.Add("targetId", "unknown-target", "There is nothing with this id to work on.");
        if (order.AssigneeId is { } assignee && !await db.Members.AnyAsync(m => m.Id == assignee, cancellation)) faults.Add("assigneeId", "unknown-member", "There is no such member.");
        foreach (var problem in order.Problems)
            if (await grains.GetGrain<IProblemGrain>(Keys.Problem(problem)).View() is null) faults.Add("problems", "unknown-problem", $"There is no problem {problem}.");
    }

    private IWorkOrderGrain Grain(Guid id) => grains.GetGrain<IWorkOrderGrain>(Keys.WorkOrder(id));

    private async Task ExpectResource(WorkOrderDefinition work, bool takeOut, string actor)
    {
        var grain = grains.GetGrain<IResourceGrain>(Keys.Resource(work.TargetId));
        if (await grain.View() is not { } resource || !(resource.Definition.OutOfService || takeOut)) return;
        await grain.Define(resource.Definition with { OutOfService = true, ExpectedBack = work.ExpectedBack }, actor);
    }

    // What can be used goes on being used while somebody sees to it.
    private async Task<bool> StandsStill(WorkOrderDefinition work) => work.Target switch
    {
        WorkTarget.Tool => (await grains.GetGrain<IToolGrain>(Keys.Tool(work.TargetId)).View())?.Definition.OutOfService == true,
        WorkTarget.Resource => (await grains.GetGrain<IResourceGrain>(Keys.Resource(work.TargetId)).View())?.Definition.OutOfService == true,
        _ => false,
    };

    private async Task<IReadOnlyCollection<string>> Tools(WorkOrderDefinition work, CancellationToken cancellation)
    {
        if (work.Target == WorkTarget.Tool) return [work.TargetId];
        if (work.Target == WorkTarget.Area) return await displacement.ToolsIn(work.TargetId, cancellation);
        await readModels.CaughtUp(cancellation);
        return [.. (await db.Tools.AsNoTracking().ToListAsync(cancellation)).Select(ToolEndpoints.ViewOf).Where(t => t.Definition.DependsOn.Contains(work.TargetId)).Select(t => t.Id)];
    }
}
