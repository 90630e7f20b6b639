using System.Text;
using CsvHelper;
using Makerspace.ReadModels;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>Revenue as the API tells it.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The first day that is not in it any more.</param>
/// <param name="By">What <paramref name="Rows"/> are told apart by.</param>
/// <param name="Rows">Their amounts sum to <c>totals.revenue</c>.</param>
public sealed record RevenueModel(LocalDate From, LocalDate To, RevenueBy By, RevenueTotalsModel Totals, RevenueTotalsModel Before, IReadOnlyList<RevenueRowModel> Rows)
{
    internal static RevenueModel Of(RevenueReport r) => new(
        r.Period.From, r.Period.To, r.By, RevenueTotalsModel.Of(r.Totals, r.Currency), RevenueTotalsModel.Of(r.TotalsBefore, r.Currency),
        [.. r.Rows.Select(row => new RevenueRowModel(row.Key, new Money(row.Amount, r.Currency), new Money(row.Before, r.Currency)))]);
}

/// <summary>Sums of a period.</summary>
/// <param name="Revenue">Earned, without tax; charges taken back are taken off.</param>
/// <param name="Tax">Charged for the state.</param>
/// <param name="Received">Paid in, less what was given back.</param>
/// <param name="Goodwill">Credit given by staff.</param>
/// <param name="Chargebacks">Disputes lost.</param>
/// <param name="BadDebt">Debts given up.</param>
public sealed record RevenueTotalsModel(Money Revenue, Money Tax, Money Received, Money Goodwill, Money Chargebacks, Money BadDebt)
{
    internal static RevenueTotalsModel Of(RevenueTotals t, string currency) => new(
        new(t.Revenue, currency), new(t.Tax, currency), new(t.Received, currency), new(t.Goodwill, currency), new(t.Chargebacks, currency), new(t.BadDebt, currency));
}

/// <summary>One part of it.</summary>
/// <param name="Key">A day, a month, an account such as <c>revenue:usage</c>, a tool, a plan; empty where there is none.</param>
/// <param name="Amount">In the period.</param>
/// <param name="Before">In the period before.</param>
public sealed record RevenueRowModel(string Key, Money Amount, Money Before);

internal enum RevenueFormat
{
    Json,
    Csv,
}

/// <summary>A report as CSV: key, amount, before.</summary>
internal static class RevenueCsv
{
    public static byte[] Of(RevenueReport report)
    {
        using var text = new StringWriter();
        using (var csv = CsvWriter.Create(text, CsvWriterOptions.Default with { NewLine = "\r\n", HasHeader = false }, leaveOpen: true))
        {
            csv.WriteRecord([report.By.ToString().ToLowerInvariant(), "amount", "before", "currency"]);
            foreach (var row in report.Rows)
                csv.WriteRecord([LedgerCsv.Text(row.Key), Decimals.Write(row.Amount, report.Currency), Decimals.Write(row.Before, report.Currency), report.Currency.ToUpperInvariant()]);
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}

/// <summary>Revenue, and the books for a bookkeeping program.</summary>
internal static class AccountingEndpoints
{
    public static async Task<Results<Ok<RevenueModel>, FileContentHttpResult, ProblemHttpResult>> Revenue(
        string? from, string? to, string? by, string? format, RevenueBook book, IReadModels models, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var (faults, space) = (new Faults(), await grains.Space());
        var period = Period.Read(faults, from, to, space, time.Now());
        var kind = Choice(faults, "by", by, RevenueBy.Day);
        var form = Choice(faults, "format", format, RevenueFormat.Json);
        if (faults.Any) return faults.Problem;
        await models.CaughtUp(cancellation);
        var report = await book.Report(period, kind, space, cancellation);
        return form == RevenueFormat.Csv ? TypedResults.File(RevenueCsv.Of(report), "text/csv; charset=utf-8", $"revenue-{Days(period)}.csv") : TypedResults.Ok(RevenueModel.Of(report));
    }

    public static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> Export(
        string? from, string? to, string? format, AccountingExport export, IReadModels models, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var (faults, space) = (new Faults(), await grains.Space());
        var period = Period.Read(faults, from, to, space, time.Now());
        var kind = Choice(faults, "format", format, ExportFormat.Csv);
        if (faults.Any) return faults.Problem;
        await models.CaughtUp(cancellation);
        return TypedResults.Stream(
            stream => export.Write(stream, kind, period, space, cancellation), kind == ExportFormat.Csv ? "text/csv; charset=utf-8" : "text/plain; charset=utf-8", FileName(period, kind));
    }

    private static string FileName(Period period, ExportFormat format) => format == ExportFormat.Csv ? $"ledger-{Days(period)}.csv" : $"ledger-{Days(period)}.journal";

    private static string Days(Period period) => $"{NodaTime.Text.LocalDatePattern.Iso.Format(period.From)}-to-{NodaTime.Text.LocalDatePattern.Iso.Format(period.Last)}";

    internal static T Choice<T>(Faults faults, string field, string? text, T otherwise) where T : struct, Enum
    {
        if (string.IsNullOrEmpty(text)) return otherwise;
        if (text.All(char.IsAsciiLetter) && Enum.TryParse<T>(text, ignoreCase: true, out var value)) return value;
        faults.Add(field, "malformed-field", $"{field} is one of {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}.");
        return otherwise;
    }
}
