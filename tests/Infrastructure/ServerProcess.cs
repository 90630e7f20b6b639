using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Makerspace.Tests.Infrastructure;

/// <summary>The product as a process of its own, as <c>./run</c> starts it, so that it can be killed and started again on the same data.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> output = new();
    private readonly string[] arguments;
    private Process? process;

    /// <summary>A server that is not started yet.</summary>
    /// <param name="database">A connection string, or null for SQLite in <paramref name="data"/>.</param>
    /// <param name="data">The data folder.</param>
    public ServerProcess(string? database, string data)
    {
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 200, ConnectTimeout = TimeSpan.FromSeconds(5) }) { BaseAddress = Address };
        arguments = [.. database is null ? [] : new[] { "--database", database }, "--data", data, "--no-demo", "--environment", "Development", "--urls", Address.ToString().TrimEnd('/')];
    }

    public Uri Address { get; }

    /// <summary>Calls as the administrator once <see cref="Start"/> has returned.</summary>
    public HttpClient Http { get; }

    public async Task Start()
    {
        process = Process.Start(StartInfo())!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Ready();
        Http.DefaultRequestHeaders.Authorization = new("Bearer", await Token("admin@example.org"));
    }

    /// <summary>kill -9: no chance to tidy up.</summary>
    public async Task Kill()
    {
        process!.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Stop()
    {
        using (var kill = Process.Start("kill", ["-TERM", process!.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token);
        var code = process.ExitCode;
        process.Dispose();
        process = null;
        return code;
    }

    public async Task<string> Token(string email)
    {
        using var answer = await Http.PostAsJsonAsync("/dev/tokens", new { email });
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"No token: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}\n{Output}");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    public string Output => string.Join('\n', output);

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await Kill();
        Http.Dispose();
    }

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "makerspace.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["Makerspace__RateLimits__WritesPerMinute"] = "0";
        start.Environment["Makerspace__RateLimits__SignInsPerMinute"] = "0";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        // Many short lives: quick to start matters more than fast code.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return start;
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null) output.Enqueue(line.Data);
        while (output.Count > 500) output.TryDequeue(out _);
    }

    private async Task Ready()
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromMinutes(3))
        {
            if (process!.HasExited) throw new InvalidOperationException($"The server ended while starting, with {process.ExitCode}:\n{Output}");
            try
            {
                using var answer = await Http.GetAsync("/health/ready");
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }
            await Task.Delay(25);
        }
        throw new TimeoutException($"The server was not ready within three minutes:\n{Output}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
