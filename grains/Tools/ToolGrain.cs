using System.Collections.Immutable;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Time;

namespace Makerspace.Tools;

[GrainType("tool")]
internal sealed class ToolGrain([PersistentState("tool")] IPersistentState<ToolState> state, TimeProvider time)
    : SavingGrain<ToolState>(state), IToolGrain
{
    private string Id => Keys.Id(this.GetPrimaryKeyString());

    public Task<ToolView?> View() => Task.FromResult(State.Exists ? ViewOf(State) : null);

    public async Task<ToolView?> Define(ToolDefinition definition, string actor, long? expectedVersion)
    {
        if (expectedVersion is { } expected && expected != State.Version) return null;
        if (State.Exists && StoredJson.Same(definition, State.Definition)) return ViewOf(State);
        await SaveChanged(State with { Definition = definition, Version = State.Version + 1 }, actor, State.Exists ? "changed" : "made");
        return ViewOf(State);
    }

    public Task<ToolQuote> Check(ClaimRequest request) =>
        Task.FromResult(State.Exists && State.Definition.Visible ? new ToolQuote(Terms(request), Deciding.Refusals(State, request, time.Now())) : new ToolQuote(null, []));

    public Task<ImmutableArray<Slot>> Suggest(ClaimRequest request, int most) =>
        Task.FromResult(Alternatives.Nearest(State, request, time.Now(), most));

    public async Task<ClaimAnswer> Claim(ClaimRequest request)
    {
        if (State.Claims.Of(request.BookingId) is { } standing) return new ClaimAnswer(standing, []);   // a retry
        var now = time.Now();
        if (now > request.HeldUntil) return new ClaimAnswer(null, [new ChangedMeanwhile("hold")]);
        var refusals = Deciding.Refusals(State, request, now);
        if (!refusals.IsEmpty) return new ClaimAnswer(null, refusals);
        var claim = new Claim(request.BookingId, request.MemberId, request.CompanyId, request.Slot, State.Version);
        await Save(State.Pruned(now).With(claim), new BookingConfirmed(
            now, request.Actor, request.BookingId, Id, request.MemberId, request.CompanyId, request.Slot, State.Version));
        return new ClaimAnswer(claim, []);
    }

    public async Task<ClaimAnswer> Move(ClaimRequest request)
    {
        if (State.Claims.Of(request.BookingId) is not { } claim) return new ClaimAnswer(null, [new ChangedMeanwhile("booking")]);
        if (claim.Slot == request.Slot) return new ClaimAnswer(claim, []);   // a retry
        var now = time.Now();
        if (now > request.HeldUntil) return new ClaimAnswer(null, [new ChangedMeanwhile("hold")]);
        var refusals = Deciding.Refusals(State, request, now);
        if (!refusals.IsEmpty) return new ClaimAnswer(null, refusals);
        var moved = claim with { Slot = request.Slot, PolicyVersion = State.Version };
        await Save(State.Pruned(now).With(moved), new BookingMoved(
            now, request.Actor, claim.BookingId, Id, claim.MemberId, claim.Slot, moved.Slot, State.Version));
        return new ClaimAnswer(moved, []);
    }

    public async Task<Claim?> Release(Guid bookingId, BookingState outcome, string actor, string? reason)
    {
        if (State.Claims.Of(bookingId) is not { } claim) return null;
        var now = time.Now();
        await Save(State.Pruned(now).Without(bookingId), new BookingEnded(
            now, actor, bookingId, Id, claim.MemberId, outcome, reason, Refusals: [], HoldSettled: false));
        return claim;
    }

    public Task<Claim?> ClaimOf(Guid bookingId) => Task.FromResult(State.Claims.Of(bookingId));

    public async Task<ImmutableArray<Claim>> PlaceOutage(Outage outage, string actor)
    {
        if (!State.Outages.Contains(outage))
            await SaveChanged(State with { Outages = State.Outages.With(outage) }, actor, "outage placed: " + outage.Title);
        return State.Claims.Overlapping(outage.Slot);
    }

    public async Task<bool> CloseOutage(string outageId, string actor)
    {
        if (State.Outages.Closed(outageId, time.Now()) is not { } remaining) return false;
        await SaveChanged(State with { Outages = remaining }, actor, "outage closed: " + outageId);
        return true;
    }

    private Task SaveChanged(ToolState next, string actor, string note) =>
        Save(next.Pruned(time.Now()), new ToolChanged(time.Now(), actor, ViewOf(next), note));

    private Task Save(ToolState next, DomainEvent happened) => Save(next with { Outbox = [happened] });

    private ToolView ViewOf(ToolState tool) => new(Id, tool.Definition, tool.Outages, tool.Version);

    private ToolTerms Terms(ClaimRequest request) => new(
        Id, State.Definition.Name, State.Definition.Category, State.Definition.AreaId, State.Definition.Policy.Over(request.Space.Defaults), State.Version);
}
