using Makerspace.PaymentSimulator.Catalogue;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Billing;

internal static class SubscriptionCalls
{
    public static void Map(Api api)
    {
        api.Post("subscriptions", Create);
        api.Get("subscriptions/{id}", call => call.Work.Get<Subscription>(call.Id));
        api.Post("subscriptions/{id}", call => Changing.Update(call.Work, call.Work.Get<Subscription>(call.Id), call.Params));
        api.Delete("subscriptions/{id}", Cancel);
        api.Post("subscriptions/{id}/resume", Resume);
        api.Get("subscriptions", List);
    }

    private static Subscription Create(Call call)
    {
        var (work, sent) = (call.Work, call.Params);
        var customer = CustomerCalls.Living(work, sent.Required("customer"));
        var now = work.Now(customer.TestClock);
        var subscription = new Subscription { Id = Ids.New("sub"), Customer = customer.Id, TestClock = customer.TestClock };
        var items = sent.List("items");
        if (items.Count is 0 or > 20) throw ApiException.Required("items");
        foreach (var item in items) subscription.Items.Data.Add(Item(work, subscription, item));
        subscription.Currency = subscription.Items.Data[0].Price.Currency;
        CheckItems(subscription);
        SubscriptionSettings.Set(work, sent, subscription, customer);
        subscription.TrialEnd = SubscriptionSettings.Trial(sent, now) ?? (sent.Amount("trial_period_days", 1) is { } days ? now + (days * 24 * 3600) : null);
        var anchor = sent.Text("billing_cycle_anchor") is null or "now" ? null : sent.Long("billing_cycle_anchor");
        if (anchor <= now) throw ApiException.Invalid("billing_cycle_anchor must be in the future.", "billing_cycle_anchor");
        var behaviour = sent.OneOf("payment_behavior", "allow_incomplete", "default_incomplete", "error_if_incomplete") ?? "allow_incomplete";
        var prorates = sent.OneOf("proration_behavior", "create_prorations", "always_invoice", "none") is not "none";
        var presence = sent.Bool("off_session") == true ? Presence.Absent : Presence.Present;
        foreach (var (coupon, code) in CouponCalls.Given(work, sent)) subscription.Discounts.Add(Discount.Redeem(work, coupon, code, now, d => (d.Customer, d.Subscription) = (customer.Id, subscription.Id)).Id);
        sent.RefuseUnread();
        var invoice = Subscribing.Begin(work, subscription, anchor, [], prorates);
        if (subscription.Status != "trialing" && invoice.AmountDue > 0 && subscription.CollectionMethod == "charge_automatically") subscription.Status = "incomplete";
        work.Emit("customer.subscription.created", subscription);
        work.Emit("invoice.created", invoice);
        FirstPayment(work, invoice, behaviour, presence);
        return subscription;
    }

    private static void FirstPayment(Work work, Invoice invoice, string behaviour, Presence presence)
    {
        var method = Collecting.MethodFor(work, invoice);
        if (behaviour == "default_incomplete" || invoice.AmountDue == 0)
        {
            Collecting.FinalizeOnly(work, invoice);
            return;
        }
        if (method is null && invoice.CollectionMethod == "charge_automatically")
            throw ApiException.Invalid("This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://docs.stripe.com/billing/subscriptions/payment-methods-setting#payment-method-priority.", null, "resource_missing");
        Collecting.FinalizeAndPay(work, invoice, presence);
        if (behaviour == "error_if_incomplete" && invoice.Status != "paid") throw Changing.Incomplete(work, invoice);
    }

    private static Subscription Cancel(Call call)
    {
        var subscription = Living(call);
        var now = call.Work.Now(subscription.TestClock);
        var (invoices, prorates) = (call.Params.Bool("invoice_now") ?? false, call.Params.Bool("prorate") ?? false);
        SubscriptionSettings.SetCancellation(call.Params, subscription);
        if (prorates && subscription.Status != "trialing")
        {
            foreach (var item in subscription.Items.Data) call.Work.Add(Proration.Unused(call.Work, subscription, item, now));
        }
        Subscribing.End(call.Work, subscription);
        if (invoices) Changing.InvoiceWaiting(call.Work, subscription, Presence.Absent);
        return subscription;
    }

    private static Subscription Resume(Call call)
    {
        var subscription = Living(call);
        if (subscription.Status != "paused") throw ApiException.State("Only a paused subscription can be resumed.", "subscription_not_paused");
        call.Params.Ignore("billing_cycle_anchor", "proration_behavior", "proration_date");
        var now = call.Work.Now(subscription.TestClock);
        (subscription.Status, subscription.BillingCycleAnchor) = ("active", now);
        subscription.SetPeriod(now, Periods.Next(now, subscription.Items.Data[0].Price.Recurring!, now));
        call.Work.Emit("customer.subscription.resumed", subscription);
        Changing.InvoicePeriod(call.Work, subscription, Presence.Absent);
        return subscription;
    }

    private static Page List(Call call)
    {
        var (price, created, status) = (call.Params.Text("price"), call.Created(), call.Params.Text("status"));
        return Page.Of(call, call.Listed<Subscription>("customer").Where(s => created(s.Created) && Matches(s, status) && (price is null || s.Items.Data.Exists(i => i.Price.Id == price))), "/v1/subscriptions");
    }

    private static bool Matches(Subscription subscription, string? status) => status switch
    {
        null => subscription.Status != "canceled", "all" => true, "ended" => !subscription.Lives, _ => subscription.Status == status,
    };

    public static SubscriptionItem Item(Work work, Subscription subscription, Params item)
    {
        var price = PriceCalls.Given(work, item);
        if (price.Recurring is null) throw ApiException.Invalid("The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.", item.Name("price"));
        var made = Subscribing.Item(work, subscription, price, item.Amount("quantity") ?? 1, TaxRateCalls.Given(work, item, "tax_rates"));
        made.Metadata = item.Metadata();
        return made;
    }

    public static void CheckItems(Subscription subscription)
    {
        var prices = subscription.Items.Data.Select(i => i.Price).ToList();
        if (prices.Exists(p => p.Currency != subscription.Currency)) throw ApiException.Invalid("Prices of a subscription must have the same currency.", "items");
        if (prices.DistinctBy(p => (p.Recurring!.Interval, p.Recurring.IntervalCount)).Count() > 1) throw ApiException.Invalid("Prices of a subscription must have the same interval.", "items");
        if (prices.DistinctBy(p => p.Id).Count() < prices.Count) throw ApiException.Invalid("A subscription cannot have the same price twice.", "items");
    }

    private static Subscription Living(Call call) => call.Work.Get<Subscription>(call.Id) is { Lives: true } subscription ? subscription : throw ApiException.Missing("subscription", call.Id, "id");
}
