using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Members;
using Makerspace.Time;
using Makerspace.Web.Accounts;

namespace Makerspace.Web.Reservations;

/// <summary>What something that is planned (a training, an event) needs of tools.</summary>
/// <param name="Tools">All of them, or none.</param>
/// <param name="MemberId">For whom they are booked where staff plan it; else for who plans it.</param>
/// <param name="Slot">When.</param>
/// <param name="Title">What for.</param>
/// <param name="Cancelled">It does not take place.</param>
/// <param name="BookingId">What it has.</param>
public sealed record Needs(ImmutableArray<string> Tools, string? MemberId, Slot Slot, string Title, bool Cancelled, Guid? BookingId)
{
    internal bool IsMoveTo(Needs other) => !Cancelled && BookingId is not null && MemberId == other.MemberId && Tools.SequenceEqual(other.Tools);

    /// <summary>The same tools for the same person at the same time.</summary>
    internal bool IsAs(Needs other) => MemberId == other.MemberId && Slot == other.Slot && Tools.SequenceEqual(other.Tools);
}

/// <summary>Books what something needs that is planned: in one booking, through all rules, before it is planned.</summary>
public sealed class PlannedBookings(BookingDesk bookings)
{
    /// <summary>Sees to it that the tools are booked.</summary>
    /// <param name="user">Who plans it.</param>
    /// <param name="known">As it was; null: it is new.</param>
    /// <param name="wanted">As it shall be.</param>
    /// <param name="duty">What planning for others is part of.</param>
    /// <param name="begin">Says, before anything is booked, under which id; or, with true, that the booking there is will be moved.</param>
    /// <remarks>With other tools it is another booking, in the place of the one it has: whoever plans frees that, once it is planned.</remarks>
    /// <returns>The booking it has then; or why not, and nothing has changed.</returns>
    public async Task<(Guid? Booking, BookingOutcome? Refused)> Booked(ClaimsPrincipal user, Needs? known, Needs wanted, DutyKind duty, Func<bool, Task<Guid>> begin)
    {
        // Called off, it keeps the id of what is to be freed.
        if (wanted.Cancelled) return (known?.BookingId, null);
        if (wanted.Tools.IsEmpty) return (null, null);
        if (known?.IsMoveTo(wanted) == true) return known.Slot == wanted.Slot ? (known.BookingId, null) : Came(await bookings.Move(user, await begin(true), Slot(wanted), duty));
        return Came(await bookings.Book(user, await begin(false), new BookingBody
        {
            ToolId = wanted.Tools[0], AlsoTools = [.. wanted.Tools.Skip(1)], Start = Slot(wanted).Start, End = Slot(wanted).End, Purpose = wanted.Title,
            MemberId = Caller.Of(user).IsStaff ? wanted.MemberId : null,
        }, duty, known is { Cancelled: false } ? known.BookingId : null));
    }

    private static MoveBody Slot(Needs wanted) => new() { Start = wanted.Slot.Start.InUtc().ToOffsetDateTime(), End = wanted.Slot.End.InUtc().ToOffsetDateTime() };

    private static (Guid? Booking, BookingOutcome? Refused) Came(BookingOutcome outcome) => outcome.Accepted ? (outcome.Booking!.Id, null) : (null, outcome);
}
