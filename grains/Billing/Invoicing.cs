namespace Makerspace.Billing;

/// <summary>
/// Invoices of the subscription, which the provider makes and takes itself. Posted once, when one is more than a draft; void, it is taken back;
/// uncollectible, what is left of it is given up, until it is paid after all.
/// </summary>
internal static class Invoicing
{
    public static AccountState Seen(AccountState state, ObservedInvoice seen, Moment moment)
    {
        if (seen.Status == "draft" || state.Left.Contains(seen.InvoiceId)) return state;
        if (!IsOurs(state, seen)) return state.Wondering(seen.InvoiceId, Notice.WrongCurrency);
        if (state.Currency.Length == 0) state = state with { Currency = seen.Currency };
        var known = state.Invoices.FirstOrDefault(i => i.View.InvoiceId == seen.InvoiceId);
        if (known?.LookedAt > seen.LookedAt) return state;
        var view = ViewOf(seen);
        var wasLate = known?.IsLate == true;
        var invoice = (known ?? new InvoiceKept(view, seen.LookedAt, 0)) with { View = view, LookedAt = seen.LookedAt, Tries = seen.Attempts };
        if (known is null && seen.Status != "void") (state, invoice) = Posted(state, invoice, seen, moment);
        state = Settled(state.With(invoice), invoice, moment);
        return !wasLate && invoice.IsLate ? state.Noted(Notice.PaymentFailed) : state;
    }

    /// <summary>A payment for it brought more.</summary>
    public static AccountState Paid(AccountState state, InvoiceKept invoice, long more, Moment moment)
    {
        var paid = invoice with { Paid = invoice.Paid + more };
        return Settled(state.With(paid), paid, moment);
    }

    private static (AccountState State, InvoiceKept Invoice) Posted(AccountState state, InvoiceKept invoice, ObservedInvoice seen, Moment moment)
    {
        var cause = new LedgerCause(Causes.Invoice, seen.InvoiceId);
        // The provider's own credit pays part of it, or grows by it (a downgrade's rest).
        var posted = state.Post(
            moment, LedgerKind.Membership, cause, 0,
            [
                state.Debit(Chart.Receivable, seen.AmountDue), state.Debit(Chart.ProviderCredit, seen.Total - seen.AmountDue),
                state.Credit(Chart.Membership, seen.Total - seen.Tax), state.Credit(Chart.Tax, seen.Tax),
            ],
            e => e with { Note = seen.Number });
        var entry = state.EntryId(LedgerKind.Membership, cause, 0);
        if (seen.Total > 0) posted = posted.With(new ChargeKept(entry, LedgerKind.Membership, moment.Now, Chart.Membership, seen.Total, seen.Tax, 0, 0));
        return (posted, invoice with
        {
            ChargeId = seen.Total > 0 ? entry : null,
            Charged = seen.AmountDue,
            Paid = state.Payments.Where(p => p.InvoiceId == seen.InvoiceId).Sum(p => p.Received),
        });
    }

    private static AccountState Settled(AccountState state, InvoiceKept invoice, Moment moment)
    {
        if (invoice.View.Status == "void" && invoice.TakenBack == 0) return TakenBack(state, invoice, moment);
        var givenUp = invoice.View.Status == "uncollectible" ? Math.Max(0, invoice.Charged - invoice.TakenBack - invoice.Paid) : 0;
        var more = givenUp - invoice.GivenUp;
        if (more == 0) return state;
        return state.With(invoice with { GivenUp = givenUp, Turns = invoice.Turns + 1 }).Post(
            moment, LedgerKind.WriteOff, new LedgerCause(Causes.Invoice, invoice.View.InvoiceId), invoice.Turns,
            [state.Debit(Chart.BadDebt, more), state.Credit(Chart.Receivable, more)]);
    }

    private static AccountState TakenBack(AccountState state, InvoiceKept invoice, Moment moment)
    {
        var back = Math.Min(invoice.Charged - invoice.Paid - invoice.GivenUp, state.ChargeOf(invoice.ChargeId)?.Left ?? 0);
        if (back <= 0) return state;
        return Crediting.Note(state.With(invoice with { TakenBack = back }), state.ChargeOf(invoice.ChargeId)!, back, "void", moment);
    }

    private static InvoiceView ViewOf(ObservedInvoice seen) => new(
        seen.InvoiceId, seen.Number, seen.Status, seen.Total, seen.AmountDue, seen.AmountPaid, seen.CreatedAt, seen.HostedUrl, seen.PdfUrl) { Lines = [.. seen.Lines.Take(20)] };

    private static bool IsOurs(AccountState state, ObservedInvoice seen) =>
        (state.Currency.Length == 0 || seen.Currency == state.Currency)
        && Posting.InRange(Math.Abs(seen.Total)) && Posting.InRange(seen.AmountDue) && Posting.InRange(Math.Abs(seen.Tax)) && Posting.InRange(seen.AmountPaid);
}
