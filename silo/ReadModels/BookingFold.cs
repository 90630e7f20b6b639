using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Time;

namespace Makerspace.ReadModels;

/// <summary>A booking's row as its events tell it. Applying an event a second time changes nothing that matters, so a replay is safe.</summary>
internal static class BookingFold
{
    /// <summary>The row after the event. The first event of a booking is <see cref="BookingHeld"/>; without it there is no row.</summary>
    public static BookingRow? Apply(BookingRow? row, BookingEvent happened)
    {
        if (happened is BookingHeld held) return Held(held);
        if (row is null) return null;
        row.ChangedAt = happened.At;
        switch (happened)
        {
            case BookingConfirmed confirmed:
                row.State = BookingState.Confirmed;
                row.PolicyVersion = confirmed.PolicyVersion;
                row.UnsettledSince = null;
                return At(row, confirmed.Slot);
            case BookingMoving:
                row.UnsettledSince = happened.At;
                return row;
            case BookingMoved moved:
                row.PolicyVersion = moved.PolicyVersion;
                row.UnsettledSince = happened.At;
                return At(row, moved.To);
            case BookingEnded ended:
                row.State = ended.Outcome;
                row.UnsettledSince = ended.HoldSettled ? null : happened.At;
                return row;
            case HoldSettled:
                row.UnsettledSince = null;
                return row;
            default:
                return row;
        }
    }

    private static BookingRow Held(BookingHeld held) => At(
        new BookingRow
        {
            Id = held.BookingId,
            ToolId = held.ToolId,
            MemberId = held.MemberId,
            CompanyId = held.CompanyId,
            State = BookingState.Held,
            Purpose = held.Purpose,
            MadeAt = held.At,
            MadeBy = held.Actor,
            ChangedAt = held.At,
            UnsettledSince = held.At,
        },
        held.Slot);

    private static BookingRow At(BookingRow row, Slot slot)
    {
        (row.Start, row.End) = (slot.Start, slot.End);
        return row;
    }
}
