using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Spaces;
using NodaTime;

namespace Makerspace.Web.Reservations;

/// <summary>A booking as the API tells it.</summary>
/// <param name="State">Where it is in its life; Held only for a moment.</param>
/// <param name="Price">What it costs, as it was agreed; null where nothing.</param>
/// <param name="PolicyVersion">The version of the tool's policy it was accepted under.</param>
/// <param name="Links">What its state allows, by name. Who may do it is another question.</param>
public sealed record BookingModel(
    Guid Id, string ToolId, string MemberId, string? CompanyId, OffsetDateTime Start, OffsetDateTime End, BookingState State, string? Purpose, PriceModel? Price,
    long PolicyVersion, OffsetDateTime MadeAt, string MadeBy, IReadOnlyDictionary<string, string> Links)
{
    /// <summary>The other tools of a bundle.</summary>
    public IReadOnlyList<string> AlsoTools { get; init; } = [];

    /// <summary>The series it is an occurrence of.</summary>
    public Guid? SeriesId { get; init; }

    /// <summary>What it keeps of the policy it was accepted under, whatever is tightened later.</summary>
    public BookingTerms? Terms { get; init; }
    public OffsetDateTime? CheckedInAt { get; init; }

    /// <summary>What its late cancellation costs; null where nothing, or waived.</summary>
    public Money? LateFee { get; init; }

    /// <summary>Why a late cancellation costs nothing: <c>tool-down</c>, <c>space-closed</c>, <c>re-booked</c> or <c>staff</c>.</summary>
    public string? FeeWaived { get; init; }

    /// <summary>Why it ended, in words.</summary>
    public string? Reason { get; init; }

    /// <summary>Until when an offer of the waitlist may be taken.</summary>
    public OffsetDateTime? OfferUntil { get; init; }

    /// <summary>Until when it waits for its deposit; <c>links.deposit</c> is where that is paid, with kind <c>Deposit</c> and this booking's id.</summary>
    public OffsetDateTime? PayUntil { get; init; }

    /// <summary>From when on cancelling is late; null where it never is.</summary>
    public OffsetDateTime? FreeUntil { get; init; }

    /// <summary>In the answer that displaces: what would work instead.</summary>
    public IReadOnlyList<AlternativeModel>? Alternatives { get; init; }

    public static string Address(Guid id) => $"/api/v1/bookings/{id}";

    internal static BookingModel Of(BookingView b, SpaceFacts space) => new(
        b.Id, b.ToolId, b.MemberId, b.CompanyId, b.Slot.Start.In(space), b.Slot.End.In(space), b.State, b.Purpose, PriceModel.Of(b.Terms.Price, space),
        b.PolicyVersion, b.MadeAt.In(space), b.MadeBy, BookingLinks.Of(b))
    {
        AlsoTools = b.AlsoTools, SeriesId = b.SeriesId, Terms = b.Terms with { Price = null }, CheckedInAt = b.CheckedInAt?.In(space), LateFee = b.LateFee, FeeWaived = b.FeeWaived,
        Reason = b.Reason, OfferUntil = b.OfferUntil?.In(space), PayUntil = b.PayUntil?.In(space), FreeUntil = b.FreeUntil?.In(space),
    };

    internal static BookingModel Of(BookingRow row, SpaceFacts space) => Of(row.View(), space);
}

/// <summary>Where each step of a booking's life is asked for.</summary>
internal static class BookingLinks
{
    private static readonly Dictionary<string, string> Paths = new(StringComparer.Ordinal)
    {
        ["move"] = "move", ["cancel"] = "cancel", ["cancelTerms"] = "cancel-terms", ["checkIn"] = "check-in", ["checkOut"] = "check-out", ["extend"] = "extend",
        ["confirm"] = "confirm", ["approve"] = "approve", ["decline"] = "decline", ["handOver"] = "hand-over", ["displace"] = "displace", ["waiveFee"] = "waive-fee",
    };

    public static Dictionary<string, string> Of(BookingView booking)
    {
        var links = new Dictionary<string, string> { ["self"] = BookingModel.Address(booking.Id), ["tool"] = $"/api/v1/tools/{booking.ToolId}" };
        foreach (var name in Allowed(booking)) links[name] = $"{BookingModel.Address(booking.Id)}/{Paths[name]}";
        if (booking is { State: BookingState.AwaitingPayment, Payer: { } payer }) links["deposit"] = $"/api/v1/accounts/{payer}/checkout";
        return links;
    }

    private static string[] Allowed(BookingView booking) => booking.State switch
    {
        BookingState.AwaitingPayment => ["move", "cancel", "cancelTerms", "displace"],
        BookingState.AwaitingApproval => ["approve", "decline", "move", "handOver", "cancel", "cancelTerms", "displace"],
        BookingState.Offered => ["confirm", "cancel", "cancelTerms", "displace"],
        BookingState.Confirmed => ["checkIn", "move", "handOver", "cancel", "cancelTerms", "displace"],
        BookingState.CheckedIn => ["checkOut", "extend", "displace"],
        BookingState.LateCancelled when booking.LateFee is not null => ["waiveFee"],
        BookingState.NoShow when booking is { Payer: not null, FeeWaived: null } => ["waiveFee"],
        _ => [],
    };
}

/// <summary>A wish to book.</summary>
public sealed record BookingBody
{
    /// <summary>The tool's id.</summary>
    public string? ToolId { get; init; }

    /// <summary>RFC 3339 with offset.</summary>
    public OffsetDateTime? Start { get; init; }

    /// <summary>RFC 3339 with offset; no longer part of the booking.</summary>
    public OffsetDateTime? End { get; init; }

    /// <summary>Whom it is for. Staff only, except one's own.</summary>
    public string? MemberId { get; init; }

    /// <summary>At most 500 characters.</summary>
    public string? Purpose { get; init; }

    /// <summary>The other tools of a bundle, for the same slot: all or nothing. At most nine.</summary>
    public IReadOnlyList<string>? AlsoTools { get; init; }

    /// <summary>The version of the tool that the request was made against; where it is another now, <c>changed-meanwhile</c>.</summary>
    public long? PolicyVersion { get; init; }

    /// <summary>The total that a preview showed; where it is another now, <c>changed-meanwhile</c>. Null: any will do.</summary>
    public Money? AgreedTotal { get; init; }

    /// <summary>Staff only: book in spite of refusals that may be overridden.</summary>
    public OverrideBody? Override { get; init; }
}

/// <summary>Staff's wish to book in spite of refusals.</summary>
/// <param name="Reason">Why; it is journalled. At most 500 characters.</param>
public sealed record OverrideBody(string? Reason);

/// <summary>Where to move a booking.</summary>
public sealed record MoveBody
{
    public OffsetDateTime? Start { get; init; }
    public OffsetDateTime? End { get; init; }

    /// <summary>The total that a preview showed; where it is another now, <c>changed-meanwhile</c>. Null: any will do.</summary>
    public Money? AgreedTotal { get; init; }

    /// <summary>Staff only.</summary>
    public OverrideBody? Override { get; init; }
}

/// <summary>A slot, of this tool or an equivalent one, that breaks no rule.</summary>
public sealed record AlternativeModel(string ToolId, OffsetDateTime Start, OffsetDateTime End)
{
    internal static AlternativeModel Of(Alternative a, SpaceFacts space) => new(a.ToolId, a.Slot.Start.In(space), a.Slot.End.In(space));
}

/// <summary>What a request to book would be answered now.</summary>
/// <param name="Becomes">Where accepted: <c>Confirmed</c>, <c>AwaitingApproval</c> where staff must approve it first, or <c>AwaitingPayment</c> where it stands once its deposit is authorised.</param>
/// <param name="Price">What it costs, also where it is refused; null where nothing.</param>
public sealed record PreviewModel(
    bool Accepted, BookingState? Becomes, PriceModel? Price, IReadOnlyList<RefusalModel> Refusals, IReadOnlyList<AlternativeModel> Alternatives);
