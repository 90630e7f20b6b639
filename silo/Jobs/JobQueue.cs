using Hangfire;

namespace Makerspace.Jobs;

/// <summary>Has jobs run soon, outside their timetable.</summary>
public interface IJobQueue
{
    /// <summary>Something happened that makes the job look. Reasons that come before it has begun are one.</summary>
    void Nudge(string id);

    /// <summary>Somebody asks for it.</summary>
    Task RunNow(string id, CancellationToken cancellation);
}

/// <summary>By Hangfire.</summary>
internal sealed class HangfireQueue(IBackgroundJobClient client, JobRunner runner) : IJobQueue
{
    public void Nudge(string id)
    {
        if (runner.Nudged(id)) Enqueue(id);
    }

    public Task RunNow(string id, CancellationToken cancellation)
    {
        Enqueue(id);
        return Task.CompletedTask;
    }

    private void Enqueue(string id) => client.Enqueue<JobRunner>(job => job.AtOnce(id, CancellationToken.None));
}

/// <summary>Where no jobs run by themselves: only what is asked for, in the caller's time.</summary>
internal sealed class NoQueue(JobRunner runner) : IJobQueue
{
    public void Nudge(string id)
    {
    }

    public Task RunNow(string id, CancellationToken cancellation) => runner.AtOnce(id, cancellation);
}
