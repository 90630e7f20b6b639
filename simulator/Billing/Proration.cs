using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Billing;

/// <summary>
/// What a change in the middle of a period gives back and asks: amount × seconds left ÷ seconds of the period, each line rounded half away from zero.
/// </summary>
internal static class Proration
{
    public static long Part(long amount, long start, long end, long at) => at >= end ? 0 : Money.Round((decimal)amount * (end - Math.Max(at, start)) / (end - start));

    /// <summary>Gives back what is left of an item's period.</summary>
    public static InvoiceItem Unused(Work work, Subscription subscription, SubscriptionItem old, long at) =>
        Item(work, subscription, old, -Part(old.Amount, subscription.PeriodStart, subscription.PeriodEnd, at), at, $"Unused time on {Words(work, old)} after {Date(at)}");

    /// <summary>Asks for the rest of the period.</summary>
    public static InvoiceItem Remaining(Work work, Subscription subscription, SubscriptionItem item, long at) =>
        Item(work, subscription, item, Part(item.Amount, subscription.PeriodStart, subscription.PeriodEnd, at), at, $"Remaining time on {Words(work, item)} after {Date(at)}");

    private static InvoiceItem Item(Work work, Subscription subscription, SubscriptionItem item, long amount, long at, string description) => new()
    {
        Id = Ids.New("ii"), Amount = amount, Currency = subscription.Currency, Customer = subscription.Customer, Date = work.Now(subscription.TestClock), Description = description, Proration = true,
        Period = new(at, subscription.PeriodEnd), Pricing = LinePricing.Of(item.Price), Quantity = item.Quantity, TaxRates = item.TaxRates, TestClock = subscription.TestClock, Subscription = subscription.Id,
        Metadata = new(subscription.Metadata, StringComparer.Ordinal), Parent = new() { SubscriptionDetails = new(subscription.Id, item.Id) },
    };

    private static string Words(Work work, SubscriptionItem item) => item.Quantity == 1 ? Invoicing.Name(work, item) : $"{item.Quantity} × {Invoicing.Name(work, item)}";

    private static string Date(long at) => DateTimeOffset.FromUnixTimeSeconds(at).ToString("d MMM yyyy", System.Globalization.CultureInfo.InvariantCulture);
}
