using Makerspace.Reservations;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>
/// Makes the account agree with a booking: charged once, when it is over. Had, it costs its price; cancelled late, the fee; missed, the fee for that,
/// or what the slot costs; else nothing. A fee is what people were told, its tax inside it.
/// </summary>
internal static class Charging
{
    public static AccountState Agree(AccountState state, BookingMoney money, Moment moment)
    {
        var kept = state.BookingOf(money.BookingId);
        if (money.Booking is not { } booking) return kept is null ? state : Ended(state, kept, moment, 0);
        // It changed hands, and another account has the price.
        if (booking.Terms.Price is { } price && price.AccountId != state.Id) return kept is null ? state : Ended(state, kept, moment, 0);
        if (booking.State.Occupies()) return kept is { OverAt: not null } ? state : Standing(state, kept, booking);
        if (kept is { OverAt: not null }) return FeeIsWaived(booking) ? Waived(state, kept, booking, moment) : state;
        return Over(state, kept, booking, moment);
    }

    private static AccountState Standing(AccountState state, BookingMoneyKept? kept, BookingView booking)
    {
        var agreed = booking.Terms.Price;
        // What it is made with comes later, or was not taken yet, or there is nothing to keep.
        if (booking.State is BookingState.Held or BookingState.Offered || (kept ?? Begun(booking)) is not { } record) return state;
        record = record with { Slot = booking.Slot, Price = agreed, Next = null };
        var pays = booking.State is BookingState.AwaitingPayment or BookingState.Confirmed or BookingState.CheckedIn;
        if (pays) record = record with { Deposit = DepositFor(record.Deposit, agreed?.Deposit) };
        return (state.Currency.Length > 0 || agreed is null ? state : state with { Currency = agreed.Total.Currency }).With(record);
    }

    private static BookingMoneyKept? Begun(BookingView booking) => booking.Terms.Price is null ? null : new BookingMoneyKept { BookingId = booking.Id };

    // A move may bring a deposit, or take it away; one that is there stays what it is.
    private static DepositKept? DepositFor(DepositKept? kept, Money? asked) => (kept, asked) switch
    {
        (null, { Amount: > 0 }) => new DepositKept { Amount = asked.Amount },
        ({ Take: 0, State: DepositState.Voided }, { Amount: > 0 }) => new DepositKept { Amount = asked.Amount, Attempt = kept.Attempt + 1 },
        ({ Take: null }, null or { Amount: <= 0 }) => kept with { Take = 0 },
        _ => kept,
    };

    private static AccountState Over(AccountState state, BookingMoneyKept? kept, BookingView booking, Moment moment)
    {
        if (Owing(booking, booking.Terms.Price, state.Settings) is not { } owing) return kept is null ? state : Ended(state, kept, moment, 0);
        if (kept is null && MayHaveLeft(state, booking, moment.Now)) return state;
        if (state.Currency.Length == 0) state = state with { Currency = owing.Amount.Currency };
        if (owing.Amount.Currency != state.Currency || !Posting.InRange(owing.Amount.Amount))
            return Ended(state.Wondering(booking.Id.ToString(), "wrong-currency"), kept ?? new BookingMoneyKept { BookingId = booking.Id, Slot = booking.Slot }, moment, 0);
        kept = (kept ?? new BookingMoneyKept { BookingId = booking.Id }) with { Slot = booking.Slot };
        return Charged(state, kept, booking, owing, moment);
    }

    private static AccountState Charged(AccountState state, BookingMoneyKept kept, BookingView booking, Owing owing, Moment moment)
    {
        var (gross, cause) = (owing.Amount.Amount, new LedgerCause(Causes.Booking, booking.Id.ToString()));
        var (used, hours) = owing.Hours is { } price ? Hours.Used(state, price) : (state, []);
        var entry = state.EntryId(owing.Kind, cause, 0);
        var posted = used.Post(
            moment, owing.Kind, cause, 0,
            [state.Debit(Chart.Receivable, gross), state.Credit(owing.Revenue, gross - owing.Tax), state.Credit(Chart.Tax, owing.Tax), .. hours],
            e => e with { Segments = owing.Hours?.Segments ?? [], MemberId = booking.MemberId, ToolId = booking.ToolId, Slot = booking.Slot });
        if (gross == 0) return Ended(posted, kept, moment, 0);
        posted = posted.With(new ChargeKept(entry, owing.Kind, moment.Now, owing.Revenue, gross, owing.Tax, 0, 0) { MemberId = booking.MemberId, ToolId = booking.ToolId });
        return Ended(posted, kept with { ChargeId = entry }, moment, gross);
    }

    private static AccountState Ended(AccountState state, BookingMoneyKept kept, Moment moment, long charged) => kept.OverAt is not null ? state : state.With(kept with
    {
        OverAt = moment.Now,
        Price = null,
        Next = null,
        Deposit = kept.Deposit is { } deposit ? deposit with { Take = Currencies.Movable(Math.Min(charged, deposit.Amount), state.Currency) } : null,
    });

    private static bool FeeIsWaived(BookingView booking) => booking.State is BookingState.LateCancelled or BookingState.NoShow && booking.FeeWaived is not null;

    private static AccountState Waived(AccountState state, BookingMoneyKept kept, BookingView booking, Moment moment) =>
        state.ChargeOf(kept.ChargeId) is { Left: > 0 } charge ? Crediting.Note(state, charge, charge.Left, booking.FeeWaived, moment) : state;

    // Nothing is charged twice because its record has left.
    private static bool MayHaveLeft(AccountState state, BookingView booking, Instant now) =>
        booking.Slot.End + Forgetting.After <= now || booking.Slot.End <= state.BookingsForgottenUntil;

    private static Owing? Owing(BookingView booking, BookingPrice? price, BillingSettings settings) => booking.State switch
    {
        BookingState.Completed when price is not null => Whole(price.BillsUsedTime ? Pricing.Until(price, booking.Slot.End) : price, LedgerKind.Usage, Chart.Usage),
        BookingState.LateCancelled when booking is { FeeWaived: null, LateFee: { Amount: > 0 } fee } => Fee(fee, LedgerKind.LateFee, price, settings),
        BookingState.NoShow when booking.FeeWaived is null => Missed(booking, price, settings),
        _ => null,
    };

    private static Owing? Missed(BookingView booking, BookingPrice? price, BillingSettings settings) =>
        (price?.NoShowFee ?? booking.Terms.LateCancelFee) switch
        {
            { Amount: > 0 } fee => Fee(fee, LedgerKind.NoShowFee, price, settings),
            null when price is not null => Whole(price, LedgerKind.NoShowFee, Chart.Fees),
            _ => null,
        };

    private static Owing Whole(BookingPrice price, LedgerKind kind, string revenue) => new(price.Total, price.Tax, kind, revenue, price);

    private static Owing Fee(Money fee, LedgerKind kind, BookingPrice? price, BillingSettings settings) =>
        new(fee, Posting.TaxIn(fee.Amount, price?.TaxBasisPoints ?? settings.TaxBasisPoints), kind, Chart.Fees, null);
}

/// <summary>What a booking that is over comes to.</summary>
/// <param name="Amount">Tax included.</param>
/// <param name="Tax">The tax in it.</param>
/// <param name="Kind">What for.</param>
/// <param name="Revenue">The account it earns for.</param>
/// <param name="Hours">The price whose hours are used; null: none are.</param>
internal sealed record Owing(Money Amount, long Tax, LedgerKind Kind, string Revenue, BookingPrice? Hours);
