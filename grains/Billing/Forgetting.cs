using System.Collections.Immutable;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>What is over leaves the state; the journal has it for ever.</summary>
internal static class Forgetting
{
    /// <summary>So long a thing that is over is remembered: a fee may be waived, a charge objected to, a payment given back.</summary>
    public static readonly Duration After = Duration.FromDays(180);

    private const int MostPayments = 200, MostInvoices = 24, MostLeft = 2000, MostBookings = 2000, MostCharges = 2000, MostPurchases = 50, MostAdjustments = 500;

    /// <summary>So many of the newest stay in any case: what one more costs does not grow with how many there were.</summary>
    public const int Newest = 200;

    /// <summary>So long a booking that is over and that nothing may be taken back of stays, where there are more than <see cref="Newest"/>.</summary>
    private static readonly Duration Settled = Duration.FromDays(30);

    public static AccountState Done(AccountState state, Instant now)
    {
        state = Invoices(Payments(Bookings(state, now), now), now);
        return state with
        {
            Charges = Charges(state, now),
            Objections = state.Objections.RemoveAll(o => o.AnsweredAt + After <= now),
            Adjustments = [.. state.Adjustments.Where(a => a.At + After > now).TakeLast(MostAdjustments)],
            Passes = state.Passes.RemoveAll(p => p.Slot.End <= now),
            Purchases = Purchases(state.Purchases, now),
            Included = state.Included.RemoveAll(i => i.From + Duration.FromDays(800) <= now),
        };
    }

    // A charge that nobody touched stands in the ledger as it was made, and comes back from there when somebody asks for it (Recalling).
    private static ImmutableArray<ChargeKept> Charges(AccountState state, Instant now)
    {
        var open = state.Objections.Where(o => o.Accepted is null).Select(o => o.EntryId).ToHashSet();   // whoever waits for an answer must not lose by the waiting
        var lasting = state.Charges.Where(c => c.At + After > now || open.Contains(c.EntryId)).ToList();
        if (lasting.Count <= Newest) return lasting.Count == state.Charges.Length ? state.Charges : [.. lasting];
        var objected = state.Objections.Select(o => o.EntryId).ToHashSet();
        return [.. lasting.Where((c, i) => i >= lasting.Count - Newest || Stays(c) || objected.Contains(c.EntryId)).TakeLast(MostCharges)];
    }

    // What was taken back in part must not be taken back twice; a fee may be waived, an invoice voided, a pack given back.
    private static bool Stays(ChargeKept charge) =>
        charge.Notes > 0 || charge.PurchaseId is not null || charge.Kind is not (LedgerKind.Usage or LedgerKind.Adjustment);

    // The earliest leave first: of what ends later than they did nothing is forgotten.
    private static AccountState Bookings(AccountState state, Instant now)
    {
        var over = state.Bookings.Where(b => b.OverAt is not null && !IsOpen(b.Deposit)).OrderBy(b => b.Slot.End).ToList();
        ImmutableArray<BookingMoneyKept> leave = [.. over.Where((b, i) => i < over.Count - MostBookings || IsOver(b, After, now) || (i < over.Count - Newest && IsOver(b, Settled, now) && !MayBeWaived(state, b)))];
        if (leave.IsEmpty) return state;
        var until = leave.Max(b => b.Slot.End);
        return state with
        {
            Bookings = state.Bookings.RemoveRange(leave),
            BookingsForgottenUntil = state.BookingsForgottenUntil > until ? state.BookingsForgottenUntil : until,
        };
    }

    private static bool IsOver(BookingMoneyKept booking, Duration since, Instant now) => booking.Slot.End + since <= now && booking.OverAt + since <= now;

    private static bool MayBeWaived(AccountState state, BookingMoneyKept booking) => state.ChargeOf(booking.ChargeId) is { Kind: LedgerKind.LateFee or LedgerKind.NoShowFee };

    private static bool IsOpen(DepositKept? deposit) => deposit is { State: not (DepositState.Captured or DepositState.Voided) };

    private static AccountState Payments(AccountState state, Instant now)
    {
        var open = state.Payments.Where(p => !p.Asked.IsEmpty || p.Disputes.Any(d => d.Open > 0)).ToList();
        var keep = state.Payments.Where(p => p.At + After > now).TakeLast(MostPayments).Union(open).ToHashSet();
        return keep.Count == state.Payments.Length ? state : state with
        {
            Payments = [.. state.Payments.Where(keep.Contains)],
            Left = Remembered(state.Left, state.Payments.Where(p => !keep.Contains(p)).Select(p => p.PaymentIntentId)),
        };
    }

    private static AccountState Invoices(AccountState state, Instant now)
    {
        var newest = state.Invoices.OrderByDescending(i => i.View.At).Take(MostInvoices).ToHashSet();
        var keep = state.Invoices.Where(i => newest.Contains(i) || i.Awaited > 0 || i.View.Status is "open" or "draft").ToImmutableArray();
        return keep.Length == state.Invoices.Length ? state : state with
        {
            Invoices = keep,
            Left = Remembered(state.Left, state.Invoices.Where(i => !keep.Contains(i)).Select(i => i.View.InvoiceId)),
        };
    }

    private static ImmutableArray<PurchaseKept> Purchases(ImmutableArray<PurchaseKept> purchases, Instant now) =>
        [.. purchases.Where(p => (p.DoneAt ?? p.View.BegunAt) + Duration.FromDays(60) > now).TakeLast(MostPurchases)];

    private static ImmutableArray<string> Remembered(ImmutableArray<string> left, IEnumerable<string> more) => [.. left.Concat(more).TakeLast(MostLeft)];
}
