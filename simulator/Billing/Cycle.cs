using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Billing;

/// <summary>What time does to subscriptions: trials end, periods begin, pauses and cancellations take effect.</summary>
internal static class Cycle
{
    /// <summary>A renewal's invoice is a draft for an hour before it is finalized and paid.</summary>
    private const long DraftFor = 3600;

    public static void Due(Work work, Subscription subscription)
    {
        var now = work.Now(subscription.TestClock);
        if (subscription.Status == "incomplete") Expire(work, subscription);
        else if (subscription.TellTrialEndAt <= now) TellTrialEnd(work, subscription);
        else if (subscription.PauseCollection?.ResumesAt <= now) Resume(work, subscription);
        else if (subscription.CancelAt <= now) Subscribing.End(work, subscription);
        else Renew(work, subscription);
    }

    private static void TellTrialEnd(Work work, Subscription subscription)
    {
        subscription.TrialEndTold = true;
        work.Emit("customer.subscription.trial_will_end", subscription);
    }

    private static void Resume(Work work, Subscription subscription)
    {
        subscription.PauseCollection = null;
        work.EmitChange("customer.subscription.updated", subscription);
    }

    // Nobody paid the first invoice in time.
    private static void Expire(Work work, Subscription subscription)
    {
        subscription.Status = "incomplete_expired";
        subscription.EndedAt = work.Now(subscription.TestClock);
        work.EmitChange("customer.subscription.updated", subscription);
        if (work.Find<Invoice>(subscription.LatestInvoice) is { Status: "open" } invoice) Collecting.Void(work, invoice);
    }

    private static void Renew(Work work, Subscription subscription)
    {
        var customer = work.Get<Customer>(subscription.Customer);
        var trialEnded = subscription.Status == "trialing";
        if (trialEnded && Without(work, subscription, customer)) return;
        if (trialEnded) subscription.Status = "active";
        var every = subscription.Items.Data[0].Price.Recurring!;
        subscription.SetPeriod(subscription.PeriodEnd, Periods.Next(subscription.BillingCycleAnchor, every, subscription.PeriodEnd));
        var lines = subscription.Items.Data.Select(item => Invoicing.Line(work, subscription, item, new(subscription.PeriodStart, subscription.PeriodEnd), item.Amount)).ToList();
        var invoice = Invoicing.Draft(work, customer, subscription, lines, "subscription_cycle");
        work.EmitChange("customer.subscription.updated", subscription);
        Collect(work, subscription, invoice);
    }

    private static void Collect(Work work, Subscription subscription, Invoice invoice)
    {
        invoice.AutoAdvance = subscription.PauseCollection?.Behavior != "keep_as_draft";
        invoice.AutomaticallyFinalizesAt = invoice.AutoAdvance ? work.Now(invoice.TestClock) + DraftFor : null;
        work.Emit("invoice.created", invoice);
        if (subscription.PauseCollection is not { Behavior: "void" or "mark_uncollectible" } pause) return;
        // Collection is paused: the period goes by, and nothing is asked for it.
        Invoicing.Finalize(work, invoice);
        if (invoice.AmountDue == 0) Collecting.Settle(work, invoice, null);
        else if (pause.Behavior == "void") Collecting.Void(work, invoice);
        else Collecting.MarkUncollectible(work, invoice);
    }

    // A trial that ends without a card: as the subscription says, it ends or rests.
    private static bool Without(Work work, Subscription subscription, Customer customer)
    {
        var behaviour = subscription.TrialSettings.EndBehavior.MissingPaymentMethod;
        if (behaviour == "create_invoice" || (subscription.DefaultPaymentMethod ?? customer.InvoiceSettings.DefaultPaymentMethod) is not null) return false;
        if (behaviour == "cancel")
        {
            Subscribing.End(work, subscription);
            return true;
        }
        subscription.Status = "paused";
        work.Emit("customer.subscription.paused", subscription);
        return true;
    }
}
