using System.Collections.Immutable;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>
/// One booking's life. Drives Member and Tool, undoes what a later step refuses, and decides no rule itself.
/// Its key is the client's idempotency key, so a retry is the same booking. It has no state row of its own:
/// its record is the journal, to which Member and Tool append with the writes that matter.
/// </summary>
[Alias("makerspace.booking")]
public interface IBookingGrain : IGrainWithStringKey
{
    /// <summary>Books, or says every reason why not. Asked again with the same request it answers the same; with another, <see cref="BookingAnswer.KeyReused"/>.</summary>
    [Alias("book")] Task<BookingAnswer> Book(BookingRequest request);

    /// <summary>What <see cref="Book"/> would answer now. Writes nothing.</summary>
    [Alias("preview")] Task<BookingAnswer> Preview(BookingRequest request);

    /// <summary>
    /// Journals a booking of the past that another system made (import, demo): it is history, so no rule is asked and no slot claimed.
    /// A slot that has not ended answers <c>slot-invalid</c>. The same again changes nothing.
    /// </summary>
    [Alias("remember")] Task<BookingAnswer> Remember(BookingRequest request, BookingState outcome);

    /// <summary>Moves to another slot of the same tool, or refuses and leaves the booking as it was.</summary>
    [Alias("move")] Task<BookingAnswer> Move(Slot slot, string actor, string? overrideReason);

    /// <summary>Cancels. A booking cancelled already answers as before.</summary>
    [Alias("cancel")] Task<BookingAnswer> Cancel(string actor, string? reason);

    /// <summary>The booking, or null if there is none with this id.</summary>
    [Alias("view")] Task<BookingView?> View();

    /// <summary>Finishes or undoes what a crash left between two steps. Called by the sweep.</summary>
    /// <param name="nothingInFlight">True where no step of an earlier process can still arrive (at start, as the only process): a hold need not run out first.</param>
    [Alias("settle")] Task<BookingView?> Settle(bool nothingInFlight);
}

/// <summary>A wish to book.</summary>
[GenerateSerializer, Immutable, Alias("booking-request")]
public sealed record BookingRequest
{
    [Id(0)] public string ToolId { get; init; } = "";
    [Id(1)] public string MemberId { get; init; } = "";
    [Id(2)] public Slot Slot { get; init; }
    [Id(3)] public string? Purpose { get; init; }

    /// <summary>Who asks: a member id (the member's own or a staff member's), or <c>system</c>.</summary>
    [Id(4)] public string Actor { get; init; } = "";

    /// <summary>Why staff override what may be overridden. Whether the actor may is checked where the request enters.</summary>
    [Id(5)] public string? OverrideReason { get; init; }
}

/// <summary>States of a booking's life; see docs/design for the moves between them.</summary>
[GenerateSerializer, Alias("booking-state")]
public enum BookingState
{
    /// <summary>Counts against the member's limits; the tool has not answered yet.</summary>
    Held,
    Confirmed,
    Cancelled,

    /// <summary>The hold ran out before the tool answered.</summary>
    Expired,

    /// <summary>Held for a moment, then lost to somebody faster. As if never made.</summary>
    Refused,
}

/// <summary>A booking as it is.</summary>
[GenerateSerializer, Immutable, Alias("booking-view")]
public sealed record BookingView
{
    [Id(0)] public Guid Id { get; init; }
    [Id(1)] public string ToolId { get; init; } = "";
    [Id(2)] public string MemberId { get; init; } = "";
    [Id(3)] public string? CompanyId { get; init; }
    [Id(4)] public Slot Slot { get; init; }
    [Id(5)] public BookingState State { get; init; }
    [Id(6)] public string? Purpose { get; init; }
    [Id(7)] public long PolicyVersion { get; init; }
    [Id(8)] public Instant MadeAt { get; init; }
    [Id(9)] public string MadeBy { get; init; } = "";
}

/// <summary>What came of a request on a booking.</summary>
[GenerateSerializer, Immutable, Alias("booking-answer")]
public sealed record BookingAnswer
{
    /// <summary>The booking as it is after the call; null where there is none.</summary>
    [Id(0)] public BookingView? Booking { get; init; }

    /// <summary>Every reason why not; empty where accepted.</summary>
    [Id(1)] public ImmutableArray<Refusal> Refusals { get; init; } = [];

    /// <summary>What would work instead: checked against every rule when the answer was made.</summary>
    [Id(2)] public ImmutableArray<Alternative> Alternatives { get; init; } = [];

    /// <summary>The booking id was used before, for something else.</summary>
    [Id(3)] public bool KeyReused { get; init; }

    /// <summary>What the request named and does not exist: <c>tool</c>, <c>member</c> or <c>booking</c>; else null.</summary>
    [Id(4)] public string? Missing { get; init; }

    public bool Accepted => Refusals.IsEmpty && !KeyReused && Missing is null;
}

/// <summary>A slot, of this tool or an equivalent one, that breaks no rule.</summary>
[GenerateSerializer, Immutable, Alias("alternative")]
public sealed record Alternative([property: Id(0)] string ToolId, [property: Id(1)] Slot Slot);
