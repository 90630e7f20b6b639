using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Makerspace.Bench;

/// <summary>The published product as a process of its own, in Development (for tokens), with rate limits off.</summary>
internal sealed class Server : IAsyncDisposable
{
    private Process? process;

    public required string ConnectionString { get; init; }
    public required Uri Address { get; init; }
    public HttpClient Http { get; private set; } = new();
    public TimeSpan StartedIn { get; private set; }

    public (string Name, string Value)[] Settings { get; private init; } = [];

    public static async Task<Server> Start(string connectionString, params (string Name, string Value)[] settings)
    {
        var server = new Server { ConnectionString = connectionString, Settings = settings, Address = new Uri($"http://127.0.0.1:{FreePort()}") };
        await server.Restart();
        return server;
    }

    public async Task Restart()
    {
        await Stop();
        var watch = Stopwatch.StartNew();
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Path.Combine(Root, "artifacts/makerspace/makerspace.dll"), "--urls", Address.ToString().TrimEnd('/'), "--database", ConnectionString, "--no-demo", "--environment", "Development" })
            start.ArgumentList.Add(argument);
        start.Environment["Makerspace__RateLimits__WritesPerMinute"] = "0";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (name, value) in Settings) start.Environment[name] = value;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.ErrorDataReceived += (_, line) => { if (line.Data is not null) Console.Error.WriteLine(line.Data); };
        process.BeginErrorReadLine();
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 100 }) { BaseAddress = Address };
        await Ready();
        StartedIn = watch.Elapsed;
        Http.DefaultRequestHeaders.Authorization = new("Bearer", await Token("admin@example.org"));
    }

    public long Megabytes()
    {
        process!.Refresh();
        return process.WorkingSet64 / 1024 / 1024;
    }

    public async ValueTask DisposeAsync() => await Stop();

    public async Task Stop()
    {
        if (process is null) return;
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    private async Task Ready()
    {
        for (var tries = 0; tries < 3000; tries++)
        {
            if (process!.HasExited) throw new InvalidOperationException("The server ended while starting.");
            try
            {
                using var answer = await Http.GetAsync("/health/ready");
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }
            await Task.Delay(50);
        }
        throw new TimeoutException("The server was not ready within two and a half minutes.");
    }

    private async Task<string> Token(string email)
    {
        using var answer = await Http.PostAsJsonAsync("/dev/tokens", new { email });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    private static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Makerspace.sln"))) folder = Path.GetDirectoryName(folder)!;
            return folder;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
