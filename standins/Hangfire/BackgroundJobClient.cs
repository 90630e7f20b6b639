using System.Linq.Expressions;
using Hangfire.Engine;

namespace Hangfire;

/// <summary>Has methods called in the background.</summary>
public interface IBackgroundJobClient
{
}

/// <summary>How.</summary>
public static class BackgroundJobClientExtensions
{
    /// <summary>As soon as a worker is free.</summary>
    /// <returns>The job's id.</returns>
    public static string Enqueue<T>(this IBackgroundJobClient client, Expression<Func<T, Task>> methodCall) => Create(client, methodCall, TimeSpan.Zero);

    /// <summary>After a while.</summary>
    /// <returns>The job's id.</returns>
    public static string Schedule<T>(this IBackgroundJobClient client, Expression<Func<T, Task>> methodCall, TimeSpan delay) => Create(client, methodCall, delay);

    private static string Create<T>(IBackgroundJobClient client, Expression<Func<T, Task>> call, TimeSpan delay) =>
        ((BackgroundJobClient)client).Storage.Scheduler.Create(Invocation.Of(call), delay);
}

internal sealed class BackgroundJobClient(JobStorage storage) : IBackgroundJobClient
{
    public JobStorage Storage => storage;
}
