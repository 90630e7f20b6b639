using System.Collections.Immutable;
using Makerspace.Billing;
using Makerspace.Journal;
using Makerspace.Mentors;
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

    public Task<ToolQuote> Check(ClaimRequest request) => Task.FromResult(
        State.Exists && State.Definition.Visible ? new ToolQuote(Terms(request), Deciding.Refusals(State, request, time.Now())) : new ToolQuote(null, []));

    public Task<ImmutableArray<Slot>> Suggest(ClaimRequest request, int most) =>
        Task.FromResult(Suggestions.Nearest(State, request, time.Now(), most));

    public async Task<ClaimAnswer> Claim(ClaimRequest request)
    {
        var decision = Claiming.Decide(State, request, time.Now());
        if (decision.Next is { } next) await Save(next);
        return decision.Answer;
    }

    public async Task<Claim?> Advance(Guid bookingId, string toolId, BookingState from, BookingState to, string actor, string? note, BookingPrice? price)
    {
        if (State.Claims.Of(bookingId) is not { } claim) return null;
        if (claim.State == to) return claim;   // a retry
        if (claim.State != from) return null;
        var now = time.Now();
        var next = claim with { State = to };
        await Save(State.Pruned(now).With(next), new BookingAdvanced(now, actor, bookingId, toolId, claim.MemberId, to, note) { Price = price });
        return next;
    }

    public async Task<Claim?> Release(Ending ending)
    {
        if (State.Claims.Of(ending.BookingId) is not { } claim) return null;
        var now = time.Now();
        var next = State.Pruned(now).Without(ending.BookingId);
        if (State.Definition.Mentor is not null && ending.Outcome is BookingState.Completed or BookingState.NoShow) next = next with { Held = [.. next.Held ?? [], ending.Had ?? claim.Slot] };
        if (ending.Fee is not null) next = next with { LateReleases = next.LateReleases.Add(new LateRelease(claim.BookingId, ending.ToolId, claim.MemberId, claim.Slot)) };
        await Save(next, new BookingEnded(
            now, ending.Actor, ending.BookingId, ending.ToolId, claim.MemberId, ending.Outcome, ending.Reason, Refusals: [], HoldSettled: false)
        {
            Had = ending.Had,
            Fee = ending.Fee,
            FeeWaived = ending.FeeWaived,
        });
        return claim;
    }

    public async Task Settle(Guid bookingId, Claim? claim)
    {
        var standing = State.Claims.Of(bookingId);
        if (standing is null || (claim is not null && standing.Next is null && (standing.Slot, standing.MemberId, standing.State) == (claim.Slot, claim.MemberId, claim.State))) return;
        var next = claim is null ? State.Without(bookingId) : State.With(standing with { Slot = claim.Slot, MemberId = claim.MemberId, State = claim.State, Next = null });
        await Save(next.Pruned(time.Now()) with { Outbox = [] });
    }

    public Task<ImmutableArray<Claim>> Claims(Slot slot) => Task.FromResult(State.Claims.Overlapping(slot));

    public Task WaiveFee(Guid bookingId, string toolId, string memberId, string actor, string note) => Save(
        State with { LateReleases = State.LateReleases.RemoveAll(r => r.BookingId == bookingId) },
        new BookingFeeWaived(time.Now(), actor, bookingId, toolId, memberId, "staff", note));

    public Task<Claim?> ClaimOf(Guid bookingId) => Task.FromResult(State.Claims.Of(bookingId));

    public async Task<ImmutableArray<Claim>> PlaceOutage(Outage outage, string actor)
    {
        if (!State.Outages.Contains(outage))
            await SaveChanged(State with { Outages = State.Outages.With(outage) }, actor, Outage.Placed + outage.Title);
        return State.Claims.Overlapping(outage.Slot);
    }

    public async Task<ImmutableArray<Claim>> TryPlaceOutage(Outage outage, string actor)
    {
        var inTheWay = State.Claims.Overlapping(outage.Slot);
        return inTheWay.IsEmpty ? await PlaceOutage(outage, actor) : inTheWay;
    }

    public async Task<bool> CloseOutage(string outageId, string actor)
    {
        if (State.Outages.Closed(outageId, time.Now()) is not { } remaining) return false;
        await SaveChanged(State with { Outages = remaining }, actor, "outage closed: " + outageId);
        return true;
    }

    public async Task<bool> BeBusy(ImmutableArray<Slot> busy)
    {
        if (State.Definition.Mentor is null || busy.SequenceEqual(State.Busy ?? [])) return false;
        await SaveChanged(State with { Busy = busy.IsEmpty ? null : busy }, Actors.System, "busy times read");
        return true;
    }

    private Task SaveChanged(ToolState next, string actor, string note) =>
        Save(next.Pruned(time.Now()), new ToolChanged(time.Now(), actor, ViewOf(next), note));

    private Task Save(ToolState next, DomainEvent happened) => Save(next with { Outbox = [happened] });

    private ToolView ViewOf(ToolState tool) => new(Id, tool.Definition, tool.Outages, tool.Version) { Busy = tool.Busy };

    private ToolTerms Terms(ClaimRequest request)
    {
        var tool = State.Definition;
        var levels = PolicyLevels.Of(Id, tool.AreaId, tool.Category, tool.Policy, request.PlanId, request.Space);
        return new ToolTerms(Id, tool.Name, tool.Category, tool.AreaId, OwnTime.Of(tool, request.MemberId, levels.Effective), State.Version)
        {
            Own = tool.Policy,
            InRoom = tool.InRoom,
            DependsOn = tool.DependsOn,
            OfMentor = tool.Mentor is not null,
            AnyHour = tool.Mentor is { Place: not MentorPlace.Space },
        };
    }
}
