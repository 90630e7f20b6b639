using Makerspace.Billing;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Web.Billing;

/// <summary>What revenue is told apart by.</summary>
public enum RevenueBy
{
    Day,
    Month,

    /// <summary>Memberships, tool time, packs, day passes, fees.</summary>
    Kind,
    Tool,

    /// <summary>The plan that the payer has now.</summary>
    Plan,
}

/// <summary>Sums of a period, in minor units.</summary>
/// <param name="Revenue">Earned, without tax; charges taken back are taken off.</param>
/// <param name="Tax">Charged for the state.</param>
/// <param name="Received">Paid in, less what was given back and taken back.</param>
/// <param name="Goodwill">Credit given by staff.</param>
/// <param name="Chargebacks">Disputes lost.</param>
/// <param name="BadDebt">Debts given up.</param>
public sealed record RevenueTotals(long Revenue, long Tax, long Received, long Goodwill, long Chargebacks, long BadDebt);

/// <summary>One part of it.</summary>
/// <param name="Key">A day, a month, one of <see cref="Chart"/>'s revenue accounts, a tool, a plan; empty where there is none.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Before">The same in the period before; of days and months, that in the same place.</param>
public sealed record RevenueRow(string Key, long Amount, long Before);

/// <summary>What was earned in a period, beside the period before.</summary>
public sealed record RevenueReport(Period Period, RevenueBy By, string Currency, RevenueTotals Totals, RevenueTotals TotalsBefore, IReadOnlyList<RevenueRow> Rows);

/// <summary>
/// Revenue, summed by the database from the lines of the ledger: nothing is kept beside it, so the report and the books cannot disagree. Index <c>ledger_lines_at</c>
/// holds every column that is read here.
/// </summary>
internal sealed class RevenueBook(MakerspaceDb db)
{
    private const long Day = 86_400_000;
    private static readonly LocalDate Epoch = new(1970, 1, 1);
    private static readonly LocalDatePattern MonthName = LocalDatePattern.CreateWithInvariantCulture("uuuu-MM");

    public async Task<RevenueReport> Report(Period period, RevenueBy by, SpaceFacts space, CancellationToken cancellation)
    {
        var (now, before) = (await Parts(period, by, space, cancellation), await Parts(period.Before(), by, space, cancellation));
        var rows = by is RevenueBy.Day or RevenueBy.Month ? InTime(now, before) : Named(now, before);
        return new RevenueReport(period, by, space.Currency, await Totals(period, space, cancellation), await Totals(period.Before(), space, cancellation), rows);
    }

    /// <summary>What each tool earned, without tax; under an empty key what belongs to none.</summary>
    public Task<Dictionary<string, long>> ByTool(Period period, SpaceFacts space, CancellationToken cancellation) =>
        ByTool(period.In(space.Zone), space.Currency).ToDictionaryAsync(s => s.Key ?? "", s => s.Amount, cancellation);

    private async Task<RevenueTotals> Totals(Period period, SpaceFacts space, CancellationToken cancellation)
    {
        var sums = await Sums(period.In(space.Zone), space.Currency).ToDictionaryAsync(s => s.Key ?? "", s => s.Amount, cancellation);
        long Of(string account) => sums.GetValueOrDefault(account);
        return new RevenueTotals(
            -sums.Where(s => s.Key.StartsWith("revenue:", StringComparison.Ordinal)).Sum(s => s.Value), -Of(Chart.Tax), Of(Chart.Cash) + Of(Chart.CashByHand), Of(Chart.Goodwill), Of(Chart.Chargebacks), Of(Chart.BadDebt));
    }

    private async Task<List<RevenueSum>> Parts(Period period, RevenueBy by, SpaceFacts space, CancellationToken cancellation)
    {
        var slot = period.In(space.Zone);
        return by switch
        {
            RevenueBy.Day => await Days(period, space, cancellation),
            RevenueBy.Month => Months(period, await Days(period, space, cancellation)),
            RevenueBy.Tool => await ByTool(slot, space.Currency).ToListAsync(cancellation),
            RevenueBy.Plan => await ByPlan(slot, space.Currency).ToListAsync(cancellation),
            _ => [.. (await Sums(slot, space.Currency).ToListAsync(cancellation)).Where(s => s.Key?.StartsWith("revenue:", StringComparison.Ordinal) == true).Select(s => s with { Amount = -s.Amount })],
        };
    }

    private static List<RevenueRow> Named(List<RevenueSum> now, List<RevenueSum> before)
    {
        var was = before.ToDictionary(s => s.Key ?? "", s => s.Amount, StringComparer.Ordinal);
        var rows = now.Select(s => new RevenueRow(s.Key ?? "", s.Amount, was.GetValueOrDefault(s.Key ?? "")));
        var gone = before.Where(s => now.All(n => n.Key != s.Key)).Select(s => new RevenueRow(s.Key ?? "", 0, s.Amount));
        return [.. rows.Concat(gone).OrderByDescending(r => r.Amount).ThenByDescending(r => r.Before).ThenBy(r => r.Key, StringComparer.Ordinal)];
    }

    private static List<RevenueRow> InTime(List<RevenueSum> now, List<RevenueSum> before) =>
        [.. now.Select((s, i) => new RevenueRow(s.Key ?? "", s.Amount, i < before.Count ? before[i].Amount : 0))];

    // A day of the space's zone is a whole number of days since 1970 once the zone's offset is added; where clocks change in between, each stretch has its own.
    private async Task<List<RevenueSum>> Days(Period period, SpaceFacts space, CancellationToken cancellation)
    {
        var (slot, amounts) = (period.In(space.Zone), new Dictionary<LocalDate, long>());
        foreach (var stretch in space.Zone.GetZoneIntervals(new Interval(slot.Start, slot.End)))
        {
            var start = stretch.HasStart && stretch.Start > slot.Start ? stretch.Start : slot.Start;
            var end = stretch.HasEnd && stretch.End < slot.End ? stretch.End : slot.End;
            foreach (var sum in await ByDay(new Slot(start, end), stretch.WallOffset.Milliseconds, space.Currency).ToListAsync(cancellation))
            {
                var day = Epoch.PlusDays((int)sum.Day);
                amounts[day] = amounts.GetValueOrDefault(day) + sum.Amount;
            }
        }
        var days = NodaTime.Period.Between(period.From, period.To, PeriodUnits.Days).Days;
        return [.. Enumerable.Range(0, days).Select(n => period.From.PlusDays(n)).Select(d => new RevenueSum(LocalDatePattern.Iso.Format(d), amounts.GetValueOrDefault(d)))];
    }

    private static List<RevenueSum> Months(Period period, List<RevenueSum> days) =>
        [.. days.Select((d, i) => (Month: MonthName.Format(period.From.PlusDays(i)), d.Amount)).GroupBy(d => d.Month).Select(g => new RevenueSum(g.Key, g.Sum(d => d.Amount)))];

    private IQueryable<RevenueSum> Sums(Slot slot, string currency)
    {
        var (from, to) = (slot.Start.ToUnixTimeMilliseconds(), slot.End.ToUnixTimeMilliseconds());
        return db.Database.SqlQuery<RevenueSum>($"""
            SELECT account AS "Key", CAST(SUM(amount) AS bigint) AS "Amount" FROM ledger_lines
            WHERE account IN ('revenue:membership', 'revenue:usage', 'revenue:packs', 'revenue:day-passes', 'revenue:fees', 'tax', 'cash', 'cash:hand', 'expense:goodwill', 'expense:chargebacks', 'expense:bad-debt')
              AND at >= {from} AND at < {to} AND unit = {currency}
            GROUP BY account
            """);
    }

    private IQueryable<RevenueOfDay> ByDay(Slot slot, long offset, string currency)
    {
        var (from, to) = (slot.Start.ToUnixTimeMilliseconds(), slot.End.ToUnixTimeMilliseconds());
        return db.Database.SqlQuery<RevenueOfDay>($"""
            SELECT day AS "Day", CAST(-SUM(amount) AS bigint) AS "Amount" FROM (
                SELECT (at + {offset}) / {Day} AS day, amount FROM ledger_lines
                WHERE account IN ('revenue:membership', 'revenue:usage', 'revenue:packs', 'revenue:day-passes', 'revenue:fees') AND at >= {from} AND at < {to} AND unit = {currency}) AS lines
            GROUP BY day
            """);
    }

    private IQueryable<RevenueSum> ByTool(Slot slot, string currency)
    {
        var (from, to) = (slot.Start.ToUnixTimeMilliseconds(), slot.End.ToUnixTimeMilliseconds());
        // Whole days of UTC are summed already; the lines are read of what the period has of its first and of its last day.
        var (first, last) = ((from + Day - 1) / Day, to / Day);
        var head = Math.Min(first * Day, to);
        var tail = Math.Max(last * Day, head);
        return db.Database.SqlQuery<RevenueSum>($"""
            SELECT tool_id AS "Key", CAST(-SUM(amount) AS bigint) AS "Amount" FROM (
                SELECT tool_id, amount FROM ledger_days
                WHERE account IN ('revenue:membership', 'revenue:usage', 'revenue:packs', 'revenue:day-passes', 'revenue:fees') AND day >= {first} AND day < {last} AND unit = {currency}
                UNION ALL
                SELECT COALESCE(tool_id, '') AS tool_id, amount FROM ledger_lines
                WHERE account IN ('revenue:membership', 'revenue:usage', 'revenue:packs', 'revenue:day-passes', 'revenue:fees') AND at >= {from} AND at < {head} AND unit = {currency}
                UNION ALL
                SELECT COALESCE(tool_id, '') AS tool_id, amount FROM ledger_lines
                WHERE account IN ('revenue:membership', 'revenue:usage', 'revenue:packs', 'revenue:day-passes', 'revenue:fees') AND at >= {tail} AND at < {to} AND unit = {currency}) AS earned
            GROUP BY tool_id
            """);
    }

    // Summed by payer first: then each payer is looked up once, not each line.
    private IQueryable<RevenueSum> ByPlan(Slot slot, string currency)
    {
        var (from, to) = (slot.Start.ToUnixTimeMilliseconds(), slot.End.ToUnixTimeMilliseconds());
        return db.Database.SqlQuery<RevenueSum>($"""
            SELECT COALESCE(a.plan_id, '') AS "Key", CAST(-SUM(p.amount) AS bigint) AS "Amount"
            FROM (SELECT account_id, SUM(amount) AS amount FROM ledger_lines
                  WHERE account IN ('revenue:membership', 'revenue:usage', 'revenue:packs', 'revenue:day-passes', 'revenue:fees') AND at >= {from} AND at < {to} AND unit = {currency}
                  GROUP BY account_id) AS p
            LEFT JOIN accounts a ON a.id = p.account_id
            GROUP BY COALESCE(a.plan_id, '')
            """);
    }
}

/// <summary>A sum that the database made.</summary>
internal sealed record RevenueSum(string? Key, long Amount);

/// <summary>A day's sum; days are counted from 1970.</summary>
internal sealed record RevenueOfDay(long Day, long Amount);
