using Makerspace.PaymentSimulator.Catalogue;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Billing;

/// <summary>Changes of a subscription that lives: prices and quantities with proration, pause, cancellation, trial, card, tax.</summary>
internal static class Changing
{
    public static Subscription Update(Work work, Subscription subscription, Params sent)
    {
        if (!subscription.Lives && sent.Names.Any(n => n is not ("metadata" or "cancellation_details"))) throw ApiException.Invalid("A canceled subscription can only update its cancellation_details and metadata.");
        var customer = work.Get<Customer>(subscription.Customer);
        var now = work.Now(subscription.TestClock);
        var behaviour = sent.OneOf("proration_behavior", "create_prorations", "always_invoice", "none") ?? "create_prorations";
        var payment = sent.OneOf("payment_behavior", "allow_incomplete", "default_incomplete", "error_if_incomplete") ?? "allow_incomplete";
        var presence = sent.Bool("off_session") == true ? Presence.Absent : Presence.Present;
        var at = sent.Long("proration_date") ?? now;
        if (at < subscription.PeriodStart || at > subscription.PeriodEnd) throw ApiException.Invalid("Invalid proration_date: it must be in the current period.", "proration_date");
        SubscriptionSettings.Set(work, sent, subscription, customer);
        Pause(sent, subscription);
        Rediscount(work, sent, subscription);
        var anchorNow = sent.OneOf("billing_cycle_anchor", "now", "unchanged") == "now";
        var trialEnded = Trial(sent, subscription, now);
        var (before, was) = (Copy(subscription.Items.Data), subscription.Status);
        Replace(work, sent, subscription);
        sent.RefuseUnread();
        Bill(work, subscription, before, new(behaviour, at, anchorNow || trialEnded, was == "trialing", payment, presence));
        work.EmitChange("customer.subscription.updated", subscription);
        return subscription;
    }

    /// <summary>
    /// The invoice that a change would make (<c>always_invoice</c>, another interval), or else the next renewal's with what the change adds to it. It is worked out
    /// by doing it: whoever asks throws the work away.
    /// </summary>
    public static Invoice Preview(Work work, Subscription subscription, Params? sent)
    {
        var now = work.Now(subscription.TestClock);
        var behaviour = sent?.OneOf("proration_behavior", "create_prorations", "always_invoice", "none") ?? "create_prorations";
        var at = sent?.Long("proration_date") ?? now;
        var before = Copy(subscription.Items.Data);
        if (sent is not null) Replace(work, sent, subscription);
        var changed = Changed(before, subscription.Items.Data);
        var restarts = changed && Restarts(before, subscription.Items.Data) && subscription.Status != "trialing";
        if (changed && behaviour != "none" && subscription.Status != "trialing") Prorate(work, subscription, before, at, restarts);
        if (restarts) Restart(subscription, now);
        else if (behaviour != "always_invoice" || !changed) subscription.SetPeriod(subscription.PeriodEnd, Periods.Next(subscription.BillingCycleAnchor, subscription.Items.Data[0].Price.Recurring!, subscription.PeriodEnd));
        var whole = restarts || behaviour != "always_invoice" || !changed;
        var lines = whole ? subscription.Items.Data.Select(item => Invoicing.Line(work, subscription, item, new(subscription.PeriodStart, subscription.PeriodEnd), item.Amount)).ToList() : [];
        var preview = Invoicing.Draft(work, work.Get<Customer>(subscription.Customer), subscription, lines, "upcoming");
        preview.Created = whole && !restarts ? subscription.PeriodStart : now;
        return preview;
    }

    /// <summary>Everything that waits for a subscription's next invoice, on one now.</summary>
    public static Invoice? InvoiceWaiting(Work work, Subscription subscription, Presence presence)
    {
        if (!work.Where<InvoiceItem>("customer", subscription.Customer).Exists(i => i.Invoice is null && i.Subscription == subscription.Id)) return null;
        return Now(work, subscription, [], presence);
    }

    /// <summary>The whole period that has just begun, on an invoice now.</summary>
    public static Invoice InvoicePeriod(Work work, Subscription subscription, Presence presence) =>
        Now(work, subscription, subscription.Items.Data.Select(item => Invoicing.Line(work, subscription, item, new(subscription.PeriodStart, subscription.PeriodEnd), item.Amount)).ToList(), presence);

    public static ApiException Incomplete(Work work, Invoice invoice)
    {
        var error = work.Find<PaymentIntent>(invoice.PaymentIntent)?.LastPaymentError;
        return new(402, "card_error", (string?)error?["message"] ?? "This payment requires additional user action before it can be completed successfully.")
        {
            Code = (string?)error?["code"] ?? "subscription_payment_intent_requires_action", DeclineCode = (string?)error?["decline_code"],
        };
    }

    private static void Bill(Work work, Subscription subscription, List<SubscriptionItem> before, Wish wish)
    {
        var changed = Changed(before, subscription.Items.Data);
        var restarts = wish.FromNow || (changed && Restarts(before, subscription.Items.Data));
        // In a trial nothing has been paid: there is nothing to give back, and what comes is asked at its end.
        if (subscription.Status == "trialing" || (!changed && !restarts)) return;
        if (wish.Behaviour != "none" && !wish.WasTrial) Prorate(work, subscription, before, wish.At, restarts);
        Invoice? invoice = null;
        if (restarts)
        {
            Restart(subscription, work.Now(subscription.TestClock));
            invoice = InvoicePeriod(work, subscription, wish.Presence);
        }
        else if (wish.Behaviour == "always_invoice") invoice = InvoiceWaiting(work, subscription, wish.Presence);
        if (invoice is { Status: "open" } && wish.Payment == "error_if_incomplete") throw Incomplete(work, invoice);
    }

    private static void Prorate(Work work, Subscription subscription, List<SubscriptionItem> before, long at, bool restarts)
    {
        foreach (var old in before.Where(o => restarts || !subscription.Items.Data.Exists(n => Same(o, n)))) work.Add(Proration.Unused(work, subscription, old, at));
        if (restarts) return;
        foreach (var item in subscription.Items.Data.Where(n => !before.Exists(o => Same(o, n)))) work.Add(Proration.Remaining(work, subscription, item, at));
    }

    private static void Restart(Subscription subscription, long now)
    {
        subscription.BillingCycleAnchor = now;
        subscription.SetPeriod(now, Periods.Next(now, subscription.Items.Data[0].Price.Recurring!, now));
    }

    private static Invoice Now(Work work, Subscription subscription, IReadOnlyList<InvoiceLine> lines, Presence presence)
    {
        var invoice = Invoicing.Draft(work, work.Get<Customer>(subscription.Customer), subscription, lines, "subscription_update");
        invoice.AutoAdvance = true;
        work.EmitChange("customer.subscription.updated", subscription);
        work.Emit("invoice.created", invoice);
        Collecting.FinalizeAndPay(work, invoice, presence);
        return invoice;
    }

    // Items are named by their ids; one without an id is new, or takes the place of the only one where it names its price.
    private static void Replace(Work work, Params sent, Subscription subscription)
    {
        foreach (var item in sent.List("items"))
        {
            if (item.Text("id") is not { } id)
            {
                subscription.Items.Data.Add(SubscriptionCalls.Item(work, subscription, item));
                continue;
            }
            var known = subscription.Items.Data.Find(i => i.Id == id) ?? throw ApiException.Missing("subscription_item", id, item.Name("id"));
            if (item.Bool("deleted") == true) subscription.Items.Data.Remove(known);
            else Set(work, item, known);
        }
        if (subscription.Items.Data.Count == 0) throw ApiException.Invalid("A subscription must have at least one active price.", "items");
        SubscriptionCalls.CheckItems(subscription);
        subscription.SetPeriod(subscription.PeriodStart, subscription.PeriodEnd);
    }

    private static void Set(Work work, Params sent, SubscriptionItem item)
    {
        if (sent.Has("price") || sent.Has("price_data"))
        {
            var price = PriceCalls.Given(work, sent);
            item.Price = price.Recurring is not null ? price : throw ApiException.Invalid("The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.", sent.Name("price"));
        }
        if (sent.Amount("quantity") is { } quantity) item.Quantity = quantity;
        if (sent.Has("tax_rates")) item.TaxRates = sent.Unsets("tax_rates") ? [] : TaxRateCalls.Given(work, sent, "tax_rates");
        sent.Metadata(item.Metadata);
        sent.Bool("clear_usage");
    }

    private static void Pause(Params sent, Subscription subscription)
    {
        if (sent.Unsets("pause_collection")) subscription.PauseCollection = null;
        if (sent.Child("pause_collection") is not { } pause) return;
        subscription.PauseCollection = new()
        {
            Behavior = pause.OneOf("behavior", "keep_as_draft", "mark_uncollectible", "void") ?? throw ApiException.Required("pause_collection[behavior]"), ResumesAt = pause.Long("resumes_at"),
        };
    }

    private static void Rediscount(Work work, Params sent, Subscription subscription)
    {
        if (!sent.Has("discounts")) return;
        subscription.Discounts.Clear();
        if (sent.Unsets("discounts")) return;
        foreach (var (coupon, code) in CouponCalls.Given(work, sent))
            subscription.Discounts.Add(Discount.Redeem(work, coupon, code, work.Now(subscription.TestClock), d => (d.Customer, d.Subscription) = (subscription.Customer, subscription.Id)).Id);
    }

    private static bool Trial(Params sent, Subscription subscription, long now)
    {
        if (SubscriptionSettings.Trial(sent, now) is not { } end) return false;
        var ends = end == now && subscription.Status == "trialing";
        subscription.TrialEnd = end;
        if (ends) subscription.Status = "active";
        if (end <= now) return ends;
        (subscription.Status, subscription.TrialStart, subscription.TrialEndTold, subscription.BillingCycleAnchor) = ("trialing", subscription.TrialStart ?? now, false, end);
        subscription.SetPeriod(subscription.PeriodStart, end);
        return false;
    }

    private static List<SubscriptionItem> Copy(List<SubscriptionItem> items) => [.. items.Select(i => new SubscriptionItem { Id = i.Id, Price = i.Price, Quantity = i.Quantity, TaxRates = i.TaxRates })];

    private static bool Same(SubscriptionItem one, SubscriptionItem other) => one.Id == other.Id && one.Price.Id == other.Price.Id && one.Quantity == other.Quantity;

    private static bool Changed(List<SubscriptionItem> before, List<SubscriptionItem> after) => before.Count != after.Count || !before.TrueForAll(o => after.Exists(n => Same(o, n)));

    // Another interval, or the first that costs something, begins a period of its own.
    private static bool Restarts(List<SubscriptionItem> before, List<SubscriptionItem> after) =>
        Every(before) != Every(after) || (before.TrueForAll(i => i.Amount == 0) && after.Exists(i => i.Amount > 0));

    private static (string, long) Every(List<SubscriptionItem> items) => (items[0].Price.Recurring!.Interval, items[0].Price.Recurring!.IntervalCount);

    private sealed record Wish(string Behaviour, long At, bool FromNow, bool WasTrial, string Payment, Presence Presence);
}
