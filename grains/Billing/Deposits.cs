namespace Makerspace.Billing;

/// <summary>
/// A booking's deposit: authorised once its slot is sure, not more than five days before; captured in whole or in part when the booking is over, or voided.
/// What is on its way to the provider is waited for, never overtaken.
/// </summary>
internal static class Deposits
{
    /// <summary>What captures under way will bring.</summary>
    public static long UnderWay(AccountState state) => state.Bookings.Sum(b =>
        b.Deposit is { Take: > 0 and var take, State: DepositState.Waiting or DepositState.Authorised } deposit ? take - deposit.Captured : 0);

    public static AccountState Followed(AccountState state, Moment moment) =>
        state.Bookings.Where(b => b.Deposit is { State: not (DepositState.Captured or DepositState.Voided) })
            .Aggregate(state, (next, booking) => booking.Deposit!.Take is { } take ? Closing(next, booking, take, moment) : Opening(next, booking, moment));

    /// <summary>The bank, or the provider, said no to a command about a deposit.</summary>
    public static AccountState Refused(AccountState state, PaymentCommand command, DeliveryOutcome outcome)
    {
        if (state.Bookings.FirstOrDefault(b => b.BookingId == command.BookingId) is not { Deposit: { } deposit } booking) return state;
        // Nothing to capture or to void is left there: what is owed is collected otherwise.
        if (command.Kind != PaymentCommandKind.Authorise) return deposit.State == DepositState.Authorised && deposit.PaymentIntentId == command.PaymentIntentId ? With(state, booking, Voided(deposit)) : state;
        return With(state, booking, deposit with
        {
            State = DepositState.Failed,
            Code = outcome.Code,
            Attempt = command.Attempt + 1,
            PaymentIntentId = outcome.PaymentIntentId ?? deposit.PaymentIntentId,
        }).Noted(outcome.Code == Codes.AuthenticationRequired ? Notice.NeedsPayer : Notice.DepositChanged);
    }

    /// <summary>A command about a deposit was done.</summary>
    public static AccountState Done(AccountState state, PaymentCommand command) =>
        command.Kind == PaymentCommandKind.Void && state.Bookings.FirstOrDefault(b => b.BookingId == command.BookingId) is { Deposit: { } deposit } booking
            && deposit.PaymentIntentId == command.PaymentIntentId ? With(state, booking, Voided(deposit)) : state;

    public static AccountState Seen(AccountState state, ObservedPayment seen, Moment moment)
    {
        if (state.Bookings.FirstOrDefault(b => b.BookingId == seen.For) is not { Deposit: { } deposit } booking)
            return seen.Status == "requires_capture" ? Stray(state, seen, moment) : state;
        var ours = deposit.PaymentIntentId == seen.PaymentIntentId;
        if (ours && deposit.LookedAt > seen.LookedAt) return state;
        var looked = ours ? With(state, booking, deposit with { LookedAt = seen.LookedAt }) : state;
        return seen.Status switch
        {
            "requires_capture" => Authorised(looked, booking, deposit, seen, moment),
            "succeeded" when deposit.State == DepositState.Captured && ours => looked,
            "succeeded" when ours || deposit.State is DepositState.Waiting or DepositState.Failed => Captured(looked, booking, deposit, seen),
            "canceled" when ours && deposit.State != DepositState.Voided => Cancelled(looked, booking, deposit, seen),
            _ => looked,
        };
    }

    /// <summary>Another card may be good for those that failed.</summary>
    public static AccountState Again(AccountState state) =>
        state.Bookings.Where(b => b is { OverAt: null, Deposit.State: DepositState.Failed }).Aggregate(state, (next, booking) =>
            With(next, booking, booking.Deposit! with { State = DepositState.Waiting, Code = null }).Noted(Notice.DepositChanged));

    public static Guid CommandId(AccountState state, Guid bookingId) => state.IdFor("deposit", bookingId.ToString());

    /// <summary>Is being authorised right now, with an outcome that nobody knows yet.</summary>
    public static bool IsInFlight(AccountState state, Guid bookingId) => state.CommandOf(CommandId(state, bookingId)) is { SentAt: not null };

    /// <summary>Cancels a payment, once.</summary>
    public static AccountState Void(AccountState state, string paymentIntentId, Guid? bookingId, int attempt, Moment moment)
    {
        var id = state.IdFor("void", paymentIntentId);
        return state.CommandOf(id) is not null ? state : state.With(new PaymentCommand
        {
            Id = id, Kind = PaymentCommandKind.Void, Attempt = attempt, NotBefore = moment.Now, PaymentIntentId = paymentIntentId, BookingId = bookingId, Currency = state.Currency,
        });
    }

    private static AccountState Opening(AccountState state, BookingMoneyKept booking, Moment moment)
    {
        var deposit = booking.Deposit!;
        if (deposit.State != DepositState.Waiting || state.Purchases.Any(p => p.IsOpen && p.View.BookingId == booking.BookingId)) return state;
        var ahead = booking.Slot.Start - Quoting.DepositAhead;
        var command = state.CommandOf(CommandId(state, booking.BookingId));
        if (command is null && ahead <= moment.Now && state.Card is null)
            return With(state, booking, deposit with { State = DepositState.Failed, Code = Codes.NoPaymentMethod }).Noted(Notice.DepositChanged);
        if (command is { SentAt: not null }) return state;
        var notBefore = ahead > moment.Now ? ahead : command is { } known && known.NotBefore <= moment.Now ? known.NotBefore : moment.Now;
        return state.With((command ?? new PaymentCommand
        {
            Id = CommandId(state, booking.BookingId), Kind = PaymentCommandKind.Authorise, Attempt = deposit.Attempt, Amount = deposit.Amount, Currency = state.Currency,
            PaymentIntentId = deposit.PaymentIntentId, BookingId = booking.BookingId,
        }) with { NotBefore = notBefore });
    }

    private static AccountState Closing(AccountState state, BookingMoneyKept booking, long take, Moment moment)
    {
        var deposit = booking.Deposit!;
        if (deposit.State == DepositState.Authorised)
            return take > 0 ? Capture(state, booking, deposit, take, moment) : Void(state, deposit.PaymentIntentId!, booking.BookingId, deposit.Attempt, moment);
        if (IsInFlight(state, booking.BookingId)) return state;
        var closed = With(state, booking, Voided(deposit));
        closed = closed with { Commands = closed.Commands.RemoveAll(c => c.Id == CommandId(state, booking.BookingId)) };
        return deposit.PaymentIntentId is { } failed ? Void(closed, failed, booking.BookingId, deposit.Attempt, moment) : closed;
    }

    private static AccountState Capture(AccountState state, BookingMoneyKept booking, DepositKept deposit, long take, Moment moment)
    {
        var id = state.IdFor("capture", deposit.PaymentIntentId!);
        // Done, and not yet seen: the capture is not asked for again.
        if (state.CommandOf(id) is not null || deposit.Capturing) return state;
        return With(state, booking, deposit with { Capturing = true }).With(new PaymentCommand
        {
            Id = id, Kind = PaymentCommandKind.Capture, NotBefore = moment.Now, Amount = take, Currency = state.Currency, PaymentIntentId = deposit.PaymentIntentId, BookingId = booking.BookingId,
        });
    }

    private static AccountState Authorised(AccountState state, BookingMoneyKept booking, DepositKept deposit, ObservedPayment seen, Moment moment)
    {
        if (deposit.State is DepositState.Waiting or DepositState.Failed)
        {
            var take = deposit.Take is { } wanted ? Math.Min(wanted, seen.Capturable) : (long?)null;
            return With(WithoutQueued(state, booking), booking, deposit with
            {
                State = DepositState.Authorised, PaymentIntentId = seen.PaymentIntentId, Amount = seen.Capturable, Code = null, LookedAt = seen.LookedAt, Take = take,
            }).Noted(Notice.DepositChanged);
        }
        // One that was given up, or a second one of the same booking, holds the payer's money for nothing.
        return deposit.State == DepositState.Authorised && deposit.PaymentIntentId == seen.PaymentIntentId ? state : Stray(state, seen, moment);
    }

    private static AccountState Captured(AccountState state, BookingMoneyKept booking, DepositKept deposit, ObservedPayment seen) =>
        With(WithoutQueued(state, booking), booking, deposit with
        {
            State = DepositState.Captured, PaymentIntentId = seen.PaymentIntentId, Captured = seen.Received, Code = null, LookedAt = seen.LookedAt,
        }).Noted(Notice.DepositChanged);

    private static AccountState Cancelled(AccountState state, BookingMoneyKept booking, DepositKept deposit, ObservedPayment seen) => With(state, booking,
        booking.OverAt is not null
            ? Voided(deposit) with { LookedAt = seen.LookedAt }
            : deposit with { State = DepositState.Failed, PaymentIntentId = null, Code = "canceled", LookedAt = seen.LookedAt, Attempt = deposit.Attempt + 1 }).Noted(Notice.DepositChanged);

    private static AccountState Stray(AccountState state, ObservedPayment seen, Moment moment) => Void(state, seen.PaymentIntentId, seen.For, 0, moment);

    private static AccountState WithoutQueued(AccountState state, BookingMoneyKept booking) =>
        state with { Commands = state.Commands.RemoveAll(c => c.Id == CommandId(state, booking.BookingId) && c.SentAt is null) };

    private static DepositKept Voided(DepositKept deposit) => deposit with { State = DepositState.Voided, Take = 0, Code = null };

    // The booking's record is looked up again: a step before may have changed it.
    private static AccountState With(AccountState state, BookingMoneyKept booking, DepositKept deposit) =>
        state.With((state.BookingOf(booking.BookingId) ?? booking) with { Deposit = deposit });
}

/// <summary>What is worth telling of an account that changed.</summary>
internal static class Notice
{
    public const string PaymentFailed = "payment-failed";
    public const string NeedsPayer = "needs-payer";
    public const string Paid = "paid";
    public const string CardChanged = "card-changed";
    public const string SubscriptionChanged = "subscription-changed";
    public const string SubscriptionChangeFailed = "subscription-change-failed";
    public const string SecondSubscription = "second-subscription";
    public const string DepositChanged = "deposit-changed";
    public const string Purchased = "purchased";
    public const string RefundFailed = "refund-failed";
    public const string DisputeOpened = "dispute-opened";
    public const string DisputeClosed = "dispute-closed";
    public const string Objected = "objected";
    public const string ObjectionAnswered = "objection-answered";
    public const string StandingChanged = "standing-changed";
    public const string WrongCurrency = "wrong-currency";
}
