using System.Globalization;
using Makerspace.Billing;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tests.Storage;
using Makerspace.Web.Billing;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Period = Makerspace.Web.Billing.Period;

namespace Makerspace.Tests.Billing;

/// <summary>Revenue as the database sums it is what the journal says, whatever it is told apart by.</summary>
public class StaffMoneyRevenueTests
{
    private static readonly SpaceFacts Space = new() { TimeZone = RandomLedger.Zone.Id, Currency = RandomLedger.Currency };

    private static readonly Period[] Periods =
    [
        new(new LocalDate(2026, 10, 1), new LocalDate(2026, 11, 1)), new(new LocalDate(2026, 10, 1), new LocalDate(2027, 10, 1)), new(new LocalDate(2027, 3, 28), new LocalDate(2027, 3, 29)),
        new(new LocalDate(2026, 10, 25), new LocalDate(2026, 10, 26)), new(new LocalDate(2027, 2, 10), new LocalDate(2027, 4, 3)), new(new LocalDate(2031, 1, 1), new LocalDate(2031, 2, 1)),
    ];

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Both;

    [Theory, MemberData(nameof(Engines))]
    public async Task It_is_what_the_journal_adds_up_to(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        await Post(rig, new RandomLedger(20261127).Entries(600));
        var journal = (await rig.Journal()).Select(row => JournalEntry.Read(row.Type, row.Data)).OfType<LedgerPosted>().Select(p => p.Entry).ToList();
        journal.Count.ShouldBe(600);
        await using var db = Db(rig);
        foreach (var period in Periods)
            foreach (var by in Enum.GetValues<RevenueBy>())
                Agrees(await new RevenueBook(db).Report(period, by, Space, StorageRig.Cancellation), journal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_day_is_the_spaces_day_also_when_clocks_change(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        var edges = new[] { "2026-10-24T22:00", "2026-10-25T22:59", "2026-10-25T23:00", "2027-03-27T23:00", "2027-03-28T21:59", "2027-03-28T22:00" };
        await Post(rig, [.. edges.Select((at, i) => Fee(at, 1L << i))]);
        await using var db = Db(rig);
        var rows = (await new RevenueBook(db).Report(new Period(new LocalDate(2026, 10, 1), new LocalDate(2027, 4, 1)), RevenueBy.Day, Space, StorageRig.Cancellation)).Rows.Where(r => r.Amount != 0);
        rows.Select(r => (r.Key, r.Amount)).ShouldBe([("2026-10-25", 3), ("2026-10-26", 4), ("2027-03-28", 24), ("2027-03-29", 32)]);
    }

    [Fact]
    public void The_period_before_is_as_long_and_of_months_as_many()
    {
        new Period(new LocalDate(2026, 3, 1), new LocalDate(2026, 4, 1)).Before().ShouldBe(new Period(new LocalDate(2026, 2, 1), new LocalDate(2026, 3, 1)));
        new Period(new LocalDate(2026, 1, 1), new LocalDate(2027, 1, 1)).Before().ShouldBe(new Period(new LocalDate(2025, 1, 1), new LocalDate(2026, 1, 1)));
        new Period(new LocalDate(2026, 3, 2), new LocalDate(2026, 3, 9)).Before().ShouldBe(new Period(new LocalDate(2026, 2, 23), new LocalDate(2026, 3, 2)));
    }

    private static void Agrees(RevenueReport report, List<LedgerEntry> journal)
    {
        var (now, before) = (In(journal, report.Period), In(journal, report.Period.Before()));
        report.Totals.ShouldBe(Totals(now), $"{report.Period}");
        report.TotalsBefore.ShouldBe(Totals(before), $"{report.Period} before");
        report.Rows.Sum(r => r.Amount).ShouldBe(report.Totals.Revenue, $"{report.By} {report.Period}");
        var expected = Parts(now, report.By);
        report.Rows.Where(r => r.Amount != 0).ToDictionary(r => r.Key, r => r.Amount).ShouldBe(expected.Where(e => e.Value != 0).ToDictionary(), ignoreOrder: true, $"{report.By} {report.Period}");
        if (report.By is RevenueBy.Day or RevenueBy.Month) return;
        report.Rows.Where(r => r.Before != 0).ToDictionary(r => r.Key, r => r.Before).ShouldBe(Parts(before, report.By).Where(e => e.Value != 0).ToDictionary(), ignoreOrder: true, $"{report.By} before {report.Period}");
    }

    private static List<LedgerEntry> In(List<LedgerEntry> journal, Period period) =>
        journal.FindAll(e => e.At.InZone(RandomLedger.Zone).Date is var day && day >= period.From && day < period.To);

    private static RevenueTotals Totals(List<LedgerEntry> entries) => new(
        -Sum(entries, a => a.StartsWith("revenue:", StringComparison.Ordinal)), -Sum(entries, a => a == "tax"), Sum(entries, a => a is "cash" or "cash:hand"), Sum(entries, a => a == "expense:goodwill"),
        Sum(entries, a => a == "expense:chargebacks"), Sum(entries, a => a == "expense:bad-debt"));

    private static long Sum(IEnumerable<LedgerEntry> entries, Func<string, bool> which) => entries.SelectMany(e => e.Lines).Where(l => l.Unit == RandomLedger.Currency && which(l.Account)).Sum(l => l.Amount);

    private static Dictionary<string, long> Parts(List<LedgerEntry> entries, RevenueBy by) => entries
        .SelectMany(e => e.Lines.Where(l => l.Account.StartsWith("revenue:", StringComparison.Ordinal)).Select(l => (Key: Key(e, l, by), l.Amount)))
        .GroupBy(p => p.Key).ToDictionary(g => g.Key, g => -g.Sum(p => p.Amount));

    private static string Key(LedgerEntry entry, LedgerLine line, RevenueBy by) => by switch
    {
        RevenueBy.Day => entry.At.InZone(RandomLedger.Zone).Date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture),
        RevenueBy.Month => entry.At.InZone(RandomLedger.Zone).Date.ToString("uuuu-MM", CultureInfo.InvariantCulture),
        RevenueBy.Tool => entry.ToolId ?? "",
        RevenueBy.Plan => entry.AccountId switch { "member-ada" => "maker", "member-ben" => "community", _ => "" },
        _ => line.Account,
    };

    private static LedgerEntry Fee(string at, long amount) => new()
    {
        Id = DerivedId.Of("fee", at), AccountId = "member-ada", At = NodaTime.Text.LocalDateTimePattern.GeneralIso.Parse(at + ":00").Value.InUtc().ToInstant(), Kind = LedgerKind.LateFee, Cause = new(Causes.Booking, at),
        Lines = [new(Chart.Receivable, amount, RandomLedger.Currency), new(Chart.Fees, -amount, RandomLedger.Currency)], Actor = "system",
    };

    internal static async Task Post(StorageRig rig, IReadOnlyList<LedgerEntry> entries)
    {
        await rig.Write("book", await rig.Read("book"), "x", [.. RandomLedger.Accounts(), .. RandomLedger.Posted(entries)]);
        await rig.Projector.CatchUp(StorageRig.Cancellation);
    }

    internal static MakerspaceDb Db(StorageRig rig)
    {
        var options = new DbContextOptionsBuilder<MakerspaceDb>();
        rig.Database.Use(options);
        return new MakerspaceDb(options.Options);
    }
}
