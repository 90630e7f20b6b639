using Makerspace.Reservations;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>
/// Takes what is owed: at most one collection at a time, after each charge or on the statement day. What the provider collects itself (invoices), captures
/// under way and what the payer is paying in a checkout are left out of it.
/// </summary>
internal static class Collecting
{
    /// <summary>What is ours to collect; negative: to give back, once captures under way are in.</summary>
    public static long Collectable(AccountState state) => Due(state) - Deposits.UnderWay(state);

    /// <summary>What is owed apart from invoices that the provider takes. A payment of an invoice that was not seen yet counts as neither.</summary>
    public static long Due(AccountState state) => state.Owed + Early(state) - state.Invoices.Sum(i => i.Awaited);

    /// <summary>What is ours to collect and nobody is paying already.</summary>
    public static long Unclaimed(AccountState state) => Collectable(state) - (state.Collection is { } collection && IsUnderWay(state, collection) ? collection.Amount : 0);

    /// <summary>Whether money may be moving for it at this moment: it can be neither changed nor dropped.</summary>
    public static bool IsUnderWay(AccountState state, CollectionKept collection) => collection.State == CollectionState.InCheckout || IsInFlight(state, collection);

    public static AccountState Followed(AccountState state, Moment moment)
    {
        if (state.Collection is { } collection)
        {
            if (IsUnderWay(state, collection) || Collectable(state) >= collection.Amount) return state;
            // Less is owed than it would take: it is given up, and another asks for what is left.
            state = Again(Dropped(state, collection, moment), collection, moment);
            if (state.Collection is not null) return state;
        }
        return Opened(state, moment);
    }

    /// <summary>The next statement after an instant: the start of the statement day in the space's zone.</summary>
    public static Instant StatementAfter(AccountState state, Instant since)
    {
        var month = since.InZone(state.Zone).Date.With(DateAdjusters.StartOfMonth);
        var day = Math.Clamp(state.Settings.StatementDay, 1, 28) - 1;
        var statement = state.Zone.AtStartOfDay(month.PlusDays(day)).ToInstant();
        return statement > since ? statement : state.Zone.AtStartOfDay(month.PlusMonths(1).PlusDays(day)).ToInstant();
    }

    /// <summary>When the statement will ask for what is charged; null where nothing waits for one.</summary>
    public static Instant? NextStatement(AccountState state) =>
        state is { Settings.Usage: UsageBilling.Monthly, Collection: null, UnaskedSince: { } since } ? StatementAfter(state, since) : null;

    /// <summary>Asks now, whatever the statement day.</summary>
    public static (AccountState State, Refusal? Refusal) Now(AccountState state, Moment moment)
    {
        if (state.Collection is not { } collection)
            return Takeable(state) < Least(state) ? (state, new NotPossible("nothing-owed")) : (New(state, Takeable(state), 0, moment), null);
        if (IsUnderWay(state, collection) || collection.State == CollectionState.Sending) return (state, new NotPossible("payment-under-way"));
        return state.Card is null ? (state, new PaymentMethodMissing()) : (Attempted(state, collection, moment.Now), null);
    }

    /// <summary>Another card may be good for what failed.</summary>
    public static AccountState WithNewCard(AccountState state, Moment moment) =>
        state.Collection is { State: CollectionState.Failed or CollectionState.NeedsCard or CollectionState.NeedsPayer } collection && !IsUnderWay(state, collection)
            ? Attempted(state, collection, moment.Now) : state;

    /// <summary>A definite no: it is tried again where the space says so, or it waits for the payer.</summary>
    public static AccountState Declined(AccountState state, PaymentCommand command, DeliveryOutcome outcome, Moment moment)
    {
        if (state.Collection is not { } collection || collection.Id != command.Id) return state;
        var failed = collection with { Attempts = collection.Attempts + 1, Code = outcome.DeclineCode ?? outcome.Code, PaymentIntentId = outcome.PaymentIntentId ?? collection.PaymentIntentId };
        if (outcome.Code == Codes.AuthenticationRequired)
            return (state with { Collection = failed with { State = CollectionState.NeedsPayer, NextAttempt = null, Code = outcome.Code } }).Noted(Notice.NeedsPayer);
        if (outcome.Code == Codes.NoPaymentMethod)
            return (state with { Collection = failed with { State = CollectionState.NeedsCard, NextAttempt = null, Code = outcome.Code } }).Noted(Notice.NeedsPayer);
        failed = failed with { State = CollectionState.Failed, NextAttempt = NextAttempt(state, failed.Attempts, moment.Now) };
        var waiting = state with { Collection = failed };
        return (failed.NextAttempt is { } next ? waiting.With(CommandFor(waiting, failed, next)) : waiting).Noted(Notice.PaymentFailed);
    }

    /// <summary>Its payment came in.</summary>
    public static AccountState Paid(AccountState state) => state.Collection is { } collection
        ? state with { Collection = null, Commands = state.Commands.RemoveAll(c => c.Id == collection.Id), UnaskedSince = null } : state;

    /// <summary>Its payment was cancelled at the provider: the next attempt makes another.</summary>
    public static AccountState Cancelled(AccountState state, string paymentIntentId)
    {
        if (state.Collection is not { } collection || collection.PaymentIntentId != paymentIntentId || IsInFlight(state, collection)) return state;
        var next = state with { Collection = collection with { PaymentIntentId = null } };
        return next.CommandOf(collection.Id) is { } command ? next.With(command with { PaymentIntentId = null }) : next;
    }

    /// <summary>The payer pays it in a checkout: no attempt is made meanwhile.</summary>
    public static AccountState InCheckout(AccountState state, Guid purchaseId, long amount, Moment moment)
    {
        var counted = state with { Counter = state.Counter + 1 };
        var collection = state.Collection ?? new CollectionKept(counted.IdFor("collection", Posting.Invariant(counted.Counter)), amount, CollectionState.InCheckout, 0, moment.Now);
        return counted with
        {
            Collection = collection with { State = CollectionState.InCheckout, Amount = amount, PurchaseId = purchaseId },
            Commands = counted.Commands.RemoveAll(c => c.Id == collection.Id),
        };
    }

    /// <summary>The checkout closed unpaid: the payment it replaced was cancelled, so another begins where that one was.</summary>
    public static AccountState CheckoutClosed(AccountState state, Guid purchaseId, Moment moment) =>
        state.Collection is not { State: CollectionState.InCheckout } collection || collection.PurchaseId != purchaseId ? state
            : collection.Code is null ? state with { Collection = null }   // nothing had failed: it is asked for when its time comes
            : Again(state with { Collection = null }, collection, moment);

    /// <summary>What one payment can take of it: the rest is too little, or the currency does not move it, and it stays owed until there is more.</summary>
    public static long Takeable(AccountState state) => Currencies.Movable(Math.Min(Collectable(state), Currencies.Most), state.Currency);

    /// <summary>Less than this is not asked for: as the space says, and never less than the provider takes.</summary>
    public static long Least(AccountState state) => Math.Max(Currencies.Least(state.Currency), state.Settings.Least);

    private static long Early(AccountState state) => state.Payments
        .Where(p => p is { Purpose: PaymentPurpose.Invoice, InvoiceId: { } id } && state.Invoices.All(i => i.View.InvoiceId != id || i.View.Status == "draft") && !state.Left.Contains(id))
        .Sum(p => p.Received - p.Refunded - p.Disputed);

    private static bool IsInFlight(AccountState state, CollectionKept collection) =>
        state.CommandOf(collection.Id) is { } command ? command.SentAt is not null : collection.State == CollectionState.Sending;

    private static AccountState Opened(AccountState state, Moment moment)
    {
        if (Collectable(state) <= 0) return state with { UnaskedSince = null };
        var since = state.UnaskedSince ?? moment.Now;
        var asked = state.Settings.Usage == UsageBilling.PerBooking || StatementAfter(state, since) <= moment.Now;
        if (asked && Takeable(state) >= Least(state)) return New(state, Takeable(state), 0, moment);
        // Too little to be asked for is carried over to the next time.
        return state with { UnaskedSince = asked ? moment.Now : since };
    }

    private static AccountState New(AccountState state, long amount, int attempts, Moment moment)
    {
        var counted = state with { Counter = state.Counter + 1, UnaskedSince = null };
        var collection = new CollectionKept(counted.IdFor("collection", Posting.Invariant(counted.Counter)), amount, CollectionState.Sending, attempts, moment.Now);
        if (state.Card is null)
            return (counted with { Collection = collection with { State = CollectionState.NeedsCard, Code = Codes.NoPaymentMethod } }).Noted(Notice.NeedsPayer);
        return (counted with { Collection = collection }).With(CommandFor(counted, collection, moment.Now));
    }

    private static AccountState Dropped(AccountState state, CollectionKept collection, Moment moment)
    {
        var dropped = state with { Collection = null, Commands = state.Commands.RemoveAll(c => c.Id == collection.Id) };
        return collection.PaymentIntentId is { } payment ? Deposits.Void(dropped, payment, null, 0, moment) : dropped;
    }

    // What failed before goes on failing from where it was: a new payment is no new beginning of the attempts.
    private static AccountState Again(AccountState state, CollectionKept before, Moment moment)
    {
        if (Takeable(state) < Least(state)) return state;
        var begun = New(state, Takeable(state), before.Attempts, moment);
        if (before.Attempts == 0 || begun.Collection is not { State: CollectionState.Sending } collection) return begun;
        var waiting = collection with
        {
            State = before.Code == Codes.AuthenticationRequired ? CollectionState.NeedsPayer : CollectionState.Failed,
            Code = before.Code,
            Since = before.Since,
            NextAttempt = before.NextAttempt is { } next ? Instant.Max(next, moment.Now) : null,
        };
        var kept = begun.Without(begun.CommandOf(collection.Id)!) with { Collection = waiting };
        return waiting.NextAttempt is { } attempt ? kept.With(CommandFor(kept, waiting, attempt)) : kept;
    }

    private static AccountState Attempted(AccountState state, CollectionKept collection, Instant now)
    {
        var sending = collection with { State = CollectionState.Sending, NextAttempt = null };
        return (state with { Collection = sending }).With(CommandFor(state, sending, now));
    }

    private static Instant? NextAttempt(AccountState state, int attempts, Instant now)
    {
        var retries = state.Settings.Retries;
        return !retries.IsDefault && attempts <= retries.Length ? now + retries[attempts - 1] : null;
    }

    private static PaymentCommand CommandFor(AccountState state, CollectionKept collection, Instant notBefore) => new()
    {
        Id = collection.Id, Kind = PaymentCommandKind.Charge, Attempt = collection.Attempts, NotBefore = notBefore, Amount = collection.Amount, Currency = state.Currency,
        PaymentIntentId = collection.PaymentIntentId,
    };
}
