namespace Makerspace.Billing;

/// <summary>Gives back what was paid too much, from the newest payment on; never more of a payment than it brought and has not lost since.</summary>
internal static class Refunding
{
    // Payments are kept in the order in which they came in.
    public static AccountState Followed(AccountState state, Moment moment)
    {
        var back = -Collecting.Due(state) - state.Payments.Sum(p => p.Refunding);
        if (back < 0) (state, back) = Withdrawn(state, back);
        foreach (var payment in state.Payments.Reverse())
        {
            var amount = Currencies.Movable(Math.Min(back, payment.Returnable), state.Currency);
            if (amount <= 0) continue;
            state = Asked(state, payment, amount, moment);
            back -= amount;
        }
        return state;
    }

    /// <summary>The provider will not do it: staff have to know, and it is not tried by itself again.</summary>
    public static AccountState Refused(AccountState state, PaymentCommand command)
    {
        if (state.PaymentOf(command.PaymentIntentId) is not { } payment) return state;
        return state.With(payment with { Asked = payment.Asked.RemoveAll(a => a.CommandId == command.Id), RefundFailed = true }).Noted(Notice.RefundFailed);
    }

    private static AccountState Asked(AccountState state, PaymentKept payment, long amount, Moment moment)
    {
        var counted = state with { Counter = state.Counter + 1 };
        var id = counted.IdFor("refund", Posting.Invariant(counted.Counter));
        return counted.With(payment with { Asked = payment.Asked.Add(new RefundAsked(id, amount)) }).With(new PaymentCommand
        {
            Id = id, Kind = PaymentCommandKind.Refund, NotBefore = moment.Now, Amount = amount, Currency = state.Currency, PaymentIntentId = payment.PaymentIntentId,
        });
    }

    // Something was charged since: what was not sent yet need not go back and come again.
    private static (AccountState State, long Back) Withdrawn(AccountState state, long back)
    {
        foreach (var command in state.Commands.Where(c => c is { Kind: PaymentCommandKind.Refund, SentAt: null }))
        {
            if (back >= 0) break;
            back += command.Amount;
            state = state.Without(command);
            if (state.PaymentOf(command.PaymentIntentId) is { } payment)
                state = state.With(payment with { Asked = payment.Asked.RemoveAll(a => a.CommandId == command.Id) });
        }
        return (state, back);
    }
}
