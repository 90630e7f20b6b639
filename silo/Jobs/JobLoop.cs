using Makerspace.ReadModels;

namespace Makerspace.Jobs;

/// <summary>Runs what has fallen due, every few seconds of real time. Whoever moves the space's clock runs it too (<see cref="Schedule"/>).</summary>
public sealed partial class JobLoop(
    DueBookings due, UnfinishedSeries series, WaitlistKeeper waitlists, AreaKeeper areas, IReadModels models, MakerspaceSettings settings, ILogger<JobLoop> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        settings.RunJobs ? Task.WhenAll(Repeat(stoppingToken), Follow(stoppingToken)) : Task.CompletedTask;

    private async Task Repeat(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Every, TimeProvider.System);
        do
        {
            foreach (var work in (IScheduledWork[])[due, series, areas, waitlists]) await Once(() => work.RunDue(stopping), stopping);
        }
        while (!stopping.IsCancellationRequested && await Ticked(timer, stopping));
    }

    private async Task Follow(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested) await Once(() => Following(stopping), stopping);
    }

    private async Task Following(CancellationToken stopping)
    {
        await foreach (var row in models.Follow(models.Position, stopping))
        {
            areas.Noticed(row);
            await waitlists.Noticed(row, stopping);
        }
    }

    private async Task Once(Func<Task> work, CancellationToken stopping)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failure)
        {
            Failed(failure);
            await Task.WhenAny(Task.Delay(Every, stopping));
        }
    }

    private static async Task<bool> Ticked(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A job failed; it runs again")]
    private partial void Failed(Exception failure);
}
