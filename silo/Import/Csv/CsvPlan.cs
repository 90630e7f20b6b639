using System.Collections.Immutable;

namespace Makerspace.Import.Csv;

/// <summary>Turns a CSV file's rows, held against the space as it is, into a plan. Pure.</summary>
internal static class CsvPlan
{
    /// <summary>The plan, or every cell that cannot be read; never both.</summary>
    public static (ImportPlan? Plan, ImportProblem? Problem) Of(CsvKind kind, CsvTable table, SpaceAsItIs here, ImportAuthority authority)
    {
        var context = new CsvContext(CsvTable.Word(kind), here, authority);
        foreach (var row in table.Rows) PlanRow(kind, context, row);
        context.Plan.Remark($"Dates and times without an offset are read in the space's time zone, {here.Space.TimeZone}.");
        return table.Faults.Count == 0 ? (context.Plan.Build(), null) : (null, Malformed(table.Faults));
    }

    private static void PlanRow(CsvKind kind, CsvContext context, CsvRow row)
    {
        switch (kind)
        {
            case CsvKind.Tools: CsvTools.Plan(context, row); break;
            case CsvKind.Members: CsvMembers.Plan(context, row); break;
            default: CsvBookings.Plan(context, row); break;
        }
    }

    private static ImportProblem Malformed(List<ImportFault> faults) => new(
        "import-record-malformed",
        $"{Cells(faults.Count)} cannot be read, so nothing was imported; the first: {faults[0].Message}.",
        [.. faults.OrderBy(f => f.At).Take(100)]);

    private static string Cells(int count) => count == 1 ? "1 cell" : $"{count} cells";
}

/// <summary>What the rows of a file share.</summary>
internal sealed class CsvContext(string model, SpaceAsItIs here, ImportAuthority authority)
{
    private readonly Dictionary<string, int> lineOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> areas = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> certifications = new(StringComparer.OrdinalIgnoreCase);

    public SpaceAsItIs Here => here;
    public ImportAuthority Authority => authority;
    public PlanBuilder Plan { get; } = new();

    public void Add(CsvRow row, string key, ImportOutcome outcome, string detail, IEnumerable<string>? notes = null, params IEnumerable<ImportStep> steps) =>
        Plan.Add(new() { At = row.Line, Model = model, Key = key, Outcome = outcome, Detail = detail, Notes = [.. notes ?? []] }, steps);

    /// <summary>False, and a skipped line, where an earlier row has the same id.</summary>
    public bool IsFirst(CsvRow row, string id)
    {
        if (lineOf.TryAdd(id, row.Line)) return true;
        Add(row, id, ImportOutcome.Skipped, $"line {lineOf[id]} has the same id, and was taken");
        return false;
    }

    /// <summary>The id of an area by id or name; a new name gives a new area, made once.</summary>
    public string Area(string name, List<ImportStep> steps, List<string> notes)
    {
        var slug = Naming.Slug(name);
        var known = here.Areas.FirstOrDefault(a => a.Id == name)
            ?? here.Areas.FirstOrDefault(a => string.Equals(a.Definition.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? here.Areas.FirstOrDefault(a => a.Id == slug);
        if (known is not null) return known.Id;
        if (areas.TryAdd(name, slug)) notes.Add($"makes the area {slug}");
        steps.Insert(0, new DefineArea(slug, new() { Name = name }));
        return slug;
    }

    /// <summary>The ids of certifications by id or name; a new name gives a new one.</summary>
    public ImmutableArray<string> Certifications(ImmutableArray<string> names, List<ImportStep> steps, List<string> notes) =>
        [.. names.Select(n => Certification(n, steps, notes)).Distinct(StringComparer.Ordinal)];

    private string Certification(string name, List<ImportStep> steps, List<string> notes)
    {
        var slug = Naming.Slug(name);
        if (here.Space.Certifications.ContainsKey(name)) return name;
        var known = here.Space.Certifications.FirstOrDefault(c => string.Equals(c.Value, name, StringComparison.OrdinalIgnoreCase)).Key;
        if (known is not null || here.Space.Certifications.ContainsKey(slug)) return known ?? slug;
        if (certifications.TryAdd(name, slug)) notes.Add($"makes the certification {slug}");
        steps.Insert(0, new NameCertification(slug, name));
        return slug;
    }
}
