using Makerspace.Journal;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>A booking as its events tell it.</summary>
/// <param name="View">What others see.</param>
/// <param name="Asked">The slot first asked for: with the tool, the member and the purpose, what makes a retry the same request.</param>
/// <param name="Unsettled">Member and Tool may disagree: a step was begun and not seen to end.</param>
/// <param name="MovingTo">The slot that the step under way moves to.</param>
/// <param name="HeldUntil">After this the step under way can no longer succeed.</param>
internal sealed record BookingRecord(BookingView View, Slot Asked, bool Unsettled, Slot? MovingTo, Instant HeldUntil)
{
    /// <summary>The record of a booking that has these events, or null if it has none.</summary>
    public static BookingRecord? Of(IEnumerable<BookingEvent> events) => events.Aggregate((BookingRecord?)null, After);

    /// <summary>The record once <paramref name="happened"/> has.</summary>
    public static BookingRecord? After(BookingRecord? record, BookingEvent happened) => happened switch
    {
        BookingHeld held => Begun(held),
        BookingConfirmed confirmed => record?.Settled(record.View with
        {
            State = BookingState.Confirmed, Slot = confirmed.Slot, PolicyVersion = confirmed.PolicyVersion,
        }),
        BookingMoving moving => record! with { Unsettled = true, MovingTo = moving.To, HeldUntil = moving.HeldUntil },
        BookingMoved moved => record! with { Unsettled = true, View = record.View with { Slot = moved.To, PolicyVersion = moved.PolicyVersion } },
        BookingEnded ended => record! with { Unsettled = !ended.HoldSettled, MovingTo = null, View = record.View with { State = ended.Outcome } },
        HoldSettled => record?.Settled(record.View),
        _ => record,
    };

    private static BookingRecord Begun(BookingHeld held) => new(
        new BookingView
        {
            Id = held.BookingId,
            ToolId = held.ToolId,
            MemberId = held.MemberId,
            CompanyId = held.CompanyId,
            Slot = held.Slot,
            State = BookingState.Held,
            Purpose = held.Purpose,
            MadeAt = held.At,
            MadeBy = held.Actor,
        },
        held.Slot, Unsettled: true, MovingTo: null, held.HeldUntil);

    private BookingRecord Settled(BookingView view) => this with { View = view, Unsettled = false, MovingTo = null };

    /// <summary>Whether <paramref name="request"/> is the one this booking was made by.</summary>
    public bool MadeBy(BookingRequest request) =>
        (View.ToolId, View.MemberId, Asked, View.Purpose) == (request.ToolId, request.MemberId, request.Slot, request.Purpose);
}
