using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Makerspace.ReadModels;
using Makerspace.Reservations.Simulating;
using Makerspace.Storage;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Simulating;

/// <summary>Runs simulations one after the other, beside everything else, and keeps the newest. They are this process's own: of a cluster, ask the node that began one.</summary>
public sealed partial class Simulations(
    Database database, IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, TimeProvider time, ILogger<Simulations> log) : IDisposable
{
    private const int MostKept = 50;
    private const int MostWaiting = 5;

    private readonly ConcurrentDictionary<string, SimulationRun> runs = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Begins one.</summary>
    /// <returns>It, or null where too many wait already.</returns>
    public SimulationRun? Start(SimulationRequest request, string owner)
    {
        if (runs.Values.Count(r => !r.IsOver) >= MostWaiting) return null;
        foreach (var old in runs.Values.Where(r => r.IsOver).OrderByDescending(r => r.StartedAt).Skip(MostKept - 1)) runs.TryRemove(old.Id, out _);
        var run = new SimulationRun(RandomNumberGenerator.GetHexString(16, lowercase: true), owner, request, time.Now());
        runs[run.Id] = run;
        _ = Task.Run(() => Run(run));
        return run;
    }

    public SimulationRun? Find(string id) => runs.GetValueOrDefault(id);

    /// <summary>How many bookings ahead the change would not allow any more.</summary>
    public async Task<SimulationResult> Upcoming(PolicyChange change, CancellationToken cancellation)
    {
        var ahead = new Simulation(change, Instant.MinValue);
        await new SimulationHistory(database, databases, grains).Upcoming(ahead, time.Now(), cancellation);
        return ahead.Result;
    }

    public void Dispose()
    {
        foreach (var run in runs.Values.Where(r => !r.IsOver)) run.Cancel();
    }

    private async Task Run(SimulationRun run)
    {
        try
        {
            await turn.WaitAsync(run.Cancellation);
            try { await Work(run); }
            finally { turn.Release(); }
        }
        catch (OperationCanceledException)
        {
            run.State = SimulationState.Cancelled;
        }
        catch (Exception failure)
        {
            // Whoever asked is told by the state; what went wrong is in the log.
            run.State = SimulationState.Failed;
            Failed(failure, run.Id);
        }
    }

    private async Task Work(SimulationRun run)
    {
        var watch = Stopwatch.StartNew();
        run.State = SimulationState.Running;
        await models.CaughtUp(run.Cancellation);
        var past = new Simulation(run.Request.Change, run.Request.From);
        await new SimulationHistory(database, databases, grains).Replay(past, run.Request.From, run.Request.To, share => run.Reached(share * 0.95), run.Cancellation);
        run.Done(past.Result, await Upcoming(run.Request.Change, run.Cancellation), watch.Elapsed);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Simulation {Id} failed")]
    private partial void Failed(Exception failure, string id);
}
