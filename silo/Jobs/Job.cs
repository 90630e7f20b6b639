using Makerspace.ReadModels;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Makerspace.Jobs;

/// <summary>Work with a name and a timetable.</summary>
/// <param name="Id">As staff see it, as in <c>payment-delivery</c>: lower case, digits and hyphens.</param>
/// <param name="Cron">Five fields, or six with seconds first; in UTC.</param>
/// <param name="Work">Finds it.</param>
public sealed record Job(string Id, string Cron, Func<IServiceProvider, IScheduledWork> Work);

/// <summary>Work that something journalled may have made: it is done at once, not only by its timetable.</summary>
public interface IWatchesJournal
{
    /// <summary>Whether it has something to do since this was journalled. Quick: every entry is shown.</summary>
    bool Concerns(JournalRow row);
}

/// <summary>Some of what a run was to do failed; the rest was done, and what failed comes again.</summary>
public sealed class PartlyFailedException(string message, Exception inner) : Exception(message, inner);

/// <summary>Registers work.</summary>
public static class JobRegistration
{
    /// <summary>
    /// Has <typeparamref name="TWork"/> done by a timetable, by nobody else meanwhile, its runs kept and shown to staff. In the order of registration
    /// where the clock is moved by hand.
    /// </summary>
    /// <param name="services">Of the host.</param>
    /// <param name="id">See <see cref="Job.Id"/>.</param>
    /// <param name="cron">See <see cref="Job.Cron"/>.</param>
    public static IServiceCollection AddJob<TWork>(this IServiceCollection services, string id, string cron) where TWork : class, IScheduledWork
    {
        services.TryAddSingleton<TWork>();
        return services
            .AddSingleton<IScheduledWork>(provider => provider.GetRequiredService<TWork>())
            .AddSingleton(new Job(id, cron, provider => provider.GetRequiredService<TWork>()));
    }
}
