using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>What a booking would cost its payer, what stands against it on their side, and the keeping of a price.</summary>
internal static class Quoting
{
    /// <summary>So long before a booking its deposit is authorised: card networks keep an authorisation for about a week.</summary>
    public static readonly Duration DepositAhead = Duration.FromDays(5);

    public static PriceAnswer Price(AccountState state, PriceRequest request, Instant now)
    {
        var known = state with { TimeZone = request.Space.TimeZone, Settings = request.Space.Billing ?? state.Settings };
        var price = Pricing.Of(request, Hours.For(known, request));
        return new PriceAnswer(price, [.. Refusals(known, request, price, now).Where(r => request.OverrideReason is null || !r.Overridable)]);
    }

    /// <summary>Keeps the price for the booking: beside the one it has, until the booking says which of them holds.</summary>
    public static (AccountState State, PriceAnswer Answer) Reserve(AccountState state, PriceRequest request, BookingPrice? agreed, Instant now)
    {
        var kept = state.BookingOf(request.BookingId);
        if (agreed is not null && (kept?.Next ?? kept?.Price) is { } before && StoredJson.Same(agreed, before) && kept!.Slot == request.Slot) return (state, new PriceAnswer(before, []));
        // Of one that was never made nothing is left but that; it may be made after all.
        if (kept is { OverAt: not null, ChargeId: null, Deposit: null }) kept = null;
        // Whoever found the hold run out may have told us that there is no such booking.
        if (request.HeldUntil <= now || kept?.OverAt is not null) return (state, new PriceAnswer(null, [new ChangedMeanwhile("booking")]));
        var answer = Price(state, request, now);
        if (!answer.Refusals.IsEmpty) return (state, answer);
        if (agreed is not null && !StoredJson.Same(agreed, answer.Price)) return (state, answer with { Refusals = [new ChangedMeanwhile("price")] });
        return (answer.Price is { } price ? Kept(Knowing(state, request.Space, request.PlanId), request, price, kept) : state, answer);
    }

    /// <summary>Remembers of the space what later calls need.</summary>
    public static AccountState Knowing(AccountState state, SpaceFacts space, string? planId)
    {
        var known = state with
        {
            TimeZone = space.TimeZone,
            Settings = space.Billing ?? state.Settings,
            Currency = state.Currency.Length > 0 && !IsEmpty(state) ? state.Currency : space.Currency,
        };
        foreach (var id in new[] { state.Subscription?.PlanId, planId }.OfType<string>().Where(space.Plans.ContainsKey).Distinct(StringComparer.Ordinal))
        {
            var plan = Hours.PlanHoursOf(id, space.Plans[id]) ?? new PlanHours(id, 0, BillingInterval.Month);
            known = known with { Plans = [.. known.Plans.Where(p => p.PlanId != id).TakeLast(3), plan] };
        }
        return known;
    }

    /// <summary>The currency of the account is another one, and it has money in it.</summary>
    public static bool IsForeign(AccountState state, string currency) => state.Currency.Length > 0 && !IsEmpty(state) && state.Currency != currency;

    private static bool IsEmpty(AccountState state) => state.Sums.All(s => s.Amount == 0) && state.Bookings.All(b => b.OverAt is not null) && state.Packs.IsEmpty && state.Commands.IsEmpty;

    private static IEnumerable<Refusal> Refusals(AccountState state, PriceRequest request, BookingPrice? price, Instant now)
    {
        switch (Standings.Of(state, now))
        {
            case PayerStanding.Overdue:
                yield return new BalanceDue(new Money(state.Owed, state.Currency), state.CompanyId);
                break;
            case PayerStanding.Suspended:
                yield return new Suspended("unpaid", Until: null, Strikes: null, state.CompanyId);
                break;
        }
        if (price is null) yield break;
        if (IsForeign(state, price.Total.Currency)) yield return new NotPossible("wrong-currency");
        if (!Posting.InRange(price.Total.Amount) || !Posting.InRange(price.Deposit?.Amount ?? 0)) yield return new NotPossible("out-of-range");
        if (state.Card is null && NeedsCard(state.Settings, price, request.Slot.Start - now)) yield return new PaymentMethodMissing();
    }

    // A deposit that is near is paid in a checkout; one to be authorised later, without the payer, needs a card.
    private static bool NeedsCard(BillingSettings settings, BookingPrice price, Duration ahead) =>
        (settings.CardRequired && price.Total.Amount > 0) || (price.Deposit is not null && ahead > DepositAhead);

    private static AccountState Kept(AccountState state, PriceRequest request, BookingPrice price, BookingMoneyKept? kept)
    {
        var next = kept?.Price is null
            ? (kept ?? new BookingMoneyKept { BookingId = request.BookingId }) with { Price = price, Next = null }
            : StoredJson.Same(kept.Price, price) ? kept with { Next = null } : kept with { Next = price };
        return state.With(next with { Slot = request.Slot });
    }
}
