using System.Text.Json;
using Makerspace.Billing;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>A month of an account: what was owed when it began, what happened, what was owed after each thing. Balances are sums of ledger lines.</summary>
internal sealed record Statement(string AccountId, YearMonth Month, Slot Slot, string Currency, long Opening, IReadOnlyList<StatementLine> Lines)
{
    public long Closing => Lines is [.., var last] ? last.Balance : Opening;
}

/// <summary>An entry and what was owed after it.</summary>
internal sealed record StatementLine(LedgerEntry Entry, long Balance);

/// <summary>The entries of payers' books, as they are read.</summary>
internal sealed class LedgerBook(MakerspaceDb db)
{
    /// <summary>One month, in the space's zone.</summary>
    public async Task<Statement> Month(string accountId, YearMonth month, string currency, SpaceFacts space, CancellationToken cancellation)
    {
        var slot = new Slot(month.OnDayOfMonth(1).AtStartOfDayInZone(space.Zone).ToInstant(), month.OnDayOfMonth(1).PlusMonths(1).AtStartOfDayInZone(space.Zone).ToInstant());
        var opening = await Owed(accountId, currency, slot.Start, cancellation);
        var rows = await Of(accountId).Where(e => e.At >= slot.Start && e.At < slot.End).OrderBy(e => e.At).ThenBy(e => e.Seq).Select(e => e.Data).ToListAsync(cancellation);
        var (lines, balance) = (new List<StatementLine>(rows.Count), opening);
        foreach (var entry in rows.Select(Read)) lines.Add(new StatementLine(entry, balance += entry.Owes));
        return new Statement(accountId, month, slot, currency, opening, lines);
    }

    /// <summary>What was owed by the entries before an instant.</summary>
    public async Task<long> Owed(string accountId, string currency, Instant before, CancellationToken cancellation) =>
        await db.LedgerLines.Where(l => l.AccountId == accountId && l.Account == Chart.Receivable && l.Unit == currency && l.At < before).SumAsync(l => l.Amount, cancellation);

    /// <summary>The newest, newest first.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> Newest(string accountId, int most, CancellationToken cancellation) =>
        [.. (await Of(accountId).OrderByDescending(e => e.At).ThenByDescending(e => e.Seq).Take(most).Select(e => e.Data).ToListAsync(cancellation)).Select(Read)];

    /// <summary>One entry of the account, or null.</summary>
    public async Task<LedgerEntry?> Entry(string accountId, Guid id, CancellationToken cancellation) =>
        await Of(accountId).Where(e => e.Id == id).Select(e => e.Data).SingleOrDefaultAsync(cancellation) is { } data ? Read(data) : null;

    /// <summary>Entries whose cause this is.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> About(string accountId, string causeType, string causeId, CancellationToken cancellation) =>
        [.. (await Of(accountId).Where(e => e.CauseType == causeType && e.CauseId == causeId).OrderBy(e => e.Seq).Select(e => e.Data).ToListAsync(cancellation)).Select(Read)];

    /// <summary>Minutes of included hours used in a period, by member.</summary>
    public async Task<IReadOnlyDictionary<string, long>> IncludedByMember(string accountId, Slot period, CancellationToken cancellation)
    {
        var used = from line in db.LedgerLines
                   join entry in db.LedgerEntries on line.EntryId equals entry.Id
                   where line.AccountId == accountId && line.Account == Chart.IncludedUsed && line.At >= period.Start && line.At < period.End && entry.MemberId != null
                   group line.Amount by entry.MemberId into amounts
                   select new { MemberId = amounts.Key!, Minutes = amounts.Sum() };
        return await used.ToDictionaryAsync(u => u.MemberId, u => u.Minutes, cancellation);
    }

    /// <summary>The account's rows, for lists.</summary>
    public IQueryable<LedgerEntryRow> Of(string accountId) => db.LedgerEntries.AsNoTracking().Where(e => e.AccountId == accountId);

    public static LedgerEntry Read(string data) => JsonSerializer.Deserialize<LedgerEntry>(data, StoredJson.Options)!;
}
