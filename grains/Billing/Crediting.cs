using System.Collections.Immutable;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>Takes a charge back, whole or in part, and uses up credit.</summary>
internal static class Crediting
{
    /// <summary>A credit note over so much of a charge; its tax goes back with it in proportion, the last note takes the rest.</summary>
    /// <param name="state">The account.</param>
    /// <param name="charge">What is taken back.</param>
    /// <param name="amount">How much of it.</param>
    /// <param name="note">Why, for whoever reads the statement.</param>
    /// <param name="moment">When.</param>
    /// <param name="provider">What of it is credit at the provider again, and so not with us.</param>
    public static AccountState Note(AccountState state, ChargeKept charge, long amount, string? note, Moment moment, long provider = 0)
    {
        var tax = amount == charge.Left ? charge.Tax - charge.CreditedTax : Math.Min(charge.Tax - charge.CreditedTax, Pricing.Share(charge.Tax, amount, charge.Amount));
        var after = charge with { Credited = charge.Credited + amount, CreditedTax = charge.CreditedTax + tax, Notes = charge.Notes + 1 };
        var (taken, lines) = charge.Revenue == Chart.Prepaid ? FromPack(state, after, amount - tax) : (WithoutPass(state, after, moment.Now), [state.Debit(charge.Revenue, amount - tax)]);
        return taken.Post(
            moment, LedgerKind.CreditNote, new LedgerCause(Causes.Entry, charge.EntryId.ToString()), charge.Notes,
            [.. lines, state.Debit(Chart.Tax, tax), state.Credit(Chart.ProviderCredit, provider), state.Credit(Chart.Receivable, amount - provider)],
            e => e with { Note = note, MemberId = charge.MemberId, ToolId = charge.ToolId }).With(after);
    }

    /// <summary>Credit given by staff pays what is not being paid otherwise.</summary>
    public static AccountState Used(AccountState state, Moment moment)
    {
        var use = Math.Min(-state.Sum(Chart.Credit), Collecting.Unclaimed(state));
        if (use <= 0) return state;
        var counted = state with { Counter = state.Counter + 1 };
        return counted.Post(
            moment, LedgerKind.CreditUsed, new LedgerCause(Causes.Staff, "credit"), counted.Counter,
            [state.Debit(Chart.Credit, use), state.Credit(Chart.Receivable, use)]);
    }

    // What is not used up of a pack is not earned yet; taken back whole, its minutes go too, but those that bookings have spoken for.
    private static (AccountState State, ImmutableArray<LedgerLine> Lines) FromPack(AccountState state, ChargeKept charge, long net)
    {
        if (state.Packs.FirstOrDefault(p => p.Id == charge.PurchaseId) is not { } pack) return (state, [state.Debit(Chart.Packs, net)]);
        var unearned = Math.Min(net, pack.Value);
        var minutes = charge.Left > 0 ? 0 : Math.Max(0, pack.Left - Hours.ReservedOf(state.Bookings.Where(b => b.OverAt is null), pack));
        return (
            state.With(pack with { Value = pack.Value - unearned, Left = pack.Left - minutes }),
            [
                state.Debit(Chart.Prepaid, unearned), state.Debit(Chart.Packs, net - unearned),
                state.Debit(Chart.PackTurnover, minutes), state.Credit(Chart.PackMinutes, minutes),
            ]);
    }

    private static AccountState WithoutPass(AccountState state, ChargeKept charge, Instant now) =>
        charge is { Kind: LedgerKind.DayPass, Left: 0 } ? state with { Passes = state.Passes.RemoveAll(p => p.PurchaseId == charge.PurchaseId && p.Slot.Start > now) } : state;
}
