using System.Globalization;
using Hangfire.Logging;
using Quartz;

namespace Hangfire.Engine;

/// <summary>Does jobs: so many at once, those of its queues.</summary>
internal sealed class Worker(BackgroundJobServerOptions options, JobActivator activator, ILog? log) : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim free = new(options.WorkerCount);
    private readonly CancellationTokenSource stopping = new();

    public Scheduler Scheduler { get; set; } = null!;

    public Task Stop() => stopping.CancelAsync();

    public async Task Do(string id, Invocation call, int attempt)
    {
        if (!options.Queues.Contains(call.Queue))
        {
            Scheduler.Create(call, LookAgain, attempt, id);
            return;
        }
        await free.WaitAsync(stopping.Token);
        try
        {
            await Perform(call);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It begins again with the next server.
            throw;
        }
        catch (Exception failure)
        {
            Again(id, call, attempt + 1, failure);
        }
        finally
        {
            free.Release();
        }
    }

    private async Task Perform(Invocation call)
    {
        var (job, scope) = activator.Activate(call.Type);
        await using (scope) await call.Call(job, stopping.Token);
    }

    private void Again(string id, Invocation call, int attempt, Exception failure)
    {
        var retry = AutomaticRetryAttribute.Of(call.Type, call.Method);
        if (attempt <= retry.Attempts)
        {
            var delay = retry.Delay(attempt);
            log?.Log(LogLevel.Warn, () => $"Failed to process the job '{id}': an exception occurred. Retry attempt {attempt} of {retry.Attempts} will be performed in {delay}.", failure);
            Scheduler.Create(call, delay, attempt, id);
        }
        else if (retry.OnAttemptsExceeded == AttemptsExceededAction.Delete)
        {
            log?.Log(LogLevel.Warn, () => $"Failed to process the job '{id}': an exception occurred. Job was automatically deleted because the retry attempt count exceeded {retry.Attempts}.", failure);
        }
        else
        {
            log?.Log(LogLevel.Error, () => $"Failed to process the job '{id}': an exception occurred.", failure);
        }
    }

    public void Dispose()
    {
        free.Dispose();
        stopping.Dispose();
    }
}

/// <summary>A call made once.</summary>
internal sealed class BackgroundJob : IJob
{
    public const string Call = "call";
    public const string Attempt = "attempt";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var (worker, data) = ((Worker)context.Scheduler.Context[nameof(Worker)]!, context.MergedJobDataMap);
        await worker.Do(context.JobDetail.Key.Name, Invocation.Read((string)data[Call]!), int.Parse((string)data[Attempt]!, CultureInfo.InvariantCulture));
    }
}

/// <summary>Its time has come: a call is enqueued.</summary>
internal sealed class RecurringJob : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var worker = (Worker)context.Scheduler.Context[nameof(Worker)]!;
        worker.Scheduler.Create(Invocation.Read((string)context.MergedJobDataMap[BackgroundJob.Call]!), TimeSpan.Zero);
        return ValueTask.CompletedTask;
    }
}
