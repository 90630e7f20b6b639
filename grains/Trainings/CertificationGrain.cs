using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Time;

namespace Makerspace.Trainings;

/// <summary>What a certification of the catalogue keeps.</summary>
internal sealed record CertificationState : IHasOutbox
{
    public CertificationDefinition Definition { get; init; } = CertificationDefinition.None;

    /// <summary>0 before anything was said.</summary>
    public long Version { get; init; }
    public int QuizVersion { get; init; }

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("certification")]
internal sealed class CertificationGrain([PersistentState("certification")] IPersistentState<CertificationState> state, TimeProvider time)
    : SavingGrain<CertificationState>(state), ICertificationGrain
{
    public Task<CertificationView> View() => Task.FromResult(ViewOf(State));

    public async Task<CertificationView?> Define(CertificationDefinition definition, string actor, long? expectedVersion)
    {
        if (expectedVersion is { } expected && expected != State.Version) return null;
        if (State.Version > 0 && StoredJson.Same(definition, State.Definition)) return ViewOf(State);
        var sameQuiz = StoredJson.Same(definition.Quiz, State.Definition.Quiz);
        var next = State with { Definition = definition, Version = State.Version + 1, QuizVersion = sameQuiz ? State.QuizVersion : State.QuizVersion + 1 };
        await Save(next with { Outbox = [new CertificationChanged(time.Now(), actor, ViewOf(next))] });
        return ViewOf(State);
    }

    private CertificationView ViewOf(CertificationState certification) =>
        new(Keys.Id(this.GetPrimaryKeyString()), certification.Definition, certification.Version, certification.QuizVersion);
}
