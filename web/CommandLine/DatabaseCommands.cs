using System.CommandLine;
using Makerspace.Operations;
using Makerspace.Web.Hosting;

namespace Makerspace.Web.CommandLine;

/// <summary><c>makerspace backup</c> and <c>makerspace restore</c>.</summary>
internal static class DatabaseCommands
{
    public static Command Backup()
    {
        var command = new ExplainedCommand(
            "backup", "Copy the whole database into one file, as of one instant. The server may be running.",
            "makerspace backup backups/2026-12-01.db", "makerspace backup backups/2026-12-01.dump --database \"Host=localhost;Database=makerspace\"");
        var file = new Argument<string>("FILE") { Description = "The copy to make; it must not exist" };
        command.Add(file);
        command.SetAction((parsed, cancellation) => Run(parsed, copies => copies.Backup(parsed.GetRequiredValue(file), cancellation), "copied to", parsed.GetRequiredValue(file)));
        return command;
    }

    public static Command Restore()
    {
        var command = new ExplainedCommand(
            "restore", "Replace the database by a copy that 'makerspace backup' made. Stop the server first.",
            "makerspace restore backups/2026-12-01.db", "makerspace restore backups/2026-12-01.db --force");
        var file = new Argument<string>("FILE") { Description = "The copy" };
        var force = new Option<bool>("--force") { Description = "Overwrite a database that holds something" };
        command.Add(file);
        command.Add(force);
        command.SetAction((parsed, cancellation) => Run(
            parsed, copies => copies.Restore(parsed.GetRequiredValue(file), parsed.GetValue(force), cancellation), "restored from", parsed.GetRequiredValue(file)));
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, Func<DatabaseCopies, Task> work, string done, string file)
    {
        try
        {
            var builder = Host.CreateApplicationBuilder();
            SharedOptions.Apply(parsed, builder.Configuration);
            builder.AddMakerspaceDatabase();
            builder.Logging.ClearProviders();
            using var host = builder.Build();
            // The database can only be let go of asynchronously, and the host's interface does not say that it can.
            await using var held = (IAsyncDisposable)host;
            await work(host.Services.GetRequiredService<DatabaseCopies>());
            await Console.Out.WriteLineAsync($"The database is {done} {file}.");
            return MakerspaceCommand.Done;
        }
        catch (Exception e) when (StartFailure.Line(e) is { } line)
        {
            return await LocalSilo.Say(line, StartRefusedException.ExitCode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Data.Common.DbException)
        {
            return await LocalSilo.Say(e.Message.Split('\n')[0], MakerspaceCommand.Failed);
        }
    }
}
