using System.Collections.Immutable;
using Makerspace.Billing;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>What a booking and the account of the one who pays have to do with each other. Without a payer none of it happens.</summary>
internal sealed partial class BookingGrain
{
    /// <summary>An authorisation lasts about a week: one for a booking farther ahead than this is asked for later, and the booking stands meanwhile.</summary>
    private static readonly Duration Ahead = Duration.FromDays(5);

    /// <summary>Keeps the price at the account. What it answers is the price, and may be another than the one asked before.</summary>
    private async Task<(ImmutableArray<Refusal> Refusals, Asked Asked)> Reserve(Asked asked, Money? agreed)
    {
        if (asked.Quote is not { Price: { } shown, Request: { } request, Payer: { } payer }) return ([], asked);
        var answer = await Account(payer).Reserve(request, agreed is null ? null : shown);
        return answer.Refusals.IsEmpty ? ([], Priced(asked, answer.Price)) : (answer.Refusals, asked);
    }

    /// <summary>The request at that price: what it becomes, and what it keeps.</summary>
    private Asked Priced(Asked asked, BookingPrice? price) => asked.With(price, Waits(price, asked.Claim.Slot) && asked.Claim.OverrideReason is null);

    // What costs nothing any more is told to the account as a price of nothing; where nobody asks for money now, an extension keeps what was agreed.
    private Asked Repriced(Asked asked)
    {
        if (asked.Quote.Price is not null || record!.View.Terms.Price is not { } before) return asked;
        return Priced(asked, asked.Claim.Occasion == Occasion.Extend ? before : Pricing.Nothing(before));
    }

    private bool Waits(BookingPrice? price, Slot slot) => price?.Deposit is not null && slot.Start <= time.Now() + Ahead;

    /// <summary>What the account hears: the booking as it is, or that it never was.</summary>
    private async Task TellAccount(BookingState? outcome)
    {
        var booking = record!.View;
        if (booking.Payer is not { } payer) return;
        var now = booking with { State = outcome ?? booking.State };
        var made = booking.State != BookingState.Held && now.State != BookingState.Refused;
        await Account(payer).Agree(new BookingMoney { BookingId = Id, Booking = made ? now : null, Actor = Actors.System });
    }

    /// <summary>A booking that waits for its deposit stands once that is authorised, or asked for no more.</summary>
    private async Task LookForDeposit()
    {
        if (record is not { Unsettled: false, View: { State: BookingState.AwaitingPayment } booking }) return;
        if (!Waits(booking.Terms.Price, booking.Slot) || await HasDeposit(booking))
            await Advanced(BookingState.AwaitingPayment, BookingState.Confirmed, Actors.System, null);
    }

    private async Task<bool> HasDeposit(BookingView booking) =>
        booking.Payer is { } payer && await Account(payer).Deposit(Id) is DepositState.Authorised or DepositState.Captured;

    /// <summary>Nobody begins on a deposit that is not there, unless staff say so.</summary>
    private async Task<ImmutableArray<Refusal>> DepositMissing(BookingView booking, string? overrideReason)
    {
        if (overrideReason is not null || booking.Terms.Price?.Deposit is not { } deposit || await HasDeposit(booking)) return [];
        return [new DepositMissing(deposit)];
    }

    private IAccountGrain Account(string accountId) => GrainFactory.GetGrain<IAccountGrain>(Keys.Account(accountId));
}
