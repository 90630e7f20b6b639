using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Makerspace.Web.Hosting;

namespace Makerspace.Web.CommandLine;

/// <summary>The <c>makerspace</c> command line. Without a sub-command it runs the server. docs/command-line.md is held against it by a test.</summary>
public static class MakerspaceCommand
{
    /// <summary>It was done.</summary>
    public const int Done = 0;

    /// <summary>It was not done; one line on standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line is not understood.</summary>
    public const int Misused = 2;

    /// <summary>Runs a command line.</summary>
    /// <returns>0 done, 1 not done, 2 not understood, 3 the database or the address cannot be had.</returns>
    public static async Task<int> Run(string[] args, CancellationToken cancellation = default)
    {
        var parsed = Root().Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            var name = parsed.CommandResult.Command is RootCommand ? "makerspace" : $"makerspace {PathOf(parsed.CommandResult)}";
            await Console.Error.WriteLineAsync($"makerspace: {OneLine(parsed.Errors[0].Message)} See {name} --help.");
            return Misused;
        }
        return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellation);
    }

    internal static RootCommand Root()
    {
        var root = new RootCommand("Makerspace: booking of tools, rooms and people's time. Without a command it runs the server.");
        SharedOptions.AddTo(root);
        ServerCommand.AddTo(root);
        root.Add(ImportCommands.Make());
        root.Add(AccountCommands.Token());
        root.Add(AccountCommands.User());
        root.Add(DatabaseCommands.Backup());
        root.Add(DatabaseCommands.Restore());
        root.Add(SimulatorCommands.Run());
        root.Add(DeviceCommand.Make());
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static string OneLine(string message) => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.') + ".";

    private static string PathOf(System.CommandLine.Parsing.CommandResult command) => string.Join(
        ' ', Ancestors(command).Reverse().Where(c => c is not RootCommand).Select(c => c.Name));

    private static IEnumerable<Command> Ancestors(System.CommandLine.Parsing.SymbolResult? result)
    {
        for (; result is not null; result = result.Parent)
            if (result is System.CommandLine.Parsing.CommandResult { Command: var command }) yield return command;
    }
}

/// <summary>A command that says how it is used.</summary>
internal sealed class ExplainedCommand(string name, string description, params IReadOnlyList<string> examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples => examples;
}

/// <summary>The usual help, and examples after it.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private static readonly string[] RootExamples =
        ["makerspace", "makerspace --urls http://127.0.0.1:8080 --data /var/lib/makerspace", "makerspace import nemo dump.json --dry-run"];

    public override int Invoke(ParseResult parseResult)
    {
        usual.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        var examples = command is ExplainedCommand explained ? explained.Examples : command is RootCommand ? RootExamples : [];
        var output = parseResult.InvocationConfiguration.Output;
        if (examples.Count > 0) output.WriteLine("Examples:");
        foreach (var example in examples) output.WriteLine("  " + example);
        if (examples.Count > 0) output.WriteLine();
        return MakerspaceCommand.Done;
    }
}

/// <summary>Where the data is: options of every command.</summary>
internal static class SharedOptions
{
    public static readonly Option<string?> Data = new("--data")
    {
        Description = "Directory of the database, the keys and the backups [MAKERSPACE_DATA; default: data]", HelpName = "DIR", Recursive = true,
    };

    public static readonly Option<string?> Database = new("--database")
    {
        Description = "Connection string of a PostgreSQL database [ConnectionStrings__Makerspace; default: SQLite in --data]", HelpName = "CONNECTION_STRING", Recursive = true,
    };

    public static readonly Option<string?> Environment = new("--environment")
    {
        Description = "Development opens the movable clock and other helpers, on loopback addresses only [ASPNETCORE_ENVIRONMENT; default: Production]",
        HelpName = "NAME", Recursive = true,
    };

    public static void AddTo(RootCommand root)
    {
        root.Add(Data);
        root.Add(Database);
        root.Add(Environment);
    }

    public static ServerOptions Read(ParseResult parsed) => new()
    {
        Data = parsed.GetValue(Data), Database = parsed.GetValue(Database), Environment = parsed.GetValue(Environment),
    };

    /// <summary>The same, for a host without a web server.</summary>
    public static void Apply(ParseResult parsed, IConfigurationManager configuration)
    {
        configuration["Makerspace:Data"] = Path.GetFullPath(parsed.GetValue(Data) ?? configuration["MAKERSPACE_DATA"] ?? configuration["Makerspace:Data"] ?? "data");
        if (parsed.GetValue(Database) is { } database) configuration["ConnectionStrings:Makerspace"] = database;
    }
}

/// <summary>The root: the server.</summary>
internal static class ServerCommand
{
    private static readonly Option<string?> Urls = new("--urls")
    {
        Description = $"Addresses to listen on, with ; between them [ASPNETCORE_URLS; default: {ServerOptions.DefaultUrls}]", HelpName = "URLS",
    };

    private static readonly Option<bool> NoDemo = new("--no-demo")
    {
        Description = "Leave a new database empty but for the account admin@example.org [MAKERSPACE_NO_DEMO=true]",
    };

    public static void AddTo(RootCommand root)
    {
        root.Add(Urls);
        root.Add(NoDemo);
        root.SetAction((parsed, cancellation) =>
            WebServer.Run(SharedOptions.Read(parsed) with { Urls = parsed.GetValue(Urls), NoDemo = parsed.GetValue(NoDemo) }, cancellation));
    }
}
