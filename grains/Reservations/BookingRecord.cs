using System.Collections.Immutable;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>A booking as its events tell it.</summary>
/// <param name="View">What others see.</param>
/// <param name="Asked">The slot first asked for: with the tools, the member and the purpose, what makes a retry the same request.</param>
/// <param name="Claims">Keys of what it claims, in the order of claiming. The last is the booking's home: what that one says of it is true.</param>
/// <param name="Unsettled">The parties may disagree: a step was begun and not seen to end.</param>
/// <param name="HeldUntil">After this the step under way can no longer succeed.</param>
internal sealed record BookingRecord(BookingView View, Slot Asked, ImmutableArray<string> Claims, bool Unsettled, Instant HeldUntil)
{
    /// <summary>The slot that the step under way moves to.</summary>
    public Slot? MovingTo { get; init; }

    /// <summary>Of a hand-over under way: the member whose hold is one too many. The colleague's until the tool has agreed, then the giver's.</summary>
    public string? Surplus { get; init; }

    /// <summary>The hand-over under way has the tool's word.</summary>
    public bool Handed { get; init; }

    /// <summary>The member the booking was first made for: a hand-over does not make the first request another one.</summary>
    public string MadeFor { get; init; } = "";

    public Instant? EndedAt { get; init; }

    /// <summary>All that may be missing is that the payer's account knows of it.</summary>
    public bool Telling { get; init; }

    /// <summary>The tool or room whose claim is the truth about the booking.</summary>
    public string Home => Keys.Id(Claims[^1]);

    /// <summary>The record of a booking that has these events, or null if it has none.</summary>
    public static BookingRecord? Of(IEnumerable<BookingEvent> events) => events.Aggregate((BookingRecord?)null, After);

    /// <summary>The record once <paramref name="happened"/> has.</summary>
    public static BookingRecord? After(BookingRecord? record, BookingEvent happened) => (record, happened) switch
    {
        (_, BookingHeld held) => Begun(held),
        (null, _) => null,
        (_, BookingMoving moving) => record with { Unsettled = true, MovingTo = moving.To, HeldUntil = moving.HeldUntil, View = BookingFold.After(record.View, happened) },
        (_, BookingHandingOver handing) => record with { Unsettled = true, Surplus = handing.To, Handed = false, HeldUntil = handing.HeldUntil },
        (_, BookingMoved) => record with { Unsettled = true, View = BookingFold.After(record.View, happened) },
        (_, BookingHandedOver handed) => record with { Unsettled = true, Surplus = handed.From, Handed = true, View = BookingFold.After(record.View, happened) },
        (_, BookingEnded ended) => record with
        {
            Unsettled = !ended.HoldSettled, MovingTo = null, Surplus = ended.HoldSettled ? null : record.Surplus, EndedAt = ended.At, View = BookingFold.After(record.View, happened),
        },
        (_, HoldSettled settled) when !BookingFold.Settles(record.View, settled) => record with { Surplus = null },
        (_, BookingConfirmed or BookingAdvanced or BookingFeeWaived) when BookingFold.ToBeTold(record.View, happened) => record with
        {
            Unsettled = true, Telling = true, View = BookingFold.After(record.View, happened),
        },
        (_, BookingConfirmed or HoldSettled) => record.Settled(BookingFold.After(record.View, happened)),
        _ => record with { View = BookingFold.After(record.View, happened) },
    };

    private static BookingRecord Begun(BookingHeld held) => new(
        BookingFold.Begun(held), held.Slot, held.Claims.IsEmpty ? [Keys.Tool(held.ToolId)] : held.Claims, Unsettled: true, held.HeldUntil)
    {
        MadeFor = held.MemberId,
    };

    public BookingRecord Settled(BookingView view) => this with { View = view, Unsettled = false, Telling = false, MovingTo = null, Surplus = null };

    /// <summary>Whether <paramref name="request"/> is the one this booking was made by.</summary>
    public bool MadeBy(BookingRequest request) =>
        (View.ToolId, MadeFor, Asked, View.Purpose) == (request.ToolId, request.MemberId, request.Slot, request.Purpose)
        && View.AlsoTools.SequenceEqual(request.AlsoTools);

    /// <summary>What the member's hold covers: of a booking that counts, the time it has or had; null where it counts no more.</summary>
    public Slot? Counted => View.State.Occupies() || View.State is BookingState.Completed or BookingState.NoShow ? View.Slot : null;

    /// <summary>Whether these are the tools and rooms that it has. A tool may be in another room now; areas come and go freely, they are no home.</summary>
    public bool ClaimsThings(ImmutableArray<string> claims) => Things(Claims).SequenceEqual(Things(claims));

    private static IEnumerable<string> Things(ImmutableArray<string> claims) => claims.Where(key => !key.StartsWith("area-", StringComparison.Ordinal));

    /// <summary>What the member keeps of it if it ended so: the strike of a no-show.</summary>
    public MemberMark? Mark(BookingState outcome, Instant at) => outcome == BookingState.NoShow
        ? new MemberMark(new Strike(View.Id, View.ToolId, at, at + (View.Terms.StrikeExpiry ?? StrikeExpiry)), [], at)
        : null;

    private static readonly Duration StrikeExpiry = Duration.FromDays(90);
}
