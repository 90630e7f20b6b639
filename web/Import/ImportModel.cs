using Makerspace.Import;

namespace Makerspace.Web.Import;

/// <summary>What an import did, or in a dry run would do.</summary>
/// <param name="DryRun">True where nothing was written.</param>
/// <param name="Totals">How many records came to what; <c>records</c> is their sum and the number of records in the source.</param>
/// <param name="Remarks">What holds for the whole source.</param>
/// <param name="Lines">Every record, line by line.</param>
public sealed record ImportReportModel(bool DryRun, ImportTotals Totals, IReadOnlyList<string> Remarks, IReadOnlyList<ImportLineModel> Lines)
{
    internal static ImportReportModel Of(ImportReport report) =>
        new(report.DryRun, report.Totals, report.Remarks, [.. report.Lines.Select(ImportLineModel.Of)]);
}

/// <summary>What became of one record.</summary>
/// <param name="At">The record's number in a dump, the line in a CSV file; null for a whole kind of records that is not taken.</param>
/// <param name="Model">The source's kind of record.</param>
/// <param name="Key">The record's key in the source.</param>
/// <param name="Outcome"><c>made</c>, <c>changed</c>, <c>unchanged</c> or <c>skipped</c>.</param>
/// <param name="Detail">What was made or changed, or why it was skipped.</param>
/// <param name="Notes">What the source says and is not kept.</param>
/// <param name="Records">How many records the line stands for.</param>
public sealed record ImportLineModel(int? At, string Model, string Key, string Outcome, string Detail, IReadOnlyList<string> Notes, int Records)
{
    internal static ImportLineModel Of(ImportLine line) => new(line.At, line.Model, line.Key, Word(line.Outcome), line.Detail, line.Notes, line.Records);

    internal static string Word(ImportOutcome outcome) => outcome.ToString().ToLowerInvariant();
}
