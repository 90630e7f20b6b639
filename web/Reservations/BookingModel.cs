using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Spaces;
using NodaTime;

namespace Makerspace.Web.Reservations;

/// <summary>A booking as the API tells it.</summary>
/// <param name="State">Held, Confirmed, Cancelled or Expired.</param>
/// <param name="Price">What it costs; null while nothing is charged.</param>
/// <param name="PolicyVersion">The version of the tool's policy it was accepted under.</param>
public sealed record BookingModel(
    Guid Id, string ToolId, string MemberId, string? CompanyId, OffsetDateTime Start, OffsetDateTime End, BookingState State, string? Purpose, Money? Price,
    long PolicyVersion, OffsetDateTime MadeAt, string MadeBy, IReadOnlyDictionary<string, string> Links)
{
    public static string Address(Guid id) => $"/api/v1/bookings/{id}";

    internal static BookingModel Of(BookingView b, SpaceFacts space) => new(
        b.Id, b.ToolId, b.MemberId, b.CompanyId, b.Slot.Start.In(space), b.Slot.End.In(space), b.State, b.Purpose, null,
        b.PolicyVersion, b.MadeAt.In(space), b.MadeBy, LinksOf(b.Id, b.ToolId, b.State));

    internal static BookingModel Of(BookingRow b, SpaceFacts space) => new(
        b.Id, b.ToolId, b.MemberId, b.CompanyId, b.Start.In(space), b.End.In(space), b.State, b.Purpose, null,
        b.PolicyVersion, b.MadeAt.In(space), b.MadeBy, LinksOf(b.Id, b.ToolId, b.State));

    private static Dictionary<string, string> LinksOf(Guid id, string toolId, BookingState state)
    {
        var links = new Dictionary<string, string> { ["self"] = Address(id), ["tool"] = $"/api/v1/tools/{toolId}" };
        if (state is not (BookingState.Held or BookingState.Confirmed)) return links;
        links["move"] = Address(id) + "/move";
        links["cancel"] = Address(id) + "/cancel";
        return links;
    }
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

    /// <summary>Staff only.</summary>
    public OverrideBody? Override { get; init; }
}

/// <summary>Why a booking is cancelled.</summary>
public sealed record CancelBody : Http.IOptionalBody
{
    /// <summary>At most 500 characters.</summary>
    public string? Reason { get; init; }
}

/// <summary>A slot, of this tool or an equivalent one, that breaks no rule.</summary>
public sealed record AlternativeModel(string ToolId, OffsetDateTime Start, OffsetDateTime End)
{
    internal static AlternativeModel Of(Alternative a, SpaceFacts space) => new(a.ToolId, a.Slot.Start.In(space), a.Slot.End.In(space));
}

/// <summary>What a request to book would be answered now.</summary>
public sealed record PreviewModel(bool Accepted, Money? Price, IReadOnlyList<RefusalModel> Refusals, IReadOnlyList<AlternativeModel> Alternatives);
