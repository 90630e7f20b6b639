namespace Makerspace.Import;

/// <summary>Collects a plan's lines, each with its steps.</summary>
internal sealed class PlanBuilder
{
    private readonly List<PlannedLine> lines = [];
    private readonly List<string> remarks = [];

    public void Remark(string remark) => remarks.Add(remark);

    public void Add(ImportLine line, params IEnumerable<ImportStep> steps) =>
        lines.Add(new(line, line.Outcome is ImportOutcome.Made or ImportOutcome.Changed ? [.. steps] : []));

    /// <summary>The plan: records in the source's order, then whole kinds by name.</summary>
    public ImportPlan Build() => new(
        [.. remarks],
        [.. lines.OrderBy(l => l.Line.At ?? int.MaxValue).ThenBy(l => l.Line.Model, StringComparer.Ordinal)]);
}
