using Makerspace.PaymentSimulator.Catalogue;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Billing;

/// <summary>Making invoices: drafts with their sums, finalized with a number and the customer's credit.</summary>
internal static class Invoicing
{
    /// <summary>A draft of a subscription or of a customer, with everything that waits for its next invoice.</summary>
    public static Invoice Draft(Work work, Customer customer, Subscription? subscription, IEnumerable<InvoiceLine> lines, string reason)
    {
        var now = work.Now(customer.TestClock);
        var invoice = new Invoice
        {
            Id = Ids.New("in"), Created = now, TestClock = customer.TestClock, Customer = customer.Id, BillingReason = reason, CustomerName = customer.Name, CustomerEmail = customer.Email,
            CustomerAddress = customer.Address, CustomerPhone = customer.Phone, PeriodStart = subscription?.PeriodStart ?? now, PeriodEnd = subscription?.PeriodEnd ?? now,
        };
        if (subscription is not null)
        {
            (invoice.Currency, invoice.Subscription, invoice.DefaultTaxRates, invoice.CollectionMethod) = (subscription.Currency, subscription.Id, subscription.DefaultTaxRates, subscription.CollectionMethod);
            invoice.Parent = new() { SubscriptionDetails = new(new(subscription.Metadata, StringComparer.Ordinal), subscription.Id) };
            invoice.Discounts = [.. ActiveDiscounts(work, subscription, now).Select(d => d.Id)];
            subscription.LatestInvoice = invoice.Id;
        }
        var waiting = work.Where<InvoiceItem>("customer", customer.Id).Where(i => i.Invoice is null && i.Subscription == subscription?.Id);
        invoice.Lines = new() { Url = $"/v1/invoices/{invoice.Id}/lines", Data = [.. waiting.Select(item => Line(item, invoice.Id)), .. lines] };
        if (invoice.Currency.Length == 0) invoice.Currency = invoice.Lines.Data.FirstOrDefault()?.Currency ?? customer.Currency ?? "eur";
        customer.Currency ??= invoice.Currency;
        foreach (var line in invoice.Lines.Data) line.Invoice = invoice.Id;
        work.Add(invoice);
        Sum(work, invoice);
        return invoice;
    }

    /// <summary>Its sums, from its lines, discounts and the customer's credit as they are now.</summary>
    public static void Sum(Work work, Invoice invoice)
    {
        var discounts = invoice.Discounts.Select(id => work.Get<Discount>(id)).ToList();
        var totals = Totals.Of([.. invoice.Lines.Data.Select(l => new PricedLine(l.Amount, l.TaxRates.Count > 0 ? l.TaxRates : invoice.DefaultTaxRates))], [.. discounts.Select(d => work.Get<Coupon>(d.Source.Coupon))]);
        for (var i = 0; i < totals.Lines.Count; i++)
        {
            var line = invoice.Lines.Data[i];
            line.Taxes = [.. totals.Lines[i].Taxes.Select(TaxAmount.Of)];
            line.DiscountAmounts = [.. discounts.Select((d, n) => new DiscountAmount(totals.Lines[i].Off[n], d.Id))];
        }
        (invoice.Subtotal, invoice.SubtotalExcludingTax, invoice.Total, invoice.TotalExcludingTax) = (totals.Subtotal, totals.SubtotalWithoutTax, totals.Total, totals.TotalWithoutTax);
        invoice.TotalTaxes = [.. totals.Lines.SelectMany(l => l.Taxes).GroupBy(t => t.Rate.Id, StringComparer.Ordinal).Select(g => TaxAmount.Of(new(g.First().Rate, g.Sum(t => t.Taxable), g.Sum(t => t.Amount))))];
        invoice.TotalDiscountAmounts = [.. discounts.Select((d, n) => new DiscountAmount(totals.Lines.Sum(l => l.Off[n]), d.Id))];
        invoice.StartingBalance = work.Get<Customer>(invoice.Customer).Balance;
        invoice.AmountDue = Math.Max(0, invoice.Total + invoice.StartingBalance);
        invoice.AmountRemaining = invoice.AmountDue;
    }

    /// <summary>Gives it its number and takes the customer's credit; what is not worth a charge is carried over.</summary>
    /// <param name="paidWhole">A checkout took the whole: credit is left alone.</param>
    public static void Finalize(Work work, Invoice invoice, bool paidWhole = false)
    {
        var customer = work.Get<Customer>(invoice.Customer);
        var now = work.Now(invoice.TestClock);
        Sum(work, invoice);
        var due = invoice.Total + (paidWhole ? 0 : invoice.StartingBalance);
        if (paidWhole) invoice.StartingBalance = 0;
        invoice.AmountDue = due >= Money.Least(invoice.Currency) ? due : 0;
        invoice.AmountRemaining = invoice.AmountDue;
        invoice.EndingBalance = invoice.AmountDue > 0 ? Math.Max(0, due - invoice.AmountDue) : due;
        if (invoice.EndingBalance != invoice.StartingBalance)
            CustomerBalanceTransaction.Move(work, customer, invoice.EndingBalance.Value - invoice.StartingBalance, invoice.Currency, due > 0 && due < Money.Least(invoice.Currency) ? "invoice_too_small" : "applied_to_invoice", invoice.Id);
        (invoice.Status, invoice.EffectiveAt, invoice.StatusTransitions.FinalizedAt, invoice.AutomaticallyFinalizesAt) = ("open", now, now, null);
        invoice.Number = $"{customer.InvoicePrefix}-{customer.NextInvoiceSequence++:0000}";
        invoice.HostedInvoiceUrl = $"{work.PublicAddress}/i/{invoice.Secret}/{invoice.Id}";
        invoice.InvoicePdf = invoice.HostedInvoiceUrl + "/pdf";
        if (invoice.CollectionMethod == "send_invoice") invoice.DueDate ??= now + (30 * 24 * 3600);
        EndSpentDiscounts(work, invoice);
        work.EmitChange("customer.updated", customer);
        work.EmitChange("invoice.finalized", invoice);
    }

    /// <summary>The line of a price in a subscription, for a period.</summary>
    public static InvoiceLine Line(Work work, Subscription subscription, SubscriptionItem item, LinePeriod period, long amount, string? description = null) => new()
    {
        Id = Ids.New("il"), Amount = amount, Currency = subscription.Currency, Quantity = item.Quantity, Period = period, Pricing = LinePricing.Of(item.Price), Subscription = subscription.Id,
        Description = description ?? $"{item.Quantity} × {Name(work, item)} (at {Money.Words(item.Price.UnitAmount, item.Price.Currency)} / {item.Price.Recurring!.Interval})",
        Metadata = new(subscription.Metadata, StringComparer.Ordinal), TaxRates = item.TaxRates,
        Parent = new() { SubscriptionItemDetails = new(null, false, null, subscription.Id, item.Id) },
    };

    public static string Name(Work work, SubscriptionItem item) => work.Find<Product>(item.Price.Product)?.Name ?? item.Price.Product;

    private static InvoiceLine Line(InvoiceItem item, string invoice)
    {
        item.Invoice = invoice;
        var subscriptionItem = item.Parent?.SubscriptionDetails?.SubscriptionItem;
        return new()
        {
            Id = Ids.New("il"), Amount = item.Amount, Currency = item.Currency, Description = item.Description, Discountable = item.Discountable, Metadata = item.Metadata, Period = item.Period, Pricing = item.Pricing,
            Quantity = item.Quantity, TaxRates = item.TaxRates, Subscription = item.Subscription,
            Parent = subscriptionItem is null
                ? new() { InvoiceItemDetails = new(item.Id, item.Proration, null, item.Subscription) }
                : new() { SubscriptionItemDetails = new(item.Id, item.Proration, null, item.Subscription!, subscriptionItem) },
        };
    }

    private static IEnumerable<Discount> ActiveDiscounts(Work work, Subscription subscription, long now) =>
        subscription.Discounts.Select(id => work.Get<Discount>(id)).Where(d => d.End is null || now < d.End);

    // "once" is for one invoice.
    private static void EndSpentDiscounts(Work work, Invoice invoice)
    {
        if (work.Find<Subscription>(invoice.Subscription) is not { } subscription || invoice.Discounts.Count == 0 || invoice.Subtotal <= 0) return;
        subscription.Discounts.RemoveAll(id => invoice.Discounts.Contains(id, StringComparer.Ordinal) && work.Get<Coupon>(work.Get<Discount>(id).Source.Coupon).Duration == "once");
    }
}
