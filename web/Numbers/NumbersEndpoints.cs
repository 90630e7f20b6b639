using System.Globalization;
using System.Text;
using CsvHelper;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Billing;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Period = Makerspace.Web.Billing.Period;

namespace Makerspace.Web.Numbers;

/// <summary>A report as the API tells it.</summary>
/// <param name="Report">Which.</param>
/// <param name="By">What its rows are.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The first day that is not in it any more.</param>
/// <param name="ComparedFrom">First day of the period that it is compared with.</param>
/// <param name="ComparedTo">The first day that is not in that any more.</param>
/// <param name="Rows">The largest first; days, months and hours in their order.</param>
/// <param name="Total">Over all rows.</param>
/// <param name="HoursOfWeek">Of utilisation: the share taken in each hour of the week, Monday first; null where it was not open.</param>
public sealed record ReportModel(
    ReportKind Report, ReportBy By, LocalDate From, LocalDate To, LocalDate ComparedFrom, LocalDate ComparedTo, IReadOnlyList<ReportRowModel> Rows, ReportRowModel Total,
    IReadOnlyList<IReadOnlyList<decimal?>>? HoursOfWeek)
{
    internal static ReportModel Of(FigureReport r, string currency) => new(
        r.Kind, r.By, r.Period.From, r.Period.To, r.Compared.From, r.Compared.To, [.. r.Rows.Select(row => ReportRowModel.Of(row, r.Columns, currency))], ReportRowModel.Of(r.Total, r.Columns, currency),
        r.Heat is not { } heat ? null : [.. Enumerable.Range(0, 7).Select(d => (IReadOnlyList<decimal?>)[.. Enumerable.Range(0, 24).Select(h => heat.Share(d, h) / 10_000m)])]);
}

/// <summary>A row of a report.</summary>
/// <param name="Key">An id, a day, a month, an hour; empty for what belongs to none.</param>
/// <param name="Name">What people read.</param>
/// <param name="Values">By the name of the column: counts; times as ISO 8601 durations; shares from 0 to 1; money; energy in watt-hours. Null where it cannot be told.</param>
/// <param name="Before">The same in the period that it is compared with.</param>
public sealed record ReportRowModel(string Key, string? Name, IReadOnlyDictionary<string, object?> Values, IReadOnlyDictionary<string, object?> Before)
{
    internal static ReportRowModel Of(FigureRow row, IReadOnlyList<FigureColumn> columns, string currency) => new(row.Key, row.Name, Told(row.Values, columns, currency), Told(row.Before, columns, currency));

    private static Dictionary<string, object?> Told(IReadOnlyList<long?> values, IReadOnlyList<FigureColumn> columns, string currency) =>
        columns.Select((c, i) => (c.Name, Value: Told(values[i], c.Unit, currency))).ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);

    private static object? Told(long? value, FigureUnit unit, string currency) => value is not { } v ? null : unit switch
    {
        FigureUnit.Time => Duration.FromMilliseconds(v), FigureUnit.Share => v / 10_000m, FigureUnit.Money => new Money(v, currency), _ => v,
    };
}

/// <summary>A report as CSV (RFC 4180): a row each, the period's figures, then those of the period before. Hours and kilowatt-hours with a point, shares in per cent.</summary>
internal static class NumbersCsv
{
    public static byte[] Of(FigureReport report, string currency)
    {
        using var text = new StringWriter();
        using (var csv = CsvWriter.Create(text, CsvWriterOptions.Default with { NewLine = "\r\n", HasHeader = false }, leaveOpen: true))
        {
            csv.WriteRecord([Camel(report.By.ToString()), "name", .. report.Columns.Select(Header), .. report.Columns.Select(c => Header(c) + "Before")]);
            foreach (var row in report.Rows) csv.WriteRecord(Row(row, report.Columns, currency));
            csv.WriteRecord(["total", "", .. Row(report.Total, report.Columns, currency)[2..]]);
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // Whatever people named may begin like a formula; figures are ours, and stay figures.
    private static string[] Row(FigureRow row, IReadOnlyList<FigureColumn> columns, string currency) =>
        [LedgerCsv.Text(row.Key), LedgerCsv.Text(row.Name), .. row.Values.Select((v, i) => Cell(v, columns[i].Unit, currency)), .. row.Before.Select((v, i) => Cell(v, columns[i].Unit, currency))];

    private static string Header(FigureColumn column) => column.Unit switch
    {
        FigureUnit.Time => column.Name + "Hours", FigureUnit.Share => column.Name + "Percent", FigureUnit.Energy => column.Name + "Kwh", _ => column.Name,
    };

    private static string Cell(long? value, FigureUnit unit, string currency) => value is not { } v ? "" : unit switch
    {
        FigureUnit.Time => (v / 3_600_000m).ToString("0.####", CultureInfo.InvariantCulture),
        FigureUnit.Share => (v / 100m).ToString("0.##", CultureInfo.InvariantCulture),
        FigureUnit.Money => Decimals.Write(v, currency),
        FigureUnit.Energy => (v / 1000m).ToString("0.###", CultureInfo.InvariantCulture),
        _ => v.ToString(CultureInfo.InvariantCulture),
    };

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}

/// <summary>Reports for programs.</summary>
internal static class NumbersEndpoints
{
    public static void AddNumbers(this IServiceCollection services) => services.AddScoped<NumbersBook>();

    public static void MapNumbers(this RouteGroupBuilder api) =>
        api.MapGet("/numbers/{report}", Report).RequireAuthorization(Allow.StaffRead).WithTags("Numbers").WithSummary("A report on a period, beside the period before")
            .WithDescription("report: utilisation, fairness, downtime, maintenance, no-shows, training, revenue, energy. from and to are days, to the first that is not in it; compareFrom and compareTo choose another period beside it. by says what its rows are; areaId and toolId narrow it, except fairness, training and whatever is told by company. format=csv for a table.");

    internal sealed record Asked(string? From, string? To, string? CompareFrom, string? CompareTo, string? By, string? AreaId, string? ToolId, string? Format);

    private static async Task<Results<Ok<ReportModel>, FileContentHttpResult, ProblemHttpResult>> Report(
        string report, [AsParameters] Asked asked, NumbersBook book, IReadModels models, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        if (Kind(report) is not { } kind) return Problem.Unknown("report");
        var (faults, space) = (new Faults(), await grains.Space());
        var query = Read(faults, kind, asked, space, time.Now());
        var format = AccountingEndpoints.Choice(faults, "format", asked.Format, RevenueFormat.Json);
        if (faults.Any) return faults.Problem;
        await models.CaughtUp(cancellation);
        var made = await book.Report(query, space, cancellation);
        return format == RevenueFormat.Csv
            ? TypedResults.File(NumbersCsv.Of(made, space.Currency), "text/csv; charset=utf-8", $"{Address(kind)}-{Day(query.Period.From)}-to-{Day(query.Period.Last)}.csv")
            : TypedResults.Ok(ReportModel.Of(made, space.Currency));
    }

    /// <summary>A report's name in addresses, as in <c>no-shows</c>.</summary>
    internal static string Address(ReportKind kind) => kind == ReportKind.NoShows ? "no-shows" : kind.ToString().ToLowerInvariant();

    internal static ReportKind? Kind(string? address) => Enum.GetValues<ReportKind>().Cast<ReportKind?>().FirstOrDefault(k => Address(k!.Value) == address);

    private static NumbersQuery Read(Faults faults, ReportKind kind, Asked asked, SpaceFacts space, Instant now)
    {
        var period = Period.Read(faults, asked.From, asked.To, space, now);
        var by = AccountingEndpoints.Choice(faults, "by", asked.By, NumbersQuery.Choices(kind)[0]);
        if (!NumbersQuery.Choices(kind).Contains(by)) faults.Add("by", "malformed-field", $"by is one of {string.Join(", ", NumbersQuery.Choices(kind).Select(b => b.ToString().ToLowerInvariant()))} in this report.");
        var (area, tool) = (faults.OptionalSlug("areaId", Blank(asked.AreaId)), faults.OptionalSlug("toolId", Blank(asked.ToolId)));
        foreach (var (field, given) in new[] { ("areaId", area), ("toolId", tool) })
            if (given is not null && !NumbersQuery.Narrows(kind, by)) faults.Add(field, "cannot-narrow", $"{field} cannot be told in this report: what is told by {by.ToString().ToLowerInvariant()} is of no one tool.");
        if (area is not null && !space.Areas.ContainsKey(area)) faults.Add("areaId", "unknown-area", "There is no such area.");
        return new NumbersQuery(kind, by, period, area, tool) { Compared = asked.CompareFrom is { Length: > 0 } || asked.CompareTo is { Length: > 0 } ? Period.Read(faults, asked.CompareFrom, asked.CompareTo, space, now) : null };
    }

    private static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string Day(LocalDate day) => NodaTime.Text.LocalDatePattern.Iso.Format(day);
}
