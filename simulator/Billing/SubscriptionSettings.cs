using Makerspace.PaymentSimulator.Catalogue;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Billing;

/// <summary>What creating and updating a subscription set alike.</summary>
internal static class SubscriptionSettings
{
    public static void Set(Work work, Params sent, Subscription subscription, Customer customer)
    {
        sent.Metadata(subscription.Metadata);
        if (sent.Has("description")) subscription.Description = sent.Text("description");
        if (sent.Has("default_payment_method")) subscription.DefaultPaymentMethod = sent.Text("default_payment_method") is { } id ? Own(work, id, customer) : null;
        if (sent.Has("default_tax_rates")) subscription.DefaultTaxRates = sent.Unsets("default_tax_rates") ? [] : TaxRateCalls.Given(work, sent, "default_tax_rates");
        if (sent.OneOf("collection_method", "charge_automatically", "send_invoice") is { } method) subscription.CollectionMethod = method;
        if (sent.Amount("days_until_due") is { } days) subscription.DaysUntilDue = days;
        if (sent.Child("trial_settings")?.Child("end_behavior") is { } behaviour)
            subscription.TrialSettings.EndBehavior.MissingPaymentMethod = behaviour.OneOf("missing_payment_method", "cancel", "create_invoice", "pause") ?? "create_invoice";
        sent.Ignore("payment_settings", "billing_mode", "automatic_tax", "invoice_settings");
        SetEnd(work, sent, subscription);
    }

    /// <summary><c>trial_end</c>: a time, or <c>now</c>.</summary>
    public static long? Trial(Params sent, long now)
    {
        if (sent.Text("trial_end") is not { } text) return null;
        if (text == "now") return now;
        var end = sent.Long("trial_end")!.Value;
        return end > now ? end : throw ApiException.Invalid("Invalid timestamp: must be an integer Unix timestamp in the future.", "trial_end");
    }

    public static void SetCancellation(Params sent, Subscription subscription)
    {
        if (sent.Child("cancellation_details") is not { } details) return;
        if (details.Has("comment")) subscription.CancellationDetails.Comment = details.Text("comment");
        if (details.Has("feedback")) subscription.CancellationDetails.Feedback = details.Text("feedback");
    }

    private static void SetEnd(Work work, Params sent, Subscription subscription)
    {
        SetCancellation(sent, subscription);
        var now = work.Now(subscription.TestClock);
        if (sent.Bool("cancel_at_period_end") is { } atEnd)
        {
            if (atEnd != subscription.CancelAtPeriodEnd) subscription.CancelAt = atEnd ? subscription.PeriodEnd : null;
            subscription.CancelAtPeriodEnd = atEnd;
        }
        if (sent.Unsets("cancel_at")) subscription.CancelAt = null;
        if (sent.Text("cancel_at") is { Length: > 0 }) subscription.CancelAt = sent.Long("cancel_at") is { } at && at > now ? at : throw ApiException.Invalid("cancel_at must be in the future.", "cancel_at");
        subscription.CanceledAt = subscription.CancelAt is null ? null : subscription.CanceledAt ?? now;
        subscription.CancellationDetails.Reason = subscription.CancelAt is null ? null : "cancellation_requested";
    }

    private static string Own(Work work, string id, Customer customer) => work.Find<PaymentMethod>(id)?.Customer == customer.Id
        ? id
        : throw ApiException.Invalid($"The customer does not have a payment method with the ID {id}. The payment method must be attached to the customer.", "default_payment_method", "resource_missing");
}
