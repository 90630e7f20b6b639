using NodaTime;

namespace Makerspace.Billing;

/// <summary>What follows from any decision: run after each, and by itself when something falls due. Run twice, it comes to the same.</summary>
internal static class Consequences
{
    public static AccountState Of(AccountState state, Moment moment)
    {
        state = Buying.Lapsed(state, moment);
        state = Hours.Expired(state, moment);
        state = Deposits.Followed(state, moment);
        state = Invoicing.Followed(state, moment);
        state = Crediting.Used(state, moment);
        state = Collecting.Followed(state, moment);
        state = Refunding.Followed(state, moment);
        state = Standings.Followed(state, moment);
        return Forgetting.Done(state, moment.Now);
    }

    /// <summary>When they have something to do by the clock alone.</summary>
    public static Instant? DueAt(AccountState state) => Earliest(
        Collecting.NextStatement(state),
        Standings.NextChange(state),
        Earliest([.. state.Packs.Where(p => p.Left > Hours.ReservedOf(state.Bookings.Where(b => b.OverAt is null), p)).Select(p => p.Until)]),
        Earliest([.. state.Passes.Select(p => (Instant?)p.Slot.End)]),
        Earliest([.. state.Purchases.Select(Buying.LapsesAt)]));

    /// <summary>When the next command may be sent.</summary>
    public static Instant? SendAt(AccountState state) => Earliest([.. state.Commands.Select(c => (Instant?)c.NotBefore)]);

    private static Instant? Earliest(params IEnumerable<Instant?> instants) => instants.Min();
}
