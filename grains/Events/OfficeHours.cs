using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Time;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Events;

/// <summary>Events that come again: a pattern, and when. Each occurrence is an event of its own, with an id made of these office hours' and its start.</summary>
[Alias("makerspace.office-hours")]
public interface IOfficeHoursGrain : IGrainWithStringKey
{
    /// <summary>As they are, or null if there are none with this id.</summary>
    [ReadOnly, Alias("view")] Task<OfficeHoursView?> View();

    /// <summary>Says them, or other ones. The same again changes nothing.</summary>
    [Alias("define")] Task<OfficeHoursView> Define(OfficeHoursDefinition definition, string actor);

    /// <summary>Occurrences that begin before this were planned, or could not be.</summary>
    [Alias("made")] Task Made(Instant until, string actor);
}

/// <summary>What comes again.</summary>
[GenerateSerializer, Immutable, Alias("office-hours-definition")]
public sealed record OfficeHoursDefinition
{
    /// <summary>How far ahead occurrences are planned.</summary>
    public static readonly Duration Ahead = Duration.FromDays(56);

    /// <summary>What each is like; its slot is the first's.</summary>
    [Id(0)] public EventDefinition Pattern { get; init; } = new();

    /// <summary>The RFC 5545 rule, as it was given.</summary>
    [Id(1)] public string Rule { get; init; } = "";

    /// <summary>All occurrences, by start.</summary>
    [Id(2)] public ImmutableArray<Slot> Slots { get; init; } = [];

    /// <summary>None come any more.</summary>
    [Id(3)] public bool Ended { get; init; }

    /// <summary>The id of the occurrence that begins then.</summary>
    public static Guid Occurrence(Guid officeHoursId, Instant start) => DerivedId.Of("office-hours", officeHoursId.ToString("N"), start.ToString());
}

/// <summary>Office hours as they are.</summary>
/// <param name="MadeUntil">Occurrences that begin before this were planned, or could not be.</param>
[GenerateSerializer, Immutable, Alias("office-hours-view")]
public sealed record OfficeHoursView(
    [property: Id(0)] Guid Id, [property: Id(1)] OfficeHoursDefinition Definition, [property: Id(2)] Instant? MadeUntil)
{
    /// <summary>When the next occurrence is to be planned; null: none is left.</summary>
    [JsonIgnore]
    public Instant? DueAt => Definition.Ended ? null
        : Definition.Slots.Where(s => MadeUntil is not { } made || s.Start >= made).Select(s => (Instant?)(s.Start - OfficeHoursDefinition.Ahead)).Min();
}

/// <summary>What office hours keep.</summary>
internal sealed record OfficeHoursState : IHasOutbox
{
    public OfficeHoursDefinition? Definition { get; init; }
    public Instant? MadeUntil { get; init; }

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("office-hours")]
internal sealed class OfficeHoursGrain([PersistentState("office-hours")] IPersistentState<OfficeHoursState> state, TimeProvider time)
    : SavingGrain<OfficeHoursState>(state), IOfficeHoursGrain
{
    private Guid Id => Guid.ParseExact(Keys.Id(this.GetPrimaryKeyString()), "N");

    public Task<OfficeHoursView?> View() => Task.FromResult(State.Definition is null ? null : ViewOf(State));

    public async Task<OfficeHoursView> Define(OfficeHoursDefinition definition, string actor)
    {
        if (State.Definition is null || !StoredJson.Same(definition, State.Definition)) await Save(new OfficeHoursState { Definition = definition }, actor);
        return ViewOf(State);
    }

    public async Task Made(Instant until, string actor)
    {
        if (State.Definition is not null && !(State.MadeUntil >= until)) await Save(State with { MadeUntil = until }, actor);
    }

    private Task Save(OfficeHoursState next, string actor) => Save(next with { Outbox = [new OfficeHoursChanged(time.Now(), actor, ViewOf(next))] });

    private OfficeHoursView ViewOf(OfficeHoursState kept) => new(Id, kept.Definition!, kept.MadeUntil);
}
