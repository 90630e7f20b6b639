using Makerspace.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Makerspace.Tests.Infrastructure;

/// <summary>A whole silo in the test's process, without pages, at nine o'clock on a Monday.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly IHost host;
    private bool stopped;

    private TestSilo(IHost host, FakeTimeProvider clock) => (this.host, Clock) = (host, clock);

    public static DateTimeOffset Monday { get; } = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    public FakeTimeProvider Clock { get; }
    public IServiceProvider Services => host.Services;
    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    /// <summary>Ready when it returns.</summary>
    /// <exception cref="StartRefusedException">Another has the database.</exception>
    public static async Task<TestSilo> Start(TestDatabase database, ICommitFaults? faults = null, Action<HostApplicationBuilder>? more = null, bool cluster = false)
    {
        var clock = new FakeTimeProvider(Monday);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(database.Configuration);
        if (cluster) builder.Configuration["Makerspace:Cluster"] = "true";
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddSingleton<TimeProvider>(clock);
        if (faults is not null) builder.Services.AddSingleton(faults);
        builder.AddMakerspace();
        more?.Invoke(builder);
        var silo = new TestSilo(builder.Build(), clock);
        try
        {
            await silo.host.StartAsync(TestContext.Current.CancellationToken);
            return silo;
        }
        catch
        {
            silo.stopped = true;
            await silo.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!stopped) await host.StopAsync(CancellationToken.None);
        stopped = true;
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else host.Dispose();
    }
}
