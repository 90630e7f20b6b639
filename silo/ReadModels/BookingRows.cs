using System.Text.Json;
using Makerspace.Journal;
using Makerspace.Reservations;

namespace Makerspace.ReadModels;

/// <summary>A booking's row as its events tell it. Applying an event a second time changes nothing that matters, so a replay is safe.</summary>
internal static class BookingRows
{
    /// <summary>The row after the event. The first event of a booking is <see cref="BookingHeld"/>; without it there is no row.</summary>
    public static BookingRow? Apply(BookingRow? row, BookingEvent happened)
    {
        if (happened is BookingHeld held) return Filled(new BookingRow { UnsettledSince = held.At }, BookingFold.Begun(held), happened);
        if (row is null) return null;
        row.UnsettledSince = happened switch
        {
            HoldSettled settled when !BookingFold.Settles(row.View(), settled) => row.UnsettledSince,
            BookingConfirmed or BookingAdvanced or BookingFeeWaived when BookingFold.ToBeTold(row.View(), happened) => happened.At,
            BookingConfirmed or HoldSettled => null,
            BookingMoving or BookingMoved or BookingHandingOver or BookingHandedOver => happened.At,
            BookingEnded ended => ended.HoldSettled ? null : happened.At,
            _ => row.UnsettledSince,
        };
        return Filled(row, BookingFold.After(row.View(), happened), happened);
    }

    private static BookingRow Filled(BookingRow row, BookingView booking, BookingEvent happened)
    {
        (row.Id, row.ToolId, row.MemberId, row.CompanyId) = (booking.Id, booking.ToolId, booking.MemberId, booking.CompanyId);
        (row.Start, row.End, row.State, row.Live) = (booking.Slot.Start, booking.Slot.End, booking.State, booking.State.Occupies());
        (row.Purpose, row.PolicyVersion, row.MadeAt, row.MadeBy) = (booking.Purpose, booking.PolicyVersion, booking.MadeAt, booking.MadeBy);
        (row.ChangedAt, row.DueAt, row.SeriesId) = (happened.At, booking.DueAt, booking.SeriesId);
        row.Data = JsonSerializer.Serialize(booking, StoredJson.Options);
        return row;
    }
}
