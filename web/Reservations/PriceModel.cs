using Makerspace.Billing;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Billing;

namespace Makerspace.Web.Reservations;

/// <summary>What a booking costs, as it was agreed or would be.</summary>
/// <param name="Total">To pay in money, tax included.</param>
/// <param name="Tax">The tax in it, in minor units.</param>
/// <param name="IncludedMinutes">Taken from the hours that the plan includes.</param>
/// <param name="PackMinutes">Taken from prepaid packs.</param>
/// <param name="Deposit">Authorised on a card beforehand; what the booking costs is taken from it, the rest is released. Null: none.</param>
/// <param name="NoShowFee">What nobody coming costs; null: what the booking costs.</param>
/// <param name="AccountId">Who pays.</param>
/// <param name="Lines">Piece by piece.</param>
public sealed record PriceModel(
    Money Total, long Tax, long IncludedMinutes, long PackMinutes, Money? Deposit, Money? NoShowFee, string AccountId, IReadOnlyList<SegmentModel> Lines)
{
    internal static PriceModel? Of(BookingPrice? price, SpaceFacts space) => price is null ? null : new(
        price.Total, price.Tax, price.IncludedMinutes, price.PackMinutes, price.Deposit, price.NoShowFee, price.AccountId, SegmentModel.Of(price.Segments, space));
}
