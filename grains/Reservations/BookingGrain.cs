using System.Collections.Immutable;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>
/// Calls go from here to Space, Area, Member and Tool, never back. Each step is one write of one grain, idempotent by booking id;
/// docs/design.md draws them, and says who finishes what a crash leaves between two.
/// </summary>
[GrainType("booking")]
internal sealed class BookingGrain(IBookingHistory history, IToolDirectory tools, TimeProvider time) : Grain, IBookingGrain
{
    /// <summary>How long a step under way may take until it can no longer succeed.</summary>
    private static readonly Duration HoldTime = Duration.FromSeconds(20);

    /// <summary>How far the clocks of two silos may be apart.</summary>
    private static readonly Duration Skew = Duration.FromSeconds(20);

    private BookingRecord? record;

    private Guid Id => Guid.ParseExact(Keys.Id(this.GetPrimaryKeyString()), "N");

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => await Reload(cancellationToken);

    public Task<BookingView?> View() => Task.FromResult(record?.View);

    public Task<BookingAnswer> Book(BookingRequest request) => Stepwise(async () =>
    {
        if (record is { View.State: BookingState.Held }) await SettleNow(nothingInFlight: false);
        if (record is { } made && !made.MadeBy(request)) return new BookingAnswer { KeyReused = true };
        if (record is { View.State: BookingState.Confirmed or BookingState.Cancelled }) return Standing();
        var asked = await Ask(request);
        return asked.Answer is { } refused ? refused : await HoldAndClaim(asked);
    });

    public async Task<BookingAnswer> Preview(BookingRequest request) => (await Ask(request)).Answer ?? new BookingAnswer();

    public Task<BookingAnswer> Remember(BookingRequest request, BookingState outcome) => Stepwise(async () =>
    {
        if (record is { } made) return made.MadeBy(request) ? Standing() : new BookingAnswer { KeyReused = true };
        if (!request.Slot.IsBookable || request.Slot.End > time.Now()) return Refused([new SlotInvalid(request.Slot, Duration.Zero)]);
        var claim = ClaimFor(request, await Space.Facts());
        if ((await Tool(request.ToolId).Check(claim)).Terms is not { } terms) return new BookingAnswer { Missing = "tool" };
        await Member(request.MemberId).Remember(HoldFor(request, terms, claim), outcome);
        await Reload(CancellationToken.None);
        return Standing();
    });

    public Task<BookingAnswer> Move(Slot slot, string actor, string? overrideReason) => Stepwise(async () =>
    {
        if (await Unready() is { } missing) return missing;
        var booking = record!.View;
        if (booking.State != BookingState.Confirmed || booking.Slot.Start <= time.Now())
            return Refused([new NotMovable(booking.State, booking.Slot.Start <= time.Now())]);
        if (record.Unsettled && record.MovingTo != slot) return Refused([new ChangedMeanwhile("booking")]);   // an earlier move may still arrive
        if (booking.Slot == slot) return Standing();
        var asked = await Ask(new BookingRequest
        {
            ToolId = booking.ToolId, MemberId = booking.MemberId, Slot = slot, Actor = actor, OverrideReason = overrideReason,
        });
        return asked.Answer is { } refused ? refused with { Booking = booking } : await HoldAndMove(asked);
    });

    public Task<BookingAnswer> Cancel(string actor, string? reason) => Stepwise(async () =>
    {
        if (await Unready() is { } missing) return missing;
        var booking = record!.View;
        if (booking.State == BookingState.Cancelled) return Standing();
        if (booking.State != BookingState.Confirmed || booking.Slot.End <= time.Now())
            return Refused([new NotCancellable(booking.State, booking.Slot.End <= time.Now())]);
        await Tool(booking.ToolId).Release(booking.Id, BookingState.Cancelled, actor, reason);
        await Member(booking.MemberId).Settle(booking.Id, booking.ToolId, slot: null, outcome: null, refusals: []);
        await Reload(CancellationToken.None);
        return Standing();
    });

    public Task<BookingView?> Settle(bool nothingInFlight) => Stepwise(async () =>
    {
        await SettleNow(nothingInFlight);
        return record?.View;
    });

    // Everybody's refusals at once; nothing is written.
    private async Task<Asked> Ask(BookingRequest request)
    {
        var space = await Space.Facts();
        var claim = ClaimFor(request, space);
        var quote = await Tool(request.ToolId).Check(claim);
        if (quote.Terms is not { } terms) return new Asked(claim, null!, new BookingAnswer { Missing = "tool" });
        var hold = HoldFor(request, terms, claim);
        var closed = await AreaRefusals(terms, claim);
        var member = await Member(request.MemberId).Check(hold, [request.Slot]);
        ImmutableArray<Refusal> refusals = [.. quote.Refusals, .. closed, .. member[0]];
        return new Asked(claim, hold, refusals.IsEmpty ? null : await RefusedWithAlternatives(refusals, claim, hold));
    }

    private async Task<BookingAnswer> HoldAndClaim(Asked asked)
    {
        var held = await Member(asked.Claim.MemberId).Hold(asked.Hold);
        if (!held.Refusals.IsEmpty) return await RefusedWithAlternatives(held.Refusals, asked.Claim, asked.Hold);
        var answer = await Tool(asked.Hold.Tool.ToolId).Claim(asked.Claim with { CompanyId = held.CompanyId });
        if (answer.Claim is not null)
        {
            record = Confirmed(asked, answer.Claim, record is { View.State: BookingState.Held } ? record.View.MadeAt : held.At);
            return Standing();
        }
        await Member(asked.Claim.MemberId).Settle(Id, asked.Hold.Tool.ToolId, null, BookingState.Refused, Codes(answer.Refusals));
        await Reload(CancellationToken.None);
        return await RefusedWithAlternatives(answer.Refusals, asked.Claim, asked.Hold);
    }

    private async Task<BookingAnswer> HoldAndMove(Asked asked)
    {
        var (member, tool) = (Member(asked.Claim.MemberId), asked.Hold.Tool.ToolId);
        var refusals = (await member.Hold(asked.Hold)).Refusals;
        if (refusals.IsEmpty)
        {
            var answer = await Tool(tool).Move(asked.Claim);
            await member.Settle(Id, tool, answer.Claim?.Slot ?? record!.View.Slot, null, refusals: []);
            await Reload(CancellationToken.None);
            refusals = answer.Refusals;
        }
        return refusals.IsEmpty ? Standing() : (await RefusedWithAlternatives(refusals, asked.Claim, asked.Hold)) with { Booking = record!.View };
    }

    // The tool is the truth about a booking; the member's hold is made to agree with it.
    private async Task SettleNow(bool nothingInFlight)
    {
        if (record is not { Unsettled: true }) return;
        var claim = await Tool(record.View.ToolId).ClaimOf(Id);
        await Reload(CancellationToken.None);   // what the tool wrote meanwhile
        if (record is not { Unsettled: true } open) return;
        var over = nothingInFlight || time.Now() > open.HeldUntil + Skew;
        var done = open.View.State switch
        {
            BookingState.Held => over,
            BookingState.Confirmed => over || claim?.Slot == open.MovingTo,
            _ => true,
        };
        if (!done) return;
        var slot = open.View.State == BookingState.Confirmed ? claim?.Slot ?? open.View.Slot : (Slot?)null;
        BookingState? outcome = open.View.State == BookingState.Held ? BookingState.Expired : null;
        await Member(open.View.MemberId).Settle(Id, open.View.ToolId, slot, outcome, refusals: []);
        await Reload(CancellationToken.None);
    }

    private async Task<BookingAnswer?> Unready()
    {
        await SettleNow(nothingInFlight: false);
        return record is null ? new BookingAnswer { Missing = "booking" } : null;
    }

    private async Task<ImmutableArray<Refusal>> AreaRefusals(ToolTerms terms, ClaimRequest claim)
    {
        var areas = claim.Space.AreaChain(terms.AreaId).Select(id => GrainFactory.GetGrain<IAreaGrain>(Keys.Area(id)).Check(claim.Slot));
        return [.. (await Task.WhenAll(areas)).SelectMany(r => r)];
    }

    private async Task<BookingAnswer> RefusedWithAlternatives(ImmutableArray<Refusal> refusals, ClaimRequest claim, HoldRequest hold)
    {
        // An alternative breaks no rule at all, whatever staff would override.
        var (asked, held) = (claim with { OverrideReason = null, PolicyVersion = null }, hold with { OverrideReason = null });
        var sameTool = await OtherTimes(asked, held);
        var sameTime = await OtherTools(asked, held);
        return Refused(refusals) with { Alternatives = [.. sameTool, .. sameTime] };
    }

    private async Task<IEnumerable<Alternative>> OtherTimes(ClaimRequest claim, HoldRequest hold)
    {
        var slots = await Tool(hold.Tool.ToolId).Suggest(claim, most: 12);
        var refused = await Member(claim.MemberId).Check(hold, slots);
        var closed = await Task.WhenAll(slots.Select(slot => AreaRefusals(hold.Tool, claim with { Slot = slot })));
        return slots.Where((_, i) => refused[i].IsEmpty && closed[i].IsEmpty).Take(3).Select(slot => new Alternative(hold.Tool.ToolId, slot));
    }

    private async Task<IEnumerable<Alternative>> OtherTools(ClaimRequest claim, HoldRequest hold)
    {
        var others = await tools.Equivalents(hold.Tool.ToolId, most: 6, CancellationToken.None);
        var free = await Task.WhenAll(others.Select(other => IsFree(other, claim, hold)));
        return others.Where((_, i) => free[i]).Take(3).Select(other => new Alternative(other, claim.Slot));
    }

    private async Task<bool> IsFree(string toolId, ClaimRequest claim, HoldRequest hold)
    {
        var quote = await Tool(toolId).Check(claim);
        if (quote.Terms is not { } terms || !quote.Refusals.IsEmpty) return false;
        var refused = await Member(claim.MemberId).Check(hold with { Tool = terms }, [claim.Slot]);
        return refused[0].IsEmpty && (await AreaRefusals(terms, claim)).IsEmpty;
    }

    // After a failure in the middle of the steps the outcome is unknown: forget what was thought, and read the journal when next asked.
    private async Task<T> Stepwise<T>(Func<Task<T>> steps)
    {
        try
        {
            return await steps();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    private async Task Reload(CancellationToken cancellation) => record = BookingRecord.Of(await history.Read(Id, cancellation));

    private BookingAnswer Standing() => new() { Booking = record!.View };

    private static BookingAnswer Refused(ImmutableArray<Refusal> refusals) => new() { Refusals = refusals };

    private static ImmutableArray<string> Codes(ImmutableArray<Refusal> refusals) => [.. refusals.Select(r => r.Code).Distinct()];

    private BookingRecord Confirmed(Asked asked, Claim claim, Instant madeAt) => new(
        new BookingView
        {
            Id = Id,
            ToolId = asked.Hold.Tool.ToolId,
            MemberId = claim.MemberId,
            CompanyId = claim.CompanyId,
            Slot = claim.Slot,
            State = BookingState.Confirmed,
            Purpose = asked.Hold.Purpose,
            PolicyVersion = claim.PolicyVersion,
            MadeAt = madeAt,
            MadeBy = asked.Claim.Actor,
        },
        claim.Slot, Unsettled: false, MovingTo: null, asked.Claim.HeldUntil);

    private ClaimRequest ClaimFor(BookingRequest request, SpaceFacts space) => new()
    {
        BookingId = Id,
        MemberId = request.MemberId,
        Slot = request.Slot,
        Actor = request.Actor,
        OverrideReason = request.OverrideReason,
        Space = space,
        // A step that is taken up again keeps its end: the sweep goes by the one in the journal.
        HeldUntil = record is { Unsettled: true } ? record.HeldUntil : time.Now() + HoldTime,
    };

    private static HoldRequest HoldFor(BookingRequest request, ToolTerms terms, ClaimRequest claim) => new()
    {
        BookingId = claim.BookingId,
        Tool = terms,
        Slot = request.Slot,
        Actor = request.Actor,
        OverrideReason = request.OverrideReason,
        Purpose = request.Purpose,
        Space = claim.Space,
        HeldUntil = claim.HeldUntil,
    };

    private ISpaceGrain Space => GrainFactory.GetGrain<ISpaceGrain>(Keys.Space);

    private IToolGrain Tool(string id) => GrainFactory.GetGrain<IToolGrain>(Keys.Tool(id));

    private IMemberGrain Member(string id) => GrainFactory.GetGrain<IMemberGrain>(Keys.Member(id));

    /// <summary>A request with what was learned in asking around; <paramref name="Answer"/> where it is refused already.</summary>
    private sealed record Asked(ClaimRequest Claim, HoldRequest Hold, BookingAnswer? Answer);
}
