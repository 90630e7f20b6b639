using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Access;

/// <summary>Who is in. Bounded by how many people there are.</summary>
internal sealed record PresenceState : IHasOutbox
{
    public ImmutableArray<Presence> People { get; init; } = [];

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("presence")]
internal sealed class PresenceGrain([PersistentState("presence")] IPersistentState<PresenceState> state, TimeProvider time)
    : SavingGrain<PresenceState>(state), IPresenceGrain
{
    public async Task<bool> Enter(string memberId, string areaId, ImmutableArray<AreaLimit> limits, string via, Instant at, string actor)
    {
        var people = Remembered();
        if (people.Any(p => p.MemberId == memberId && p.AreaId == areaId)) return true;
        var others = people.RemoveAll(p => p.MemberId == memberId);
        if (limits.Any(l => others.Count(p => p.AreaId is { } area && l.Areas.Contains(area)) >= l.Capacity)) return false;
        var came = new Presence(memberId, areaId, at, via);
        await Save(new PresenceState { People = others.Add(came), Outbox = [new PresenceChanged(time.Now(), actor, came)] });
        return true;
    }

    public async Task Leave(string memberId, string via, Instant at, string actor)
    {
        if (State.People.All(p => p.MemberId != memberId)) return;
        var left = new Presence(memberId, null, at, via);
        await Save(new PresenceState { People = Remembered().RemoveAll(p => p.MemberId == memberId), Outbox = [new PresenceChanged(time.Now(), actor, left)] });
    }

    public Task<ImmutableArray<Presence>> People() => Task.FromResult(Remembered());

    private ImmutableArray<Presence> Remembered()
    {
        var since = time.Now() - IPresenceGrain.Forgotten;
        return State.People.RemoveAll(p => p.Since < since);
    }
}
