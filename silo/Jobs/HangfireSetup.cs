using System.Reflection;
using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Makerspace.Storage;
using Npgsql;

namespace Makerspace.Jobs;

/// <summary>
/// Hangfire runs the jobs. On PostgreSQL it keeps them there, in a schema of its own, shared by the nodes of a cluster; on SQLite in memory: every job
/// goes by what is in the database, so nothing is lost with its queue.
/// </summary>
public static class HangfireSetup
{
    private const string SchemaName = "hangfire";
    private const int Workers = 4;

    /// <summary>How long the traces of a run are kept. How it went is in <see cref="JobRunRow"/>.</summary>
    private static readonly TimeSpan Traces = TimeSpan.FromMinutes(10);

    /// <summary>After so long a lock is one that a process left behind when it died: Hangfire's own are held for milliseconds, and it waits 15 seconds for one.</summary>
    private static readonly TimeSpan Locked = TimeSpan.FromSeconds(10);

    /// <summary>Which Hangfire runs, the genuine packages or the stand-in, for people.</summary>
    public static string Engine { get; } = Name(typeof(IBackgroundJobClient).Assembly);

    internal static void AddHangfire(this IServiceCollection services)
    {
        // Each host its own, never the static ones: several hosts may live in one process.
        services.AddSingleton(provider => Storage(provider.GetRequiredService<Database>()));
        services.AddSingleton<JobActivator>(provider => new AspNetCoreJobActivator(provider.GetRequiredService<IServiceScopeFactory>()));
        services.AddHangfire((provider, hangfire) => hangfire
            .UseSimpleAssemblyNameTypeSerializer()
            .UseLogProvider(new HangfireLog(provider.GetRequiredService<ILoggerFactory>())));
        services.AddHostedService<Timetable>();
        services.AddHangfireServer((provider, options) =>
        {
            // A node takes only jobs that it knows: see JobRunner.
            options.Queues = [.. provider.GetRequiredService<JobRunner>().Jobs.Select(j => j.Id)];
            options.WorkerCount = Workers;
            options.SchedulePollingInterval = TimeSpan.FromSeconds(1);
        });
    }

    internal static JobStorage Storage(Database database)
    {
        JobStorage storage = database is PostgresDatabase postgres
            ? new PostgreSqlStorage(
                new Connections(postgres),
                new PostgreSqlStorageOptions { SchemaName = SchemaName, PrepareSchemaIfNecessary = false, QueuePollInterval = TimeSpan.FromSeconds(1), DistributedLockTimeout = Locked })
            : new InMemoryStorage(new InMemoryStorageOptions { MaxExpirationTime = Traces });
        storage.JobExpirationTimeout = Traces;
        return storage;
    }

    internal static async Task MakeTables(PostgresDatabase postgres, CancellationToken cancellation)
    {
        await using var connection = postgres.Connection();
        await connection.OpenAsync(cancellation);
        PostgreSqlObjectsInstaller.Install(connection, SchemaName);
    }

    private static string Name(Assembly assembly)
    {
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+', ' ')[0] ?? assembly.GetName().Version?.ToString();
        var name = assembly.GetName().Name!;
        return name.Contains("StandIn", StringComparison.Ordinal) ? $"Hangfire stand-in ({name} {version})" : $"Hangfire {version}";
    }

    // From the product's own pool, which ends with the host.
    private sealed class Connections(PostgresDatabase database) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => database.Connection();
    }

    /// <summary>Makes the tables, one node at a time; and tells Hangfire what is to be done when. What may be due since the last stop is looked for at once.</summary>
    private sealed class Timetable(Database database, MakerspaceSettings settings, JobRunner runner, IRecurringJobManager timetable, IJobQueue queue) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            if (database is PostgresDatabase postgres) await postgres.InSchemaTransaction((_, _) => MakeTables(postgres, cancellationToken), cancellationToken);
            if (database is PostgresDatabase own && !settings.Cluster) await Unlock(own, cancellationToken);
            foreach (var job in runner.Jobs)
            {
                timetable.AddOrUpdate<JobRunner>(job.Id, run => run.ByClock(job.Id, CancellationToken.None), job.Cron);
                queue.Nudge(job.Id);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        // The only process, as which this one has the database: whoever held a lock is dead.
        private static async Task Unlock(PostgresDatabase postgres, CancellationToken cancellation)
        {
            await using var connection = postgres.Connection();
            await connection.OpenAsync(cancellation);
            await connection.Execute($"DO $$ BEGIN IF to_regclass('{SchemaName}.lock') IS NOT NULL THEN DELETE FROM {SchemaName}.lock; END IF; END $$", cancellation);
        }
    }
}
