using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>
/// Purchases: begun here, at the space's price; paid on the provider's page; had once their payment is seen, each exactly once. One checkout is open at a time.
/// </summary>
internal static class Buying
{
    /// <summary>How far ahead a day may be bought.</summary>
    private const int DaysAhead = 366;

    public static (AccountState State, PurchaseAnswer Answer) Begin(AccountState state, PurchaseRequest request, Moment moment)
    {
        if (state.PurchaseOf(request.Id) is { } known)
            return (state, known.Closed ? Refused(new ChangedMeanwhile("purchase")) : new PurchaseAnswer(known.View, null, []));
        if (state.Purchases.FirstOrDefault(p => p is { IsOpen: true, View.SessionId: not null }) is { } open)
            return (state, new PurchaseAnswer(null, open.View.SessionId, []));
        if (Quoting.IsForeign(state, request.Space.Currency)) return (state, Refused(new NotPossible("wrong-currency")));
        // One whose page was never opened is given up; should it be paid all the same, its payment still finds it.
        var knowing = Quoting.Knowing(state, request.Space, request.Kind == PurchaseKind.Plan ? request.Item : null);
        knowing = knowing.Purchases.Where(p => p.IsOpen).Aggregate(knowing, (next, p) => Closed(next, p, moment));
        var (purchase, refusal) = Decided(knowing, request, moment.Now);
        if (purchase is null) return (state, Refused(refusal!));
        var begun = request.Kind switch
        {
            PurchaseKind.Balance => Collecting.InCheckout(knowing, request.Id, purchase.View.Price.Amount, moment),
            PurchaseKind.Deposit => knowing with { Commands = knowing.Commands.RemoveAll(c => c.Id == Deposits.CommandId(knowing, request.BookingId!.Value)) },
            _ => knowing,
        };
        return (begun.With(purchase), new PurchaseAnswer(purchase.View, null, []));
    }

    /// <summary>The page on which it is paid: open, left, or complete.</summary>
    public static AccountState Seen(AccountState state, ObservedCheckout seen, Moment moment)
    {
        if (state.PurchaseOf(seen.PurchaseId) is not { } purchase || purchase.LookedAt > seen.LookedAt) return state;
        purchase = purchase with
        {
            LookedAt = seen.LookedAt,
            Closed = purchase.Closed && seen.Status != "complete",
            Complete = purchase.Complete || seen.Status == "complete",
            View = purchase.View with { SessionId = seen.SessionId, Url = seen.Status == "open" ? seen.Url : null, ExpiresAt = seen.ExpiresAt },
        };
        state = state.With(purchase);
        if (purchase.View.Done) return state;
        return seen.Status switch
        {
            "expired" => Closed(state, purchase, moment),
            "complete" when purchase.View.Kind is PurchaseKind.Card or PurchaseKind.Plan => Finished(state, purchase, moment.Now),
            "complete" when seen is { PaymentIntentId: null, PaymentStatus: not "unpaid" } => Had(state, purchase, 0, moment),   // a coupon paid all of it
            _ => state,
        };
    }

    /// <summary>Its payment came in: what was bought is had, once.</summary>
    public static AccountState Paid(AccountState state, Guid purchaseId, ObservedPayment seen, Moment moment) =>
        state.PurchaseOf(purchaseId) is { View.Done: false } purchase ? Had(state, purchase, seen.Received, moment) : state;

    /// <summary>A deposit was authorised on its page.</summary>
    public static AccountState Authorised(AccountState state, Guid bookingId, Instant now) =>
        state.Purchases.Where(p => p is { View: { Done: false, Kind: PurchaseKind.Deposit } } && p.View.BookingId == bookingId).Aggregate(state, (next, p) => Finished(next, p, now));

    /// <summary>Purchases whose page closed long ago without anybody being told.</summary>
    public static AccountState Lapsed(AccountState state, Moment moment) =>
        state.Purchases.Where(p => LapsesAt(p) <= moment.Now).Aggregate(state, (next, p) => Closed(next, p, moment));

    // The provider closes a page after a day at the latest; one more day, and the nightly comparison has seen what came of it.
    public static Instant? LapsesAt(PurchaseKept purchase) =>
        purchase.IsOpen ? Instant.Max(purchase.View.ExpiresAt ?? purchase.View.BegunAt, purchase.View.BegunAt + Duration.FromDays(1)) + Duration.FromHours(25) : null;

    private static AccountState Had(AccountState state, PurchaseKept purchase, long gross, Moment moment)
    {
        state = purchase.View.Kind switch
        {
            PurchaseKind.Pack => Pack(state, purchase, gross, moment),
            PurchaseKind.DayPass => DayPass(state, purchase, gross, moment),
            PurchaseKind.Balance when state.Collection?.PurchaseId == purchase.View.Id => Collecting.Paid(state),
            _ => state,
        };
        return Finished(state, purchase, moment.Now);
    }

    private static AccountState Pack(AccountState state, PurchaseKept purchase, long gross, Moment moment)
    {
        var product = purchase.Product!;
        var (minutes, tax) = ((long)(product.Hours ?? Duration.Zero).TotalMinutes, Posting.TaxIn(gross, purchase.View.TaxBasisPoints));
        var until = product.ValidDays is { } days ? state.Zone.AtLeniently(moment.Now.InZone(state.Zone).LocalDateTime.PlusDays(days)).ToInstant() : (Instant?)null;
        var pack = new PackView(purchase.View.Id, purchase.View.Item!, minutes, minutes, 0, until) { Categories = product.Categories, Value = gross - tax };
        return Sold(state.With(pack), purchase, LedgerKind.Pack, Chart.Prepaid, gross, tax, moment, state.Debit(Chart.PackMinutes, minutes), state.Credit(Chart.PackTurnover, minutes));
    }

    private static AccountState DayPass(AccountState state, PurchaseKept purchase, long gross, Moment moment)
    {
        var pass = new PassView(purchase.View.Id, purchase.View.Item!, purchase.Product!.PlanId, purchase.Day!.Value);
        return Sold(state with { Passes = state.Passes.Add(pass) }, purchase, LedgerKind.DayPass, Chart.DayPasses, gross, Posting.TaxIn(gross, purchase.View.TaxBasisPoints), moment);
    }

    private static AccountState Sold(
        AccountState state, PurchaseKept purchase, LedgerKind kind, string revenue, long gross, long tax, Moment moment, params IEnumerable<LedgerLine> hours)
    {
        var cause = new LedgerCause(Causes.Purchase, purchase.View.Id.ToString());
        var posted = state.Post(
            moment, kind, cause, 0, [state.Debit(Chart.Receivable, gross), state.Credit(revenue, gross - tax), state.Credit(Chart.Tax, tax), .. hours],
            e => e with { Note = purchase.View.Name, Slot = purchase.Day });
        if (gross > 0)
            posted = posted.With(new ChargeKept(state.EntryId(kind, cause, 0), kind, moment.Now, revenue, gross, tax, 0, 0) { PurchaseId = purchase.View.Id });
        return posted.Noted(Notice.Purchased);
    }

    private static AccountState Finished(AccountState state, PurchaseKept purchase, Instant now) =>
        state.With(purchase with { Closed = false, Complete = true, DoneAt = now, View = purchase.View with { Done = true, Url = null } });

    private static AccountState Closed(AccountState state, PurchaseKept purchase, Moment moment) =>
        Collecting.CheckoutClosed(state.With(purchase with { Closed = true, View = purchase.View with { Url = null } }), purchase.View.Id, moment);

    private static PurchaseAnswer Refused(Refusal refusal) => new(null, null, [refusal]);

    private static (PurchaseKept? Purchase, Refusal? Refusal) Decided(AccountState state, PurchaseRequest request, Instant now) => request.Kind switch
    {
        PurchaseKind.Plan => Plan(state, request, now),
        PurchaseKind.Pack => Product(state, request, ProductKind.Pack, now),
        PurchaseKind.DayPass => Day(state, request, now),
        PurchaseKind.Card => (Kept(request, 0, state.Currency, "", now), null),
        PurchaseKind.Balance => Balance(state, request, now),
        PurchaseKind.Deposit => Deposit(state, request, now),
        _ => (null, new NotPossible("not-sold")),
    };

    private static (PurchaseKept?, Refusal?) Plan(AccountState state, PurchaseRequest request, Instant now)
    {
        if (state.Subscription is { EndedAt: null }) return (null, new NotPossible("already-subscribed"));
        if (Subscribing.Sold(state, request.Space, request.Item ?? "") is not { Price: { } price } plan) return (null, new NotPossible("not-sold"));
        if (request.Seats is < 1 or > Subscribing.MostSeats || (!state.IsCompany && request.Seats != 1)) return (null, new NotPossible("out-of-range"));
        if (Wrong(price.Amount, request) is { } wrong) return (null, wrong);
        var purchase = Kept(request, price.Amount.Amount, price.Amount.Currency, plan.Name, now);
        // There is one trial, not one for each time somebody joins.
        return (purchase with { View = purchase.View with { TrialDays = state.EverSubscribed ? 0 : price.TrialDays } }, null);
    }

    private static (PurchaseKept?, Refusal?) Product(AccountState state, PurchaseRequest request, ProductKind kind, Instant now)
    {
        if (request.Space.Products.GetValueOrDefault(request.Item ?? "") is not { Offered: true } product || product.Kind != kind) return (null, new NotPossible("not-sold"));
        if (Wrong(product.Price, request) is { } wrong) return (null, wrong);
        return (Kept(request, product.Price.Amount, product.Price.Currency, product.Name, now) with { Product = product }, null);
    }

    private static (PurchaseKept?, Refusal?) Day(AccountState state, PurchaseRequest request, Instant now)
    {
        var today = now.InZone(request.Space.Zone).Date;
        if (request.Day is not { } day || day < today) return (null, new NotPossible("day-over"));
        if (day > today.PlusDays(DaysAhead)) return (null, new NotPossible("out-of-range"));
        var slot = new Slot(request.Space.Zone.AtStartOfDay(day).ToInstant(), request.Space.Zone.AtStartOfDay(day.PlusDays(1)).ToInstant());
        if (state.Passes.Any(p => p.Slot == slot)) return (null, new NotPossible("already-covered"));
        var (purchase, refusal) = Product(state, request, ProductKind.DayPass, now);
        return (purchase is null ? null : purchase with { Day = slot }, refusal);
    }

    private static (PurchaseKept?, Refusal?) Balance(AccountState state, PurchaseRequest request, Instant now)
    {
        if (state.Collection is { } collection && Collecting.IsUnderWay(state, collection)) return (null, new NotPossible("payment-under-way"));
        if (Collecting.Collectable(state) is (<= 0 or > Posting.Most) and var owed) return (null, new NotPossible(owed <= 0 ? "nothing-owed" : "out-of-range"));
        var amount = Collecting.Takeable(state);
        if (amount < Collecting.Least(state)) return (null, new NotPossible("out-of-range"));
        return (InFull(Kept(request, amount, state.Currency, "", now), state.Collection?.PaymentIntentId), null);
    }

    private static (PurchaseKept?, Refusal?) Deposit(AccountState state, PurchaseRequest request, Instant now)
    {
        if (request.BookingId is not { } id || state.BookingOf(id) is not { OverAt: null, Deposit: { State: DepositState.Waiting or DepositState.Failed } deposit })
            return (null, new NotPossible("nothing-owed"));
        if (Deposits.IsInFlight(state, id)) return (null, new NotPossible("payment-under-way"));
        return (InFull(Kept(request, deposit.Amount, state.Currency, "", now), deposit.PaymentIntentId), null);
    }

    // Tax was reckoned when it was charged, or will be.
    private static PurchaseKept InFull(PurchaseKept purchase, string? insteadOf) =>
        purchase with { View = purchase.View with { InsteadOf = insteadOf, TaxBasisPoints = 0, TaxIncluded = true } };

    private static NotPossible? Wrong(Money price, PurchaseRequest request) =>
        price.Currency != request.Space.Currency ? new NotPossible("wrong-currency") : Posting.InRange(price.Amount) ? null : new NotPossible("out-of-range");

    private static PurchaseKept Kept(PurchaseRequest request, long amount, string currency, string name, Instant now)
    {
        var billing = request.Space.Billing ?? BillingSettings.Default;
        return new PurchaseKept(new PurchaseView
        {
            Id = request.Id, Kind = request.Kind, Item = request.Item, Seats = request.Seats, Day = request.Day, BookingId = request.BookingId, Price = new Money(amount, currency),
            BegunAt = now, TaxBasisPoints = billing.TaxBasisPoints, TaxIncluded = billing.PricesIncludeTax, Name = name,
        });
    }
}
