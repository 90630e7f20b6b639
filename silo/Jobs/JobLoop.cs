using Makerspace.ReadModels;

namespace Makerspace.Jobs;

/// <summary>Follows the journal and has at once done what something journalled made due.</summary>
internal sealed partial class JobLoop(JobRunner runner, IJobQueue queue, IReadModels models, ILogger<JobLoop> log) : BackgroundService
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Follow(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                Failed(failure);
                await Task.WhenAny(Task.Delay(AfterFailure, stoppingToken));
            }
        }
    }

    private async Task Follow(CancellationToken stopping)
    {
        var watchers = runner.Watchers.ToList();
        await foreach (var row in models.Follow(models.Position, stopping))
            foreach (var (job, watcher) in watchers)
                if (watcher.Concerns(row)) queue.Nudge(job.Id);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The journal could not be followed; jobs run by their timetable, and it is tried again")]
    private partial void Failed(Exception failure);
}
