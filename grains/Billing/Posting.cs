using System.Collections.Immutable;
using Makerspace.Journal;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>When something is decided, and for whom.</summary>
internal readonly record struct Moment(Instant Now, string Actor);

/// <summary>Makes entries whose lines sum to zero in every unit, and folds them.</summary>
internal static class Posting
{
    /// <summary>No single amount is greater, in minor units or minutes: sums of a million of them still fit.</summary>
    public const long Most = 1_000_000_000_000;

    public static bool InRange(long amount) => amount is >= 0 and <= Most;

    public static LedgerLine Debit(this AccountState state, string account, long amount) => new(account, amount, state.UnitOf(account));

    public static LedgerLine Credit(this AccountState state, string account, long amount) => new(account, -amount, state.UnitOf(account));

    /// <summary>Posts an entry; without any line that moves something nothing is posted.</summary>
    /// <param name="state">The account.</param>
    /// <param name="moment">Now, and who makes it.</param>
    /// <param name="kind">Why, as people call it.</param>
    /// <param name="cause">What it is about.</param>
    /// <param name="part">Tells it from other entries of the same kind about the same thing; the same part is the same entry.</param>
    /// <param name="lines">Its sides.</param>
    /// <param name="more">What else there is to say.</param>
    public static AccountState Post(
        this AccountState state, Moment moment, LedgerKind kind, LedgerCause cause, long part, IEnumerable<LedgerLine> lines, Func<LedgerEntry, LedgerEntry>? more = null)
    {
        ImmutableArray<LedgerLine> sides = [.. lines.Where(l => l.Amount != 0)];
        if (sides.IsEmpty) return state;
        var entry = new LedgerEntry
        {
            Id = state.EntryId(kind, cause, part),
            AccountId = state.Id,
            At = moment.Now,
            Kind = kind,
            Cause = cause,
            Lines = sides,
            Actor = moment.Actor,
        };
        if (more is not null) entry = more(entry);
        Balanced(entry);
        return state with { Outbox = state.Outbox.Add(new LedgerPosted(moment.Now, moment.Actor, entry)), Sums = Folded(state.Sums, sides) };
    }

    /// <summary>The id that <see cref="Post"/> gives.</summary>
    public static Guid EntryId(this AccountState state, LedgerKind kind, LedgerCause cause, long part) => EntryId(state.Id, kind, cause, part);

    /// <summary>The same of an account that is only named.</summary>
    public static Guid EntryId(string accountId, LedgerKind kind, LedgerCause cause, long part) => DerivedId.Of("ledger", accountId, kind.ToString(), cause.Type, cause.Id, Invariant(part));

    public static string Invariant(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The tax that an amount contains, half a unit up.</summary>
    public static long TaxIn(long amount, int basisPoints) => Pricing.Share(amount, basisPoints, 10_000 + basisPoints);

    private static string UnitOf(this AccountState state, string account) => account.StartsWith("hours:", StringComparison.Ordinal) ? Chart.Minutes : state.Currency;

    private static void Balanced(LedgerEntry entry)
    {
        foreach (var unit in entry.Lines.GroupBy(l => l.Unit, StringComparer.Ordinal))
        {
            if (unit.Sum(l => l.Amount) != 0) throw new InvalidOperationException($"Entry {entry.Id} ({entry.Kind}) does not balance in {unit.Key}.");
        }
    }

    private static ImmutableArray<AccountSum> Folded(ImmutableArray<AccountSum> sums, IEnumerable<LedgerLine> lines)
    {
        var folded = sums.ToDictionary(s => s.Account, s => s.Amount, StringComparer.Ordinal);
        foreach (var line in lines) folded[line.Account] = checked(folded.GetValueOrDefault(line.Account) + line.Amount);
        return [.. folded.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new AccountSum(s.Key, s.Value))];
    }
}
