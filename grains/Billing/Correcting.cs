using Makerspace.Reservations;

namespace Makerspace.Billing;

/// <summary>What came of a decision about an account.</summary>
internal readonly record struct Decided(AccountState State, Refusal? Refusal = null, string? Missing = null);

/// <summary>Staff correct the book; payers object to charges and get an answer.</summary>
internal static class Correcting
{
    private const int MostObjections = 200;

    public static Decided Adjusted(AccountState state, Adjustment adjustment, Moment moment)
    {
        if (state.Adjustments.Any(a => a.Id == adjustment.Id)) return new Decided(state);
        if (adjustment.Amount.Amount <= 0 || !Posting.InRange(adjustment.Amount.Amount) || adjustment.TaxBasisPoints is < 0 or > 5000) return No(state, "out-of-range");
        if (Quoting.IsForeign(state, adjustment.Amount.Currency)) return No(state, "wrong-currency");
        if (string.IsNullOrWhiteSpace(adjustment.Reason)) return No(state, "reason-missing");
        var known = state with { Currency = adjustment.Amount.Currency, Adjustments = state.Adjustments.Add(new AdjustmentKept(adjustment.Id, moment.Now)) };
        var decided = adjustment.Kind switch
        {
            AdjustmentKind.Credit => new Decided(Posted(known, adjustment, moment, LedgerKind.Credit, Chart.Goodwill, Chart.Credit)),
            AdjustmentKind.Charge => new Decided(Charged(known, adjustment, moment)),
            AdjustmentKind.CreditNote => CreditNote(known, adjustment.EntryId, adjustment.Amount.Amount, adjustment.Reason, moment),
            AdjustmentKind.PaymentByHand => LessOwed(known, adjustment, moment, LedgerKind.PaymentByHand, Chart.CashByHand),
            AdjustmentKind.WriteOff => LessOwed(known, adjustment, moment, LedgerKind.WriteOff, Chart.BadDebt),
            _ => No(state, "out-of-range"),
        };
        return decided is { Refusal: null, Missing: null } ? decided : decided with { State = state };
    }

    public static Decided Objected(AccountState state, Guid entryId, string words, Moment moment)
    {
        if (state.ChargeOf(entryId) is not { } charge) return new Decided(state, Missing: "entry");
        if (Objecting.Until(charge.At) <= moment.Now) return No(state, "charge-too-old");
        if (state.Objections.Any(o => o.EntryId == entryId)) return No(state, "already-objected");
        if (state.Objections.Count(o => o.Accepted is null) >= MostObjections) return No(state, "out-of-range");
        var objection = new ObjectionView(entryId, moment.Now, moment.Actor, words, null, null, null, null);
        return new Decided((state with { Objections = state.Objections.Add(objection) }).Noted(Notice.Objected));
    }

    public static Decided Answered(AccountState state, Guid entryId, bool accepted, long? amount, string words, Moment moment)
    {
        if (state.Objections.FirstOrDefault(o => o.EntryId == entryId) is not { } objection) return new Decided(state, Missing: "objection");
        if (objection.Accepted is not null) return No(state, "already-answered");
        var left = state.ChargeOf(entryId)?.Left ?? 0;
        var decided = accepted && left > 0 ? CreditNote(state, entryId, amount ?? left, words, moment) : new Decided(state);
        if (decided is not { Refusal: null, Missing: null }) return decided with { State = state };
        var answered = objection with { Accepted = accepted, AnsweredBy = moment.Actor, Answer = words, AnsweredAt = moment.Now };
        return new Decided((decided.State with { Objections = decided.State.Objections.Put(answered, o => o.EntryId == entryId) }).Noted(Notice.ObjectionAnswered));
    }

    private static Decided CreditNote(AccountState state, Guid? entryId, long amount, string reason, Moment moment)
    {
        if (state.ChargeOf(entryId) is not { } charge) return new Decided(state, Missing: "entry");
        if (amount <= 0) return No(state, "out-of-range");
        return amount > charge.Left ? No(state, "more-than-charged") : new Decided(Crediting.Note(state, charge, amount, reason, moment));
    }

    private static AccountState Charged(AccountState state, Adjustment adjustment, Moment moment)
    {
        var (gross, tax) = (adjustment.Amount.Amount, Posting.TaxIn(adjustment.Amount.Amount, adjustment.TaxBasisPoints));
        var entry = state.EntryId(LedgerKind.Adjustment, Cause(adjustment), 0);
        return state.Post(
            moment, LedgerKind.Adjustment, Cause(adjustment), 0, [state.Debit(Chart.Receivable, gross), state.Credit(Chart.Fees, gross - tax), state.Credit(Chart.Tax, tax)],
            e => e with { Note = adjustment.Reason }).With(new ChargeKept(entry, LedgerKind.Adjustment, moment.Now, Chart.Fees, gross, tax, 0, 0));
    }

    // Money that may be moving for it already is not taken a second time, and no more is taken than is owed.
    private static Decided LessOwed(AccountState state, Adjustment adjustment, Moment moment, LedgerKind kind, string account)
    {
        if (state.Collection is { } collection && Collecting.IsUnderWay(state, collection)) return No(state, "payment-under-way");
        return adjustment.Amount.Amount > Collecting.Collectable(state) ? No(state, "more-than-charged") : new Decided(Posted(state, adjustment, moment, kind, account, Chart.Receivable));
    }

    private static AccountState Posted(AccountState state, Adjustment adjustment, Moment moment, LedgerKind kind, string debit, string credit) => state.Post(
        moment, kind, Cause(adjustment), 0, [state.Debit(debit, adjustment.Amount.Amount), state.Credit(credit, adjustment.Amount.Amount)], e => e with { Note = adjustment.Reason });

    /// <summary>The id that the entry of a correction has.</summary>
    public static Guid EntryOf(string accountId, Guid adjustmentId) => Posting.EntryId(accountId, LedgerKind.Adjustment, new LedgerCause(Causes.Staff, adjustmentId.ToString()), 0);

    private static LedgerCause Cause(Adjustment adjustment) => new(Causes.Staff, adjustment.Id.ToString());

    private static Decided No(AccountState state, string reason) => new(state, new NotPossible(reason));
}
