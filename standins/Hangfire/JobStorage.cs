using Hangfire.Engine;

namespace Hangfire;

/// <summary>Where jobs are kept.</summary>
public abstract class JobStorage
{
    private readonly Lazy<Scheduler> scheduler;

    protected JobStorage() => scheduler = new(() => new Scheduler(Configure));

    /// <summary>How long a job is kept after its end. Here it goes at once.</summary>
    public TimeSpan JobExpirationTimeout { get; set; } = TimeSpan.FromDays(1);

    internal Scheduler Scheduler => scheduler.Value;

    internal bool IsUsed => scheduler.IsValueCreated;

    internal abstract void Configure(Quartz.IQuartzBuilder quartz);
}
