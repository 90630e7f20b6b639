using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Makerspace.Tests.Infrastructure;

/// <summary>A PostgreSQL server of its own: a new directory, a free port, stopped by its process id. For the tests and the bench.</summary>
public sealed class ThrowawayPostgres : IAsyncDisposable
{
    private readonly string directory = Path.Combine(Path.GetTempPath(), "makerspace-pg-" + Guid.NewGuid().ToString("N"));
    private readonly bool durable;
    private Process? server;
    private int port;

    private ThrowawayPostgres(bool durable) => this.durable = durable;

    /// <summary>Directory of initdb, postgres and pg_dump; null where they are not on this machine.</summary>
    public static string? Binaries { get; } = Find();

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="durable">As by default; else it does not wait for the disk, and what it committed survives its own end and everybody's, but not the machine's.</param>
    public static async Task<ThrowawayPostgres> Start(bool durable = true)
    {
        var postgres = new ThrowawayPostgres(durable);
        await postgres.Run();
        return postgres;
    }

    /// <summary>A database.</summary>
    /// <param name="template">Name of another that it begins as a copy of, and that nobody is connected to; null: an empty one.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> NewDatabase(string? template = null)
    {
        var name = "t" + Guid.NewGuid().ToString("N");
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE {template ?? "template1"}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={port.ToString(CultureInfo.InvariantCulture)};Username=postgres;Database={database};Maximum Pool Size=20;Include Error Detail=true";

    private async Task Run()
    {
        Directory.CreateDirectory(directory);
        if (Environment.UserName == "root") await Finish(Process.Start("chown", ["nobody", directory]));
        port = FreePort();
        var data = Path.Combine(directory, "data");
        await Finish(StartAsUser("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"));
        server = StartAsUser(
            "postgres", "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture), "-k", directory,
            "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300", "-c", "log_min_messages=fatal",
            "-c", durable ? "fsync=on" : "fsync=off");
        await UntilItAnswers();
    }

    private async Task UntilItAnswers()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (attempt < 200 && !server!.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>PostgreSQL refuses to run as root: then it runs as nobody.</summary>
    private Process StartAsUser(string program, params string[] arguments)
    {
        var path = Path.Combine(Binaries!, program);
        var start = Environment.UserName == "root"
            ? new ProcessStartInfo("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
        start.WorkingDirectory = directory;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task Finish(Process process)
    {
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{process.StartInfo.FileName} ended with {process.ExitCode}");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static string? Find()
    {
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return installed.Concat(path).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "postgres")));
    }

    /// <summary>An orderly end.</summary>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        // SIGINT: a fast, orderly shutdown, by the id of the process started here.
        await Process.Start("kill", ["-INT", server!.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExitAsync();
        await server.WaitForExitAsync();
        server.Dispose();
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception stillThere) when (stillThere is IOException or UnauthorizedAccessException or Win32Exception)
        {
            // A temporary directory that stays is no reason to fail a run.
        }
    }
}
