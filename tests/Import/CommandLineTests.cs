using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Makerspace.Import.Csv;
using Makerspace.Tests.Infrastructure;
using Makerspace.Web.CommandLine;

namespace Makerspace.Tests.Import;

/// <summary>The command line as a person meets it: a process with its two streams and an exit code.</summary>
public partial class CommandLineTests
{
    private sealed record Outcome(int Code, string Output, string Error);

    private static async Task<Outcome> Makerspace(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "makerspace.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false,
        };
        start.Environment.Remove("ConnectionStrings__Makerspace");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, await output, await error);
    }

    [Fact]
    public async Task Help_explains_and_shows_examples()
    {
        var root = await Makerspace("--help");
        root.ShouldSatisfyAllConditions(r => r.Code.ShouldBe(0), r => r.Output.ShouldContain("--no-demo"), r => r.Output.ShouldContain("import "), r => r.Output.ShouldContain("Examples:"));
        var nemo = await Makerspace("import", "csv", "--help");
        nemo.ShouldSatisfyAllConditions(r => r.Code.ShouldBe(0), r => r.Output.ShouldContain("makerspace import csv --template tools > tools.csv"), r => r.Error.ShouldBeEmpty());
    }

    [Theory]
    [InlineData("--nonsense")]
    [InlineData("import")]
    [InlineData("import", "csv")]
    [InlineData("import", "csv", "--kind", "chairs", "x.csv")]
    [InlineData("import", "csv", "--template", "tools", "x.csv")]
    [InlineData("import", "nemo")]
    [InlineData("token", "create")]
    [InlineData("token", "create", "--user", "a@example.org", "--scopes", "fly")]
    [InlineData("token", "create", "--user", "a@example.org", "--expires", "soon")]
    [InlineData("user", "create", "--email", "a@example.org", "--name", "A", "--role", "king")]
    public async Task What_is_not_understood_is_one_line_and_code_2(params string[] arguments)
    {
        var outcome = await Makerspace(arguments);
        outcome.ShouldSatisfyAllConditions(o => o.Code.ShouldBe(2), o => o.Output.ShouldBeEmpty(), o => o.Error.Trim().ShouldMatch("^makerspace: .* See makerspace.* --help\\.$"));
    }

    [Fact]
    public async Task A_template_is_printed() => (await Makerspace("import", "csv", "--template", "members")).Output.ShouldBe(CsvColumns.Template(CsvKind.Members));

    [Fact]
    public async Task A_file_that_is_missing_or_malformed_is_one_line_and_code_1()
    {
        await using var database = await TestDatabase.Bare(DatabaseKind.Sqlite);
        var data = database.Settings.DataDirectory;
        var missing = await Makerspace("import", "nemo", "nowhere.json", "--data", data);
        missing.ShouldSatisfyAllConditions(o => o.Code.ShouldBe(1), o => o.Error.Trim().ShouldBe("makerspace: There is no file nowhere.json."));
        var broken = Path.Combine(data, "broken.json");
        await File.WriteAllTextAsync(broken, "[{", TestContext.Current.CancellationToken);
        var malformed = await Makerspace("import", "nemo", broken, "--data", data);
        malformed.ShouldSatisfyAllConditions(o => o.Code.ShouldBe(1), o => o.Error.Trim().ShouldStartWith("makerspace: The file is not JSON: line 1"));
    }

    [Fact]
    public async Task A_dump_is_imported_an_account_made_and_a_token_given()
    {
        await using var database = await TestDatabase.Bare(DatabaseKind.Sqlite);
        var data = database.Settings.DataDirectory;
        var file = Path.Combine(data, "lab.json");
        await using (var copy = File.Create(file)) await Planning.SmallLab().CopyToAsync(copy, TestContext.Current.CancellationToken);
        var imported = await Makerspace("import", "nemo", file, "--data", data);
        imported.ShouldSatisfyAllConditions(o => o.Code.ShouldBe(0), o => o.Error.ShouldBeEmpty(), o => o.Output.ShouldContain("40 records: "), o => o.Output.ShouldContain("made      #3 NEMO.tool Steam bender: tool steam-bender"));
        (await Makerspace("user", "create", "--email", "wanda@boats.example", "--name", "Wanda", "--role", "mentor", "--data", data)).Output.ShouldContain("has the role mentor; member wanda.");
        var token = await Makerspace("token", "create", "--user", "wanda@boats.example", "--scopes", "read book", "--data", data);
        token.ShouldSatisfyAllConditions(o => o.Code.ShouldBe(0), o => o.Output.Trim().ShouldStartWith("msk_"));
        (await Makerspace("token", "create", "--user", "nobody@boats.example", "--data", data)).Code.ShouldBe(1);
    }

    [Fact]
    public async Task A_backup_is_restored_into_an_empty_place_or_by_force()
    {
        await using var database = await TestDatabase.Bare(DatabaseKind.Sqlite);
        var (data, elsewhere, copy) = (database.Settings.DataDirectory, Path.Combine(database.Settings.DataDirectory, "elsewhere"), Path.Combine(database.Settings.DataDirectory, "copy.db"));
        (await Makerspace("user", "create", "--email", "ada@example.org", "--name", "Ada", "--role", "admin", "--data", data)).Code.ShouldBe(0);
        var made = await Makerspace("backup", copy, "--data", data);
        made.ShouldSatisfyAllConditions(o => o.Error.ShouldBeEmpty(), o => o.Code.ShouldBe(0), o => File.Exists(copy).ShouldBeTrue());
        (await Makerspace("backup", copy, "--data", data)).ShouldSatisfyAllConditions(o => o.Code.ShouldBe(3), o => o.Error.ShouldContain("exists already"));
        var restored = await Makerspace("restore", copy, "--data", elsewhere);
        restored.ShouldSatisfyAllConditions(o => o.Error.ShouldBeEmpty(), o => o.Code.ShouldBe(0));
        (await Makerspace("token", "create", "--user", "ada@example.org", "--data", elsewhere)).Code.ShouldBe(0);
        (await Makerspace("restore", copy, "--data", elsewhere)).Code.ShouldBe(3);
        (await Makerspace("restore", copy, "--force", "--data", elsewhere)).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Where_a_server_has_the_database_the_command_says_what_to_do()
    {
        await using var host = await ImportHost.Start(DatabaseKind.Sqlite);
        var file = Path.GetTempFileName();
        var refused = await Makerspace("import", "nemo", file, "--data", host.Data);
        refused.Code.ShouldBe(3);
        refused.Error.ShouldContain("Another process is using the database");
        refused.Error.ShouldContain("POST /api/v1/import/nemo");
        File.Delete(file);
    }

    [Fact]
    public void The_page_on_the_command_line_names_every_command_and_option()
    {
        var written = Docs.Read("docs/command-line.md").Split("\n## ").Skip(1)
            .ToDictionary(s => Heading().Match(s).Value.Trim(), s => OptionName().Matches(s).Select(m => m.Groups["name"].Value).Order().ToList());
        var real = Leaves(MakerspaceCommand.Root(), "makerspace").ToDictionary(c => c.Path, c => c.Options.Order().ToList());
        written.Keys.Order().ShouldBe(real.Keys.Order());
        foreach (var (path, options) in real) written[path].ShouldBe(options, path);
    }

    [Theory]
    [InlineData(CsvKind.Tools)]
    [InlineData(CsvKind.Members)]
    [InlineData(CsvKind.Bookings)]
    public void The_page_on_imports_names_every_column(CsvKind kind)
    {
        var section = Docs.Read("docs/import.md").Split($"### {kind}")[1].Split("###")[0];
        var rows = ColumnRow().Matches(section).Select(m => m.Groups["name"].Value).Skip(1).ToList();
        rows.ShouldBe(CsvColumns.Of(kind).Select(c => c.Required ? $"**{c.Name}**" : c.Name));
    }

    private static IEnumerable<(string Path, IEnumerable<string> Options)> Leaves(Command command, string path)
    {
        if (command.Action is not null) yield return (path, command.Options.Where(o => o.Name is not ("--help" or "--version")).Select(o => o.Name));
        foreach (var child in command.Subcommands)
            foreach (var leaf in Leaves(child, $"{path} {child.Name}")) yield return leaf;
    }

    // A heading without its arguments, which are in capitals.
    [GeneratedRegex("^[a-z -]+")]
    private static partial Regex Heading();

    [GeneratedRegex("^\\| `(?<name>--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex OptionName();

    [GeneratedRegex("^\\| (?<name>[A-Za-z*]+) \\|", RegexOptions.Multiline)]
    private static partial Regex ColumnRow();
}
