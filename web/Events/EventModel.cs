using Makerspace.Events;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using NodaTime;

namespace Makerspace.Web.Events;

/// <summary>An event to plan or change; the whole of it.</summary>
public sealed record EventBody
{
    /// <summary>At most 100 characters.</summary>
    public string? Title { get; init; }

    /// <summary>At most 4000 characters.</summary>
    public string? Description { get; init; }
    public EventKind? Kind { get; init; }

    /// <summary>Who gives it; the caller where not given. Others than staff plan their own.</summary>
    public string? HostId { get; init; }
    public OffsetDateTime? Start { get; init; }
    public OffsetDateTime? End { get; init; }

    /// <summary>1 to 500.</summary>
    public int? Seats { get; init; }

    /// <summary>With fewer at the deadline it is called off; both or neither.</summary>
    public int? MinSeats { get; init; }
    public OffsetDateTime? Deadline { get; init; }

    /// <summary>Of a seat, tax included; null: free of charge.</summary>
    public Money? Price { get; init; }

    /// <summary>Anybody may see it, and come as a guest where it is free of charge and nobody has to say yes.</summary>
    public bool Public { get; init; }
    public string? AreaId { get; init; }

    /// <summary>An https address, told only to who has a seat.</summary>
    public string? VideoLink { get; init; }

    /// <summary>Tools and rooms to book for it: all of them, with the host's time as a mentor, or it is not planned.</summary>
    public IReadOnlyList<string>? ToolIds { get; init; }

    /// <summary>Asked of who takes a seat; at most 300 characters.</summary>
    public string? Question { get; init; }

    /// <summary>A seat is held until the host has said yes or no.</summary>
    public bool ApprovalRequired { get; init; }

    /// <summary>How many of the seats guests may have, from none on; all of them where not given.</summary>
    public int? GuestSeats { get; init; }

    /// <summary>Until when a seat that is given back is paid back; until it begins, where not given.</summary>
    public OffsetDateTime? CancelBy { get; init; }
    public bool Cancelled { get; init; }

    /// <summary>Why it is called off; at most 300 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>What would plan it just as it is.</summary>
    internal static EventBody Of(EventDefinition e, SpaceFacts space) => new()
    {
        Title = e.Title, Description = e.Description, Kind = e.Kind, HostId = e.HostId, Start = e.Slot.Start.In(space), End = e.Slot.End.In(space), Seats = e.Seats, MinSeats = e.MinSeats,
        Deadline = e.Deadline?.In(space), Price = e.Price, Public = e.Public, AreaId = e.AreaId, VideoLink = e.VideoLink, ToolIds = e.ToolIds, Question = e.Question,
        ApprovalRequired = e.ApprovalRequired, GuestSeats = e.GuestSeats, CancelBy = e.CancelBy?.In(space), Cancelled = e.Cancelled, Reason = e.Reason,
    };
}

/// <summary>A wish for a seat.</summary>
public sealed record EventSeatBody : IOptionalBody
{
    /// <summary>For whom; staff only, except oneself.</summary>
    public string? MemberId { get; init; }

    /// <summary>To the event's question; at most 500 characters.</summary>
    public string? Answer { get; init; }

    /// <summary>The price that was shown; where it is another now, <c>changed-meanwhile</c>. Null: any will do.</summary>
    public Money? AgreedPrice { get; init; }
}

/// <summary>The host's answer to who asks for a seat.</summary>
public sealed record SeatAnswerBody
{
    public string? MemberId { get; init; }
    public bool? Yes { get; init; }
}

/// <summary>Somebody's answer to the question.</summary>
public sealed record GivenAnswer(string Who, string? Answer);

/// <summary>Something that an event needs and cannot have.</summary>
/// <param name="ToolId">A tool, a room, or the host's time.</param>
/// <param name="Title">Of an outage.</param>
/// <param name="Until">When it is over, or the tool expected back; null: nobody knows.</param>
public sealed record LostToolModel(string ToolId, string Name, ToolLoss Why, string? Title, OffsetDateTime? Until)
{
    internal static LostToolModel Of(LostTool lost, SpaceFacts space) => new(lost.ToolId, lost.Name, lost.Why, lost.Title, lost.Until?.In(space));
}

/// <summary>An event.</summary>
/// <param name="Joined">Whether the caller has a seat.</param>
/// <param name="Asked">Whether one is held for the caller, until the host has answered.</param>
/// <param name="Place">The caller's place among those who wait, from 1; null where they do not.</param>
/// <param name="Waiting">How many wait for a seat.</param>
/// <param name="TakesGuests">Whether somebody without an account may have a seat.</param>
/// <param name="GuestSeats">How many of the seats guests may have; null: all of them.</param>
/// <param name="GuestSeatsLeft">How many a guest could have now.</param>
/// <param name="FellShort">It was called off because too few had a seat at the deadline.</param>
/// <param name="VideoLink">For who has a seat, and the host.</param>
/// <param name="Members">Who has a seat; host and staff only, as all that follows. Guests are <c>guest:…</c>.</param>
/// <param name="Requests">For whom a seat is held until the host has answered.</param>
/// <param name="Came">Who came.</param>
/// <param name="Answers">To the question.</param>
public sealed record EventModel(
    Guid Id, string Title, string? Description, EventKind Kind, string HostId, string? HostName, OffsetDateTime Start, OffsetDateTime End, int Seats, int SeatsLeft, int? MinSeats, OffsetDateTime? Deadline,
    Money? Price, bool Public, bool TakesGuests, int? GuestSeats, int GuestSeatsLeft, string? AreaId, string? VideoLink, IReadOnlyList<string> ToolIds, string? Question, bool ApprovalRequired, OffsetDateTime? CancelBy,
    bool Cancelled, string? Reason, bool FellShort, Guid? OfficeHoursId, bool Joined, bool Asked, int? Place, int Waiting, Guid? BookingId,
    IReadOnlyList<string>? Members, IReadOnlyList<string>? Requests, IReadOnlyList<string>? Came, IReadOnlyList<GivenAnswer>? Answers)
{
    /// <summary>What it needs and cannot have, for host and staff: they move it, plan it without, or call it off.</summary>
    public IReadOnlyList<LostToolModel>? Lost { get; init; }

    /// <summary>The event as somebody sees it.</summary>
    /// <param name="e">The event.</param>
    /// <param name="space">For times.</param>
    /// <param name="me">The caller's member id; null: nobody is signed in.</param>
    /// <param name="gives">Whether the caller hosts it, or is of the staff.</param>
    /// <param name="host">What the host is called.</param>
    internal static EventModel Of(EventView e, SpaceFacts space, string? me, bool gives, string? host)
    {
        var (d, joined, place) = (e.Definition, me is not null && e.Has(me), me is null ? -1 : e.Waiting.IndexOf(me));
        return new EventModel(
            e.Id, d.Title, d.Description, d.Kind, d.HostId, host, d.Slot.Start.In(space), d.Slot.End.In(space), d.Seats, e.SeatsLeft, d.MinSeats, d.Deadline?.In(space),
            d.Price, d.Public, d.TakesGuests, d.GuestSeats, e.GuestSeatsLeft, d.AreaId, joined || gives ? d.VideoLink : null, d.ToolIds, d.Question, d.ApprovalRequired, d.CancelBy?.In(space),
            d.Cancelled, d.Reason, e.FellShort, d.OfficeHoursId, joined, me is not null && e.IsHeld(me), place < 0 ? null : place + 1, e.Waiting.Length, gives ? d.BookingId : null,
            gives ? [.. e.Seated] : null, gives ? [.. e.Held.Where(h => h.Until is null).Select(h => h.Who)] : null, gives ? [.. e.Marks.Where(m => m.Came).Select(m => m.MemberId)] : null,
            gives && d.Question is not null ? [.. e.Taken.Select(t => new GivenAnswer(t.Who, t.Answer))] : null);
    }
}
