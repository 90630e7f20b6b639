using Makerspace.PaymentSimulator.Checkout;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Billing;

internal sealed class Subscription : TestResource
{
    public override string Object => "subscription";
    public string? DefaultPaymentMethod { get; set; }
    public bool Lives => false;
    public static BookedSubscription Booked(Subscription s) => new(s.Id, "", "", "", 0, new Dictionary<string, string>());
}

internal sealed class Invoice : TestResource
{
    public override string Object => "invoice";
    public string? HostedInvoiceUrl { get; set; }
    public static BookedInvoice Booked(Invoice i) => new(i.Id, "", null, "", null, 0, 0, 0, 0, "");
}

internal static class Subscribing
{
    public static void End(Work work, Subscription subscription) => work.Remove(subscription);
    public static void FromCheckout(Work work, Session session, Customer customer, PaymentMethod? method, PaymentIntent? intent) => throw ApiException.Invalid("Subscriptions follow.");
}

internal static class Collecting
{
    public static void Refused(Work work, Invoice invoice) => work.Told(invoice);
    public static void Paid(Work work, Invoice invoice, PaymentIntent intent) => work.Told(invoice);
    public static void Due(Work work, Invoice invoice) => work.Told(invoice);
}

internal static class Cycle
{
    public static void Due(Work work, Subscription subscription) => work.Told(subscription);
}
