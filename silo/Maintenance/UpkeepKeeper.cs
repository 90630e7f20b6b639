using System.Globalization;
using Makerspace.Access;
using Makerspace.Journal;
using Makerspace.Jobs;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Storage;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Maintenance;

/// <summary>
/// Feeds meters when bookings end, has plans looked at when something is booked and once a day, makes the orders for windows that come near, and sees to what
/// follows when an order is done.
/// </summary>
public sealed class UpkeepKeeper(
    Database database, IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, BackInService back, TimeProvider time, ILogger<UpkeepKeeper> log)
    : JournalWork("upkeep", database, models, log)
{
    private const int MostInRun = 1_000;

    // Tools that have meters or plans: of the others nothing is asked.
    private HashSet<string>? tools;

    protected override IReadOnlyList<string> Types => ["booking-confirmed", "booking-moved", "booking-ended", "device-used", "work-order-changed", "upkeep-changed"];

    public override async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        await Models.CaughtUp(cancellation);
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Upkeep.Where(u => u.LookAt > now).MinAsync(u => u.LookAt, cancellation);
    }

    public override async Task RunDue(CancellationToken cancellation)
    {
        await using (var db = await databases.CreateDbContextAsync(cancellation))
            tools = (await db.Upkeep.Select(u => u.Id).ToListAsync(cancellation)).ToHashSet(StringComparer.Ordinal);
        await base.RunDue(cancellation);
        var now = time.Now();
        await using var after = await databases.CreateDbContextAsync(cancellation);
        foreach (var id in await after.Upkeep.Where(u => u.LookAt <= now).OrderBy(u => u.LookAt).Select(u => u.Id).Take(MostInRun).ToListAsync(cancellation)) await Look(id, cancellation);
        await Models.CaughtUp(cancellation);
    }

    protected override async Task Handle(JournalRow row, CancellationToken cancellation)
    {
        switch (JournalEntry.Read(row.Type, row.Data))
        {
            case UpkeepChanged upkeep:
                tools?.Add(upkeep.Upkeep.ToolId);
                break;
            case WorkOrderChanged { Order: { State: not WorkOrderState.Open, Settled: false } order }:
                await back.FinishAgain(order.Id, cancellation);
                break;
            // An end that is only guessed at is counted once the device has told the true one; one whose flags somebody has looked at was counted when it came.
            case DeviceUsed { Use: { EndedAt: not null, EndedBy: not UseEnd.Unknown, SettledBy: null, ToolId: { } tool } use } when tools?.Contains(tool) == true:
                await Grain(tool).Ran(use.Id, use.RunTime);
                await Look(tool, cancellation);
                break;
            case BookingEvent booking when tools is { Count: > 0 }:
                await Booked(booking, cancellation);
                break;
        }
    }

    private async Task Booked(BookingEvent happened, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.Bookings.AsNoTracking().FirstOrDefaultAsync(b => b.Id == happened.BookingId, cancellation) is not { } row) return;
        var booking = row.View();
        foreach (var tool in booking.Tools.Where(tools!.Contains))
        {
            if (happened is BookingEnded { Outcome: BookingState.Completed } ended) await Grain(tool).Used(booking.Id, ended.Had ?? booking.Slot);
            await Look(tool, cancellation);
        }
    }

    private async Task Look(string toolId, CancellationToken cancellation)
    {
        if (await Grain(toolId).Look() is not { } upkeep) return;
        foreach (var plan in upkeep.Plans.Where(p => p is { Window: not null, WorkOrderId: null } && p.Window.Slot.Start <= time.Now() + Planning.OrderAhead))
            await Order(toolId, plan, cancellation);
    }

    // The id is made of since when the plan is counted and of its turn: whoever makes it again makes the same, and after one that was given up another.
    private async Task Order(string toolId, PlanView plan, CancellationToken cancellation)
    {
        var id = DerivedId.Of("upkeep", toolId, plan.Definition.Id, plan.Since.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), plan.Turn.ToString(CultureInfo.InvariantCulture));
        var grain = grains.GetGrain<IWorkOrderGrain>(Keys.WorkOrder(id));
        // Null where a run before made it.
        await grain.Define(
            new WorkOrderDefinition
            {
                Title = plan.Definition.Name, Target = WorkTarget.Tool, TargetId = toolId, PlanId = plan.Definition.Id, AssigneeId = plan.Definition.AssigneeId,
                Tasks = [.. plan.Definition.Tasks.Select(t => new WorkTask(t))], ExpectedBack = plan.Window!.Slot.End,
            },
            Actors.System, expectedVersion: 0);
        await Grain(toolId).Ordered(plan.Definition.Id, id);
        // It may be over before the plan has heard of it.
        if (await grain.View() is { State: not WorkOrderState.Open } over) await back.Follow(over, over.ClosedBy ?? Actors.System, cancellation);
    }

    private IUpkeepGrain Grain(string toolId) => grains.GetGrain<IUpkeepGrain>(Keys.Upkeep(toolId));
}
