using NodaTime;

namespace Makerspace.Billing;

/// <summary>An account as others see it.</summary>
internal static class AccountViews
{
    public static AccountView Of(AccountState state, Instant now) => new()
    {
        Id = state.Id,
        Holder = state.Holder,
        Version = state.Version,
        Currency = state.Currency,
        Owed = state.Owed,
        Credit = -state.Sum(Chart.Credit),
        CustomerId = state.Customer?.CustomerId,
        Card = state.Card,
        Subscription = state.Subscription,
        Packs = [.. state.Packs.Select(p => p with { Reserved = Hours.ReservedOf(state.Bookings.Where(b => b.OverAt is null), p) })],
        Passes = state.Passes.RemoveAll(p => p.Slot.End <= now),
        Included = Hours.View(state, now),
        Standing = Standings.Of(state, now),
        LateSince = state.LateSince,
        Collection = state.Collection is { } c ? new CollectionView(c.Id, c.Amount, c.State, c.Attempts, c.Since, c.NextAttempt, c.Code) : null,
        Invoices = [.. state.Invoices.OrderByDescending(i => i.View.At).Select(i => i.View).Take(24)],
        Payments = [.. state.Payments.Reverse().Select(PaymentOf)],
        Objections = state.Objections,
        Deposits = [.. state.Bookings.Where(b => b.OverAt is null).SelectMany(DepositsOf)],
        Waiting = state.Commands,
        Purchase = state.Purchases.LastOrDefault(p => p.IsOpen)?.View,
        DueAt = Consequences.DueAt(state),
        SendAt = Consequences.SendAt(state),
        ReservedAmount = state.Bookings.Where(b => b.OverAt is null).Sum(b => (b.Next ?? b.Price)?.Total.Amount ?? 0),
        NextStatement = Collecting.NextStatement(state),
        TrialUsed = state.EverSubscribed,
        Askable = state.Collection is null && Collecting.Takeable(state) >= Collecting.Least(state) ? Collecting.Takeable(state) : 0,
    };

    private static PaymentView PaymentOf(PaymentKept payment) =>
        new(payment.PaymentIntentId, payment.Purpose, payment.At, payment.Received, payment.Refunded, payment.ReceiptUrl)
        {
            Disputed = payment.Disputed,
            DisputeStatus = payment.Disputes.IsEmpty ? null : payment.Disputes[^1].Status,
            Refunding = payment.Refunding,
        };

    private static IEnumerable<DepositView> DepositsOf(BookingMoneyKept booking) =>
        booking.Deposit is { } d ? [new DepositView(booking.BookingId, d.Amount, d.State, d.PaymentIntentId, d.Code)] : [];
}
