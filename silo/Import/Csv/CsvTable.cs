using System.Collections.Immutable;
using System.Text;
using CsvHelper;

namespace Makerspace.Import.Csv;

/// <summary>The rows of a CSV file whose header is one we know. UTF-8 with or without a byte order mark; comma or semicolon.</summary>
internal sealed record CsvTable(ImmutableArray<CsvRow> Rows, List<ImportFault> Faults)
{
    private const int MostRows = 50_000;

    /// <summary>Reads the whole file, or says what is wrong with it as a whole. Faults of single cells are found as they are read.</summary>
    public static async Task<(CsvTable? Table, ImportProblem? Problem)> Read(CsvKind kind, Stream file, CancellationToken cancellation)
    {
        try
        {
            var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            using var reader = new StreamReader(file, strict, detectEncodingFromByteOrderMarks: false);
            return FromText(kind, (await reader.ReadToEndAsync(cancellation)).TrimStart('\ufeff'));
        }
        catch (DecoderFallbackException)
        {
            return (null, ImportProblem.Of("import-malformed", "The file is not UTF-8 text. Save it as \"CSV UTF-8\"."));
        }
    }

    private static (CsvTable?, ImportProblem?) FromText(CsvKind kind, string text)
    {
        var header = text.Split('\n', 2)[0];
        if (header.Trim().Length == 0) return (null, ImportProblem.Of("import-malformed", "The file is empty; its first line must name the columns."));
        var separator = header.Count(c => c == ';') > header.Count(c => c == ',') ? ';' : ',';
        var options = new CsvReaderOptions { Separator = separator, TrackLineNumbers = true, MalformedData = CsvMalformedDataHandling.Throw };
        using var csv = CsvReader.FromText(text, options);
        try
        {
            var names = csv.Headers.Select(n => n.Trim()).ToImmutableArray();
            return HeaderProblem(kind, names) is { } problem ? (null, problem) : ReadRows(csv, names);
        }
        catch (CsvFormatException e)
        {
            return (null, new("import-malformed", $"Line {e.LineNumber} is not CSV: its quotes do not pair.", [new((int)e.LineNumber, e.Message)]));
        }
    }

    private static ImportProblem? HeaderProblem(CsvKind kind, ImmutableArray<string> names)
    {
        var known = CsvColumns.Of(kind);
        var unknown = names.Where(n => !known.Any(c => Same(c.Name, n))).ToList();
        var missing = known.Where(c => c.Required && !names.Any(n => Same(c.Name, n))).Select(c => c.Name).ToList();
        var twice = names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => g.Key).ToList();
        var faults = new[] { Named("does not know the column", unknown), Named("misses the column", missing), Named("has more than once the column", twice) }
            .OfType<string>().ToList();
        if (faults.Count == 0) return null;
        var columns = string.Join(", ", known.Select(c => c.Name));
        return ImportProblem.Of("import-columns", $"The header {string.Join("; it ", faults)}. Columns of {Word(kind)}: {columns}.");
    }

    private static string? Named(string what, List<string> names) => names.Count == 0 ? null : $"{what}{(names.Count > 1 ? "s" : "")} {string.Join(", ", names)}";

    internal static string Word(CsvKind kind) => kind.ToString().ToLowerInvariant();

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static (CsvTable?, ImportProblem?) ReadRows(CsvReader csv, ImmutableArray<string> names)
    {
        var rows = ImmutableArray.CreateBuilder<CsvRow>();
        var faults = new List<ImportFault>();
        while (csv.Read())
        {
            var (line, cells) = ((int)csv.LineNumber, csv.Current.ToArray());
            if (cells.Length != names.Length) faults.Add(new(line, $"line {line} has {cells.Length} cells, the header {names.Length}"));
            rows.Add(new CsvRow(line, names.Zip(cells).ToDictionary(p => p.First, p => p.Second.Trim(), StringComparer.OrdinalIgnoreCase), faults));
            if (rows.Count > MostRows) return (null, ImportProblem.Of("import-malformed", $"The file has more than {MostRows} rows; split it."));
        }
        return (new CsvTable(rows.ToImmutable(), faults), null);
    }
}
