using NodaTime;

namespace Makerspace.Billing;

/// <summary>Commands on their way to the provider, and what came of them.</summary>
internal static class Delivering
{
    public static (AccountState State, PaymentCommand? Command) Sending(AccountState state, Guid commandId, int attempt, Instant now)
    {
        if (state.CommandOf(commandId) is not { } command || command.Attempt != attempt || command.NotBefore > now) return (state, null);
        var sent = command with { SentAt = command.SentAt ?? now };
        var next = state.With(sent);
        return (next.Collection is { } collection && collection.Id == commandId ? next with { Collection = collection with { State = CollectionState.Sending, NextAttempt = null } } : next, sent);
    }

    /// <summary>Takes in a definite outcome of the present attempt; one of another changes nothing.</summary>
    public static AccountState Delivered(AccountState state, Guid commandId, int attempt, DeliveryOutcome outcome, Moment moment)
    {
        if (state.CommandOf(commandId) is not { } command || command.Attempt != attempt) return state;
        var without = state.Without(command);
        return outcome.Done ? Done(without, command) : Refused(without, command, outcome, moment);
    }

    // What was made is told by an observation; a charge or a refund that is not seen yet stays under way.
    private static AccountState Done(AccountState state, PaymentCommand command) => command.Kind switch
    {
        PaymentCommandKind.Void => Deposits.Done(state, command),
        PaymentCommandKind.Subscription => Subscribing.Settled(state, command, done: true),
        _ => state,
    };

    private static AccountState Refused(AccountState state, PaymentCommand command, DeliveryOutcome outcome, Moment moment) => command.Kind switch
    {
        PaymentCommandKind.Charge => Collecting.Declined(state, command, outcome, moment),
        PaymentCommandKind.Refund => Refunding.Refused(state, command),
        PaymentCommandKind.Subscription => Subscribing.Settled(state, command, done: false),
        PaymentCommandKind.EndSubscription => state,
        PaymentCommandKind.PayInvoice => Invoicing.Declined(state, outcome),
        _ => Deposits.Refused(state, command, outcome),
    };
}
