using System.Collections.Immutable;
using Makerspace.Time;
using Makerspace.Tools;
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

    /// <summary>Moves to another slot of the same tools, or refuses and leaves the booking as it was. A move to later, inside the late threshold, is refused.</summary>
    /// <param name="slot">Where to.</param>
    /// <param name="actor">Who moves it.</param>
    /// <param name="overrideReason">Why staff override what may be overridden.</param>
    /// <param name="agreed">The total that was shown; where it is another by now, <c>changed-meanwhile</c>. Null: any will do.</param>
    /// <param name="byMentor">The mentor has asked for it: then it is never too late, and costs the member nothing.</param>
    [Alias("move")] Task<BookingAnswer> Move(Slot slot, string actor, string? overrideReason, Money? agreed = null, bool byMentor = false);

    /// <summary>What <see cref="Move"/> would answer now. Writes nothing.</summary>
    [Alias("preview-move")] Task<BookingAnswer> PreviewMove(Slot slot, string actor, string? overrideReason, bool byMentor = false);

    /// <summary>Cancels. A booking cancelled already answers as before. Late, it costs the fee of its terms, unless the tool is down or the space closed.</summary>
    [Alias("cancel")] Task<BookingAnswer> Cancel(string actor, string? reason);

    /// <summary>What cancelling now would cost the actor and why; null where it cannot be cancelled. Writes nothing but what the clock has made due.</summary>
    [Alias("preview-cancel")] Task<CancelTerms?> PreviewCancel(string actor);

    /// <summary>Staff approve a booking that waits for it.</summary>
    [Alias("approve")] Task<BookingAnswer> Approve(string actor, string? note);

    /// <summary>Staff decline a booking that waits for approval; it is cancelled, free of charge.</summary>
    [Alias("decline")] Task<BookingAnswer> Decline(string actor, string? reason);

    /// <summary>The member takes an offer of the waitlist; what it costs is kept from now on.</summary>
    /// <param name="actor">Who takes it.</param>
    /// <param name="agreed">The total that was shown, where it is not the one it was offered at; where it is another by now, <c>changed-meanwhile</c>.</param>
    [Alias("accept")] Task<BookingAnswer> Accept(string actor, Money? agreed = null);

    /// <summary>Checks in: every gate of who may use the tool now is asked again. Checked in already, it answers as before.</summary>
    /// <param name="memberId">Who stands at the tool: the member or a colleague of the same company, who must be allowed to use it.</param>
    /// <param name="actor">Who says so.</param>
    /// <param name="overrideReason">Why staff override what may be overridden.</param>
    [Alias("check-in")] Task<BookingAnswer> CheckIn(string memberId, string actor, string? overrideReason);

    /// <summary>
    /// What the member meets who wants to check in, over the rest of the booking from <paramref name="at"/> on: for every gate that is shut until when. Null where they cannot
    /// check in on it at all: over, an offer, a stranger's. Writes nothing but what the clock has made due.
    /// </summary>
    [Alias("gates")] Task<UseGates?> Gates(string memberId, Instant at);

    /// <summary>Ends the use. The rest of the slot is free again at once.</summary>
    [Alias("check-out")] Task<BookingAnswer> CheckOut(string actor);

    /// <summary>A later end while checked in, if nothing stands against it. What was agreed keeps its price; only the added time is priced now.</summary>
    [Alias("extend")] Task<BookingAnswer> Extend(Instant end, string actor, string? overrideReason);

    /// <summary>
    /// Hands a booking to come to a colleague of the same company, who must be allowed to book it. Its price stays as agreed; where the member pays for it themselves
    /// it cannot be handed over: nobody pays for what another agreed to.
    /// </summary>
    [Alias("hand-over")] Task<BookingAnswer> HandOver(string memberId, string actor, string? overrideReason);

    /// <summary>An outage takes the slot: the booking ends <see cref="BookingState.Displaced"/>, free of charge, and the answer carries what would work instead.</summary>
    [Alias("displace")] Task<BookingAnswer> Displace(string actor, string reason);

    /// <summary>Staff waive a late fee, or what nobody coming costs, with a reason.</summary>
    [Alias("waive-fee")] Task<BookingAnswer> WaiveFee(string actor, string reason);

    /// <summary>Does what has fallen due by the clock: a no-show is released, an offer, an unanswered request or one without its deposit expires, one whose deposit is authorised is confirmed, a used booking completes. Late, or twice, it comes to the same.</summary>
    [Alias("due")] Task<BookingView?> Due();

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

    /// <summary>The other tools of a bundle: booked for the same slot, all or nothing.</summary>
    [Id(6)] public ImmutableArray<string> AlsoTools { get; init; } = [];

    /// <summary>The series it is an occurrence of.</summary>
    [Id(7)] public Guid? SeriesId { get; init; }

    /// <summary>The version of the tool's policy the request was made against; null where any will do.</summary>
    [Id(8)] public long? PolicyVersion { get; init; }

    /// <summary>An offer of the waitlist: holds the slot until then, for the member to accept.</summary>
    [Id(9)] public Instant? OfferUntil { get; init; }

    /// <summary>In a preview: slots to be taken for booked by the member on the same tools.</summary>
    [Id(10)] public ImmutableArray<Slot> Earlier { get; init; } = [];

    /// <summary>The waitlist entry an offer answers.</summary>
    [Id(11)] public Guid? WaitId { get; init; }

    /// <summary>Whoever asks has no use for alternatives.</summary>
    [Id(12)] public bool Quiet { get; init; }

    /// <summary>The total that was shown; where it is another by now, <c>changed-meanwhile</c>. Null: any will do.</summary>
    [Id(13)] public Money? AgreedTotal { get; init; }

    /// <summary>A booking of the same member that whoever asks cancels once this one stands, so that nobody comes in between. Whether it is theirs is checked where the request enters.</summary>
    [Id(14)] public Guid? Replaces { get; init; }

    /// <summary>Of a move: the mentor has asked for that slot.</summary>
    [Id(15)] public bool ByMentor { get; init; }
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

    /// <summary>Has the slot; staff must approve it.</summary>
    AwaitingApproval,

    /// <summary>Offered by the waitlist: has the slot until the offer runs out.</summary>
    Offered,
    CheckedIn,

    /// <summary>Took place. Its slot is the time really had.</summary>
    Completed,

    /// <summary>Cancelled inside the late threshold.</summary>
    LateCancelled,

    /// <summary>Nobody checked in.</summary>
    NoShow,

    /// <summary>An outage took its slot.</summary>
    Displaced,

    /// <summary>Has the slot; its deposit is being authorised.</summary>
    AwaitingPayment,
}

/// <summary>What may be said of states.</summary>
public static class BookingStates
{
    /// <summary>Has its slot: nobody else can.</summary>
    public static bool Occupies(this BookingState state) =>
        state is BookingState.Held or BookingState.AwaitingApproval or BookingState.AwaitingPayment or BookingState.Offered or BookingState.Confirmed or BookingState.CheckedIn;

    /// <summary>Has its slot, and nobody has used it yet.</summary>
    public static bool IsToCome(this BookingState state) =>
        state is BookingState.AwaitingApproval or BookingState.AwaitingPayment or BookingState.Offered or BookingState.Confirmed;
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

    /// <summary>The other tools of a bundle.</summary>
    [Id(10)] public ImmutableArray<string> AlsoTools { get; init; } = [];
    [Id(11)] public Guid? SeriesId { get; init; }

    /// <summary>What it keeps of the policy it was accepted under.</summary>
    [Id(12)] public BookingTerms Terms { get; init; } = BookingTerms.None;
    [Id(13)] public Instant? CheckedInAt { get; init; }

    /// <summary>Until when an offer is exclusive.</summary>
    [Id(14)] public Instant? OfferUntil { get; init; }

    /// <summary>What a late cancellation costs; null where nothing, or waived.</summary>
    [Id(15)] public Money? LateFee { get; init; }

    /// <summary>Why a late cancellation costs nothing; a code: <c>tool-down</c>, <c>space-closed</c>, <c>re-booked</c>, <c>staff</c>.</summary>
    [Id(16)] public string? FeeWaived { get; init; }

    /// <summary>Why it ended, in words.</summary>
    [Id(17)] public string? Reason { get; init; }

    /// <summary>The waitlist entry an offer answers.</summary>
    [Id(18)] public Guid? WaitId { get; init; }

    /// <summary>The tool and the others of its bundle.</summary>
    public IEnumerable<string> Tools => [ToolId, .. AlsoTools];

    /// <summary>The account that pays (<c>member-…</c>, <c>company-…</c>); null where no money and no hours are concerned.</summary>
    [Id(19)] public string? Payer { get; init; }

    /// <summary>Until when it waits for its deposit.</summary>
    [Id(20)] public Instant? PayUntil { get; init; }

    /// <summary>When the clock takes it a step further (<see cref="IBookingGrain.Due"/>); null where it never does.</summary>
    public Instant? DueAt => State switch
    {
        BookingState.AwaitingApproval => Slot.Start,
        BookingState.Offered => OfferUntil is { } until && until < Slot.End ? until : Slot.End,
        BookingState.AwaitingPayment => PayUntil is { } pay && pay < Slot.End ? pay : Slot.End,
        BookingState.Confirmed when Terms.NoShowGrace is { } grace && Slot.Start + grace < Slot.End => Slot.Start + grace,
        BookingState.Confirmed => Slot.End,
        BookingState.CheckedIn => Slot.End + Over,
        _ => null,
    };

    /// <summary>First instant at which cancelling is late; null where it never is.</summary>
    public Instant? FreeUntil => State == BookingState.Confirmed && Terms is { LateCancelThreshold: { } threshold, LateCancelFee: not null } ? Slot.Start - threshold : null;

    /// <summary>From when on one may check in: 15 minutes before the start where the terms do not say.</summary>
    public Instant CheckInOpensAt => Slot.Start - (Terms.CheckInOpens ?? Duration.FromMinutes(15));

    /// <summary>How long somebody may stay checked in after the end before the booking completes by itself.</summary>
    public static readonly Duration Over = Duration.FromHours(1);
}

/// <summary>The gates between somebody and the tool they have booked.</summary>
/// <param name="Booking">As it is.</param>
/// <param name="Bars">Those that are shut, each until when.</param>
/// <param name="Alone">When nobody may be alone with it: whether somebody else is there shows then.</param>
[GenerateSerializer, Immutable, Alias("use-gates")]
public sealed record UseGates(
    [property: Id(0)] BookingView Booking, [property: Id(1)] ImmutableArray<Access.PermitBar> Bars, [property: Id(2)] ImmutableArray<Slot> Alone);

/// <summary>What cancelling now would come to.</summary>
/// <param name="Late">It is inside the late threshold.</param>
/// <param name="Fee">What it costs; null where nothing.</param>
/// <param name="Waived">Why late costs nothing; a code.</param>
/// <param name="FreeUntil">Until when it costs nothing; null: always.</param>
[GenerateSerializer, Immutable, Alias("cancel-terms")]
public sealed record CancelTerms(
    [property: Id(0)] bool Late, [property: Id(1)] Money? Fee, [property: Id(2)] string? Waived, [property: Id(3)] Instant? FreeUntil);

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

    /// <summary>In a preview: what the booking would become, <see cref="BookingState.Confirmed"/>, <see cref="BookingState.AwaitingApproval"/> or <see cref="BookingState.AwaitingPayment"/>.</summary>
    [Id(5)] public BookingState Becomes { get; init; } = BookingState.Confirmed;

    /// <summary>What it costs, or would cost as asked for; null where nothing.</summary>
    [Id(6)] public Billing.BookingPrice? Price { get; init; }

    public bool Accepted => Refusals.IsEmpty && !KeyReused && Missing is null;
}

/// <summary>A slot, of this tool or an equivalent one, that breaks no rule.</summary>
[GenerateSerializer, Immutable, Alias("alternative")]
public sealed record Alternative([property: Id(0)] string ToolId, [property: Id(1)] Slot Slot);
