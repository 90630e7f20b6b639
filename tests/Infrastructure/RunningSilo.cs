using Makerspace.Jobs;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Storage;
using Makerspace.Tools;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Makerspace.Tests.Infrastructure;

/// <summary>The silo without the web, on a clock that stands still at 23 November 2026, 09:00 UTC, and with storage that fails when told to.</summary>
internal sealed class RunningSilo(WebApplication app) : IAsyncDisposable
{
    public FakeTimeProvider Clock { get; private init; } = null!;
    public Faults Faults { get; private init; } = null!;

    public static async Task<RunningSilo> Start(TestDatabase database)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero));
        var faults = new Faults();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(database.Configuration);
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<ICommitFaults>(faults);
        builder.AddMakerspace();
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new RunningSilo(host) { Clock = clock, Faults = faults };
    }

    public IGrainFactory Grains => app.Services.GetRequiredService<IGrainFactory>();

    public IToolGrain Tool(string id) => Grains.GetGrain<IToolGrain>(Keys.Tool(id));

    public IMemberGrain Member(string id) => Grains.GetGrain<IMemberGrain>(Keys.Member(id));

    public IBookingGrain Booking(Guid id) => Grains.GetGrain<IBookingGrain>(Keys.Booking(id));

    public Task<int> Sweep() => app.Services.GetRequiredService<Sweep>().RunOnce(TestContext.Current.CancellationToken);

    public Task CaughtUp() => app.Services.GetRequiredService<IReadModels>().CaughtUp(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}

/// <summary>One silo on each engine for the tests of a class, started when the first asks.</summary>
public sealed class SharedSilos : IAsyncDisposable
{
    private readonly Dictionary<DatabaseKind, (RunningSilo Silo, TestDatabase Database)> started = [];

    internal async Task<(RunningSilo Silo, TestDatabase Database)> On(DatabaseKind engine)
    {
        if (started.TryGetValue(engine, out var running)) return running;
        var database = await TestDatabase.On(engine);
        return started[engine] = (await RunningSilo.Start(database), database);
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

/// <summary>When a commit is to fail.</summary>
public enum Phase
{
    /// <summary>Nothing was sent.</summary>
    Before,

    /// <summary>Written, not committed.</summary>
    During,

    /// <summary>Committed, but nobody hears of it.</summary>
    After,
}

/// <summary>Storage that fails once, at one commit from now on.</summary>
internal sealed class Faults : ICommitFaults
{
    private (int Commit, Phase Phase)? planned;
    private int commits;

    /// <summary>How many commits there were since the fault was planned.</summary>
    public int Commits => commits;

    /// <summary>The <paramref name="commit"/>th commit from now fails.</summary>
    public void Plan(int commit, Phase phase) => (planned, commits) = ((commit, phase), 0);

    public ValueTask Before()
    {
        commits++;
        return Fail(Phase.Before);
    }

    public ValueTask During() => Fail(Phase.During);

    public ValueTask After() => Fail(Phase.After);

    private ValueTask Fail(Phase phase)
    {
        if (planned != (commits, phase)) return ValueTask.CompletedTask;
        planned = null;
        throw new IOException($"The disk failed, as planned ({phase} commit {commits}).");
    }
}
