using Makerspace.ReadModels;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Billing;

/// <summary>Something that provider and ledger do not agree on.</summary>
internal sealed record Difference(string Code, string ObjectId, string Detail);

/// <summary>One payer's money as the ledger has it: cash by what it is about, and the account's fold.</summary>
internal sealed class BookOfPayer
{
    /// <summary>So many an account keeps: <see cref="AccountView.Invoices"/>.</summary>
    private const int KeptInvoices = 24;

    private readonly Dictionary<(string Type, string Id), long> cash;

    private BookOfPayer(AccountView view, Dictionary<(string Type, string Id), long> cash) => (View, this.cash) = (view, cash);

    public AccountView View { get; }

    public static async Task<BookOfPayer> Read(MakerspaceDb db, AccountView view, CancellationToken cancellation)
    {
        var sums = await (from entry in db.LedgerEntries.AsNoTracking()
                          join line in db.LedgerLines.AsNoTracking() on entry.Id equals line.EntryId
                          where entry.AccountId == view.Id && line.Account == Chart.Cash
                          group line.Amount by new { entry.CauseType, entry.CauseId } into cause
                          select new { cause.Key.CauseType, cause.Key.CauseId, Sum = cause.Sum() }).ToListAsync(cancellation);
        return new BookOfPayer(view, sums.ToDictionary(s => (s.CauseType, s.CauseId), s => s.Sum));
    }

    /// <summary>What the ledger has otherwise than it was seen.</summary>
    public IEnumerable<Difference> From(Observation seen) => seen switch
    {
        ObservedPayment payment => From(payment),
        ObservedInvoice invoice => From(invoice),
        ObservedSubscription subscription => From(subscription),
        _ => [],
    };

    private IEnumerable<Difference> From(ObservedPayment payment)
    {
        var had = cash.GetValueOrDefault((Causes.Payment, payment.PaymentIntentId));
        if (had != payment.Received)
        {
            yield return new Difference(
                had == 0 ? "payment-missing" : "amount-differs", payment.PaymentIntentId, $"The provider received {payment.Received} {payment.Currency}, the ledger has {had}.");
        }
        foreach (var refund in payment.Refunds)
        {
            var given = -cash.GetValueOrDefault((Causes.Refund, refund.RefundId));
            // One that is still on its way may be in the ledger already, or not yet.
            if (refund.Status == "succeeded" ? given != refund.Amount : refund.Status is "failed" or "canceled" && given != 0)
                yield return new Difference("refund-missing", refund.RefundId, $"The provider gave back {refund.Amount} ({refund.Status}), the ledger has {given}.");
        }
        foreach (var dispute in payment.Disputes)
        {
            var taken = -cash.GetValueOrDefault((Causes.Dispute, dispute.DisputeId));
            var moved = dispute.Status == "won" || dispute.Status.StartsWith("warning", StringComparison.Ordinal) ? 0 : dispute.Amount;
            if (taken != moved) yield return new Difference("dispute-differs", dispute.DisputeId, $"The payer's bank holds {moved} ({dispute.Status}), the ledger has {taken}.");
        }
    }

    private IEnumerable<Difference> From(ObservedInvoice invoice)
    {
        if (invoice.Status == "draft") yield break;
        var known = View.Invoices.FirstOrDefault(i => i.InvoiceId == invoice.InvoiceId);
        // Only the newest are kept: what is older than those was seen.
        if (known is null && View.Invoices.Length >= KeptInvoices && View.Invoices[^1].At > invoice.CreatedAt) yield break;
        if (known is null) yield return new Difference("invoice-missing", invoice.InvoiceId, $"Invoice {invoice.Number} ({invoice.Status}) is not in the ledger.");
        else if (known.Status != invoice.Status || known.AmountPaid != invoice.AmountPaid || known.Total != invoice.Total)
            yield return new Difference("invoice-differs", invoice.InvoiceId, $"Invoice {invoice.Number} is {invoice.Status}, the ledger has it as {known.Status}.");
    }

    private IEnumerable<Difference> From(ObservedSubscription seen)
    {
        var known = View.Subscription;
        if (known is null || known.SubscriptionId != seen.SubscriptionId)
        {
            var isSecond = known is { EndedAt: null } && known.SubscriptionId.Length > 0 && seen.EndedAt is null;
            yield return new Difference(
                isSecond ? "second-subscription" : "subscription-differs", seen.SubscriptionId, isSecond ? $"Beside {known!.SubscriptionId}: end one of them." : "The ledger does not have it.");
        }
        else if ((known.Status, known.PlanId, known.Seats, known.PeriodEnd, known.CancelAtPeriodEnd, known.Paused) != (seen.Status, seen.PlanId, seen.Seats, seen.PeriodEnd, seen.CancelAtPeriodEnd, seen.Paused))
            yield return new Difference("subscription-differs", seen.SubscriptionId, $"It is {seen.Status}, {seen.PlanId} × {seen.Seats}; the ledger has {known.Status}, {known.PlanId} × {known.Seats}.");
    }
}
