using Quartz;

namespace Hangfire.InMemory;

/// <summary>Keeps jobs in the process's memory.</summary>
public sealed class InMemoryStorage(InMemoryStorageOptions options) : JobStorage, IDisposable
{
    public InMemoryStorage() : this(new InMemoryStorageOptions())
    {
    }

    public InMemoryStorageOptions Options { get; } = options;

    internal override void Configure(IQuartzBuilder quartz) => quartz.UseInMemoryStore();

    public void Dispose()
    {
        if (IsUsed) Scheduler.Dispose();
    }
}

/// <summary>How they are kept.</summary>
public sealed class InMemoryStorageOptions
{
    /// <summary>Longest time a job is kept after its end.</summary>
    public TimeSpan? MaxExpirationTime { get; set; } = TimeSpan.FromHours(3);
}
