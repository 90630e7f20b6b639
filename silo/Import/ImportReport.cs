using System.Collections.Immutable;

namespace Makerspace.Import;

/// <summary>What becomes, or in a dry run would become, of one record of the source.</summary>
public enum ImportOutcome
{
    /// <summary>New here.</summary>
    Made,

    /// <summary>Was here, and differs now.</summary>
    Changed,

    /// <summary>Here already, just so.</summary>
    Unchanged,

    /// <summary>Not taken; the line says why.</summary>
    Skipped,
}

/// <summary>What became of one record; or, where <see cref="Records"/> is more than one, of all records of a kind that is not taken.</summary>
public sealed record ImportLine
{
    /// <summary>Where it stands in the source: the record's number in a dump, the line in a CSV file; both from 1. Null for a whole kind.</summary>
    public int? At { get; init; }

    /// <summary>The source's kind of record, e.g. <c>NEMO.tool</c>.</summary>
    public required string Model { get; init; }

    /// <summary>The record's key in the source; empty for a whole kind.</summary>
    public string Key { get; init; } = "";
    public ImportOutcome Outcome { get; init; }

    /// <summary>What was made or changed, or why it was skipped.</summary>
    public string Detail { get; init; } = "";

    /// <summary>What the source says and Makerspace cannot keep. Each a sentence.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>How many records the line stands for.</summary>
    public int Records { get; init; } = 1;
}

/// <summary>How many records came to what. The sum is the number of records in the source.</summary>
public sealed record ImportTotals(int Made, int Changed, int Unchanged, int Skipped)
{
    public int Records => Made + Changed + Unchanged + Skipped;

    public static ImportTotals Of(IEnumerable<ImportLine> lines)
    {
        var counts = lines.GroupBy(l => l.Outcome).ToDictionary(g => g.Key, g => g.Sum(l => l.Records));
        return new(
            counts.GetValueOrDefault(ImportOutcome.Made), counts.GetValueOrDefault(ImportOutcome.Changed),
            counts.GetValueOrDefault(ImportOutcome.Unchanged), counts.GetValueOrDefault(ImportOutcome.Skipped));
    }
}

/// <summary>What an import did, or in a dry run would do, line by line.</summary>
/// <param name="DryRun">True where nothing was written.</param>
/// <param name="Totals">The sums.</param>
/// <param name="Remarks">What holds for the whole source, such as the time zone its civil times were read in.</param>
/// <param name="Lines">Every record, in the source's order, then the kinds that are not taken.</param>
public sealed record ImportReport(bool DryRun, ImportTotals Totals, ImmutableArray<string> Remarks, ImmutableArray<ImportLine> Lines);

/// <summary>Why a source was not read at all. Nothing was written.</summary>
/// <param name="Code">Stable, kebab-case: <c>import-malformed</c>, <c>import-record-malformed</c>, <c>import-columns</c>.</param>
/// <param name="Message">The problem in a sentence.</param>
/// <param name="Faults">Each fault with the record or line it stands in, where they are known; at most 100.</param>
public sealed record ImportProblem(string Code, string Message, ImmutableArray<ImportFault> Faults)
{
    public static ImportProblem Of(string code, string message) => new(code, message, []);
}

/// <summary>One thing wrong with the source.</summary>
/// <param name="At">Record number or line, from 1.</param>
/// <param name="Message">What is wrong.</param>
public sealed record ImportFault(int At, string Message);
