using NodaTime;

namespace Makerspace.Jobs;

/// <summary>Work that falls due by the space's clock.</summary>
public interface IScheduledWork
{
    /// <summary>When something falls due next, also in the past; null where nothing waits.</summary>
    Task<Instant?> NextDue(CancellationToken cancellation);

    /// <summary>Does what is due by now. Doing it late, or twice, comes to the same.</summary>
    Task RunDue(CancellationToken cancellation);
}

/// <summary>Work that other work makes: done in rounds until nobody has anything left to do.</summary>
public interface IChainedWork : IScheduledWork
{
    /// <summary>Something waits that <see cref="IScheduledWork.RunDue"/> would take further at once. What waits for a later time, or could not be done, does not count.</summary>
    Task<bool> Waiting(CancellationToken cancellation);
}

/// <summary>Everything scheduled, for a clock that is moved by hand.</summary>
public sealed class Schedule(JobRunner jobs)
{
    // Guards, not plans: work that stays due for ever must not keep the clock from moving.
    private const int MostSteps = 10_000;
    private const int MostRounds = 50;

    /// <summary>Moves the clock from one due time to the next, doing the work at each, until it stands at <paramref name="to"/>.</summary>
    /// <param name="from">What the clock says.</param>
    /// <param name="to">What it shall say.</param>
    /// <param name="setClock">Sets it.</param>
    /// <param name="cancellation">Leaves the clock where it is.</param>
    public async Task Advance(Instant from, Instant to, Action<Instant> setClock, CancellationToken cancellation)
    {
        var now = from;
        for (var step = 0; step < MostSteps && await NextAfter(now, cancellation) is { } next && next < to; step++)
        {
            setClock(now = next);
            await RunAll(cancellation);
        }
        setClock(to);
        await RunAll(cancellation);
    }

    /// <summary>Does everything that is due by now, and what follows from it, until nothing is left.</summary>
    public async Task RunAll(CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            foreach (var job in jobs.Jobs) await jobs.RunNow(job, cancellation);
            if (!await AnyWaits(cancellation)) return;
        }
    }

    private async Task<Instant?> NextAfter(Instant now, CancellationToken cancellation)
    {
        var due = await Task.WhenAll(jobs.Works.Select(work => work.NextDue(cancellation)));
        return due.Where(d => d > now).Min();
    }

    private async Task<bool> AnyWaits(CancellationToken cancellation)
    {
        foreach (var work in jobs.Works.OfType<IChainedWork>())
            if (await work.Waiting(cancellation)) return true;
        return false;
    }
}
