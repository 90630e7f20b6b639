using System.CommandLine;
using Makerspace.Import;
using Makerspace.Import.Csv;
using Makerspace.Web.Import;

namespace Makerspace.Web.CommandLine;

/// <summary><c>makerspace import nemo|csv</c>.</summary>
internal static class ImportCommands
{
    private static readonly string[] Kinds = ["tools", "members", "bookings"];

    // The operator of the machine may do everything: whoever can run this can read the database too.
    private static readonly ImportAuthority Operator = new(Actors.System, MayAppointStaff: true);

    public static Command Make()
    {
        var import = new ExplainedCommand("import", "Take another system's data.", "makerspace import nemo dump.json --dry-run", "makerspace import csv --kind tools tools.csv");
        import.Add(Nemo());
        import.Add(Csv());
        return import;
    }

    private static ExplainedCommand Nemo()
    {
        var command = new ExplainedCommand(
            "nemo", "Import a data dump of NEMO, the JSON that its 'manage.py dumpdata' writes. Every record is reported; importing twice changes nothing.",
            "makerspace import nemo dump.json --dry-run", "makerspace import nemo dump.json > report.txt");
        var file = new Argument<FileInfo>("FILE") { Description = "The dump" };
        var dryRun = DryRun();
        command.Add(file);
        command.Add(dryRun);
        command.SetAction((parsed, cancellation) => Import(
            parsed, parsed.GetRequiredValue(file), parsed.GetValue(dryRun), "nemo", (import, dump) => import.PlanNemo(dump, Operator, cancellation), cancellation));
        return command;
    }

    private static ExplainedCommand Csv()
    {
        var command = new ExplainedCommand(
            "csv", "Import a CSV file of tools, members or bookings: UTF-8, comma or semicolon. docs/import.md lists the columns.",
            "makerspace import csv --template tools > tools.csv", "makerspace import csv --kind tools tools.csv --dry-run", "makerspace import csv --kind bookings bookings.csv");
        var file = new Argument<FileInfo?>("FILE") { Description = "The file", Arity = ArgumentArity.ZeroOrOne };
        var kind = new Option<string>("--kind") { Description = "What the rows are: tools, members or bookings", HelpName = "KIND" }.AcceptOnlyFromAmong(Kinds);
        var template = new Option<string>("--template") { Description = "Print a file with the header and one example row, and do nothing else", HelpName = "KIND" }.AcceptOnlyFromAmong(Kinds);
        var dryRun = DryRun();
        command.Add(file);
        command.Add(kind);
        command.Add(template);
        command.Add(dryRun);
        command.Validators.Add(result =>
        {
            var (rows, named, asked) = (result.GetResult(file) is { Tokens.Count: > 0 }, result.GetResult(kind) is not null, result.GetResult(template) is not null);
            if (asked && (rows || named)) result.AddError("--template takes neither a file nor --kind.");
            else if (!asked && !(rows && named)) result.AddError("Give --kind and a file, or --template.");
        });
        command.SetAction((parsed, cancellation) => parsed.GetValue(template) is { } wanted
            ? Print(wanted)
            : Import(
                parsed, parsed.GetValue(file)!, parsed.GetValue(dryRun), "csv?kind=" + parsed.GetValue(kind),
                (import, rows) => import.PlanCsv(KindOf(parsed.GetValue(kind)!), rows, Operator, cancellation), cancellation));
        return command;
    }

    private static Option<bool> DryRun() => new("--dry-run") { Description = "Write nothing; say what would be done" };

    private static CsvKind KindOf(string word) => Enum.Parse<CsvKind>(word, ignoreCase: true);

    private static async Task<int> Print(string kind)
    {
        await Console.Out.WriteAsync(CsvColumns.Template(KindOf(kind)));
        return MakerspaceCommand.Done;
    }

    private static async Task<int> Import(
        ParseResult parsed, FileInfo file, bool dryRun, string address, Func<IImport, Stream, Task<ImportPlanning>> plan, CancellationToken cancellation)
    {
        if (!file.Exists) return await LocalSilo.Say($"There is no file {file}.", MakerspaceCommand.Failed);
        return await LocalSilo.Run(
            SharedOptions.Read(parsed),
            async (services, stop) =>
            {
                var import = services.GetRequiredService<IImport>();
                await using var source = file.OpenRead();
                var (planned, problem) = await plan(import, source);
                if (planned is null) return await Refused(problem!);
                await Report(dryRun ? await import.Rehearse(planned, stop) : await import.Apply(planned, Operator, stop));
                return MakerspaceCommand.Done;
            },
            $"Or let the running server import it: POST /api/v1/import/{address}.", cancellation);
    }

    private static async Task<int> Refused(ImportProblem problem)
    {
        foreach (var fault in problem.Faults.Skip(1)) await Console.Out.WriteLineAsync(fault.Message);
        return await LocalSilo.Say(problem.Message, MakerspaceCommand.Failed);
    }

    private static async Task Report(ImportReport report)
    {
        foreach (var line in report.Lines) await Console.Out.WriteLineAsync(Written(line));
        foreach (var remark in report.Remarks) await Console.Out.WriteLineAsync(remark);
        var (totals, dry) = (report.Totals, report.DryRun ? " Nothing was written: this was a dry run." : "");
        await Console.Out.WriteLineAsync(
            $"{totals.Records} records: {totals.Made} made, {totals.Changed} changed, {totals.Unchanged} unchanged, {totals.Skipped} skipped.{dry}");
    }

    private static string Written(ImportLine line)
    {
        var what = line.At is { } at ? $"#{at} {line.Model} {line.Key}" : $"{line.Model}, {(line.Records == 1 ? "1 record" : $"{line.Records} records")}";
        return string.Join("\n    ", [$"{ImportLineModel.Word(line.Outcome),-9} {what}: {line.Detail}".TrimEnd(':', ' '), .. line.Notes]);
    }
}
