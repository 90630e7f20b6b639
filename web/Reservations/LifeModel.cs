using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using NodaTime;

namespace Makerspace.Web.Reservations;

/// <summary>Why a booking is cancelled or declined.</summary>
public sealed record CancelBody : IOptionalBody
{
    /// <summary>At most 500 characters.</summary>
    public string? Reason { get; init; }
}

/// <summary>What staff say when they approve.</summary>
public sealed record ApproveBody : IOptionalBody
{
    /// <summary>At most 500 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>Why staff do it; it is journalled.</summary>
public sealed record ReasonBody
{
    /// <summary>At most 500 characters.</summary>
    public string? Reason { get; init; }
}

/// <summary>At which price an offer is taken.</summary>
public sealed record ConfirmBody : IOptionalBody
{
    /// <summary>The total that was shown; null: the one it was offered at.</summary>
    public Money? AgreedTotal { get; init; }
}

/// <summary>Who checks in.</summary>
public sealed record CheckInBody : IOptionalBody
{
    /// <summary>Staff only: who stands at the tool. Else it is the caller; where staff call, the booking's member.</summary>
    public string? MemberId { get; init; }

    /// <summary>Staff only.</summary>
    public OverrideBody? Override { get; init; }
}

/// <summary>Until when to stay.</summary>
public sealed record ExtendBody
{
    public OffsetDateTime? End { get; init; }

    /// <summary>Staff only.</summary>
    public OverrideBody? Override { get; init; }
}

/// <summary>Whose the booking shall be.</summary>
public sealed record HandOverBody
{
    /// <summary>A colleague of the same company.</summary>
    public string? MemberId { get; init; }

    /// <summary>Staff only.</summary>
    public OverrideBody? Override { get; init; }
}

/// <summary>What cancelling now would come to, for the caller.</summary>
/// <param name="Late">It is inside the late threshold.</param>
/// <param name="Fee">What it costs; null where nothing.</param>
/// <param name="Waived">Why late costs nothing all the same: <c>tool-down</c>, <c>space-closed</c> or <c>staff</c>.</param>
/// <param name="FreeUntil">From when on it is late; null where it never is.</param>
public sealed record CancelTermsModel(bool Late, Money? Fee, string? Waived, OffsetDateTime? FreeUntil)
{
    internal static CancelTermsModel Of(CancelTerms terms, SpaceFacts space) => new(terms.Late, terms.Fee, terms.Waived, terms.FreeUntil?.In(space));
}
