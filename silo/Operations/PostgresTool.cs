using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Makerspace.Operations;

/// <summary>Runs one of PostgreSQL's own programs against a database.</summary>
internal static class PostgresTool
{
    /// <summary>Ends when it has ended well.</summary>
    /// <exception cref="StartRefusedException">The program is missing or failed.</exception>
    public static async Task Run(string program, NpgsqlConnectionStringBuilder database, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Find(program), arguments) { RedirectStandardError = true, UseShellExecute = false };
        // In the environment rather than as arguments, which other users of the machine could read.
        start.Environment["PGHOST"] = database.Host;
        start.Environment["PGPORT"] = database.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGUSER"] = database.Username;
        start.Environment["PGDATABASE"] = database.Database;
        if (database.Password is { } password) start.Environment["PGPASSWORD"] = password;
        using var process = Start(program, start);
        try
        {
            var errors = await process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode != 0) throw new StartRefusedException($"{program} failed: {errors.Trim().ReplaceLineEndings(" ")}");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static Process Start(string program, ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new StartRefusedException($"{program} is not on this machine: install PostgreSQL's client programs.", missing);
        }
    }

    /// <summary>Debian keeps each version's programs in a directory of its own; the newest can read what older servers have.</summary>
    private static string Find(string program)
    {
        const string versions = "/usr/lib/postgresql";
        if (!Directory.Exists(versions)) return program;
        return Directory.GetDirectories(versions).OrderByDescending(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var v) ? v : 0)
            .Select(d => Path.Combine(d, "bin", program)).FirstOrDefault(File.Exists) ?? program;
    }
}
