using NodaTime;

namespace Makerspace.Billing;

/// <summary>How a payer stands: late from the first failure on, then overdue, then suspended; all lifted at once when it is paid.</summary>
internal static class Standings
{
    public static PayerStanding Of(AccountState state, Instant now) => state.LateSince switch
    {
        null => PayerStanding.Good,
        { } since when now >= since + state.Settings.SuspendAfter => PayerStanding.Suspended,
        { } since when now >= since + state.Settings.Grace => PayerStanding.Overdue,
        _ => PayerStanding.Late,
    };

    public static AccountState Followed(AccountState state, Moment moment)
    {
        state = state with { LateSince = IsLate(state) ? state.LateSince ?? moment.Now : null };
        var standing = Of(state, moment.Now);
        return standing == state.Told ? state : (state with { Told = standing }).Noted(Notice.StandingChanged);
    }

    /// <summary>When the standing changes next by the clock alone.</summary>
    public static Instant? NextChange(AccountState state) => state.LateSince is not { } since ? null : state.Told switch
    {
        PayerStanding.Late => since + Duration.Min(state.Settings.Grace, state.Settings.SuspendAfter),
        PayerStanding.Overdue => since + state.Settings.SuspendAfter,
        _ => null,
    };

    private static bool IsLate(AccountState state) =>
        state.Collection is { Attempts: > 0 } or { State: CollectionState.NeedsCard } || state.Invoices.Any(i => i.IsLate);
}
