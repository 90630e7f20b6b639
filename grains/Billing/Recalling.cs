using System.Collections.Immutable;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>Brings a charge back that has left the state, as the ledger has it: so that it can be objected to or taken back like a new one.</summary>
internal static class Recalling
{
    /// <summary>The same again, one that is still there, somebody else's and one that is too old change nothing.</summary>
    /// <param name="state">The account.</param>
    /// <param name="entry">The entry that charged.</param>
    /// <param name="notes">What was taken back of it.</param>
    /// <param name="now">Now.</param>
    public static AccountState Recalled(AccountState state, LedgerEntry entry, ImmutableArray<LedgerEntry> notes, Instant now)
    {
        if (entry.AccountId != state.Id || state.ChargeOf(entry.Id) is not null || entry.At + Forgetting.After <= now || RevenueOf(entry) is not { } revenue) return state;
        ImmutableArray<LedgerEntry> taken = [.. notes.Where(n => n.AccountId == state.Id && n.Kind == LedgerKind.CreditNote && n.Cause == new LedgerCause(Causes.Entry, entry.Id.ToString()))];
        return state.With(new ChargeKept(entry.Id, entry.Kind, entry.At, revenue, entry.Owes, TaxOf(entry), -taken.Sum(n => n.Owes), -taken.Sum(TaxOf))
        {
            MemberId = entry.MemberId, ToolId = entry.ToolId, Notes = taken.Length,
        });
    }

    // Of what is bought and of invoices more is kept than the entry says; they do not leave.
    private static string? RevenueOf(LedgerEntry entry) => entry is { Owes: > 0, Kind: LedgerKind.Usage or LedgerKind.Adjustment or LedgerKind.LateFee or LedgerKind.NoShowFee }
        ? entry.Lines.Select(l => l.Account).FirstOrDefault(a => a.StartsWith("revenue:", StringComparison.Ordinal)) : null;

    private static long TaxOf(LedgerEntry entry) => -entry.Lines.Where(l => l.Account == Chart.Tax).Sum(l => l.Amount);
}
