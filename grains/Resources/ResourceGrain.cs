using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Reservations.Rules;
using Makerspace.Time;
using Makerspace.Tools;

namespace Makerspace.Resources;

/// <summary>What a resource keeps.</summary>
internal sealed record ResourceState : IHasOutbox
{
    public ResourceDefinition? Definition { get; init; }
    public ImmutableArray<Outage> Outages { get; init; } = [];

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("resource")]
internal sealed class ResourceGrain([PersistentState("resource")] IPersistentState<ResourceState> state, TimeProvider time)
    : SavingGrain<ResourceState>(state), IResourceGrain
{
    private string Id => Keys.Id(this.GetPrimaryKeyString());

    public Task<ResourceView?> View() => Task.FromResult(State.Definition is null ? null : ViewOf(State));

    public async Task<ResourceView> Define(ResourceDefinition definition, string actor)
    {
        if (definition != State.Definition)
            await SaveChanged(State with { Definition = definition }, actor, State.Definition is null ? "made" : "changed");
        return ViewOf(State);
    }

    public Task<ImmutableArray<Refusal>> Check(Slot slot) => Task.FromResult<ImmutableArray<Refusal>>(!slot.IsBookable ? [] :   // slot-invalid says it
    [
        .. ClaimRules.Outage(State.Outages, slot, areaId: null).Select(r => r with { ResourceId = Id }),
        .. ClaimRules.ToolOutOfService(State.Definition?.OutOfService ?? false, State.Definition?.ExpectedBack, slot).Select(r => r with { ResourceId = Id }),
    ]);

    public async Task<ResourceView> PlaceOutage(Outage outage, string actor)
    {
        if (!State.Outages.Contains(outage))
            await SaveChanged(State with { Outages = State.Outages.With(outage) }, actor, Outage.Placed + outage.Title);
        return ViewOf(State);
    }

    public async Task<bool> CloseOutage(string outageId, string actor)
    {
        if (State.Outages.Closed(outageId, time.Now()) is not { } remaining) return false;
        await SaveChanged(State with { Outages = remaining }, actor, "outage closed: " + outageId);
        return true;
    }

    private Task SaveChanged(ResourceState next, string actor, string note)
    {
        next = next with { Definition = next.Definition ?? new ResourceDefinition { Name = Id } };
        return Save(next with { Outbox = [new ResourceChanged(time.Now(), actor, ViewOf(next), note)] });
    }

    private ResourceView ViewOf(ResourceState resource) => new(Id, resource.Definition ?? new ResourceDefinition { Name = Id }, resource.Outages);
}
