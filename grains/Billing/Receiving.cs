namespace Makerspace.Billing;

/// <summary>Posts what a payment brought, what was given back of it and what the payer's bank took back: each up to what was seen.</summary>
internal static class Receiving
{
    public static AccountState Seen(AccountState state, ObservedPayment seen, Moment moment)
    {
        var kept = state.PaymentOf(seen.PaymentIntentId)
            ?? new PaymentKept { PaymentIntentId = seen.PaymentIntentId, Purpose = seen.Purpose, For = seen.For, InvoiceId = seen.InvoiceId, At = moment.Now };
        if (kept.LookedAt > seen.LookedAt) return state;
        var more = Math.Max(0, seen.Received - kept.Received);
        kept = kept with { LookedAt = seen.LookedAt, Status = seen.Status, ReceiptUrl = seen.ReceiptUrl ?? kept.ReceiptUrl, Received = kept.Received + more };
        state = state.With(kept);
        if (more > 0) state = Received(state, kept, more, moment);
        state = seen.Refunds.Aggregate(state, (next, refund) => Refunded(next, kept.PaymentIntentId, refund, moment));
        return seen.Disputes.Aggregate(state, (next, dispute) => Disputed(next, kept.PaymentIntentId, dispute, moment));
    }

    private static AccountState Received(AccountState state, PaymentKept payment, long more, Moment moment)
    {
        state = state.Post(
            moment, LedgerKind.Payment, new LedgerCause(Causes.Payment, payment.PaymentIntentId), payment.Received,
            [state.Debit(Chart.Cash, more), state.Credit(Chart.Receivable, more)], e => e with { Note = payment.ReceiptUrl }).Noted(Notice.Paid);
        return state.Invoices.FirstOrDefault(i => i.View.InvoiceId == payment.InvoiceId) is { } invoice ? Invoicing.Paid(state, invoice, more, moment) : state;
    }

    private static AccountState Refunded(AccountState state, string paymentIntentId, ObservedRefund seen, Moment moment)
    {
        var payment = state.PaymentOf(paymentIntentId)!;
        var refund = payment.Refunds.FirstOrDefault(r => r.RefundId == seen.RefundId) ?? new RefundKept(seen.RefundId, 0, 0, 0);
        var failed = seen.Status is "failed" or "canceled";
        var more = (failed ? 0 : seen.Amount) - refund.Posted;
        var asked = payment.Asked.RemoveAll(a => a.CommandId == seen.CommandId);
        var fails = failed && !payment.RefundFailed && seen.CommandId is not null;
        if (more == 0 && asked.Length == payment.Asked.Length && !fails) return state;

        var away = failed ? -refund.GivenAway : seen.CommandId is null ? GivenAway(state, more) : 0;
        var after = refund with { Posted = refund.Posted + more, GivenAway = refund.GivenAway + away, Turns = refund.Turns + 1 };
        var cause = new LedgerCause(Causes.Refund, seen.RefundId);
        state = state.With(payment with { Asked = asked, RefundFailed = payment.RefundFailed || fails, Refunds = payment.Refunds.Put(after, r => r.RefundId == seen.RefundId) })
            .Post(moment, LedgerKind.Refund, cause, refund.Turns, [state.Debit(Chart.Receivable, more), state.Credit(Chart.Cash, more)])
            .Post(moment, LedgerKind.Credit, cause, refund.Turns, [state.Debit(Chart.Goodwill, away), state.Credit(Chart.Receivable, away)]);
        return fails ? state.Noted(Notice.RefundFailed) : state;
    }

    // Given back by hand at the provider: what was not to be given back is given away. It must not be asked for again.
    private static long GivenAway(AccountState state, long amount) => amount - Math.Min(amount, Math.Max(0, -Collecting.Due(state)));

    private static AccountState Disputed(AccountState state, string paymentIntentId, ObservedDispute seen, Moment moment)
    {
        var dispute = DisputeOf(state, paymentIntentId, seen);
        var (open, lost) = Gone(seen);
        if (dispute.Status == seen.Status && (dispute.Open, dispute.Lost) == (open, lost)) return state;
        // First seen when it is lost already: the money went in two steps all the same.
        if (lost > 0 && dispute is { Open: 0, Lost: 0 }) state = Turned(state, paymentIntentId, seen with { Status = "needs_response" }, moment);
        state = Turned(state, paymentIntentId, seen, moment);
        return state.Noted(open > 0 ? Notice.DisputeOpened : Notice.DisputeClosed);
    }

    private static AccountState Turned(AccountState state, string paymentIntentId, ObservedDispute seen, Moment moment)
    {
        var payment = state.PaymentOf(paymentIntentId)!;
        var before = DisputeOf(state, paymentIntentId, seen);
        var (open, lost) = Gone(seen);
        var (opened, gone) = (open - before.Open, lost - before.Lost);
        var after = before with { Status = seen.Status, Open = open, Lost = lost, Turns = before.Turns + 1 };
        return state.With(payment with { Disputes = payment.Disputes.Put(after, d => d.DisputeId == after.DisputeId) }).Post(
            moment, lost > 0 ? LedgerKind.DisputeLost : open > 0 ? LedgerKind.DisputeOpened : LedgerKind.DisputeWon, new LedgerCause(Causes.Dispute, seen.DisputeId), before.Turns,
            [state.Debit(Chart.Disputed, opened), state.Debit(Chart.Chargebacks, gone), state.Credit(Chart.Cash, opened + gone)],
            e => e with { Note = seen.Reason });
    }

    private static DisputeKept DisputeOf(AccountState state, string paymentIntentId, ObservedDispute seen) =>
        state.PaymentOf(paymentIntentId)!.Disputes.FirstOrDefault(d => d.DisputeId == seen.DisputeId) ?? new DisputeKept(seen.DisputeId, "", 0, 0, 0);

    // What the provider has taken back for it, and what is lost for good. An inquiry (warning_…) moves no money.
    private static (long Open, long Lost) Gone(ObservedDispute seen) => seen.Status switch
    {
        "won" => (0, 0),
        "lost" => (0, seen.Amount),
        _ => seen.Status.StartsWith("warning", StringComparison.Ordinal) ? (0, 0) : (seen.Amount, 0),
    };
}
