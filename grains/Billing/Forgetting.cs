using System.Collections.Immutable;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>What is over leaves the state; the journal has it for ever.</summary>
internal static class Forgetting
{
    /// <summary>So long a thing that is over is remembered: a fee may be waived, a charge objected to, a payment given back.</summary>
    public static readonly Duration After = Duration.FromDays(180);

    private const int MostPayments = 200, MostInvoices = 24, MostLeft = 2000, MostBookings = 2000, MostCharges = 2000, MostPurchases = 50, MostAdjustments = 500;

    public static AccountState Done(AccountState state, Instant now)
    {
        state = Invoices(Payments(Bookings(state, now), now), now);
        return state with
        {
            Charges = [.. state.Charges.Where(c => c.At + After > now).TakeLast(MostCharges)],
            Objections = state.Objections.RemoveAll(o => o.AnsweredAt + After <= now),
            Adjustments = [.. state.Adjustments.Where(a => a.At + After > now).TakeLast(MostAdjustments)],
            Passes = state.Passes.RemoveAll(p => p.Slot.End <= now),
            Purchases = Purchases(state.Purchases, now),
            Included = state.Included.RemoveAll(i => i.From + Duration.FromDays(800) <= now),
        };
    }

    private static AccountState Bookings(AccountState state, Instant now)
    {
        var over = state.Bookings.Where(b => b.OverAt is not null && !IsOpen(b.Deposit)).ToList();
        ImmutableArray<BookingMoneyKept> leave = [.. over.Take(Math.Max(0, over.Count - MostBookings)).Union(over.Where(b => b.Slot.End + After <= now && b.OverAt + After <= now))];
        if (leave.IsEmpty) return state;
        var until = leave.Max(b => b.Slot.End);
        return state with
        {
            Bookings = state.Bookings.RemoveRange(leave),
            BookingsForgottenUntil = state.BookingsForgottenUntil > until ? state.BookingsForgottenUntil : until,
        };
    }

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
