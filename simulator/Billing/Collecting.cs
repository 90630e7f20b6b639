using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Billing;

/// <summary>Taking the money of invoices, and again where it failed: four attempts, then the subscription ends.</summary>
internal static class Collecting
{
    private const long Day = 24 * 3600;

    /// <summary>How long after each failed attempt it is tried again; after the last, never.</summary>
    private static readonly long[] Retries = [3 * Day, 5 * Day, 7 * Day];

    /// <summary>Its time has come: a draft is finalized and tried, an open one tried again.</summary>
    public static void Due(Work work, Invoice invoice)
    {
        if (invoice.Status == "draft") FinalizeAndPay(work, invoice, Presence.Absent);
        else Pay(work, invoice, null, Presence.Absent);
    }

    public static void FinalizeAndPay(Work work, Invoice invoice, Presence presence)
    {
        Invoicing.Finalize(work, invoice);
        if (invoice.AmountDue == 0) Settle(work, invoice, null);
        else if (invoice.CollectionMethod == "charge_automatically") Pay(work, invoice, null, presence);
    }

    /// <summary>Finalizes and leaves the payment to others; what asks for nothing is paid at once.</summary>
    public static void FinalizeOnly(Work work, Invoice invoice)
    {
        Invoicing.Finalize(work, invoice);
        if (invoice.AmountDue == 0) Settle(work, invoice, null);
        else if (invoice.CollectionMethod == "charge_automatically") Intent(work, invoice);
    }

    /// <summary>Tries to pay an open invoice; why it was refused, or null (which may mean that the payer must confirm).</summary>
    public static CardRefusal? Pay(Work work, Invoice invoice, PaymentMethod? method, Presence presence)
    {
        var intent = Intent(work, invoice);
        invoice.Attempted = true;
        method ??= MethodFor(work, invoice);
        var refused = method is null ? NoMethod(work, intent) : Paying.Try(work, intent, method, presence);
        if (refused is not null) Refused(work, invoice);
        else if (intent.Status == "succeeded") Paid(work, invoice, intent);
        else ActionRequired(work, invoice);
        return refused;
    }

    public static void Paid(Work work, Invoice invoice, PaymentIntent intent)
    {
        intent.Invoice = invoice.Id;
        invoice.PaymentIntent = intent.Id;
        Settle(work, invoice, intent);
    }

    /// <summary>Notes a failed attempt, and when the next is.</summary>
    public static void Refused(Work work, Invoice invoice)
    {
        var now = work.Now(invoice.TestClock);
        invoice.AttemptCount++;
        var first = invoice.BillingReason == "subscription_create";
        invoice.NextPaymentAttempt = !first && invoice.AutoAdvance && invoice.AttemptCount <= Retries.Length ? now + Retries[invoice.AttemptCount - 1] : null;
        work.EmitChange("invoice.payment_failed", invoice);
        var customer = work.Get<Customer>(invoice.Customer);
        customer.Delinquent = true;
        work.EmitChange("customer.updated", customer);
        if (work.Find<Subscription>(invoice.Subscription) is not { Lives: true } subscription || first) return;
        if (invoice.NextPaymentAttempt is null && invoice.AutoAdvance) GiveUp(work, invoice, subscription);
        else if (subscription.Status is "active" or "trialing") subscription.Status = "past_due";
        work.EmitChange("customer.subscription.updated", subscription);
    }

    public static void Void(Work work, Invoice invoice)
    {
        if (invoice.Status is not ("open" or "uncollectible")) throw ApiException.State($"You can only pass in open or uncollectible invoices. This invoice isn't open: it is {invoice.Status}.", "invoice_not_editable");
        Withdraw(work, invoice);
        (invoice.Status, invoice.StatusTransitions.VoidedAt) = ("void", work.Now(invoice.TestClock));
        if (invoice.EndingBalance is { } ending && ending != invoice.StartingBalance)
        {
            var customer = work.Get<Customer>(invoice.Customer);
            CustomerBalanceTransaction.Move(work, customer, invoice.StartingBalance - ending, invoice.Currency, "unapplied_from_invoice", invoice.Id);
            work.EmitChange("customer.updated", customer);
        }
        work.EmitChange("invoice.voided", invoice);
        Recover(work, invoice);
    }

    public static void MarkUncollectible(Work work, Invoice invoice)
    {
        if (invoice.Status != "open") throw ApiException.State($"Only an open invoice can be marked uncollectible; this one is {invoice.Status}.", "invoice_not_editable");
        (invoice.Status, invoice.StatusTransitions.MarkedUncollectibleAt, invoice.NextPaymentAttempt) = ("uncollectible", work.Now(invoice.TestClock), null);
        work.EmitChange("invoice.marked_uncollectible", invoice);
        Recover(work, invoice);
    }

    /// <summary>The card that pays where none is named.</summary>
    public static PaymentMethod? MethodFor(Work work, Invoice invoice) => work.Find<PaymentMethod>(
        invoice.DefaultPaymentMethod ?? work.Find<Subscription>(invoice.Subscription)?.DefaultPaymentMethod ?? work.Get<Customer>(invoice.Customer).InvoiceSettings.DefaultPaymentMethod);

    // Paid by a payment, by credit, or by hand.
    public static void Settle(Work work, Invoice invoice, PaymentIntent? intent)
    {
        var now = work.Now(invoice.TestClock);
        (invoice.Status, invoice.StatusTransitions.PaidAt, invoice.AmountPaid, invoice.AmountRemaining) = ("paid", now, invoice.AmountDue, 0);
        (invoice.Attempted, invoice.NextPaymentAttempt, invoice.AutoAdvance) = (true, null, false);
        if (intent is not null)
        {
            invoice.AttemptCount++;
            var payment = work.Where<InvoicePayment>("invoice", invoice.Id).Find(p => p.Payment.PaymentIntent == intent.Id) ?? Payment(work, invoice, intent);
            (payment.Status, payment.AmountPaid, payment.StatusTransitions.PaidAt) = ("paid", intent.AmountReceived, now);
            work.Emit("invoice_payment.paid", payment);
        }
        work.EmitChange("invoice.paid", invoice);
        work.Emit("invoice.payment_succeeded", invoice);
        Recover(work, invoice);
    }

    private static void Recover(Work work, Invoice invoice)
    {
        var customer = work.Get<Customer>(invoice.Customer);
        var open = work.Where<Invoice>("customer", customer.Id).Where(i => i.Status == "open" && i.AttemptCount > 0).ToList();
        if (open.Count == 0) customer.Delinquent = false;
        work.EmitChange("customer.updated", customer);
        if (work.Find<Subscription>(invoice.Subscription) is not { Status: "incomplete" or "past_due" or "unpaid" } subscription || open.Exists(i => i.Subscription == subscription.Id)) return;
        subscription.Status = subscription.Status == "incomplete" && invoice.Status != "paid" ? "incomplete_expired" : "active";
        work.EmitChange("customer.subscription.updated", subscription);
    }

    private static void GiveUp(Work work, Invoice invoice, Subscription subscription)
    {
        invoice.AutoAdvance = false;
        work.EmitChange("invoice.updated", invoice);
        Subscribing.End(work, subscription, "payment_failed");
    }

    private static void ActionRequired(Work work, Invoice invoice)
    {
        work.Emit("invoice.payment_action_required", invoice);
        if (invoice.BillingReason == "subscription_create" || work.Find<Subscription>(invoice.Subscription) is not { Status: "active" } subscription) return;
        subscription.Status = "past_due";
        work.EmitChange("customer.subscription.updated", subscription);
    }

    private static CardRefusal NoMethod(Work work, PaymentIntent intent)
    {
        var refusal = new CardRefusal("payment_method_missing", null, "This customer has no default payment method.");
        intent.LastPaymentError = Paying.Error(refusal, null, "invalid_request_error");
        work.Emit("payment_intent.payment_failed", intent);
        return refusal;
    }

    private static PaymentIntent Intent(Work work, Invoice invoice)
    {
        if (work.Find<PaymentIntent>(invoice.PaymentIntent) is { IsOver: false } known) return known;
        var id = Ids.New("pi");
        var intent = work.Add(new PaymentIntent
        {
            Id = id, ClientSecret = Ids.Secret(id), Created = work.Now(invoice.TestClock), Clock = invoice.TestClock, Amount = invoice.AmountDue, Currency = invoice.Currency, Customer = invoice.Customer, Invoice = invoice.Id,
            CaptureMethod = "automatic", Description = invoice.BillingReason switch { "subscription_create" => "Subscription creation", "subscription_update" or "subscription_cycle" => "Subscription update", _ => $"Payment for Invoice {invoice.Number}" },
            ReturnUrl = invoice.HostedInvoiceUrl,
        });
        invoice.PaymentIntent = id;
        work.Emit("payment_intent.created", intent);
        Payment(work, invoice, intent);
        return intent;
    }

    private static InvoicePayment Payment(Work work, Invoice invoice, PaymentIntent intent) => work.Add(new InvoicePayment
    {
        Id = Ids.New("inpay"), Created = work.Now(invoice.TestClock), AmountRequested = intent.Amount, Currency = invoice.Currency, Invoice = invoice.Id, Payment = new(intent.Id),
    });

    private static void Withdraw(Work work, Invoice invoice)
    {
        (invoice.NextPaymentAttempt, invoice.AutoAdvance) = (null, false);
        foreach (var payment in work.Where<InvoicePayment>("invoice", invoice.Id).Where(p => p.Status == "open"))
        {
            (payment.Status, payment.StatusTransitions.CanceledAt) = ("canceled", work.Now(invoice.TestClock));
            if (work.Find<PaymentIntent>(payment.Payment.PaymentIntent) is { IsOver: false } intent) Paying.Cancel(work, intent, "void_invoice");
        }
    }
}
