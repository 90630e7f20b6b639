using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Announcements;

/// <summary>What an announcement keeps.</summary>
internal sealed record AnnouncementState : IHasOutbox
{
    public AnnouncementDefinition? Definition { get; init; }
    public string MadeBy { get; init; } = "";
    public Instant MadeAt { get; init; }

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("announcement")]
internal sealed class AnnouncementGrain([PersistentState("announcement")] IPersistentState<AnnouncementState> state, TimeProvider time)
    : SavingGrain<AnnouncementState>(state), IAnnouncementGrain
{
    private Guid Id => Guid.ParseExact(Keys.Id(this.GetPrimaryKeyString()), "N");

    public Task<AnnouncementView?> View() => Task.FromResult(ViewOf(State));

    public async Task<AnnouncementView> Define(AnnouncementDefinition definition, string actor)
    {
        var now = time.Now();
        if (State.Definition is null) await Save(new AnnouncementState { Definition = definition, MadeBy = actor, MadeAt = now }, actor, now);
        else if (definition != State.Definition) await Save(State with { Definition = definition }, actor, now);
        return ViewOf(State)!;
    }

    public async Task<bool> Withdraw(string actor)
    {
        var now = time.Now();
        if (State.Definition is not { } definition || definition.Until <= now) return false;
        await Save(State with { Definition = definition with { Until = now } }, actor, now);
        return true;
    }

    private Task Save(AnnouncementState next, string actor, Instant now) =>
        Save(next with { Outbox = [new AnnouncementChanged(now, actor, ViewOf(next)!)] });

    private AnnouncementView? ViewOf(AnnouncementState kept) =>
        kept.Definition is { } definition ? new AnnouncementView(Id, definition, kept.MadeBy, kept.MadeAt) : null;
}
