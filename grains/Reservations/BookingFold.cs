using Makerspace.Journal;

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
    };

    /// <summary>Whether all parties agree with this member's word. Of a booking that ended while it was handed over, two members speak: its own last.</summary>
    public static bool Settles(BookingView booking, HoldSettled settled) => booking.State.Occupies() || settled.MemberId == booking.MemberId;

    /// <summary>The booking after a later one.</summary>
    public static BookingView After(BookingView booking, BookingEvent happened) => happened switch
    {
        BookingConfirmed confirmed => booking with
        {
            State = confirmed.Becomes, Slot = confirmed.Slot, PolicyVersion = confirmed.PolicyVersion, Terms = confirmed.Terms,
        },
        BookingAdvanced advanced => booking with
        {
            State = advanced.To,
            CheckedInAt = advanced.To == BookingState.CheckedIn ? advanced.At : booking.CheckedInAt,
            OfferUntil = advanced.To == BookingState.Offered ? booking.OfferUntil : null,
        },
        BookingMoved moved => booking with { Slot = moved.To, PolicyVersion = moved.PolicyVersion },
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
}
