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

/// <summary>Everything scheduled, for a clock that is moved by hand.</summary>
public sealed class Schedule(IEnumerable<IScheduledWork> works)
{
    // A guard, not a plan: work that stays due for ever must not keep the clock from moving.
    private const int MostSteps = 10_000;

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

    private async Task<Instant?> NextAfter(Instant now, CancellationToken cancellation)
    {
        var due = await Task.WhenAll(works.Select(work => work.NextDue(cancellation)));
        return due.Where(d => d > now).Min();
    }

    private async Task RunAll(CancellationToken cancellation)
    {
        foreach (var work in works) await work.RunDue(cancellation);
    }
}
