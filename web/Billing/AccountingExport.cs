using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using CsvHelper;
using Makerspace.Billing;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Web.Billing;

/// <summary>For a bookkeeping program.</summary>
public enum ExportFormat
{
    /// <summary>One row a line of the ledger.</summary>
    Csv,

    /// <summary>A journal in double entry that hledger and ledger-cli read.</summary>
    Hledger,
}

/// <summary>One entry as it is exported: its lines of money; hours are no bookkeeper's business.</summary>
internal sealed record ExportedEntry(LocalDate Date, LedgerEntry Entry, string? Payer)
{
    public IEnumerable<LedgerLine> Lines => Entry.Lines.Where(l => l.Unit != Chart.Minutes);

    /// <summary>What the entry is about, as <c>booking:6f1e…</c>.</summary>
    public string Cause => $"{Entry.Cause.Type}:{Entry.Cause.Id}";
}

/// <summary>The ledger for a bookkeeping program, read and written line by line: a year of entries is never in memory at once.</summary>
internal sealed class AccountingExport(MakerspaceDb db)
{
    public async Task Write(Stream to, ExportFormat format, Period period, SpaceFacts space, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 16 * 1024, leaveOpen: true) { NewLine = format == ExportFormat.Csv ? "\r\n" : "\n" };
        if (format == ExportFormat.Csv) await LedgerCsv.Write(writer, Entries(period, space, cancellation), cancellation);
        else await LedgerJournal.Write(writer, Entries(period, space, cancellation), period, space, cancellation);
    }

    private async IAsyncEnumerable<ExportedEntry> Entries(Period period, SpaceFacts space, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (slot, names) = (period.In(space.Zone), await new PayerNames(db).All(cancellation));
        var rows = from entry in db.LedgerEntries.AsNoTracking()
                   where entry.At >= slot.Start && entry.At < slot.End
                   join account in db.Accounts on entry.AccountId equals account.Id into accounts
                   from account in accounts.DefaultIfEmpty()
                   orderby entry.At, entry.Seq
                   select new { entry.Data, account.Name };
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellation))
        {
            var entry = JsonSerializer.Deserialize<LedgerEntry>(row.Data, StoredJson.Options)!;
            yield return new ExportedEntry(entry.At.InZone(space.Zone).Date, entry, row.Name ?? names.GetValueOrDefault(entry.AccountId));
        }
    }
}

/// <summary>The ledger as CSV (RFC 4180), one row a line.</summary>
internal static class LedgerCsv
{
    private static readonly string[] Columns = ["date", "entry", "kind", "account", "payer", "name", "cause", "amount", "currency", "note"];

    public static async Task Write(TextWriter to, IAsyncEnumerable<ExportedEntry> entries, CancellationToken cancellation)
    {
        await using var csv = CsvWriter.Create(to, CsvWriterOptions.Default with { NewLine = "\r\n", HasHeader = false }, leaveOpen: true);
        await csv.WriteRecordAsync(Columns, cancellation);
        await foreach (var entry in entries.WithCancellation(cancellation))
            foreach (var line in entry.Lines) await csv.WriteRecordAsync(Row(entry, line), cancellation);
        await csv.FlushAsync(cancellation);
    }

    private static string[] Row(ExportedEntry exported, LedgerLine line)
    {
        var entry = exported.Entry;
        return
        [
            LocalDatePattern.Iso.Format(exported.Date), entry.Id.ToString(), entry.Kind.ToString(), Text(line.Account), Text(entry.AccountId), Text(exported.Payer), Text(exported.Cause),
            Decimals.Write(line.Amount, line.Unit), line.Unit.ToUpperInvariant(), Text(entry.Note),
        ];
    }

    // A spreadsheet would take text that begins like a formula for one, and run it. Amounts are numbers that we wrote ourselves, and stay numbers.
    internal static string Text(string? text) => text is [('=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠'), ..] ? "'" + text : text ?? "";
}

/// <summary>
/// The ledger as a journal of plain-text accounting, for hledger and ledger-cli: every entry one transaction that balances, payers as accounts below what they owe and have.
/// What people wrote stands in descriptions only, where it cannot be taken for an account, an amount, a date or a tag.
/// </summary>
internal static class LedgerJournal
{
    private const int LongestNote = 300;

    public static async Task Write(TextWriter to, IAsyncEnumerable<ExportedEntry> entries, Period period, SpaceFacts space, CancellationToken cancellation)
    {
        await to.WriteLineAsync($"; {Words(space.Name)}: {LocalDatePattern.Iso.Format(period.From)} to {LocalDatePattern.Iso.Format(period.Last)}, days of {space.TimeZone}");
        await to.WriteLineAsync("decimal-mark .");
        await to.WriteLineAsync($"commodity {Decimals.Write(Decimals.Sample(space.Currency), space.Currency)} {space.Currency.ToUpperInvariant()}");
        foreach (var (root, type) in new[] { ("assets", "A"), ("liabilities", "L"), ("revenue", "R"), ("expenses", "X") }) await to.WriteLineAsync($"account {root}  ; type: {type}");
        await foreach (var entry in entries.WithCancellation(cancellation)) await Write(to, entry);
    }

    private static async Task Write(TextWriter to, ExportedEntry exported)
    {
        var entry = exported.Entry;
        var lines = exported.Lines.ToList();
        if (lines.Count == 0) return;
        var note = entry.Note is { Length: > 0 } said ? $"{entry.Kind}: {Words(said)}" : entry.Kind.ToString();
        await to.WriteLineAsync();
        await to.WriteLineAsync($"{LocalDatePattern.Iso.Format(exported.Date)} * ({entry.Id}) {Words(exported.Payer ?? entry.AccountId)} | {note}");
        await to.WriteLineAsync($"    ; cause: {Words(exported.Cause)}");
        foreach (var line in lines) await to.WriteLineAsync($"    {Account(line.Account, entry.AccountId)}  {Decimals.Write(line.Amount, line.Unit)} {line.Unit.ToUpperInvariant()}");
    }

    /// <summary>Where an account of ours stands in the tree of a bookkeeping program.</summary>
    internal static string Account(string account, string payer) => account switch
    {
        Chart.Receivable => "assets:receivable:" + payer,
        Chart.Cash => "assets:cash",
        Chart.CashByHand => "assets:cash-by-hand",
        Chart.Disputed => "assets:disputed:" + payer,
        Chart.Prepaid => "liabilities:prepaid:" + payer,
        Chart.Credit => "liabilities:credit:" + payer,
        Chart.ProviderCredit => "liabilities:credit-at-provider:" + payer,
        Chart.Tax => "liabilities:tax",
        _ when account.StartsWith("expense:", StringComparison.Ordinal) => "expenses:" + account["expense:".Length..],
        _ => account,
    };

    // A semicolon begins a comment, and a bar divides payee and note; line breaks would begin something new.
    private static string Words(string text)
    {
        var plain = string.Concat(text.Select(c => c switch
        {
            ';' => ',', '|' => '/', _ when char.IsControl(c) || c is '\u2028' or '\u2029' => ' ', _ => c,
        })).Trim();
        return plain.Length <= LongestNote ? plain : plain[..LongestNote] + "…";
    }
}

/// <summary>Amounts as programs read them: a point, the currency's digits after it, no thousands.</summary>
internal static class Decimals
{
    public static string Write(long amount, string currency)
    {
        var digits = Pages.MoneyText.Decimals(currency);
        var scale = (decimal)Math.Pow(10, digits);
        return (amount / scale).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>A thousand of it, to show a program how it is written.</summary>
    public static long Sample(string currency) => 1000 * (long)Math.Pow(10, Pages.MoneyText.Decimals(currency));
}
