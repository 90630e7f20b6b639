using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Spaces;

/// <summary>What an area keeps.</summary>
internal sealed record AreaState : IHasOutbox
{
    public AreaDefinition? Definition { get; init; }
    public ImmutableArray<Outage> Outages { get; init; } = [];

    /// <summary>Sorted by start. Only where the area has a capacity or is watched, and bounded: what is over leaves with the next write.</summary>
    public ImmutableArray<Claim> Claims { get; init; } = [];

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("area")]
internal sealed class AreaGrain([PersistentState("area")] IPersistentState<AreaState> state, TimeProvider time)
    : SavingGrain<AreaState>(state), IAreaGrain
{
    private string Id => Keys.Id(this.GetPrimaryKeyString());

    public async Task<AreaView> Define(AreaDefinition definition, string actor)
    {
        if (State.Definition is null || !StoredJson.Same(definition, State.Definition))
            await SaveChanged(State with { Definition = definition }, actor, State.Definition is null ? "made" : "changed");
        // Also when nothing changed here: an earlier call may have failed between the two writes.
        var directory = new SpaceChange
        {
            Areas = ImmutableDictionary<string, string?>.Empty.Add(Id, definition.Inside),
            AreaRules = ImmutableDictionary<string, AreaRules>.Empty.Add(Id, new AreaRules(definition.Policy, definition.Capacity is not null || definition.Watched)),
        };
        await GrainFactory.GetGrain<ISpaceGrain>(Keys.Space).Change(directory, actor);
        return ViewOf(State)!;
    }

    public Task<AreaView?> View() => Task.FromResult(ViewOf(State));

    public Task<ImmutableArray<Refusal>> Check(ClaimRequest request) => Task.FromResult(Deciding.Refusals(Id, State, request));

    public async Task<ImmutableArray<Refusal>> Claim(ClaimRequest request)
    {
        var standing = State.Claims.Of(request.BookingId);
        var changesHands = standing is not null && request.Occasion == Occasion.HandOver && standing.MemberId != request.MemberId;
        if (!changesHands && standing?.Slots.Contains(request.Slot) == true) return [];   // a retry
        var now = time.Now();
        if (now > request.HeldUntil) return [new ChangedMeanwhile("hold")];
        var refusals = Deciding.Refusals(Id, State, request);
        if (!refusals.IsEmpty) return refusals;
        // Of two who take over at once the second must find the first counted.
        await Save(With(standing is null ? ClaimOf(request) : changesHands
            ? standing with { MemberId = request.MemberId, Certifications = null, Held = request.Certifications }
            : standing with { Next = request.Slot }, now));
        return [];
    }

    public async Task Settle(Guid bookingId, Claim? claim)
    {
        var standing = State.Claims.Of(bookingId);
        if (standing is null && claim is null) return;
        if (standing is { Next: null } && claim is not null && (standing.Slot, standing.MemberId) == (claim.Slot, claim.MemberId)) return;
        await Save(claim is null
            ? State with { Claims = State.Claims.WithoutBooking(bookingId), Outbox = [] }
            : With((standing?.MemberId == claim.MemberId ? standing : claim) with { Slot = claim.Slot, Use = ClaimUse.Inside, Next = null }, time.Now()));
    }

    public Task<ImmutableArray<Claim>> Claims(Instant from) => Task.FromResult(State.Claims.Where(c => c.Slots.Any(s => s.End > from)).ToImmutableArray());

    public async Task<AreaView> PlaceOutage(Outage outage, string actor)
    {
        if (!State.Outages.Contains(outage))
            await SaveChanged(State with { Outages = State.Outages.With(outage) }, actor, Outage.Placed + outage.Title);
        return ViewOf(State)!;
    }

    public async Task<bool> CloseOutage(string outageId, string actor)
    {
        if (State.Outages.Closed(outageId, time.Now()) is not { } remaining) return false;
        await SaveChanged(State with { Outages = remaining }, actor, "outage closed: " + outageId);
        return true;
    }

    private AreaState With(Claim claim, Instant now) => State with
    {
        Claims = State.Claims.RemoveAll(c => c.BookingId == claim.BookingId || c.LastEnd <= now - Duration.FromDays(1)).Add(claim).Sort(Calendar.ByStart),
        Outbox = [],
    };

    private static Claim ClaimOf(ClaimRequest request) =>
        new(request.BookingId, request.MemberId, request.CompanyId, request.Slot, 0) { Use = ClaimUse.Inside, Held = request.Certifications };

    private Task SaveChanged(AreaState next, string actor, string note)
    {
        next = next with { Definition = next.Definition ?? new AreaDefinition { Name = Id } };
        return Save(next with { Outbox = [new AreaChanged(time.Now(), actor, ViewOf(next)!, note)] });
    }

    private AreaView? ViewOf(AreaState area) => area.Definition is { } definition ? new AreaView(Id, definition, area.Outages) : null;
}
