using Makerspace.PaymentSimulator.Catalogue;
using Makerspace.PaymentSimulator.Checkout;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Billing;

/// <summary>The beginning and the end of subscriptions.</summary>
internal static class Subscribing
{
    /// <summary>Begins one that has its items, by an anchor in the future or with a trial where it is to have them, and drafts its first invoice.</summary>
    public static Invoice Begin(Work work, Subscription subscription, long? anchor, IEnumerable<InvoiceLine> once, bool prorates = true)
    {
        var customer = work.Get<Customer>(subscription.Customer);
        var now = work.Now(customer.TestClock);
        (subscription.Created, subscription.StartDate, subscription.TestClock) = (now, now, customer.TestClock);
        subscription.Items.Url = $"/v1/subscription_items?subscription={subscription.Id}";
        var every = subscription.Items.Data[0].Price.Recurring!;
        if (subscription.TrialEnd is { } trial)
        {
            (subscription.Status, subscription.TrialStart, subscription.BillingCycleAnchor) = ("trialing", now, trial);
            subscription.SetPeriod(now, trial);
        }
        else
        {
            subscription.BillingCycleAnchor = anchor ?? now;
            subscription.SetPeriod(now, anchor ?? Periods.Next(now, every, now));
        }
        work.Add(subscription);
        var whole = anchor is { } at ? at - Periods.Plus(at, every, -1) : 0;
        var lines = subscription.Items.Data.Select(item => FirstLine(work, subscription, item, whole, prorates));
        return Invoicing.Draft(work, customer, subscription, lines.Concat(once), "subscription_create");
    }

    /// <summary>The subscription of a checkout that was paid (or whose card was saved, where nothing is to be paid today).</summary>
    public static void FromCheckout(Work work, Session session, Customer customer, PaymentMethod? method, PaymentIntent? intent)
    {
        var (wish, now) = (session.Subscribing, work.Now(customer.TestClock));
        var subscription = new Subscription
        {
            Id = Ids.New("sub"), Currency = session.Currency!, Customer = customer.Id, DefaultPaymentMethod = method?.Id, DefaultTaxRates = wish.DefaultTaxRates, Description = wish.Description,
            Metadata = new(wish.Metadata, StringComparer.Ordinal), TrialEnd = wish.TrialEnd ?? (wish.TrialPeriodDays is { } days ? now + (days * 24 * 3600) : null),
            TrialSettings = new() { EndBehavior = new() { MissingPaymentMethod = wish.MissingPaymentMethod } },
        };
        subscription.Items.Data = [.. session.Lines.Where(l => l.Price.Recurring is not null).Select(l => Item(work, subscription, l.Price, l.Quantity, l.TaxRates))];
        foreach (var coupon in session.Coupons)
            subscription.Discounts.Add(Discount.Redeem(work, work.Get<Coupon>(coupon.Coupon), work.Find<PromotionCode>(coupon.Code), now, d => (d.CheckoutSession, d.Customer, d.Subscription) = (session.Id, customer.Id, subscription.Id)).Id);
        var once = session.Lines.Where(l => l.Price.Recurring is null).Select(l => OnceLine(l, now));
        var invoice = Begin(work, subscription, wish.BillingCycleAnchor, once);
        (session.Subscription, session.Invoice) = (subscription.Id, invoice.Id);
        work.Emit("customer.subscription.created", subscription);
        work.Emit("invoice.created", invoice);
        Invoicing.Finalize(work, invoice, paidWhole: true);
        // The page took what it showed; credit of the customer is not used there.
        if (intent is not null) Collecting.Paid(work, invoice, intent);
        else Collecting.Settle(work, invoice, null);
        session.PaymentIntent = null;
    }

    public static SubscriptionItem Item(Work work, Subscription subscription, Price price, long quantity, List<TaxRate> taxRates) => new()
    {
        Id = Ids.Short("si"), Created = work.Now(subscription.TestClock), Price = price, Quantity = quantity, Subscription = subscription.Id, TaxRates = taxRates,
    };

    /// <summary>Ends it now. What is open stays open, and is not tried any more.</summary>
    public static void End(Work work, Subscription subscription, string reason = "cancellation_requested")
    {
        var now = work.Now(subscription.TestClock);
        (subscription.Status, subscription.EndedAt) = ("canceled", now);
        subscription.CanceledAt ??= now;
        subscription.CancellationDetails.Reason ??= reason;
        subscription.PauseCollection = null;
        foreach (var invoice in work.Where<Invoice>("customer", subscription.Customer).Where(i => i.Subscription == subscription.Id && i.Status is "open" or "draft"))
        {
            (invoice.AutoAdvance, invoice.NextPaymentAttempt) = (false, null);
            work.EmitChange("invoice.updated", invoice);
        }
        work.Emit("customer.subscription.deleted", subscription);
    }

    private static InvoiceLine FirstLine(Work work, Subscription subscription, SubscriptionItem item, long whole, bool prorates)
    {
        var period = new LinePeriod(subscription.PeriodStart, subscription.PeriodEnd);
        if (subscription.TrialEnd is not null) return Invoicing.Line(work, subscription, item, period, 0, $"Trial period for {Invoicing.Name(work, item)}");
        var amount = whole == 0 ? item.Amount : prorates ? Money.Round((decimal)item.Amount * (period.End - period.Start) / whole) : 0;
        return Invoicing.Line(work, subscription, item, period, amount);
    }

    private static InvoiceLine OnceLine(SessionLine line, long now) => new()
    {
        Id = Ids.New("il"), Amount = line.Price.UnitAmount * line.Quantity, Currency = line.Currency, Description = line.Description, Quantity = line.Quantity, Pricing = LinePricing.Of(line.Price),
        Period = new(now, now), TaxRates = line.TaxRates, Parent = new() { InvoiceItemDetails = new(Ids.New("ii"), false, null, null) },
    };
}
