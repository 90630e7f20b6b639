using System.Linq.Expressions;
using Hangfire.Engine;

namespace Hangfire;

/// <summary>Has methods called by a timetable.</summary>
public interface IRecurringJobManager
{
    /// <summary>Calls it now, whatever its timetable.</summary>
    void Trigger(string recurringJobId);

    void RemoveIfExists(string recurringJobId);
}

/// <summary>How.</summary>
public static class RecurringJobManagerExtensions
{
    /// <summary>The timetable has five fields, or six with seconds first; in UTC.</summary>
    public static void AddOrUpdate<T>(this IRecurringJobManager manager, string recurringJobId, Expression<Func<T, Task>> methodCall, string cronExpression) =>
        ((RecurringJobManager)manager).Storage.Scheduler.AddOrUpdate(recurringJobId, Invocation.Of(methodCall), cronExpression);
}

internal sealed class RecurringJobManager(JobStorage storage) : IRecurringJobManager
{
    public JobStorage Storage => storage;

    public void Trigger(string recurringJobId) => storage.Scheduler.Trigger(recurringJobId);

    public void RemoveIfExists(string recurringJobId) => storage.Scheduler.RemoveIfExists(recurringJobId);
}
