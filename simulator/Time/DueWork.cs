using Makerspace.PaymentSimulator.Checkout;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Time;

/// <summary>What time brings: each thing in the order of its time, at its time, also when the simulator was away meanwhile.</summary>
internal sealed class DueWork(Simulation simulation)
{
    public async Task<DateTimeOffset?> Next(CancellationToken cancellation) =>
        await simulation.Do(work => work.NextDueAt(), cancellation) is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null;

    /// <summary>Does what is due until now, each thing in a transaction of its own. How much it was.</summary>
    public async Task<int> Run(long now, CancellationToken cancellation)
    {
        var done = 0;
        while (await simulation.Do(work => One(work, now), cancellation)) done++;
        return done;
    }

    public static void Advance(Work work, TestClock clock, long until)
    {
        while (work.NextDue(clock.Id, until) is { } due)
        {
            clock.FrozenTime = Math.Max(clock.FrozenTime, due.DueAt!.Value);
            Do(work, due);
        }
        clock.FrozenTime = until;
    }

    private static bool One(Work work, long now)
    {
        if (work.NextDue(null, now) is not { } due) return false;
        work.Time = due.DueAt!.Value;
        Do(work, due);
        return true;
    }

    private static void Do(Work work, Resource due)
    {
        var at = due.DueAt;
        switch (due)
        {
            case Session session: Checkouts.Expire(work, session); break;
            case PaymentIntent intent: Paying.Cancel(work, intent, "automatic"); break;
            case Billing.Subscription subscription: Billing.Cycle.Due(work, subscription); break;
            case Billing.Invoice invoice: Billing.Collecting.Due(work, invoice); break;
        }
        // Whatever is done must move its time on: a thing that stays due would be done for ever.
        if (due.DueAt == at) throw new InvalidOperationException($"{due.Object} {due.Id} is still due at {at}.");
    }
}
