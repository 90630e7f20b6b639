using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Reservations.Rules;
using Makerspace.Time;
using Makerspace.Tools;

namespace Makerspace.Spaces;

/// <summary>What an area keeps.</summary>
internal sealed record AreaState : IHasOutbox
{
    public AreaDefinition? Definition { get; init; }
    public ImmutableArray<Outage> Outages { get; init; } = [];

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("area")]
internal sealed class AreaGrain([PersistentState("area")] IPersistentState<AreaState> state, TimeProvider time)
    : SavingGrain<AreaState>(state), IAreaGrain
{
    private string Id => Keys.Id(this.GetPrimaryKeyString());

    public async Task<AreaView> Define(AreaDefinition definition, string actor)
    {
        if (definition != State.Definition)
            await SaveChanged(State with { Definition = definition }, actor, State.Definition is null ? "made" : "changed");
        // Also when nothing changed here: an earlier call may have failed between the two writes.
        var directory = new SpaceChange { Areas = ImmutableDictionary<string, string?>.Empty.Add(Id, definition.Inside) };
        await GrainFactory.GetGrain<ISpaceGrain>(Keys.Space).Change(directory, actor);
        return ViewOf(State)!;
    }

    public Task<AreaView?> View() => Task.FromResult(ViewOf(State));

    public Task<ImmutableArray<Refusal>> Check(Slot slot) =>
        Task.FromResult<ImmutableArray<Refusal>>([.. ClaimRules.Outage(State.Outages, slot, Id)]);

    public async Task<AreaView> PlaceOutage(Outage outage, string actor)
    {
        if (!State.Outages.Contains(outage))
            await SaveChanged(State with { Outages = State.Outages.With(outage) }, actor, "outage placed: " + outage.Title);
        return ViewOf(State)!;
    }

    public async Task<bool> CloseOutage(string outageId, string actor)
    {
        if (State.Outages.Closed(outageId, time.Now()) is not { } remaining) return false;
        await SaveChanged(State with { Outages = remaining }, actor, "outage closed: " + outageId);
        return true;
    }

    private Task SaveChanged(AreaState next, string actor, string note)
    {
        next = next with { Definition = next.Definition ?? new AreaDefinition { Name = Id } };
        return Save(next with { Outbox = [new AreaChanged(time.Now(), actor, ViewOf(next)!, note)] });
    }

    private AreaView? ViewOf(AreaState area) => area.Definition is { } definition ? new AreaView(Id, definition, area.Outages) : null;
}
