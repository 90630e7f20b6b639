using System.Text.Json;
using Makerspace.Numbers;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Billing;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;
using Period = Makerspace.Web.Billing.Period;

namespace Makerspace.Web.Numbers;

/// <summary>What a report is asked for.</summary>
/// <param name="Kind">Which.</param>
/// <param name="By">What its rows are.</param>
/// <param name="Period">From when to when.</param>
/// <param name="AreaId">Only tools of the area and of those inside it.</param>
/// <param name="ToolId">Only this tool.</param>
public sealed record NumbersQuery(ReportKind Kind, ReportBy By, Period Period, string? AreaId = null, string? ToolId = null)
{
    /// <summary>Beside which other period; null: the one just before.</summary>
    public Period? Compared { get; init; }

    /// <summary>Whether the report can be narrowed to an area or a tool: what is told by company, and certifications, are of no one tool.</summary>
    public static bool Narrows(ReportKind kind, ReportBy by) => kind is not (ReportKind.Fairness or ReportKind.Training) && by != ReportBy.Company;

    /// <summary>What the rows of a report may be, the usual first.</summary>
    public static IReadOnlyList<ReportBy> Choices(ReportKind kind) => kind switch
    {
        ReportKind.Utilisation => [ReportBy.Tool, ReportBy.Area, ReportBy.Category, ReportBy.Hour, ReportBy.Day, ReportBy.Month],
        ReportKind.Fairness => [ReportBy.Company],
        ReportKind.NoShows => [ReportBy.Tool, ReportBy.Area, ReportBy.Company, ReportBy.Member, ReportBy.Day, ReportBy.Month],
        ReportKind.Training => [ReportBy.Certification],
        _ => [ReportBy.Tool, ReportBy.Area],
    };
}

/// <summary>A tool as reports see it.</summary>
internal sealed record ReportTool(string Id, string Name, string? Category, string? AreaId, int AtOnce, IReadOnlyList<string> DependsOn, bool Visible);

/// <summary>
/// Reports, from sums that the projector keeps by tool, by company and by local day (docs/numbers.md): none reads bookings one by one.
/// </summary>
internal sealed partial class NumbersBook(MakerspaceDb db, UseBook uses, RevenueBook revenue, TimeProvider time)
{
    private static readonly LocalDatePattern MonthName = LocalDatePattern.CreateWithInvariantCulture("uuuu-MM");

    public async Task<FigureReport> Report(NumbersQuery query, SpaceFacts space, CancellationToken cancellation)
    {
        var tools = await Tools(query, space, cancellation);
        var report = query.Kind switch
        {
            ReportKind.Utilisation => await Utilisation(query, space, tools, cancellation),
            ReportKind.Fairness => await Fairness(query, space, cancellation),
            ReportKind.Downtime => await Downtime(query, space, tools, cancellation),
            ReportKind.Maintenance => await Maintenance(query, space, tools, cancellation),
            ReportKind.NoShows => await NoShows(query, space, tools, cancellation),
            ReportKind.Training => await Training(query, space, cancellation),
            ReportKind.Revenue => await Revenue(query, space, tools, cancellation),
            _ => await Energy(query, space, tools, cancellation),
        };
        return report with { Compared = Before(query) };
    }

    private static Period Before(NumbersQuery query) => query.Compared ?? query.Period.Before();

    private async Task<Dictionary<string, ReportTool>> Tools(NumbersQuery query, SpaceFacts space, CancellationToken cancellation)
    {
        var rows = await db.Tools.AsNoTracking().Where(t => t.MentorId == null).Select(t => t.Data).ToListAsync(cancellation);
        var tools = rows.Select(json => JsonSerializer.Deserialize<ToolView>(json, StoredJson.Options)!).Select(t => Of(t, space));
        if (query.ToolId is { } one) tools = tools.Where(t => t.Id == one);
        if (query.AreaId is { } area) tools = tools.Where(t => space.AreaChain(t.AreaId).Contains(area));
        return tools.ToDictionary(t => t.Id, StringComparer.Ordinal);
    }

    private static ReportTool Of(ToolView tool, SpaceFacts space)
    {
        var d = tool.Definition;
        var atOnce = d.Policy.Concurrency ?? (d.Category is { } c ? space.Categories.GetValueOrDefault(c)?.Policy.Concurrency : null)
            ?? space.AreaChain(d.AreaId).Select(a => space.AreaRules.GetValueOrDefault(a)?.Policy.Concurrency).FirstOrDefault(n => n is not null) ?? space.Defaults.Concurrency ?? 1;
        return new ReportTool(tool.Id, d.Name, d.Category, d.AreaId, atOnce, [.. d.DependsOn], d.Visible);
    }

    // A tool, an area and those around it up to the outermost, a category: under what a tool's figures stand.
    private static string Part(ReportTool tool, ReportBy by) => by switch { ReportBy.Area => tool.AreaId ?? "", ReportBy.Category => tool.Category ?? "", _ => tool.Id };

    private static Func<string, string?> Names(ReportBy by, Dictionary<string, ReportTool> tools, Dictionary<string, string> areas) => by switch
    {
        ReportBy.Tool => id => tools.GetValueOrDefault(id)?.Name,
        ReportBy.Area => id => areas.GetValueOrDefault(id),
        _ => _ => null,
    };

    private Task<Dictionary<string, string>> AreaNames(CancellationToken cancellation) => db.Areas.AsNoTracking().ToDictionaryAsync(a => a.Id, a => a.Name, cancellation);

    /// <summary>Open hours of one tool that takes one at a time, by hour of the week; by the hours and closures as they are set now.</summary>
    private static long[][] OpenWeek(Period period, SpaceFacts space) => UseBook.Week(OpenHours.Within(period.In(space.Zone), space), space.Zone);

    private static List<string>? Only(NumbersQuery query, Dictionary<string, ReportTool> tools) => query.ToolId is null && query.AreaId is null ? null : [.. tools.Keys];

    private static string Iso(LocalDate day) => LocalDatePattern.Iso.Format(day);
}
