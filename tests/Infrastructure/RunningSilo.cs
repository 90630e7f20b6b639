using Makerspace.Jobs;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Storage;
using Makerspace.Tools;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Makerspace.Tests.Infrastructure;

/// <summary>
/// A whole silo in the test's process, without pages, on a clock that stands still at nine o'clock (UTC) on Monday 23 November 2026, with storage that
/// fails when told to. Nothing runs by itself but the projection: what the clock brings is done by <see cref="RunJobs"/> and <see cref="Sweep"/>.
/// </summary>
internal sealed class RunningSilo : IAsyncDisposable
{
    private readonly IHost host;
    private bool stopped;

    private RunningSilo(IHost host, FakeTimeProvider clock, Faults faults) => (this.host, Clock, Faults) = (host, clock, faults);

    public static DateTimeOffset Monday { get; } = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    public FakeTimeProvider Clock { get; }
    public Faults Faults { get; }
    public IServiceProvider Services => host.Services;
    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    /// <summary>Ready when it returns.</summary>
    /// <exception cref="StartRefusedException">Another has the database.</exception>
    public static async Task<RunningSilo> Start(TestDatabase database, Action<HostApplicationBuilder>? more = null, bool cluster = false, bool runJobs = false)
    {
        var (clock, faults) = (new FakeTimeProvider(Monday), new Faults());
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(database.Configuration);
        builder.Configuration["Makerspace:RunJobs"] = runJobs ? "true" : "false";
        if (cluster) builder.Configuration["Makerspace:Cluster"] = "true";
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<ICommitFaults>(faults);
        builder.AddMakerspace();
        more?.Invoke(builder);
        var silo = new RunningSilo(builder.Build(), clock, faults);
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

    public IToolGrain Tool(string id) => Grains.GetGrain<IToolGrain>(Keys.Tool(id));

    public IMemberGrain Member(string id) => Grains.GetGrain<IMemberGrain>(Keys.Member(id));

    public IBookingGrain Booking(Guid id) => Grains.GetGrain<IBookingGrain>(Keys.Booking(id));

    /// <summary>Settles what was left between two steps over a minute ago.</summary>
    /// <returns>How many bookings that were.</returns>
    public Task<int> Sweep() => Services.GetRequiredService<Sweep>().RunOnce(TestContext.Current.CancellationToken);

    /// <summary>Everything that has fallen due, the sweep among it.</summary>
    public async Task RunJobs()
    {
        foreach (var work in Services.GetServices<IScheduledWork>()) await work.RunDue(TestContext.Current.CancellationToken);
        await CaughtUp();
    }

    public Task CaughtUp() => Services.GetRequiredService<IReadModels>().CaughtUp(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!stopped) await host.StopAsync(CancellationToken.None);
        stopped = true;
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else host.Dispose();
    }
}

/// <summary>One silo on each engine for the tests of a class, started when the first asks.</summary>
public sealed class SharedSilos : IAsyncDisposable
{
    private const int UsesOfOne = 10;
    private readonly Dictionary<DatabaseKind, (RunningSilo Silo, TestDatabase Database)> started = [];
    private int uses;

    internal async Task<(RunningSilo Silo, TestDatabase Database)> On(DatabaseKind engine)
    {
        if (started.TryGetValue(engine, out var running)) return running;
        var database = await TestDatabase.On(engine);
        return started[engine] = (await RunningSilo.Start(database), database);
    }

    /// <summary>As <see cref="On"/>, with a new one from time to time: reading a whole database must not take longer with every test.</summary>
    internal async Task<(RunningSilo Silo, TestDatabase Database)> Fresh(DatabaseKind engine)
    {
        if (++uses % UsesOfOne == 0) await Discard(engine);
        return await On(engine);
    }

    /// <summary>What stands in its database is wrong: the next test starts with another, so that one fault is one failure.</summary>
    internal async Task Discard(DatabaseKind engine)
    {
        if (!started.Remove(engine, out var running)) return;
        await running.Silo.DisposeAsync();
        await running.Database.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (silo, database) in started.Values)
        {
            await silo.DisposeAsync();
            await database.DisposeAsync();
        }
    }
}
