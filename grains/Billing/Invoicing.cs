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

    /// <summary>Of what is given up, staff may take some back.</summary>
    public static AccountState Followed(AccountState state, Moment moment) => state.Invoices.Where(i => i.View.Status == "uncollectible").Aggregate(state, (next, i) => Settled(next, i, moment));

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

    /// <summary>Another card may be good for what the provider could not take: it is asked to take it at once, with each card once.</summary>
    public static AccountState WithNewCard(AccountState state, Moment moment) => state.Invoices.Where(i => i.IsLate).Aggregate(state, (next, invoice) => next.With(new PaymentCommand
    {
        Id = state.IdFor("pay-invoice", invoice.View.InvoiceId, state.Card!.PaymentMethodId), Kind = PaymentCommandKind.PayInvoice, NotBefore = moment.Now,
        Amount = invoice.Awaited, Currency = state.Currency, InvoiceId = invoice.View.InvoiceId,
    }));

    /// <summary>The card is not good for it either, or its bank wants the payer.</summary>
    public static AccountState Declined(AccountState state, DeliveryOutcome outcome) =>
        state.Noted(outcome.Code is Codes.AuthenticationRequired or Codes.InvoiceNeedsPayer or Codes.NoPaymentMethod ? Notice.NeedsPayer : Notice.PaymentFailed);

    private static AccountState Settled(AccountState state, InvoiceKept invoice, Moment moment)
    {
        // Staff may have taken some of it back already, and the provider's credit paid its part.
        var owed = Math.Max(0, (state.ChargeOf(invoice.ChargeId)?.Left - invoice.FromCredit ?? invoice.Charged) - invoice.Paid);
        var more = (invoice.View.Status == "uncollectible" ? owed : 0) - invoice.GivenUp;
        if (more != 0)
        {
            var given = invoice with { GivenUp = invoice.GivenUp + more, Turns = invoice.Turns + 1 };
            state = state.With(given).Post(
                moment, LedgerKind.WriteOff, new LedgerCause(Causes.Invoice, invoice.View.InvoiceId), invoice.Turns,
                [state.Debit(Chart.BadDebt, more), state.Credit(Chart.Receivable, more)]);
            invoice = given;
        }
        return invoice.View.Status == "void" ? Voided(state, invoice, moment) : state;
    }

    // Nothing of it is charged any more; and what the provider's credit paid of it is credit there again. Once, however often it is seen.
    private static AccountState Voided(AccountState state, InvoiceKept invoice, Moment moment)
    {
        if (invoice.TakenBack || state.ChargeOf(invoice.ChargeId) is not { } charge) return state;
        var (back, taken) = (Math.Max(0, charge.Left - invoice.Paid), state.With(invoice with { TakenBack = true }));
        return back == 0 && invoice.FromCredit == 0 ? taken : Crediting.Note(taken, charge, back, "void", moment, invoice.FromCredit);
    }

    private static InvoiceView ViewOf(ObservedInvoice seen) => new(
        seen.InvoiceId, seen.Number, seen.Status, seen.Total, seen.AmountDue, seen.AmountPaid, seen.CreatedAt, seen.HostedUrl, seen.PdfUrl) { Lines = [.. seen.Lines.Take(20)] };

    private static bool IsOurs(AccountState state, ObservedInvoice seen) =>
        (state.Currency.Length == 0 || seen.Currency == state.Currency)
        && Posting.InRange(Math.Abs(seen.Total)) && Posting.InRange(seen.AmountDue) && Posting.InRange(Math.Abs(seen.Tax)) && Posting.InRange(seen.AmountPaid);
}
