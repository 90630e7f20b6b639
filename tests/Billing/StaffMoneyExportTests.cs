using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsvHelper;
using Makerspace.Billing;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tests.Storage;
using Makerspace.Web.Billing;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Period = Makerspace.Web.Billing.Period;

namespace Makerspace.Tests.Billing;

/// <summary>What a bookkeeper is given is the ledger, to the cent, and nothing that people wrote in it becomes a formula, an account or an amount.</summary>
public class StaffMoneyExportTests
{
    private const string Hledger = "/usr/bin/hledger", LedgerCli = "/usr/bin/ledger";
    private static readonly SpaceFacts Space = new() { Name = "Lab; of | things\nand more", TimeZone = RandomLedger.Zone.Id, Currency = RandomLedger.Currency };
    private static readonly Period Year = new(new LocalDate(2026, 10, 1), new LocalDate(2027, 10, 1));

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Both;

    [Theory, MemberData(nameof(Engines))]
    public async Task The_csv_has_every_line_once_and_balances(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        await StaffMoneyRevenueTests.Post(rig, new RandomLedger(7).Entries(300));
        await using var db = StaffMoneyRevenueTests.Db(rig);
        var text = await Export(db, ExportFormat.Csv);
        text.ShouldStartWith("date,entry,kind,account,payer,name,cause,amount,currency,note\r\n");
        var rows = Rows(text);
        var lines = await Lines(db);
        rows.Count.ShouldBe(lines.Count);
        rows.GroupBy(r => r["account"]).ToDictionary(g => g.Key, g => g.Sum(Amount)).ShouldBe(lines.GroupBy(l => l.Account).ToDictionary(g => g.Key, g => g.Sum(l => l.Amount) / 100m), ignoreOrder: true);
        rows.GroupBy(r => r["entry"]).ShouldAllBe(g => g.Sum(Amount) == 0);
        rows.ShouldAllBe(r => r["currency"] == "EUR" && r["date"].Length == 10);
        rows.Select(r => r["date"]).ShouldBeInOrder();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Nothing_in_the_csv_is_a_formula(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        await StaffMoneyRevenueTests.Post(rig, new RandomLedger(8).Entries(200));
        await using var db = StaffMoneyRevenueTests.Db(rig);
        var rows = Rows(await Export(db, ExportFormat.Csv));
        rows.ShouldContain(r => r["note"] == "'=HYPERLINK(\"http://evil.example\")");
        rows.ShouldContain(r => r["note"] == "line\nbreak");
        rows.ShouldContain(r => r["note"] == "quote \" and, comma");
        rows.ShouldContain(r => r["name"].StartsWith("'=Ben", StringComparison.Ordinal));
        foreach (var row in rows)
            foreach (var (column, value) in row.Where(c => c.Key != "amount"))
                (value.Length > 0 && "=+-@\t\r\n".Contains(value[0], StringComparison.Ordinal)).ShouldBeFalse($"{column}: {value}");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Hledger_reads_the_journal_and_comes_to_the_same_balances(DatabaseKind kind)
    {
        Assert.SkipUnless(File.Exists(Hledger), "hledger is not installed (apt-get install hledger)");
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        await StaffMoneyRevenueTests.Post(rig, new RandomLedger(9).Entries(400));
        await using var db = StaffMoneyRevenueTests.Db(rig);
        var file = Path.Combine(database.Settings.DataDirectory, "ledger.journal");
        await File.WriteAllTextAsync(file, await Export(db, ExportFormat.Hledger), StorageRig.Cancellation);
        await Run("check", "-f", file);
        var balances = Rows(await Run("balance", "-f", file, "--flat", "--no-total", "--empty", "-O", "csv")).ToDictionary(r => r["account"], r => decimal.Parse(r["balance"].Replace(" EUR", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
        var expected = (await Lines(db)).GroupBy(l => LedgerJournal.Account(l.Account, l.AccountId)).ToDictionary(g => g.Key, g => g.Sum(l => l.Amount) / 100m);
        balances.Where(b => b.Value != 0).ShouldBe(expected.Where(e => e.Value != 0), ignoreOrder: true);
        balances.Keys.ShouldContain("assets:receivable:company-acme");
        // Descriptions are what was written, on one line, and make no entry of their own.
        Rows(await Run("register", "-f", file, "-O", "csv")).Select(r => r["code"]).Distinct().Count().ShouldBe((await Lines(db)).Select(l => l.EntryId).Distinct().Count());
        (await Run("tags", "-f", file)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order().ShouldBe(["cause", "type"]);
    }

    [Fact]
    public async Task Ledger_cli_reads_the_same_journal()
    {
        Assert.SkipUnless(File.Exists(LedgerCli), "ledger is not installed (apt-get install ledger)");
        await using var database = await TestDatabase.On(TestDatabase.OfTheRun);
        await using var rig = await StorageRig.On(database);
        await StaffMoneyRevenueTests.Post(rig, new RandomLedger(9).Entries(400));
        await using var db = StaffMoneyRevenueTests.Db(rig);
        var file = Path.Combine(database.Settings.DataDirectory, "ledger-cli.journal");
        await File.WriteAllTextAsync(file, await Export(db, ExportFormat.Hledger), StorageRig.Cancellation);
        var told = (await Program(LedgerCli, "-f", file, "--args-only", "balance", "--flat", "--no-total", "--balance-format", "%(account)\t%(quantity(amount))\n")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        told.Select(l => l.Split('\t')).ToDictionary(l => l[0], l => decimal.Parse(l[1], CultureInfo.InvariantCulture)).Where(b => b.Value != 0)
            .ShouldBe((await Lines(db)).GroupBy(l => LedgerJournal.Account(l.Account, l.AccountId)).ToDictionary(g => g.Key, g => g.Sum(l => l.Amount) / 100m).Where(e => e.Value != 0), ignoreOrder: true);
    }

    private static async Task<string> Export(MakerspaceDb db, ExportFormat format)
    {
        using var stream = new MemoryStream();
        await new AccountingExport(db).Write(stream, format, Year, Space, StorageRig.Cancellation);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static async Task<List<LedgerLineRow>> Lines(MakerspaceDb db)
    {
        var slot = Year.In(RandomLedger.Zone);
        return await db.LedgerLines.AsNoTracking().Where(l => l.At >= slot.Start && l.At < slot.End && l.Unit != Chart.Minutes).ToListAsync(StorageRig.Cancellation);
    }

    private static decimal Amount(Dictionary<string, string> row) => decimal.Parse(row["amount"], CultureInfo.InvariantCulture);

    private static List<Dictionary<string, string>> Rows(string csv)
    {
        using var reader = CsvReader.FromText(csv, new CsvReaderOptions { MalformedData = CsvMalformedDataHandling.Throw });
        var rows = new List<Dictionary<string, string>>();
        var names = reader.Headers.ToArray();
        while (reader.Read()) rows.Add(names.Zip(reader.Current.ToArray()).ToDictionary(f => f.First, f => f.Second));
        return rows;
    }

    private static Task<string> Run(params string[] arguments) => Program(Hledger, arguments);

    private static async Task<string> Program(string path, params string[] arguments)
    {
        var start = new ProcessStartInfo(path, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["LANG"] = "C.UTF-8", ["LC_ALL"] = "C.UTF-8" } };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(StorageRig.Cancellation), process.StandardError.ReadToEndAsync(StorageRig.Cancellation));
        await process.WaitForExitAsync(StorageRig.Cancellation);
        process.ExitCode.ShouldBe(0, await error);
        return await output;
    }
}
