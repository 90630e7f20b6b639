using Hangfire.AspNetCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Hangfire;

/// <summary>How a process works on jobs.</summary>
public class BackgroundJobServerOptions
{
    /// <summary>How many jobs at once.</summary>
    public int WorkerCount { get; set; } = Math.Min(Environment.ProcessorCount * 5, 20);

    /// <summary>The queues whose jobs are done here.</summary>
    public string[] Queues { get; set; } = ["default"];

    /// <summary>How often Hangfire looks whether a time has come; Quartz waits for it.</summary>
    public TimeSpan SchedulePollingInterval { get; set; } = TimeSpan.FromSeconds(15);
}

/// <summary>Puts it into a host.</summary>
public static class HangfireServiceCollectionExtensions
{
    public static IServiceCollection AddHangfire(this IServiceCollection services, Action<IServiceProvider, IGlobalConfiguration> configuration)
    {
        services.TryAddSingleton<IGlobalConfiguration>(provider =>
        {
            var made = new Configuration();
            configuration(provider, made);
            return made;
        });
        services.TryAddSingleton<JobActivator>(provider => new AspNetCoreJobActivator(provider.GetRequiredService<IServiceScopeFactory>()));
        services.TryAddSingleton<IBackgroundJobClient>(provider => new BackgroundJobClient(provider.GetRequiredService<JobStorage>()));
        services.TryAddSingleton<IRecurringJobManager>(provider => new RecurringJobManager(provider.GetRequiredService<JobStorage>()));
        return services;
    }

    public static IServiceCollection AddHangfireServer(this IServiceCollection services, Action<IServiceProvider, BackgroundJobServerOptions> optionsAction) =>
        services.AddSingleton<IHostedService>(provider =>
        {
            var options = new BackgroundJobServerOptions();
            optionsAction(provider, options);
            return new Server(
                provider.GetRequiredService<JobStorage>(), new Engine.Worker(options, provider.GetRequiredService<JobActivator>(), ((Configuration)provider.GetRequiredService<IGlobalConfiguration>()).Logs?.GetLogger("Hangfire")));
        });

    private sealed class Server(JobStorage storage, Engine.Worker worker) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => storage.Scheduler.Start(worker);

        public Task StopAsync(CancellationToken cancellationToken) => storage.Scheduler.Stop(worker);
    }
}
