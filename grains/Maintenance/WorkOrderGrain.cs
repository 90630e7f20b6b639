using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Time;

namespace Makerspace.Maintenance;

/// <summary>What a work order keeps.</summary>
internal sealed record WorkOrderKept : IHasOutbox
{
    public WorkOrderView? Order { get; init; }

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("work-order")]
internal sealed class WorkOrderGrain([PersistentState("work-order")] IPersistentState<WorkOrderKept> state, TimeProvider time)
    : SavingGrain<WorkOrderKept>(state), IWorkOrderGrain
{
    private Guid Id => Guid.ParseExact(Keys.Id(this.GetPrimaryKeyString()), "N");

    public Task<WorkOrderView?> View() => Task.FromResult(State.Order);

    public async Task<WorkOrderView?> Define(WorkOrderDefinition definition, string actor, long? expectedVersion)
    {
        var known = State.Order;
        if (expectedVersion is { } expected && expected != (known?.Version ?? 0)) return null;
        if (known is null) return await Save(new WorkOrderView { Id = Id, Definition = definition, MadeAt = time.Now(), MadeBy = actor, Version = 1 }, actor, "made");
        if (StoredJson.Same(definition, known.Definition)) return known;
        if (known.State != WorkOrderState.Open) return null;
        return await Save(known with { Definition = definition, Version = known.Version + 1 }, actor, "changed");
    }

    public async Task<WorkOrderView?> Displaced(ImmutableArray<Guid> bookings, string actor)
    {
        if (State.Order is not { State: WorkOrderState.Open } order) return State.Order;
        var lost = bookings.Except(order.Definition.Displaced).ToList();
        if (lost.Count == 0) return order;
        var definition = order.Definition with { Displaced = [.. order.Definition.Displaced, .. lost] };
        return await Save(order with { Definition = definition, Version = order.Version + 1 }, actor, "bookings displaced");
    }

    public async Task<WorkOrderView?> Close(bool done, string? result, string actor)
    {
        if (State.Order is not { State: WorkOrderState.Open } order) return State.Order;
        var end = order with
        {
            State = done ? WorkOrderState.Done : WorkOrderState.Dropped, ClosedAt = time.Now(), ClosedBy = actor, Result = result, Version = order.Version + 1,
        };
        return await Save(end, actor, done ? "done" : "dropped");
    }

    public async Task Settle()
    {
        if (State.Order is { Settled: false, State: not WorkOrderState.Open } order) await Save(order with { Settled = true }, Actors.System, "settled");
    }

    private async Task<WorkOrderView> Save(WorkOrderView next, string actor, string note)
    {
        await Save(new WorkOrderKept { Order = next, Outbox = [new WorkOrderChanged(time.Now(), actor, next, note)] });
        return next;
    }
}
