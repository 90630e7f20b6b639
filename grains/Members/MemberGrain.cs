using System.Collections.Immutable;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Trainings;
using NodaTime;

namespace Makerspace.Members;

[GrainType("member")]
internal sealed class MemberGrain([PersistentState("member")] IPersistentState<MemberState> state, TimeProvider time)
    : SavingGrain<MemberState>(state), IMemberGrain
{
    private string Id => Keys.Id(this.GetPrimaryKeyString());

    public Task<MemberView?> View() => Task.FromResult(State.Exists ? ViewOf(State) : null);

    public async Task<MemberView?> Define(MemberDefinition definition, string actor, long? expectedVersion)
    {
        if (expectedVersion is { } expected && expected != State.Version) return null;
        if (State.Exists && StoredJson.Same(definition, State.Definition)) return ViewOf(State);
        return await SaveChanged(State with { Definition = definition }, actor, State.Exists ? "changed" : "made");
    }

    public async Task<MemberView?> Certify(Certification certification, string actor, string? reason, long? expectedVersion)
    {
        if (expectedVersion is { } expected && expected != State.Version) return null;
        var (held, now) = (State.CertificationOf(certification.Id), time.Now());
        var same = held is not null && held == certification with { Code = held.Code, GrantedAt = held.GrantedAt };
        if (same && held?.Code is not null) return ViewOf(State);
        var granted = certification with { Code = Certificates.NewCode(), GrantedAt = same ? held?.GrantedAt : now };
        var next = State with
        {
            Certifications = State.Certifications.RemoveAll(c => c.Id == granted.Id).Add(granted),
            Revocations = State.Revocations.RemoveAll(r => r.CertificationId == granted.Id),
        };
        CertificateChanged[] certificates = [.. Ended(held, CertificateEnd.Replaced, null, actor, now), new CertificateChanged(now, actor, CertificateOf(granted))];
        return same
            ? await SaveChanged(next, actor, "certificate: " + granted.Id, null, certificates)
            : await SaveChanged(next, actor, $"certified: {granted.Id} {reason}".TrimEnd(), new GrantChange(granted.Id, Revoked: false), certificates);
    }

    public async Task<bool> Revoke(string certificationId, string actor, string? reason)
    {
        if (State.CertificationOf(certificationId) is not { } held) return false;
        var now = time.Now();
        var next = State with
        {
            Certifications = State.Certifications.Remove(held),
            Revocations = State.Revocations.RemoveAll(r => r.CertificationId == certificationId).Add(new Revocation(certificationId, now, actor, reason)),
        };
        await SaveChanged(next, actor, $"revoked: {certificationId} {reason}".TrimEnd(), new GrantChange(certificationId, Revoked: true), Ended(held, CertificateEnd.Revoked, reason, actor, now));
        return true;
    }

    public Task RoleGiven(string role, string actor) => State.Exists ? SaveChanged(State, actor, "role: " + role) : Task.CompletedTask;

    public Task<ImmutableDictionary<string, Instant>> LastUsed() => Task.FromResult(State.LastUsed);

    private Certificate CertificateOf(Certification held) => new()
    {
        Code = held.Code!, MemberId = Id, Name = State.Definition.Name, CertificationId = held.Id, From = held.From, Until = held.Until, GrantedBy = held.GrantedBy,
    };

    private CertificateChanged[] Ended(Certification? held, CertificateEnd end, string? reason, string actor, Instant now) => held?.Code is null
        ? []
        : [new CertificateChanged(now, actor, CertificateOf(held) with { EndedAt = now, End = end, Reason = reason })];

    public Task<ImmutableArray<ImmutableArray<Refusal>>> Check(HoldRequest request, ImmutableArray<Slot> slots)
    {
        var now = time.Now();
        return Task.FromResult(slots.Select(slot => Refusals(request, slot, now)).ToImmutableArray());
    }

    public Task<MemberFacts> Facts() => Task.FromResult(new MemberFacts(
        State.Exists, State.Exists ? State.Definition.Membership.PlanId : null, State.Definition.CompanyId, State.Held));

    public async Task<bool> Forgive(Guid bookingId, string actor, string? reason)
    {
        if (State.Strikes.FirstOrDefault(s => s.BookingId == bookingId) is not { } strike) return false;
        await SaveChanged(State with { Strikes = State.Strikes.Remove(strike) }, actor, $"strike forgiven: {strike.ToolId} {reason}".TrimEnd());
        return true;
    }

    public Task Noted(string note, string actor) => SaveChanged(State, actor, note);

    public Task Mark(MemberMark mark) => Save(State.With(mark).Pruned(time.Now()) with { Outbox = [] });

    public async Task<HoldAnswer> Hold(HoldRequest request)
    {
        var now = time.Now();
        var standing = State.HoldOf(request.BookingId);
        if (standing?.Slots.Contains(request.Slot) == true) return Answer([], now);   // a retry
        var refusals = (request.PlanId, request.CompanyId) == (State.Exists ? State.Definition.Membership.PlanId : null, State.Definition.CompanyId)
            ? Refusals(request, request.Slot, now)
            : [new ChangedMeanwhile("membership")];
        if (!refusals.IsEmpty) return Answer(refusals, now);
        await Save(standing is null
            ? State.Pruned(now).With(Members.Hold.For(request)) with { Outbox = [request.From is null ? Held(request, now) : HandingOver(request, now)] }
            : State.Pruned(now).With(standing with { Next = request.Slot }) with { Outbox = [Moving(request, now)] });
        return Answer([], now);
    }

    public async Task Remember(HoldRequest request, BookingState outcome)
    {
        var now = time.Now();
        var tookPlace = outcome is BookingState.Confirmed or BookingState.Completed;
        var happened = Ended(request.BookingId, request.Tool.ToolId, tookPlace ? BookingState.Completed : outcome, [], now);
        var next = tookPlace ? State.With(Members.Hold.For(request)) : State;
        await Save(next.Pruned(now) with { Outbox = [Held(request, now), happened] });
    }

    public async Task Settle(Guid bookingId, string toolId, Slot? slot, BookingState? outcome, ImmutableArray<string> refusals, MemberMark? mark)
    {
        var now = time.Now();
        var next = slot is { } stands && State.HoldOf(bookingId) is { } hold
            ? State.With(hold with { Slot = stands, Next = null })
            : State.Without(bookingId);
        if (mark is not null) next = next.With(mark);
        BookingEvent settled = outcome is { } ended
            ? Ended(bookingId, toolId, ended, refusals, now)
            : new HoldSettled(now, Actors.System, bookingId, toolId, Id, slot);
        DomainEvent[] changed = mark?.Strike is null ? [] : [new MemberChanged(now, Actors.System, ViewOf(next), "strike: " + toolId)];
        await Save(next.Pruned(now) with { Outbox = [settled, .. changed] });
    }

    // Somebody who was never a member has no membership that staff could override.
    private ImmutableArray<Refusal> Refusals(HoldRequest request, Slot slot, Instant now) =>
        State.Exists ? Deciding.Refusals(State, request, slot, now) : [new MembershipInactive(null, null)];

    private async Task<MemberView> SaveChanged(MemberState next, string actor, string note, GrantChange? grant = null, params CertificateChanged[] certificates)
    {
        next = next with { Version = State.Version + 1 };
        var now = time.Now();
        await Save(next.Pruned(now) with { Outbox = [new MemberChanged(now, actor, ViewOf(next), note) { Grant = grant }, .. certificates] });
        return ViewOf(State);
    }

    private MemberView ViewOf(MemberState member) => new(Id, member.Definition, member.Certifications, member.Version) { Strikes = member.Strikes, Revocations = member.Revocations };

    private HoldAnswer Answer(ImmutableArray<Refusal> refusals, Instant now) => new(refusals, State.Definition.CompanyId, now);

    private BookingHeld Held(HoldRequest request, Instant now) => new(
        now, request.Actor, request.BookingId, request.Tool.ToolId, Id, State.Definition.CompanyId, request.Slot, request.Purpose,
        request.HeldUntil, request.OverrideReason)
    {
        AlsoTools = [.. request.Also.Select(t => t.ToolId)],
        Claims = request.Claims,
        SeriesId = request.SeriesId,
        WaitId = request.WaitId,
        OfferUntil = request.OfferUntil,
        Payer = request.Payer,
    };

    private BookingHandingOver HandingOver(HoldRequest request, Instant now) => new(
        now, request.Actor, request.BookingId, request.Tool.ToolId, request.From!, Id, request.HeldUntil, request.OverrideReason);

    private BookingMoving Moving(HoldRequest request, Instant now) => new(
        now, request.Actor, request.BookingId, request.Tool.ToolId, Id, request.Slot, request.HeldUntil, request.OverrideReason)
    {
        Payer = request.Payer,
    };

    private BookingEnded Ended(Guid bookingId, string toolId, BookingState outcome, ImmutableArray<string> refusals, Instant now) =>
        new(now, Actors.System, bookingId, toolId, Id, outcome, null, refusals, HoldSettled: true);
}
