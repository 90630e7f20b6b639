using Makerspace.Journal;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>What events make of a booking as others see it: one fold for the Booking itself and for the read models.</summary>
public static class BookingFold
{
    /// <summary>A booking at its first event.</summary>
    public static BookingView Begun(BookingHeld held) => new()
    {
        Id = held.BookingId,
        ToolId = held.ToolId,
        AlsoTools = held.AlsoTools,
        MemberId = held.MemberId,
        CompanyId = held.CompanyId,
        Slot = held.Slot,
        State = BookingState.Held,
        Purpose = held.Purpose,
        MadeAt = held.At,
        MadeBy = held.Actor,
        SeriesId = held.SeriesId,
        WaitId = held.WaitId,
        OfferUntil = held.OfferUntil,
        Payer = held.Payer,
    };

    /// <summary>Whether all parties agree with this member's word. Of a booking that ended while it was handed over, two members speak: its own last.</summary>
    public static bool Settles(BookingView booking, HoldSettled settled) => booking.State.Occupies() || settled.MemberId == booking.MemberId;

    /// <summary>
    /// Whether the payer's account has to be told of it, so that all parties agree only once it was: a deposit is to be authorised, a fee is not due after all.
    /// (Whatever else concerns it unsettles the booking anyway.)
    /// </summary>
    /// <param name="before">The booking before it.</param>
    /// <param name="happened">What happened.</param>
    public static bool ToBeTold(BookingView before, BookingEvent happened) => happened switch
    {
        BookingConfirmed confirmed => before.Payer is not null && AsksDeposit(confirmed.Becomes, confirmed.Terms.Price),
        BookingAdvanced advanced => before is { Payer: not null, State: BookingState.AwaitingApproval or BookingState.Offered } && AsksDeposit(advanced.To, advanced.Price ?? before.Terms.Price),
        BookingFeeWaived => before.Payer is not null,
        _ => false,
    };

    private static bool AsksDeposit(BookingState state, Billing.BookingPrice? price) =>
        price?.Deposit is not null && state is BookingState.Confirmed or BookingState.AwaitingPayment;

    /// <summary>The booking after a later one.</summary>
    public static BookingView After(BookingView booking, BookingEvent happened) => happened switch
    {
        BookingConfirmed confirmed => booking with
        {
            State = confirmed.Becomes, Slot = confirmed.Slot, PolicyVersion = confirmed.PolicyVersion, Terms = confirmed.Terms,
            PayUntil = PayUntil(confirmed.Becomes, confirmed.At, confirmed.Terms),
        },
        BookingAdvanced advanced => booking with
        {
            State = advanced.To,
            CheckedInAt = advanced.To == BookingState.CheckedIn ? advanced.At : booking.CheckedInAt,
            OfferUntil = advanced.To == BookingState.Offered ? booking.OfferUntil : null,
            Terms = advanced.Price is { } price ? booking.Terms with { Price = price } : booking.Terms,
            PayUntil = PayUntil(advanced.To, advanced.At, booking.Terms),
        },
        BookingMoving moving => booking with { Payer = moving.Payer ?? booking.Payer },
        BookingMoved moved => booking with { Slot = moved.To, PolicyVersion = moved.PolicyVersion, Terms = booking.Terms with { Price = moved.Price } },
        BookingHandedOver handed => booking with { MemberId = handed.MemberId, CompanyId = handed.CompanyId },
        BookingEnded ended => booking with
        {
            State = ended.Outcome,
            Slot = ended.Had ?? booking.Slot,
            Reason = ended.Reason ?? booking.Reason,
            LateFee = ended.FeeWaived is null ? ended.Fee : null,
            FeeWaived = ended.FeeWaived,
        },
        BookingFeeWaived waived => booking with { LateFee = null, FeeWaived = waived.Reason },
        _ => booking,
    };

    private static Instant? PayUntil(BookingState state, Instant since, BookingTerms terms) =>
        state == BookingState.AwaitingPayment ? since + (terms.PaymentWindow ?? Billing.BillingSettings.Default.PaymentWindow) : null;
}
