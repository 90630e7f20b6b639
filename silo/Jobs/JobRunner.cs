using Hangfire;
using Makerspace.Storage;

namespace Makerspace.Jobs;

/// <summary>
/// Runs jobs: each by one at a time, in this process and, in a cluster, among all; and keeps how it went. What Hangfire calls: a node takes
/// only jobs that it knows, because each job's queue has the job's name.
/// </summary>
public sealed partial class JobRunner
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Entry> entries;
    private readonly JobRuns runs;
    private readonly Database database;
    private readonly MakerspaceSettings settings;
    private readonly ILogger<JobRunner> log;

    internal JobRunner(IEnumerable<Job> jobs, IServiceProvider services, JobRuns runs, Database database, MakerspaceSettings settings, ILogger<JobRunner> log)
    {
        entries = jobs.ToDictionary(j => j.Id, j => new Entry(j, j.Work(services)), StringComparer.Ordinal);
        (this.runs, this.database, this.settings, this.log) = (runs, database, settings, log);
        Jobs = [.. entries.Values.Select(e => e.Job)];
        Works = [.. entries.Values.Select(e => e.Work)];
    }

    /// <summary>In the order of their registration.</summary>
    public IReadOnlyList<Job> Jobs { get; }

    internal IReadOnlyList<IScheduledWork> Works { get; }

    /// <summary>The jobs' watchers of the journal.</summary>
    internal IEnumerable<(Job Job, IWatchesJournal Watcher)> Watchers =>
        entries.Values.Where(e => e.Work is IWatchesJournal).Select(e => (e.Job, (IWatchesJournal)e.Work));

    /// <summary>Its time has come. A run still under way is not joined by a second.</summary>
    [Queue("{0}"), AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task ByClock(string id, CancellationToken cancellation)
    {
        var entry = entries[id];
        if (!await entry.Gate.WaitAsync(TimeSpan.Zero, cancellation)) return;
        await Run(entry, cancellation);
    }

    /// <summary>Something happened, or somebody asks. A run under way may have looked before: another follows it.</summary>
    [Queue("{0}"), AutomaticRetry(Attempts = 6, DelaysInSeconds = [2, 10, 30, 60, 300, 600], OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task AtOnce(string id, CancellationToken cancellation)
    {
        var entry = entries[id];
        await entry.Gate.WaitAsync(cancellation);
        entry.Nudge(0);
        await Run(entry, cancellation);
    }

    /// <summary>Something happened that makes the job look.</summary>
    /// <returns>Whether a run is to be asked for: none that was asked for is still to begin.</returns>
    internal bool Nudged(string id)
    {
        var now = TimeProvider.System.GetTimestamp();
        var last = entries[id].Nudge(now);
        // Not for ever: another node may have taken that run, and then nobody here hears of its beginning.
        return last == 0 || TimeProvider.System.GetElapsedTime(last, now) > LongestWait;
    }

    /// <summary>The same for a clock that is moved by hand: what failed in part is kept and comes again, as it would by the timetable.</summary>
    internal async Task RunNow(Job job, CancellationToken cancellation)
    {
        try
        {
            await AtOnce(job.Id, cancellation);
        }
        catch (PartlyFailedException failure)
        {
            Failed(job.Id, failure);
        }
    }

    // The gate is held by the caller.
    private async Task Run(Entry entry, CancellationToken cancellation)
    {
        try
        {
            await using var hold = settings.Cluster ? await database.Hold("job-" + entry.Job.Id, cancellation) : null;
            if (settings.Cluster && hold is null) return;
            await Recorded(entry, cancellation);
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private async Task Recorded(Entry entry, CancellationToken cancellation)
    {
        var run = runs.Begin(entry.Job.Id);
        try
        {
            await entry.Work.RunDue(cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            await runs.Failed(run, failure);
            throw;
        }
        await runs.Succeeded(run, cancellation);
    }

    private sealed class Entry(Job job, IScheduledWork work)
    {
        private long nudgedAt;

        public Job Job => job;
        public IScheduledWork Work => work;
        public SemaphoreSlim Gate { get; } = new(1);

        public long Nudge(long at) => Interlocked.Exchange(ref nudgedAt, at);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The job {Job} failed in part; it runs again")]
    private partial void Failed(string job, Exception failure);
}
