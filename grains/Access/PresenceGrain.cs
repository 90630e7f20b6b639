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

    /// <summary>Who has left not long ago: what is told late of the time before does not bring them back.</summary>
    public ImmutableArray<Presence> Left { get; init; } = [];

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("presence")]
internal sealed class PresenceGrain([PersistentState("presence")] IPersistentState<PresenceState> state, TimeProvider time)
    : SavingGrain<PresenceState>(state), IPresenceGrain
{
    public async Task<bool> Enter(string memberId, string areaId, ImmutableArray<AreaLimit> limits, string via, Instant at, string actor)
    {
        var people = Remembered();
        // A door without network tells late: what is known of a later time holds.
        if (Newest(memberId) > at) return true;
        if (people.FirstOrDefault(p => p.MemberId == memberId && p.AreaId == areaId) is { } there)
        {
            if (at > there.LastAt) await Save(State with { People = people.Replace(there, there with { SeenAt = at }), Outbox = [] });
            return true;
        }
        var others = people.RemoveAll(p => p.MemberId == memberId);
        if (limits.Any(l => others.Count(p => p.AreaId is { } area && l.Areas.Contains(area)) >= l.Capacity)) return false;
        var came = new Presence(memberId, areaId, at, via);
        await Save(new PresenceState { People = others.Add(came), Left = Without(memberId), Outbox = [new PresenceChanged(time.Now(), actor, came)] });
        return true;
    }

    public async Task Leave(string memberId, string via, Instant at, string actor)
    {
        if (Newest(memberId) > at) return;
        var left = new Presence(memberId, null, at, via);
        var wasIn = State.People.Any(p => p.MemberId == memberId);
        await Save(new PresenceState
        {
            People = Remembered().RemoveAll(p => p.MemberId == memberId), Left = Without(memberId).Add(left), Outbox = wasIn ? [new PresenceChanged(time.Now(), actor, left)] : [],
        });
    }

    public Task<ImmutableArray<Presence>> People() => Task.FromResult(Remembered());

    public Task<ImmutableArray<Presence>> Gone() => Task.FromResult(State.Left);

    private Instant? Newest(string memberId) => State.People.Concat(State.Left).Where(p => p.MemberId == memberId).Select(p => (Instant?)p.LastAt).Max();

    private ImmutableArray<Presence> Remembered()
    {
        var since = time.Now() - IPresenceGrain.Forgotten;
        return State.People.RemoveAll(p => p.LastAt < since);
    }

    private ImmutableArray<Presence> Without(string but)
    {
        var since = time.Now() - IPresenceGrain.Forgotten;
        return State.Left.RemoveAll(p => p.LastAt < since || p.MemberId == but);
    }
}
