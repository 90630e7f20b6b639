using System.Collections.Immutable;
using Makerspace.Billing;
using Makerspace.Members;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>What the clock, staff and the tool's door do to a booking that stands.</summary>
internal sealed partial class BookingGrain
{
    /// <summary>A use that ends before it could begin is remembered as this long.</summary>
    private static readonly Duration Least = Duration.FromMinutes(1);

    public Task<BookingAnswer> Cancel(string actor, string? reason) => Stepwise(async () =>
    {
        if (await Unready() is { } missing) return missing;
        var booking = record!.View;
        if (booking.State is BookingState.Cancelled or BookingState.LateCancelled) return Standing();
        if (!Cancellable(booking)) return Answer([new NotCancellable(booking.State, booking.Slot.End <= time.Now())]);
        var terms = await CancelTermsFor(booking, actor);
        var outcome = terms is { Late: true, Waived: null } ? BookingState.LateCancelled : BookingState.Cancelled;
        return await End(new Ending(Id, booking.ToolId, outcome, actor, reason, terms.Fee, terms.Waived));
    });

    public Task<CancelTerms?> PreviewCancel(string actor) => Stepwise(async () =>
        await Unready() is null && Cancellable(record!.View) ? await CancelTermsFor(record.View, actor) : null);

    public Task<BookingAnswer> Approve(string actor, string? note) => Stepwise(async () =>
    {
        if (await Unready() is { } missing) return missing;
        var booking = record!.View;
        if (booking.State is BookingState.Confirmed or BookingState.AwaitingPayment) return Standing();
        var becomes = Waits(booking.Terms.Price, booking.Slot) ? BookingState.AwaitingPayment : BookingState.Confirmed;
        return booking.State == BookingState.AwaitingApproval && await Advanced(BookingState.AwaitingApproval, becomes, actor, note)
            ? Standing() : Answer([new NotAwaitingApproval(record.View.State)]);
    });

    public Task<BookingAnswer> Decline(string actor, string? reason) => Stepwise(async () =>
    {
        if (await Unready() is { } missing) return missing;
        var booking = record!.View;
        if (booking.State == BookingState.Cancelled) return Standing();
        if (booking.State != BookingState.AwaitingApproval) return Answer([new NotAwaitingApproval(booking.State)]);
        return await End(new Ending(Id, booking.ToolId, BookingState.Cancelled, actor, reason));
    });

    public Task<BookingAnswer> Accept(string actor, Money? agreed) => Stepwise(async () =>
    {
        if (await Unready() is { } missing) return missing;
        var booking = record!.View;
        if (booking.State != BookingState.Offered) return booking.State.Occupies() ? Standing() : Answer([new OfferOver(booking.State)]);
        // At the price it was offered at, or the one that was shown since.
        agreed ??= booking.Terms.Price?.Total;
        var asked = await Ask(Request(booking.Slot, actor, null) with { AgreedTotal = agreed }, Occasion.Use);
        var refusals = asked.Quote.Refusals;
        if (refusals.IsEmpty) (refusals, asked) = await Reserve(asked, agreed);
        if (!refusals.IsEmpty) return Answer(refusals) with { Booking = booking, Price = asked.Price };
        var price = Repriced(asked).Price;
        var becomes = asked.Hold.Tools.Any(t => t.Policy.ApprovalRequired == true) ? BookingState.AwaitingApproval
            : Waits(price, booking.Slot) ? BookingState.AwaitingPayment : BookingState.Confirmed;
        if (await Advanced(BookingState.Offered, becomes, actor, null, price)) return Standing();
        await TellAccount(null);
        return Answer([new OfferOver(record!.View.State)]);
    });

    public Task<BookingAnswer> CheckIn(string memberId, string actor, string? overrideReason) => Stepwise(async () =>
    {
        if (await Unready() is { } missing) return missing;
        var booking = record!.View;
        if (booking.State == BookingState.CheckedIn) return Standing();
        var now = time.Now();
        if (booking.State == BookingState.AwaitingPayment)
        {
            if (await DepositMissing(booking, overrideReason) is { IsEmpty: false } unpaid) return Answer(unpaid) with { Booking = booking };
            await Advanced(BookingState.AwaitingPayment, BookingState.Confirmed, actor, overrideReason);
            booking = record.View;
        }
        var opens = booking.CheckInOpensAt;
        if (booking.State != BookingState.Confirmed || now < opens || now >= booking.Slot.End)
            return Answer([new CheckInClosed(booking.State, opens, booking.Slot.End)]);
        if (await Stranger(memberId, booking)) return Answer([new NotTransferable(booking.State, SameCompany: false)]);
        var use = booking.Slot with { Start = Instant.Max(booking.Slot.Start, now) };
        var asked = await Ask(Request(use, actor, overrideReason) with { MemberId = memberId }, Occasion.Use);
        asked = asked with { Refusals = asked.Refusals.AddRange(await DepositMissing(booking, overrideReason)) };
        if (!asked.Accepted) return Answer(asked.Refusals) with { Booking = booking, Missing = asked.Missing };
        await MarkUse(memberId, asked, now);
        return await Advanced(BookingState.Confirmed, BookingState.CheckedIn, actor, memberId == booking.MemberId ? null : memberId)
            ? Standing() : Answer([new ChangedMeanwhile("booking")]);
    });

    public Task<BookingAnswer> CheckOut(string actor) => Stepwise(async () =>
    {
        if (await Unready() is { } missing) return missing;
        var booking = record!.View;
        if (booking.State == BookingState.Completed) return Standing();
        if (booking.State != BookingState.CheckedIn) return Answer([new NotCheckedIn(booking.State)]);
        var until = Instant.Max(booking.Slot.Start + Least, Instant.Min(booking.Slot.End, time.Now()));
        return await End(new Ending(Id, booking.ToolId, BookingState.Completed, actor) { Had = booking.Slot with { End = until } });
    });

    public Task<BookingAnswer> Displace(string actor, string reason) => Stepwise(async () =>
    {
        if (await Unready() is { } missing) return missing;
        var booking = record!.View;
        if (booking.State == BookingState.Displaced) return await Instead(booking);
        if (!booking.State.Occupies() || booking.Slot.End <= time.Now())
            return Answer([new NotCancellable(booking.State, booking.Slot.End <= time.Now())]);
        await End(new Ending(Id, booking.ToolId, BookingState.Displaced, actor, reason));
        return await Instead(booking);
    });

    public Task<BookingAnswer> WaiveFee(string actor, string reason) => Stepwise(async () =>
    {
        if (await Unready() is { } missing) return missing;
        // What nobody coming costs is a fee only where somebody pays for it.
        if (record!.View is not ({ LateFee: not null } or { State: BookingState.NoShow, Payer: not null, FeeWaived: null })) return Standing();
        await Tool(record.Home).WaiveFee(Id, record.View.ToolId, record.View.MemberId, actor, reason);
        await Told();
        return Standing();
    });

    public Task<BookingView?> Due() => Stepwise(async () =>
    {
        await SettleNow(nothingInFlight: false);
        await DueNow();
        return record?.View;
    });

    // What has fallen due, however late: everything that is asked of a booking finds it as the clock has it.
    private async Task DueNow()
    {
        await LookForDeposit();
        if (record is not { Unsettled: false, View: { DueAt: { } due } booking } || due > time.Now()) return;
        if (await Falling(booking) is not { } outcome) return;
        await End(new Ending(Id, booking.ToolId, outcome, Actors.System) { Had = outcome == BookingState.Completed ? booking.Slot : null });
    }

    private async Task<BookingState?> Falling(BookingView booking)
    {
        if (booking.State is BookingState.AwaitingApproval or BookingState.AwaitingPayment or BookingState.Offered) return BookingState.Expired;
        if (booking.State == BookingState.CheckedIn || booking.Terms.NoShowGrace is not { } grace) return BookingState.Completed;
        var over = booking.Slot.End <= time.Now();
        if (await Down(booking, booking.Slot with { End = Instant.Min(booking.Slot.End, booking.Slot.Start + grace) })) return over ? BookingState.Displaced : null;
        if (await UsedByColleague(booking)) return over ? BookingState.Completed : null;
        return BookingState.NoShow;
    }

    private async Task<bool> UsedByColleague(BookingView booking) => booking.CompanyId is not null
        && (await Tool(booking.ToolId).Claims(booking.Slot)).Any(c => c.State == BookingState.CheckedIn && c.CompanyId == booking.CompanyId && c.BookingId != Id);

    private async Task<bool> Down(BookingView booking, Slot slot)
    {
        var asked = await Ask(Request(slot, Actors.System, null), Occasion.Use);
        return asked.Refusals.Any(r => r is DuringOutage or ToolOutOfService);
    }

    private bool Cancellable(BookingView booking) => booking.State.IsToCome() && booking.Slot.End > time.Now();

    private async Task<CancelTerms> CancelTermsFor(BookingView booking, string actor)
    {
        if (booking.FreeUntil is not { } free || time.Now() < free) return new CancelTerms(false, null, null, booking.FreeUntil);
        var waived = actor != booking.MemberId ? "staff" : await Down(booking, booking.Slot) ? "tool-down" : await Closed(booking.Slot) ? "space-closed" : null;
        return new CancelTerms(true, waived is null ? booking.Terms.LateCancelFee : null, waived, free);
    }

    private async Task<bool> Closed(Slot slot)
    {
        var space = await Space.Facts();
        return space.Closures.Any(c => c.Slot.Overlaps(slot));
    }

    private async Task<bool> Advanced(BookingState from, BookingState to, string actor, string? note, BookingPrice? price = null)
    {
        var claim = await Tool(record!.Home).Advance(Id, record.View.ToolId, from, to, actor, note, price);
        await Reload(CancellationToken.None);
        if (claim is null) return false;
        // At the other tools of a bundle too it is known who is there: a colleague's booking of one is then no no-show.
        foreach (var other in record.View.Tools.Where(t => t != record.Home)) await Tool(other).Settle(Id, claim);
        if (record.Telling) await SettleNow(nothingInFlight: false);
        return true;
    }

    private async Task<BookingAnswer> End(Ending ending)
    {
        var released = await Tool(record!.Home).Release(ending);
        await Reload(CancellationToken.None);
        // A claim that left the tool with age: then the member's word ends the booking.
        await SettleParties(null, released is null && record!.View.State.Occupies() ? ending.Outcome : null, []);
        return Standing();
    }

    private async Task<BookingAnswer> Instead(BookingView booking)
    {
        var request = Request(booking.Slot, booking.MemberId, null);
        var found = (await Refused(request, await Ask(request, Occasion.Book))).Alternatives;
        // Where staff take the slot without an outage it would itself be found again.
        return Standing() with { Alternatives = found.RemoveAll(a => (a.ToolId, a.Slot) == (booking.ToolId, booking.Slot)) };
    }

    private async Task<bool> Stranger(string memberId, BookingView booking) =>
        memberId != booking.MemberId && (booking.CompanyId is null || (await Member(memberId).Facts()).CompanyId != booking.CompanyId);

    private async Task MarkUse(string memberId, Asked asked, Instant now)
    {
        var lapsing = asked.Hold.Tools.SelectMany(t => t.Policy.RequiredCertifications ?? []).Where(asked.Claim.Space.Lapses.ContainsKey).Distinct().ToImmutableArray();
        if (!lapsing.IsEmpty) await Member(memberId).Mark(new MemberMark(null, lapsing, now));
    }
}
