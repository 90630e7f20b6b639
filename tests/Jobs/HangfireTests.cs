using System.Collections.Concurrent;
using System.Diagnostics;
using Hangfire;
using Hangfire.AspNetCore;
using Makerspace.Jobs;
using Makerspace.Storage;
using Makerspace.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Makerspace.Tests.Jobs;

/// <summary>What the product expects of Hangfire, asked of the genuine packages or of their stand-in: of whichever the build has.</summary>
public class HangfireTests
{
    private const string Never = "0 0 3 11 *";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static TheoryData<DatabaseKind> Databases => TestDatabase.Both;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task What_is_enqueued_runs_once_with_its_arguments(DatabaseKind kind)
    {
        await using var rig = await Rig.Start(kind);
        var (id, at) = (Guid.NewGuid(), new DateOnly(2026, 12, 1));
        rig.Client.Enqueue<Told>(job => job.Of("first", 7, id, new Detail("päck", new[] { 1, 2 }, at), null, CancellationToken.None)).ShouldNotBeNullOrEmpty();
        await rig.Heard(1);
        rig.Client.Enqueue<Told>(job => job.Word("second"));
        await rig.Heard(2);
        rig.All.ShouldBe([$"first 7 {id} päck 1,2 {at:O} null", "second"], ignoreOrder: true);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_is_scheduled_runs_after_its_time(DatabaseKind kind)
    {
        await using var rig = await Rig.Start(kind);
        var asked = Stopwatch.StartNew();
        rig.Client.Schedule<Told>(job => job.Word("later"), TimeSpan.FromSeconds(3));
        rig.Client.Enqueue<Told>(job => job.Word("now"));
        await rig.Heard(2);
        // Whole seconds are kept of the time.
        asked.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(1.9));
        rig.All.ShouldBe(["now", "later"], ignoreOrder: true);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_recurring_job_runs_by_seconds_until_it_is_removed(DatabaseKind kind)
    {
        await using var rig = await Rig.Start(kind);
        rig.Timetable.AddOrUpdate<Told>("tick", job => job.Word("tick"), "* * * * * *");
        await rig.Heard(2);
        rig.Timetable.RemoveIfExists("tick");
        rig.Timetable.RemoveIfExists("never-there");
        await Task.Delay(TimeSpan.FromSeconds(1.5), Cancellation);
        var heard = rig.All.Count;
        await Task.Delay(TimeSpan.FromSeconds(2.5), Cancellation);
        rig.All.Count.ShouldBe(heard);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_recurring_job_is_triggered_at_any_time_and_changed_by_its_id(DatabaseKind kind)
    {
        await using var rig = await Rig.Start(kind);
        rig.Timetable.AddOrUpdate<Told>("job", job => job.Word("old"), Never);
        rig.Timetable.AddOrUpdate<Told>("job", job => job.Word("new"), "*/5 4 * * 1-5");
        rig.Timetable.Trigger("job");
        await rig.Heard(1);
        rig.All.ShouldBe(["new"]);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_failed_job_is_tried_again_after_its_delays_and_then_given_up(DatabaseKind kind)
    {
        await using var rig = await Rig.Start(kind);
        rig.Client.Enqueue<Told>(job => job.Fails("always"));
        await rig.Heard(3);
        rig.Client.Schedule<Told>(job => job.Word("after"), TimeSpan.FromSeconds(3));
        await rig.Heard(4);
        rig.All.ShouldBe(["always", "always", "always", "after"]);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_without_retries_is_tried_once(DatabaseKind kind)
    {
        await using var rig = await Rig.Start(kind);
        rig.Client.Enqueue<Told>(job => job.FailsOnce("once"));
        rig.Client.Schedule<Told>(job => job.Word("after"), TimeSpan.FromSeconds(2));
        await rig.Heard(2);
        rig.All.ShouldBe(["once", "after"]);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Each_job_is_made_by_the_container_in_a_scope_of_its_own(DatabaseKind kind)
    {
        await using var rig = await Rig.Start(kind);
        rig.Client.Enqueue<Told>(job => job.Scope());
        rig.Client.Enqueue<Told>(job => job.Scope());
        await rig.Heard(2);
        rig.All.Distinct().Count().ShouldBe(2);
        await Until(() => rig.Scopes.Disposed == 2);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_waits_in_the_queue_that_its_attribute_names_for_a_server_that_serves_it(DatabaseKind kind)
    {
        await using var rig = await Rig.Start(kind);
        rig.Client.Enqueue<Told>(job => job.Queued("elsewhere"));
        rig.Client.Enqueue<Told>(job => job.Queued("here"));
        await rig.Heard(1);
        await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
        rig.All.ShouldBe(["here"]);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_job_under_way_is_told_when_the_server_stops(DatabaseKind kind)
    {
        await using var rig = await Rig.Start(kind);
        rig.Client.Enqueue<Told>(job => job.UntilStopped(CancellationToken.None));
        await rig.Heard(1);
        await rig.Stop();
        rig.All.ShouldBe(["begun", "stopped"]);
    }

    [Fact]
    public async Task On_PostgreSQL_what_waits_is_done_after_a_restart()
    {
        await using var database = await TestDatabase.On(DatabaseKind.Postgres);
        await using (var first = await Rig.Start(database))
        {
            first.Client.Schedule<Told>(job => job.Word("later"), TimeSpan.FromSeconds(2));
            first.Timetable.AddOrUpdate<Told>("kept", job => job.Word("kept"), Never);
        }
        await using var second = await Rig.Start(database);
        await second.Heard(1);
        second.Timetable.Trigger("kept");
        await second.Heard(2);
        second.All.ShouldBe(["later", "kept"]);
    }

    private static async Task Until(Func<bool> holds)
    {
        for (var waited = Stopwatch.StartNew(); !holds(); await Task.Delay(20, Cancellation)) waited.Elapsed.ShouldBeLessThan(Patience);
    }

    private sealed class Rig : IAsyncDisposable
    {
        private readonly IHost host;
        private readonly TestDatabase? own;
        private bool stopped;

        private Rig(IHost host, TestDatabase? own) => (this.host, this.own) = (host, own);

        public IBackgroundJobClient Client => host.Services.GetRequiredService<IBackgroundJobClient>();
        public IRecurringJobManager Timetable => host.Services.GetRequiredService<IRecurringJobManager>();
        public ScopeCount Scopes => host.Services.GetRequiredService<ScopeCount>();
        public IReadOnlyCollection<string> All => host.Services.GetRequiredService<Hearing>().Words;

        public static async Task<Rig> Start(DatabaseKind kind)
        {
            var database = await TestDatabase.On(kind);
            return await Start(database, database);
        }

        public static async Task<Rig> Start(TestDatabase database, TestDatabase? own = null)
        {
            var opened = database.Open();
            if (opened is PostgresDatabase postgres) await HangfireSetup.MakeTables(postgres, Cancellation);
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Services.AddLogging(logging => logging.ClearProviders());
            builder.Services.AddSingleton<Hearing>().AddSingleton<ScopeCount>().AddScoped<InScope>().AddSingleton(_ => opened);
            builder.Services.AddSingleton(provider => HangfireSetup.Storage(provider.GetRequiredService<Database>()));
            builder.Services.AddSingleton<JobActivator>(provider => new AspNetCoreJobActivator(provider.GetRequiredService<IServiceScopeFactory>()));
            builder.Services.AddHangfire((provider, hangfire) => hangfire.UseSimpleAssemblyNameTypeSerializer().UseLogProvider(new HangfireLog(provider.GetRequiredService<ILoggerFactory>())));
            builder.Services.AddHangfireServer((_, options) => (options.Queues, options.WorkerCount, options.SchedulePollingInterval) = (["default", "here"], 2, TimeSpan.FromMilliseconds(200)));
            var rig = new Rig(builder.Build(), own);
            await rig.host.StartAsync(Cancellation);
            return rig;
        }

        public Task Heard(int words) => Until(() => All.Count >= words);

        public async Task Stop()
        {
            if (!stopped) await host.StopAsync(CancellationToken.None);
            stopped = true;
        }

        public async ValueTask DisposeAsync()
        {
            await Stop();
            await ((IAsyncDisposable)host).DisposeAsync();
            if (own is not null) await own.DisposeAsync();
        }
    }

    /// <summary>What the jobs of a test said.</summary>
    public sealed class Hearing
    {
        private readonly ConcurrentQueue<string> words = [];

        public IReadOnlyCollection<string> Words => [.. words];

        public void Say(string word) => words.Enqueue(word);
    }

    /// <summary>Scopes that are over.</summary>
    public sealed class ScopeCount
    {
        private int disposed;

        public int Disposed => Volatile.Read(ref disposed);

        public void Over() => Interlocked.Increment(ref disposed);
    }

    /// <summary>One in each scope.</summary>
    public sealed class InScope(ScopeCount count) : IDisposable
    {
        public Guid Id { get; } = Guid.NewGuid();

        public void Dispose() => count.Over();
    }

    /// <summary>An argument.</summary>
    public sealed record Detail(string Name, int[] Numbers, DateOnly Day);

    /// <summary>Jobs.</summary>
    public sealed class Told(Hearing hearing, IServiceProvider services)
    {
        public Task Word(string word)
        {
            hearing.Say(word);
            return Task.CompletedTask;
        }

        public Task Of(string word, int number, Guid id, Detail detail, string? nothing, CancellationToken cancellation)
        {
            ArgumentNullException.ThrowIfNull(detail);
            cancellation.ThrowIfCancellationRequested();
            return Word($"{word} {number} {id} {detail.Name} {string.Join(',', detail.Numbers)} {detail.Day:O} {nothing ?? "null"}");
        }

        [AutomaticRetry(Attempts = 2, DelaysInSeconds = [1], OnAttemptsExceeded = AttemptsExceededAction.Delete)]
        public async Task Fails(string word)
        {
            await Word(word);
            throw new InvalidOperationException("As it was to.");
        }

        [AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
        public Task FailsOnce(string word) => Fails(word);

        public Task Scope() => Word(services.GetRequiredService<InScope>().Id.ToString());

        [Queue("{0}")]
        public Task Queued(string queue) => Word(queue);

        public async Task UntilStopped(CancellationToken cancellation)
        {
            await Word("begun");
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            finally
            {
                await Word("stopped");
            }
        }
    }
}
