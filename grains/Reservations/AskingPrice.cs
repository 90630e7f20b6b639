using System.Collections.Immutable;
using Makerspace.Billing;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>What is known of a price before it is asked for.</summary>
/// <param name="Payer">Who pays, of a booking that has a payer; null: whoever pays for the member now.</param>
/// <param name="Agreed">The total that was shown; null: any will do.</param>
internal sealed record PriceTerms(string? Payer = null, Money? Agreed = null)
{
    /// <summary>Of an extension: until when the time is agreed already, and at what price.</summary>
    public Instant? KeptUntil { get; init; }
    public BookingPrice? Kept { get; init; }
}

/// <summary>What a booking would cost.</summary>
/// <param name="Payer">The account that is told of the booking; null where no money and no hours are concerned.</param>
/// <param name="Request">As it was asked; null where no account was.</param>
/// <param name="Price">Null where it costs nothing.</param>
/// <param name="Refusals">The payer's, and that the price is another than the one shown.</param>
internal sealed record PriceQuote(string? Payer, PriceRequest? Request, BookingPrice? Price, ImmutableArray<Refusal> Refusals);

/// <summary>Asks the account of the one who pays, where the space takes money. Else nobody is asked.</summary>
internal sealed class AskingPrice(IGrainFactory grains)
{
    /// <summary>What the booking would cost whoever pays for it.</summary>
    /// <param name="claim">The booking as it is asked for, with the terms it would be made under.</param>
    /// <param name="hold">Its tools.</param>
    /// <param name="known">What is known of the price; null where none is wanted.</param>
    public async Task<PriceQuote> Ask(ClaimRequest claim, HoldRequest hold, PriceTerms? known)
    {
        var nothing = new PriceQuote(known?.Payer, null, null, []);
        if (known is null || claim.Space.Billing is null || claim.PlanId is null || !claim.Slot.IsBookable) return nothing;
        var priced = known.Kept is not null || Pricing.Concerns(hold.Tools, claim.Space.Plans.GetValueOrDefault(claim.PlanId));
        var fee = claim.Terms is { LateCancelThreshold: not null, LateCancelFee.Amount: > 0 };
        var payer = known.Payer ?? await PayerOf(claim);
        var request = RequestFor(claim, hold, known);
        // Also of tools that cost nothing: whoever owes and is overdue books none of them either.
        var answer = await grains.GetGrain<IAccountGrain>(Keys.Account(payer)).Price(request);
        ImmutableArray<Refusal> refusals = [.. answer.Refusals.Where(r => !r.Overridable || claim.OverrideReason is null), .. Changed(known, answer.Price, claim.Space.Currency)];
        return priced ? new PriceQuote(payer, request, answer.Price, refusals) : nothing with { Payer = fee ? payer : known.Payer, Refusals = refusals };
    }

    private static IEnumerable<Refusal> Changed(PriceTerms known, BookingPrice? price, string currency)
    {
        if (known.Agreed is { } agreed && agreed != (price?.Total ?? new Money(0, currency))) yield return new ChangedMeanwhile("price");
    }

    private async Task<string> PayerOf(ClaimRequest claim)
    {
        if (claim.CompanyId is { } id && await grains.GetGrain<ICompanyGrain>(Keys.Company(id)).View() is { Definition.Pays: true }) return "company-" + id;
        return "member-" + claim.MemberId;
    }

    private static PriceRequest RequestFor(ClaimRequest claim, HoldRequest hold, PriceTerms known) => new()
    {
        BookingId = claim.BookingId,
        MemberId = claim.MemberId,
        Slot = claim.Slot,
        Tools = [.. hold.Tools],
        PlanId = claim.PlanId,
        Space = claim.Space,
        OverrideReason = claim.OverrideReason,
        KeptUntil = known.KeptUntil,
        Kept = known.Kept,
        Earlier = claim.Earlier,
        HeldUntil = claim.HeldUntil,
    };
}
