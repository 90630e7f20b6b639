using System.Collections.Immutable;
using Makerspace.Spaces;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>Hours that are paid before they are had: those a plan includes each period, and packs.</summary>
internal static class Hours
{
    /// <summary>What the payer has for one booking: a booking never counts against itself.</summary>
    public static PayerHours For(AccountState state, PriceRequest request)
    {
        var others = state.Bookings.Where(b => b.BookingId != request.BookingId && b.OverAt is null).ToImmutableArray();
        var plan = request.PlanId is { } id && request.Space.Plans.GetValueOrDefault(id) is { } named ? PlanHoursOf(id, named) : null;
        return new PayerHours(
            state.Id,
            [.. state.Packs.Select(p => p with { Left = p.Left - ReservedOf(others, p), Reserved = 0 }).Where(p => p.Left > 0)],
            at => plan is null ? null : Left(state, plan, at, others));
    }

    public static PlanHours? PlanHoursOf(string planId, Plan plan) =>
        plan.IncludedHours is { } hours && hours > Duration.Zero ? new PlanHours(planId, (long)hours.TotalMinutes, plan.Price?.Interval ?? BillingInterval.Month) : null;

    /// <summary>The present period's included hours, of the plan that is subscribed to or was last booked with.</summary>
    public static IncludedView? View(AccountState state, Instant now)
    {
        var subscribed = state.Subscription is { EndedAt: null } subscription ? state.Plans.FirstOrDefault(p => p.PlanId == subscription.PlanId) : state.Plans.LastOrDefault();
        if (subscribed is not { Minutes: > 0 } plan) return null;
        var period = PeriodOf(state, plan.Interval, now);
        return new IncludedView(period, plan.Minutes * Seats(state), UsedIn(state, period.Start), ReservedIn(state.Bookings.Where(b => b.OverAt is null), period.Start));
    }

    /// <summary>The period an instant lies in: the subscription's, rolled on and back, or the calendar month of the space where there is none.</summary>
    public static Slot PeriodOf(AccountState state, BillingInterval interval, Instant at)
    {
        var zone = state.Zone;
        if (state.Subscription is not { EndedAt: null } subscription || subscription.PeriodEnd <= subscription.PeriodStart) return Month(zone, at);
        if (new Slot(subscription.PeriodStart, subscription.PeriodEnd) is var present && present.Contains(at)) return present;
        var months = interval == BillingInterval.Year ? 12 : 1;
        return at >= subscription.PeriodEnd ? Rolled(zone, subscription.PeriodEnd, months, at) : Rolled(zone, subscription.PeriodStart, -months, at);
    }

    public static long ReservedOf(IEnumerable<BookingMoneyKept> bookings, PackView pack) => bookings.Sum(b => Most(b, s => s.PackId == pack.Id));

    /// <summary>Uses the hours of a price that is charged: the lines that say so, and what is left.</summary>
    public static (AccountState State, ImmutableArray<LedgerLine> Lines) Used(AccountState state, BookingPrice price)
    {
        var lines = ImmutableArray.CreateBuilder<LedgerLine>();
        foreach (var period in price.Segments.Where(s => s is { Cover: Cover.Included, Period: not null }).GroupBy(s => s.Period!.Value).OrderBy(g => g.Key))
        {
            var minutes = Minutes(period);
            lines.AddRange(state.Debit(Chart.IncludedUsed, minutes), state.Credit(Chart.Allowance, minutes));
            state = WithUsed(state, period.Key, minutes);
        }
        foreach (var use in price.Segments.Where(s => s is { Cover: Cover.Pack, PackId: not null }).GroupBy(s => s.PackId!.Value).OrderBy(g => g.Key))
        {
            if (state.Packs.FirstOrDefault(p => p.Id == use.Key) is not { } pack) continue;
            var minutes = Math.Min(pack.Left, Minutes(use));
            lines.AddRange(Taken(state, pack, minutes));
            state = state.With(Less(pack, minutes));
        }
        return (state, lines.ToImmutable());
    }

    /// <summary>Packs that ran out, as far as no booking has spoken for them, are earned; empty ones leave.</summary>
    public static AccountState Expired(AccountState state, Moment moment)
    {
        foreach (var pack in state.Packs.Where(p => p.Until <= moment.Now))
        {
            var minutes = pack.Left - ReservedOf(state.Bookings.Where(b => b.OverAt is null), pack);
            if (minutes <= 0) continue;
            state = state.Post(moment, LedgerKind.PackExpired, new LedgerCause(Causes.Purchase, pack.Id.ToString()), pack.Left, Taken(state, pack, minutes)).With(Less(pack, minutes));
        }
        return state with { Packs = state.Packs.RemoveAll(p => p.Left <= 0) };
    }

    /// <summary>What so many minutes of a pack are worth: their share of what is left, the last ones the rest.</summary>
    public static long Worth(PackView pack, long minutes) => minutes >= pack.Left ? pack.Value : Pricing.Share(pack.Value, minutes, pack.Left);

    private static IEnumerable<LedgerLine> Taken(AccountState state, PackView pack, long minutes)
    {
        var value = Worth(pack, minutes);
        return
        [
            state.Debit(Chart.Prepaid, value), state.Credit(Chart.Packs, value),
            state.Debit(Chart.PackTurnover, minutes), state.Credit(Chart.PackMinutes, minutes),
        ];
    }

    private static PackView Less(PackView pack, long minutes) => pack with { Left = pack.Left - minutes, Value = pack.Value - Worth(pack, minutes) };

    private static IncludedLeft Left(AccountState state, PlanHours plan, Instant at, ImmutableArray<BookingMoneyKept> others)
    {
        var period = PeriodOf(state, plan.Interval, at);
        var left = plan.Minutes * Seats(state) - UsedIn(state, period.Start) - ReservedIn(others, period.Start);
        return new IncludedLeft(period.Start, period.End, Math.Max(0, left));
    }

    private static long Seats(AccountState state) => state is { IsCompany: true, Subscription: { EndedAt: null } subscription } ? Math.Max(1, subscription.Seats) : 1;

    private static long UsedIn(AccountState state, Instant period) => state.Included.FirstOrDefault(i => i.From == period)?.Used ?? 0;

    private static long ReservedIn(IEnumerable<BookingMoneyKept> bookings, Instant period) => bookings.Sum(b => Most(b, s => s.Cover == Cover.Included && s.Period == period));

    // While a move is under way either price may come to be: the one that takes more counts.
    private static long Most(BookingMoneyKept booking, Func<PriceSegment, bool> which) =>
        Math.Max(Minutes((booking.Price?.Segments ?? []).Where(which)), Minutes((booking.Next?.Segments ?? []).Where(which)));

    private static long Minutes(IEnumerable<PriceSegment> segments) => (long)Math.Ceiling(segments.Sum(s => s.Slot.Duration.TotalMinutes));

    private static AccountState WithUsed(AccountState state, Instant period, long minutes)
    {
        var use = state.Included.FirstOrDefault(i => i.From == period) ?? new IncludedUse(period, 0);
        return state with { Included = state.Included.Put(use with { Used = use.Used + minutes }, i => i.From == period) };
    }

    private static Slot Month(DateTimeZone zone, Instant at)
    {
        var first = at.InZone(zone).Date.With(DateAdjusters.StartOfMonth);
        return new Slot(zone.AtStartOfDay(first).ToInstant(), zone.AtStartOfDay(first.PlusMonths(1)).ToInstant());
    }

    // Counted from the anchor each time, so that a subscription begun on the 31st is not the 28th's for ever after February.
    private static Slot Rolled(DateTimeZone zone, Instant anchor, int months, Instant at)
    {
        var from = anchor.InZone(zone).LocalDateTime;
        Instant Step(int count) => zone.AtLeniently(from.PlusMonths(count * months)).ToInstant();
        var steps = 0;
        if (months > 0)
        {
            while (Step(steps + 1) <= at) steps++;
            return new Slot(Step(steps), Step(steps + 1));
        }
        while (Step(steps + 1) > at) steps++;
        return new Slot(Step(steps + 1), Step(steps));
    }
}
