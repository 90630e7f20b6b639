using System.Collections.Concurrent;
using Makerspace.ReadModels;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Jobs;

/// <summary>
/// Keeps how jobs fare (<see cref="JobRunRow"/>), cheaply: a job that does nothing every ten seconds must not write every ten seconds. Written is the first
/// run of the process, every failure, the first success after it, and else at most one run a minute.
/// </summary>
internal sealed partial class JobRuns(IDbContextFactory<MakerspaceDb> databases, TimeProvider time, ILogger<JobRuns> log)
{
    private const int LongestError = 500;
    private static readonly TimeSpan Often = TimeSpan.FromMinutes(1);

    // When a success was last written, by the machine's time; none while the job fails.
    private readonly ConcurrentDictionary<string, long> written = new(StringComparer.Ordinal);

    public JobRun Begin(string id) => new(id, time.Now());

    public async Task Succeeded(JobRun run, CancellationToken cancellation)
    {
        if (written.TryGetValue(run.Id, out var last) && TimeProvider.System.GetElapsedTime(last) < Often) return;
        await Write(
            $"""
            INSERT INTO job_runs (id, started_at, succeeded_at, failures) VALUES ({run.Id}, {Stored(run.StartedAt)}, {Stored(time.Now())}, 0)
            ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, succeeded_at = excluded.succeeded_at, failures = 0
            """,
            run.Id, cancellation);
        written[run.Id] = TimeProvider.System.GetTimestamp();
    }

    // Not cancelled with the job: why it failed is kept also while the process stops.
    public async Task Failed(JobRun run, Exception failure)
    {
        written.TryRemove(run.Id, out _);
        await Write(
            $"""
            INSERT INTO job_runs (id, started_at, failed_at, failures, error) VALUES ({run.Id}, {Stored(run.StartedAt)}, {Stored(time.Now())}, 1, {Words(failure)})
            ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, failed_at = excluded.failed_at, failures = job_runs.failures + 1, error = excluded.error
            """,
            run.Id, CancellationToken.None);
    }

    /// <summary>What cannot be kept is logged: the job's own outcome counts.</summary>
    private async Task Write(FormattableString sql, string id, CancellationToken cancellation)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellation);
            await db.Database.ExecuteSqlAsync(sql, cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            NotKept(id, failure);
        }
    }

    private static long Stored(Instant at) => at.ToUnixTimeMilliseconds();

    private static string Words(Exception failure)
    {
        var words = $"{failure.GetType().Name}: {failure.Message}";
        return words.Length <= LongestError ? words : words[..LongestError] + "…";
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "How the job {Id} fared could not be kept")]
    private partial void NotKept(string id, Exception failure);
}

/// <summary>A run under way.</summary>
internal readonly record struct JobRun(string Id, Instant StartedAt);
