using Makerspace.Reservations;
using Makerspace.Spaces;

namespace Makerspace.Billing;

/// <summary>The subscription: as the provider has it, and what the payer wants of it. A second one is ended.</summary>
internal static class Subscribing
{
    public const int MostSeats = 1000;

    public static AccountState Seen(AccountState state, ObservedSubscription seen, Moment moment)
    {
        if (state.Subscription is { } known && known.SubscriptionId != seen.SubscriptionId && known.EndedAt is null) return Second(state, seen, moment);
        if (state.Subscription?.SubscriptionId == seen.SubscriptionId ? state.SubscriptionLookedAt > seen.LookedAt : state.Subscription is not null && IsOver(seen)) return state;
        if (state.Currency.Length > 0 && seen.Currency.Length > 0 && seen.Currency != state.Currency) return state.Wondering(seen.SubscriptionId, Notice.WrongCurrency);
        var before = state.Subscription?.SubscriptionId == seen.SubscriptionId ? state.Subscription : null;
        var after = ViewOf(seen, before);
        if (after == before) return state with { SubscriptionLookedAt = seen.LookedAt };
        var next = state with { Subscription = after, SubscriptionLookedAt = seen.LookedAt, EverSubscribed = true, Currency = state.Currency.Length > 0 ? state.Currency : seen.Currency };
        return (after.EndedAt is null ? next : WithoutWish(next)).Noted(Notice.SubscriptionChanged);
    }

    public static (AccountState State, Refusal? Refusal) Changed(AccountState state, SubscriptionChange change, Moment moment)
    {
        if (state.Subscription is not { EndedAt: null } subscription) return (state, new NotPossible("not-subscribed"));
        var wish = new SubscriptionWish(
            subscription.SubscriptionId, change.PlanId ?? subscription.PlanId, change.Seats ?? subscription.Seats,
            change.CancelAtPeriodEnd ?? subscription.CancelAtPeriodEnd, change.Paused ?? subscription.Paused);
        if (wish == subscription.Wish) return (state, null);
        if (subscription.Wish is not null) return (state, new NotPossible("change-under-way"));
        if (wish == new SubscriptionWish(subscription.SubscriptionId, subscription.PlanId, subscription.Seats, subscription.CancelAtPeriodEnd, subscription.Paused)) return (state, null);
        if (wish.PlanId != subscription.PlanId && Sold(state, change.Space, wish.PlanId) is null) return (state, new NotPossible("not-sold"));
        if (wish.Seats is < 1 or > MostSeats || (!state.IsCompany && wish.Seats != 1)) return (state, new NotPossible("out-of-range"));
        if (wish.Seats < change.SeatsTaken) return (state, new NotPossible("seats-taken"));
        var counted = Quoting.Knowing(state, change.Space, wish.PlanId) with { Counter = state.Counter + 1, Subscription = subscription with { Wish = wish } };
        return (counted.With(new PaymentCommand
        {
            Id = counted.IdFor("wish", Posting.Invariant(counted.Counter)), Kind = PaymentCommandKind.Subscription, NotBefore = moment.Now, Wish = wish, Currency = state.Currency,
        }), null);
    }

    /// <summary>The plan, where the space sells it to such a payer.</summary>
    public static Plan? Sold(AccountState state, SpaceFacts space, string planId) =>
        space.Plans.GetValueOrDefault(planId) is { Offered: true, Price: not null } plan && plan.ForCompanies == state.IsCompany ? plan : null;

    /// <summary>The change was made, or will not be.</summary>
    public static AccountState Settled(AccountState state, PaymentCommand command, bool done)
    {
        if (command.Kind != PaymentCommandKind.Subscription || state.Subscription is not { } subscription || subscription.Wish != command.Wish) return state;
        return (state with { Subscription = subscription with { Wish = null } }).Noted(done ? Notice.SubscriptionChanged : Notice.SubscriptionChangeFailed);
    }

    private static AccountState Second(AccountState state, ObservedSubscription seen, Moment moment)
    {
        var id = state.IdFor("end-subscription", seen.SubscriptionId);
        if (IsOver(seen) || state.CommandOf(id) is not null || state.Strange.Contains(seen.SubscriptionId)) return state;
        return state.Wondering(seen.SubscriptionId, Notice.SecondSubscription).With(new PaymentCommand
        {
            Id = id, Kind = PaymentCommandKind.EndSubscription, NotBefore = moment.Now, Currency = state.Currency,
            Wish = new SubscriptionWish(seen.SubscriptionId, seen.PlanId, seen.Seats, true, false),
        });
    }

    // One that was sent is answered by its delivery; the rest has nothing to change any more.
    private static AccountState WithoutWish(AccountState state) =>
        state with { Commands = state.Commands.RemoveAll(c => c is { Kind: PaymentCommandKind.Subscription, SentAt: null }) };

    private static bool IsOver(ObservedSubscription seen) => seen.EndedAt is not null || seen.Status is "canceled" or "incomplete_expired";

    private static SubscriptionView ViewOf(ObservedSubscription seen, SubscriptionView? before) => new()
    {
        SubscriptionId = seen.SubscriptionId, PlanId = seen.PlanId, Status = seen.Status, Seats = Math.Max(1, seen.Seats), PeriodStart = seen.PeriodStart, PeriodEnd = seen.PeriodEnd,
        CancelAtPeriodEnd = seen.CancelAtPeriodEnd, Paused = seen.Paused, TrialEnd = seen.TrialEnd, EndedAt = seen.EndedAt ?? (IsOver(seen) ? before?.EndedAt ?? seen.LookedAt : null),
        UnitAmount = seen.UnitAmount, Wish = IsOver(seen) ? null : before?.Wish, StartedAt = seen.StartedAt,
    };
}
