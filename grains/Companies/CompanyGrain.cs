using System.Collections.Immutable;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Companies;

[GrainType("company")]
internal sealed class CompanyGrain([PersistentState("company")] IPersistentState<CompanyState> state, TimeProvider time)
    : SavingGrain<CompanyState>(state), ICompanyGrain
{
    private string Id => Keys.Id(this.GetPrimaryKeyString());

    public Task<CompanyView?> View() => Task.FromResult(State.Exists ? ViewOf(State) : null);

    public async Task<CompanyView?> Define(CompanyDefinition definition, string actor, long? expectedVersion)
    {
        if (expectedVersion is { } expected && expected != State.Version) return null;
        if (State.Exists && StoredJson.Same(definition, State.Definition)) return ViewOf(State);
        var now = time.Now();
        var next = State with { Definition = definition, Version = State.Version + 1, Holds = State.Holds.Remembered(now) };
        await Save(next with { Outbox = [new CompanyChanged(now, actor, ViewOf(next), State.Exists ? "changed" : "made")] });
        return ViewOf(State);
    }

    public Task<ImmutableArray<ImmutableArray<Refusal>>> Check(HoldRequest request, ImmutableArray<Slot> slots)
    {
        var now = time.Now();
        return Task.FromResult(slots.Select(slot => Refusals(request, slot, now)).ToImmutableArray());
    }

    public async Task<ImmutableArray<Refusal>> Hold(HoldRequest request)
    {
        if (!State.Exists) return [];
        var now = time.Now();
        var standing = State.Holds.Of(request.BookingId);
        if (standing?.Slots.Contains(request.Slot) == true) return [];   // a retry
        var refusals = Refusals(request, request.Slot, now);
        if (!refusals.IsEmpty) return refusals;
        await Save(With((standing is null ? Members.Hold.For(request) : standing with { Next = request.Slot }) with { MemberId = request.MemberId }, now));
        return [];
    }

    public async Task Settle(Guid bookingId, Slot? slot)
    {
        if (State.Holds.Of(bookingId) is not { } hold) return;
        if (slot is { } stands && hold.Slot == stands && hold.Next is null) return;
        await Save(slot is { } agreed ? With(hold with { Slot = agreed, Next = null }, time.Now()) : State with { Holds = State.Holds.Remove(hold), Outbox = [] });
    }

    private ImmutableArray<Refusal> Refusals(HoldRequest request, Slot slot, Instant now) =>
        State.Exists ? Deciding.Refusals(Id, State, request, slot, now) : [];

    private CompanyState With(Hold hold, Instant now) => State with { Holds = State.Holds.With(hold).Remembered(now), Outbox = [] };

    private CompanyView ViewOf(CompanyState company) => new(Id, company.Definition, company.Version);
}
