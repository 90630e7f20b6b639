using Makerspace.Web.Demo;
using Makerspace.Web.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Makerspace.Web.CommandLine;

/// <summary>The whole program in this process but for the web server, for a command that needs the grains.</summary>
internal static class LocalSilo
{
    /// <summary>Starts the silo, does the work, and stops it again. What is expected to fail now and then is one line on standard error.</summary>
    /// <param name="options">Where the data is.</param>
    /// <param name="work">What to do; the exit code.</param>
    /// <param name="instead">What to do where a server has the database; a sentence.</param>
    /// <param name="cancellation">Stops the work between two steps.</param>
    public static async Task<int> Run(ServerOptions options, Func<IServiceProvider, CancellationToken, Task<int>> work, string instead, CancellationToken cancellation)
    {
        try
        {
            await using var app = WebServer.Build(options with { Urls = ServerOptions.DefaultUrls }, Quietly);
            await app.StartAsync(cancellation);
            await using var scope = app.Services.CreateAsyncScope();
            var code = await work(scope.ServiceProvider, cancellation);
            await app.StopAsync(CancellationToken.None);
            return code;
        }
        catch (Exception e) when (StartFailure.Line(e) is { } line)
        {
            return await Say($"{line} {instead}".TrimEnd(), StartRefusedException.ExitCode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Data.Common.DbException)
        {
            return await Say(e.Message.Split('\n')[0], MakerspaceCommand.Failed);
        }
    }

    /// <summary>One line on standard error.</summary>
    public static async Task<int> Say(string line, int code)
    {
        await Console.Error.WriteLineAsync("makerspace: " + line);
        return code;
    }

    private static void Quietly(WebApplicationBuilder builder)
    {
        builder.Configuration[FirstStart.LeaveEmpty] = "true";
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IServer, NoServer>();
    }

    private sealed class NoServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
