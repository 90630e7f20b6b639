using System.Collections.Immutable;

namespace Makerspace.Billing;

/// <summary>
/// Takes in what was seen at the provider. Amounts are posted up to what was seen, and an older look at a thing changes nothing; so seeing twice, late or
/// in another order comes to the same.
/// </summary>
internal static class Observing
{
    public static AccountState Seen(AccountState state, ImmutableArray<Observation> observations, Moment moment) =>
        observations.Aggregate(state, (next, observation) => observation switch
        {
            ObservedCustomer customer => Customer(next, customer, moment),
            ObservedSubscription subscription => Subscribing.Seen(next, subscription, moment),
            ObservedInvoice invoice => Invoicing.Seen(next, invoice, moment),
            ObservedCheckout checkout => Buying.Seen(next, checkout, moment),
            ObservedPayment payment => Payment(next, payment, moment),
            _ => next,
        });

    private static AccountState Customer(AccountState state, ObservedCustomer seen, Moment moment)
    {
        if (state.Customer is { } known && known.LookedAt > seen.LookedAt) return state;
        var isNew = seen.Card is not null && seen.Card.PaymentMethodId != state.Card?.PaymentMethodId;
        var changed = seen.Card != state.Card;
        state = state with { Customer = seen };
        if (isNew) state = Deposits.Again(Invoicing.WithNewCard(Collecting.WithNewCard(state, moment), moment));
        return changed ? state.Noted(Notice.CardChanged) : state;
    }

    private static AccountState Payment(AccountState state, ObservedPayment seen, Moment moment)
    {
        if (state.Left.Contains(seen.PaymentIntentId)) return state;
        if (!IsOurs(state, seen)) return state.Wondering(seen.PaymentIntentId, Notice.WrongCurrency);
        if (state.Currency.Length == 0) state = state with { Currency = seen.Currency };
        if (seen.Received > 0 || state.PaymentOf(seen.PaymentIntentId) is not null) state = Receiving.Seen(state, seen, moment);
        return seen.Purpose switch
        {
            PaymentPurpose.Deposit => Deposits.Seen(seen is { Status: "requires_capture", For: { } booking } ? Buying.Authorised(state, booking, moment.Now) : state, seen, moment),
            PaymentPurpose.Charge when seen.Status == "succeeded" => IsOfCollection(state, seen) ? Collecting.Paid(state) : state,
            PaymentPurpose.Charge when seen.Status == "canceled" => Collecting.Cancelled(state, seen.PaymentIntentId),
            PaymentPurpose.Balance or PaymentPurpose.Purchase when seen.Status == "succeeded" && seen.For is { } purchase => Buying.Paid(state, purchase, seen, moment),
            _ => state,
        };
    }

    private static bool IsOfCollection(AccountState state, ObservedPayment seen) =>
        state.Collection is { } collection && (collection.Id == seen.For || collection.PaymentIntentId == seen.PaymentIntentId);

    private static bool IsOurs(AccountState state, ObservedPayment seen) =>
        (state.Currency.Length == 0 || seen.Currency == state.Currency)
        && Posting.InRange(seen.Amount) && Posting.InRange(seen.Received) && Posting.InRange(seen.Capturable) && seen.Refunds.All(r => Posting.InRange(r.Amount)) && seen.Disputes.All(d => Posting.InRange(d.Amount));
}
