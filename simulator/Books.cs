using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator;

/// <summary>A payment in the simulator's books.</summary>
public sealed record BookedPayment(string Id, string? Customer, string Status, long Amount, long Received, long Capturable, string Currency, string? Invoice, IReadOnlyDictionary<string, string> Metadata);

/// <summary>A refund in the simulator's books.</summary>
public sealed record BookedRefund(string Id, string? PaymentIntent, string? Customer, long Amount, string Currency, string Status, IReadOnlyDictionary<string, string> Metadata);

/// <summary>A dispute in the simulator's books.</summary>
public sealed record BookedDispute(string Id, string? PaymentIntent, string? Customer, long Amount, string Currency, string Status);

/// <summary>An invoice in the simulator's books.</summary>
public sealed record BookedInvoice(string Id, string Customer, string? Subscription, string Status, string? Number, long Total, long Tax, long AmountDue, long AmountPaid, string Currency);

/// <summary>A subscription in the simulator's books.</summary>
public sealed record BookedSubscription(string Id, string Customer, string Status, string Price, long Quantity, IReadOnlyDictionary<string, string> Metadata);

/// <summary>
/// The simulator's own books as of one moment, each list oldest first. Money here is what a bank would say: what came, what was given back, what a bank took back.
/// </summary>
public sealed record Books(
    IReadOnlyList<BookedPayment> Payments, IReadOnlyList<BookedRefund> Refunds, IReadOnlyList<BookedDispute> Disputes, IReadOnlyList<BookedInvoice> Invoices,
    IReadOnlyList<BookedSubscription> Subscriptions, IReadOnlyDictionary<string, long> Credits, long Net)
{
    /// <summary>What a customer has paid, less what was given or taken back: minor units.</summary>
    public long Kept(string customer) => Payments.Where(p => p.Customer == customer).Sum(p => p.Received)
        - Refunds.Where(r => r.Customer == customer && r.Status == "succeeded").Sum(r => r.Amount)
        - Disputes.Where(d => d.Customer == customer && d.Status != "won").Sum(d => d.Amount);

    internal static Books Of(Work work)
    {
        var payments = Oldest<PaymentIntent>(work).Select(p => new BookedPayment(p.Id, p.Customer, p.Status, p.Amount, p.AmountReceived, p.AmountCapturable, p.Currency, p.Invoice, p.Metadata)).ToList();
        var payers = payments.ToDictionary(p => p.Id, p => p.Customer, StringComparer.Ordinal);
        string? Payer(string? intent) => intent is null ? null : payers.GetValueOrDefault(intent);
        return new(
            payments,
            [.. Oldest<Refund>(work).Select(r => new BookedRefund(r.Id, r.PaymentIntent, Payer(r.PaymentIntent), r.Amount, r.Currency, r.Status, r.Metadata))],
            [.. Oldest<Dispute>(work).Select(d => new BookedDispute(d.Id, d.PaymentIntent, Payer(d.PaymentIntent), d.Amount, d.Currency, d.Status))],
            [.. Oldest<Billing.Invoice>(work).Select(Billing.Invoice.Booked)],
            [.. Oldest<Billing.Subscription>(work).Select(Billing.Subscription.Booked)],
            Oldest<Customer>(work).ToDictionary(c => c.Id, c => -c.Balance, StringComparer.Ordinal),
            Oldest<BalanceTransaction>(work).Sum(t => t.Net));
    }

    private static IEnumerable<T> Oldest<T>(Work work) where T : Resource => Enumerable.Reverse(work.Newest<T>());
}
