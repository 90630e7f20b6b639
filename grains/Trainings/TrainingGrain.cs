using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Time;

namespace Makerspace.Trainings;

/// <summary>What a training keeps.</summary>
internal sealed record TrainingState : IHasOutbox
{
    public TrainingDefinition? Definition { get; init; }
    public ImmutableArray<string> Members { get; init; } = [];

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("training")]
internal sealed class TrainingGrain([PersistentState("training")] IPersistentState<TrainingState> state, TimeProvider time)
    : SavingGrain<TrainingState>(state), ITrainingGrain
{
    private Guid Id => Guid.ParseExact(Keys.Id(this.GetPrimaryKeyString()), "N");

    public Task<TrainingView?> View() => Task.FromResult(ViewOf(State));

    public async Task<TrainingView> Define(TrainingDefinition definition, string actor)
    {
        if (definition != State.Definition) await Save(State with { Definition = definition }, actor);
        return ViewOf(State)!;
    }

    public async Task<SeatAnswer> Join(string memberId, string actor)
    {
        if (ViewOf(State) is not { } training) return new SeatAnswer(null, []);
        if (training.Members.Contains(memberId)) return new SeatAnswer(training, []);
        if (training.Definition.Cancelled || training.Definition.Slot.Start <= time.Now()) return new SeatAnswer(training, [new TrainingOver(training.Definition.Cancelled)]);
        if (training.SeatsLeft == 0) return new SeatAnswer(training, [new TrainingFull(training.Definition.Seats)]);
        await Save(State with { Members = State.Members.Add(memberId) }, actor);
        return new SeatAnswer(ViewOf(State), []);
    }

    public async Task<SeatAnswer> Leave(string memberId, string actor)
    {
        if (ViewOf(State) is not { } training) return new SeatAnswer(null, []);
        if (!training.Members.Contains(memberId)) return new SeatAnswer(training, []);
        if (training.Definition.Slot.Start <= time.Now()) return new SeatAnswer(training, [new TrainingOver(training.Definition.Cancelled)]);
        await Save(State with { Members = State.Members.Remove(memberId) }, actor);
        return new SeatAnswer(ViewOf(State), []);
    }

    private Task Save(TrainingState next, string actor) =>
        Save(next with { Outbox = [new TrainingChanged(time.Now(), actor, ViewOf(next)!)] });

    private TrainingView? ViewOf(TrainingState training) =>
        training.Definition is { } definition ? new TrainingView(Id, definition, training.Members) : null;
}
