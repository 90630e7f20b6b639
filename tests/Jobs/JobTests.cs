using System.Diagnostics;
using Makerspace.Jobs;
using Makerspace.ReadModels;
using Makerspace.Tests.Infrastructure;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;

namespace Makerspace.Tests.Jobs;

/// <summary>Jobs as Hangfire runs them, on the engine of the build and on both databases.</summary>
public class JobTests
{
    /// <summary>The third of November: never, within a test.</summary>
    private const string Never = "0 0 3 11 *";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static TheoryData<DatabaseKind> Databases => TestDatabase.Both;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_runs_when_the_node_starts_and_then_by_its_timetable(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        var work = new Work();
        await using var silo = await RunningSilo.Start(database, With(work, "* * * * * *"), runJobs: true);
        await work.Runs(3);
        (await Row(silo)).ShouldNotBeNull().ShouldSatisfyAllConditions(row => row.Failures.ShouldBe(0), row => row.SucceededAt.ShouldNotBeNull());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_that_fails_is_tried_again_and_its_failures_are_kept(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        var work = new Work { Does = run => run < 3 ? throw new InvalidOperationException("The printer is on fire.") : Task.CompletedTask };
        await using var silo = await RunningSilo.Start(database, With(work, "* * * * * *"), runJobs: true);
        await work.Runs(2);
        await Until(async () => await Row(silo) is { Failures: > 0 });
        (await Row(silo))!.Error.ShouldBe("InvalidOperationException: The printer is on fire.");
        await work.Runs(3);
        await Until(async () => await Row(silo) is { Failures: 0 });
        (await Row(silo))!.FailedAt.ShouldNotBeNull();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_is_not_run_twice_at_once_and_a_nudge_meanwhile_is_not_lost(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        var (going, most) = (0, 0);
        var hold = new TaskCompletionSource();
        var work = new Work
        {
            Does = async run =>
            {
                most = Math.Max(most, Interlocked.Increment(ref going));
                if (run == 1) await hold.Task;
                Interlocked.Decrement(ref going);
            },
        };
        await using var silo = await RunningSilo.Start(database, With(work, Never), runJobs: true);
        await work.Runs(1);
        var queue = silo.Services.GetRequiredService<IJobQueue>();
        for (var i = 0; i < 10; i++) queue.Nudge("test");
        hold.SetResult();
        await work.Runs(2);
        work.Count.ShouldBeLessThan(4);
        most.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_journalled_nudges_the_jobs_that_it_concerns()
    {
        await using var database = await TestDatabase.On(TestDatabase.OfTheRun);
        var work = new Work();
        await using var silo = await RunningSilo.Start(database, With(work, Never), runJobs: true);
        await work.Runs(1);
        await silo.Tool("laser-1").Define(new ToolDefinition { Name = "Laser" }, "system");
        await work.Runs(2);
    }

    [Fact]
    public async Task A_moved_clock_does_all_work_in_order_and_in_rounds_until_nothing_is_left()
    {
        await using var database = await TestDatabase.On(TestDatabase.OfTheRun);
        var left = 0;
        var maker = new Work { Does = run => Task.FromResult(left += run == 1 ? 3 : 0) };
        var doer = new Chained { Does = _ => Task.FromResult(left -= left > 0 ? 1 : 0), Left = () => left };
        await using var silo = await RunningSilo.Start(database, builder =>
        {
            builder.Services.AddSingleton(doer).AddJob<Chained>("doer", Never);
            With(maker, Never)(builder);
        });
        await silo.Services.GetRequiredService<Schedule>().RunAll(Cancellation);
        left.ShouldBe(0);
        doer.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Work_that_stays_due_for_ever_does_not_keep_the_clock_from_moving()
    {
        await using var database = await TestDatabase.On(TestDatabase.OfTheRun);
        var doer = new Chained { Left = () => 1 };
        await using var silo = await RunningSilo.Start(database, builder => builder.Services.AddSingleton(doer).AddJob<Chained>("doer", Never));
        await silo.Services.GetRequiredService<Schedule>().RunAll(Cancellation);
        doer.Count.ShouldBe(50);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Where_no_jobs_run_by_themselves_one_runs_when_asked_for(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        var work = new Work();
        await using var silo = await RunningSilo.Start(database, With(work, "* * * * * *"));
        await silo.Services.GetRequiredService<IJobQueue>().RunNow("test", Cancellation);
        work.Count.ShouldBe(1);
        (await Row(silo)).ShouldNotBeNull().SucceededAt.ShouldNotBeNull();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_under_way_is_told_when_its_node_stops(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        var work = new Work { DoesUntilStopped = true };
        var silo = await RunningSilo.Start(database, With(work, Never), runJobs: true);
        await work.Runs(1);
        await silo.DisposeAsync();
        await work.Told.Task.WaitAsync(Patience, Cancellation);
    }

    private static Action<HostApplicationBuilder> With(Work work, string cron) => builder => builder.Services.AddSingleton(work).AddJob<Work>("test", cron);

    private static async Task<JobRunRow?> Row(RunningSilo silo)
    {
        await using var db = await silo.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(Cancellation);
        return await db.JobRuns.AsNoTracking().FirstOrDefaultAsync(r => r.Id == "test", Cancellation);
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        for (var waited = Stopwatch.StartNew(); !await holds(); await Task.Delay(50, Cancellation))
            waited.Elapsed.ShouldBeLessThan(Patience);
    }

    private class Work : IScheduledWork, IWatchesJournal
    {
        private int count;

        public Func<int, Task> Does { get; init; } = _ => Task.CompletedTask;
        public bool DoesUntilStopped { get; init; }
        public int Count => Volatile.Read(ref count);

        /// <summary>That its node stops.</summary>
        public TaskCompletionSource Told { get; } = new();

        public Task Runs(int times) => Until(() => Task.FromResult(Count >= times));

        public bool Concerns(JournalRow row) => row.Type == "tool-changed";

        public Task<Instant?> NextDue(CancellationToken cancellation) => Task.FromResult<Instant?>(null);

        public async Task RunDue(CancellationToken cancellation)
        {
            var run = Interlocked.Increment(ref count);
            if (DoesUntilStopped)
            {
                await using (cancellation.Register(Told.SetResult)) await Task.Delay(Timeout.Infinite, cancellation);
            }
            await Does(run);
        }
    }

    private sealed class Chained : Work, IChainedWork
    {
        public required Func<int> Left { get; init; }

        public Task<bool> Waiting(CancellationToken cancellation) => Task.FromResult(Left() > 0);
    }
}
