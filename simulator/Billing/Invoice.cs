using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Makerspace.PaymentSimulator.Catalogue;
using Makerspace.PaymentSimulator.Checkout;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Billing;

/// <summary>What is asked for a period, or for a change: a draft, then open, then paid, void or uncollectible.</summary>
internal sealed class Invoice : TestResource
{
    public override string Object => "invoice";
    public string AccountCountry => "DE";
    public string? AccountName { get; set; }
    public List<string>? AccountTaxIds => null;
    public long AmountDue { get; set; }
    public long AmountOverpaid => 0;
    public long AmountPaid { get; set; }
    public long AmountRemaining { get; set; }
    public long AmountShipping => 0;
    public string? Application => null;
    public int AttemptCount { get; set; }
    public bool Attempted { get; set; }
    public bool AutoAdvance { get; set; }
    public AutomaticTax AutomaticTax => new();
    public long? AutomaticallyFinalizesAt { get; set; }
    public string BillingReason { get; set; } = "manual";
    public string CollectionMethod { get; set; } = "charge_automatically";
    public string Currency { get; set; } = "";
    public List<string>? CustomFields => null;
    public string Customer { get; set; } = "";
    public Address? CustomerAddress { get; set; }
    public string? CustomerEmail { get; set; }
    public string? CustomerName { get; set; }
    public string? CustomerPhone { get; set; }
    public string? CustomerShipping => null;
    public string CustomerTaxExempt => "none";
    public List<string> CustomerTaxIds => [];
    public string? DefaultPaymentMethod { get; set; }
    public string? DefaultSource => null;
    public List<TaxRate> DefaultTaxRates { get; set; } = [];
    public string? Description { get; set; }
    public List<string> Discounts { get; set; } = [];
    public long? DueDate { get; set; }
    public long? EffectiveAt { get; set; }
    public long? EndingBalance { get; set; }
    public string? Footer { get; set; }
    public string? FromInvoice => null;
    public string? HostedInvoiceUrl { get; set; }
    public string? InvoicePdf { get; set; }
    public Issuer Issuer => new("self");
    public string? LastFinalizationError => null;
    public string? LatestRevision => null;
    public Listing<InvoiceLine> Lines { get; set; } = new();
    public Dictionary<string, string> Metadata { get; set; } = [];
    public long? NextPaymentAttempt { get; set; }
    public string? Number { get; set; }
    public string? OnBehalfOf => null;
    public InvoiceParent? Parent { get; set; }
    public InvoicePaymentSettings PaymentSettings => new();
    public long PeriodEnd { get; set; }
    public long PeriodStart { get; set; }
    public long PostPaymentCreditNotesAmount => 0;
    public long PrePaymentCreditNotesAmount => 0;
    public string? ReceiptNumber => null;
    public string? Rendering => null;
    public string? ShippingCost => null;
    public long StartingBalance { get; set; }
    public string? StatementDescriptor => null;
    public string Status { get; set; } = "draft";
    public InvoiceTransitions StatusTransitions { get; set; } = new();
    public long Subtotal { get; set; }
    public long SubtotalExcludingTax { get; set; }
    public string? TestClock { get; set; }
    public long Total { get; set; }
    public List<DiscountAmount> TotalDiscountAmounts { get; set; } = [];
    public long TotalExcludingTax { get; set; }
    public List<TaxAmount> TotalTaxes { get; set; } = [];
    public long? WebhooksDeliveredAt { get; set; }

    /// <summary>Of the subscription, where it is one's; its wire place is <see cref="Parent"/>.</summary>
    [Inner] public string? Subscription { get; set; }
    [Inner] public string? PaymentIntent { get; set; }

    /// <summary>Who opens its page.</summary>
    [Inner] public string Secret { get; set; } = Ids.Random(40);

    [JsonIgnore] public override long? DueAt => !AutoAdvance ? null : Status switch { "draft" => AutomaticallyFinalizesAt, "open" => NextPaymentAttempt, _ => null };
    [JsonIgnore] public override string? OnClock => TestClock;

    [JsonIgnore] public long Tax => TotalTaxes.Sum(t => t.Amount);

    public static BookedInvoice Booked(Invoice i) => new(i.Id, i.Customer, i.Subscription, i.Status, i.Number, i.Total, i.Tax, i.AmountDue, i.AmountPaid, i.Currency);
}

internal sealed class InvoiceParent
{
    public JsonNode? QuoteDetails => null;
    public InvoiceSubscription? SubscriptionDetails { get; set; }
    public string Type => "subscription_details";
}

internal sealed record InvoiceSubscription(Dictionary<string, string>? Metadata, string Subscription);

internal sealed class InvoicePaymentSettings
{
    public string? DefaultMandate => null;
    public string? PaymentMethodOptions => null;
    public List<string>? PaymentMethodTypes => null;
}

internal sealed class InvoiceTransitions
{
    public long? FinalizedAt { get; set; }
    public long? MarkedUncollectibleAt { get; set; }
    public long? PaidAt { get; set; }
    public long? VoidedAt { get; set; }
}

/// <summary>One line of an invoice.</summary>
internal sealed class InvoiceLine : Resource
{
    public override string Object => "line_item";
    public long Amount { get; set; }
    public string Currency { get; set; } = "";
    public string? Description { get; set; }
    public List<DiscountAmount> DiscountAmounts { get; set; } = [];
    public bool Discountable { get; set; } = true;
    public List<string> Discounts => [];
    public string Invoice { get; set; } = "";
    public bool Livemode => false;
    public Dictionary<string, string> Metadata { get; set; } = [];
    public LineParent Parent { get; set; } = new();
    public LinePeriod Period { get; set; } = new(0, 0);
    public LinePricing? Pricing { get; set; }
    public long? Quantity { get; set; }
    public string? Subscription { get; set; }
    public long Subtotal => Amount;
    public List<TaxAmount> Taxes { get; set; } = [];
    [Inner] public List<TaxRate> TaxRates { get; set; } = [];
}

internal sealed record LinePeriod(long Start, long End);

internal sealed class LineParent
{
    public LineOfItem? InvoiceItemDetails { get; set; }
    public LineOfSubscription? SubscriptionItemDetails { get; set; }
    public string Type => SubscriptionItemDetails is null ? "invoice_item_details" : "subscription_item_details";
}

internal sealed record LineOfItem(string InvoiceItem, bool Proration, string? ProrationDetails, string? Subscription);

internal sealed record LineOfSubscription(string? InvoiceItem, bool Proration, string? ProrationDetails, string Subscription, string SubscriptionItem);

internal sealed class LinePricing
{
    public LinePrice? PriceDetails { get; set; }
    public string Type => "price_details";
    public string? UnitAmountDecimal { get; set; }

    public static LinePricing Of(Price price) => new() { PriceDetails = new(price.Id, price.Product), UnitAmountDecimal = price.UnitAmountDecimal };
}

internal sealed record LinePrice(string Price, string Product);

internal sealed record DiscountAmount(long Amount, string Discount);

/// <summary>A tax, as invoices tell it.</summary>
internal sealed record TaxAmount(long Amount, string TaxBehavior, TaxRateOf TaxRateDetails, string TaxabilityReason, long TaxableAmount, string Type)
{
    public static TaxAmount Of(TaxOn tax) => new(tax.Amount, tax.Rate.Inclusive ? "inclusive" : "exclusive", new(tax.Rate.Id), "standard_rated", tax.Taxable, "tax_rate_details");
}

internal sealed record TaxRateOf(string TaxRate);

/// <summary>Something that waits for the next invoice.</summary>
internal sealed class InvoiceItem : Resource
{
    public override string Object => "invoiceitem";
    public long Amount { get; set; }
    public string Currency { get; set; } = "";
    public string Customer { get; set; } = "";
    public long Date { get; set; }
    public string? Description { get; set; }
    public bool Discountable { get; set; } = true;
    public List<string> Discounts => [];
    public string? Invoice { get; set; }
    public bool Livemode => false;
    public Dictionary<string, string> Metadata { get; set; } = [];
    public long NetAmount => Amount;
    public ItemParent? Parent { get; set; }
    public LinePeriod Period { get; set; } = new(0, 0);
    public LinePricing? Pricing { get; set; }
    public bool Proration { get; set; }
    public long Quantity { get; set; } = 1;
    public List<TaxRate> TaxRates { get; set; } = [];
    public string? TestClock { get; set; }
    [Inner] public string? Subscription { get; set; }

    [JsonIgnore] public override string? OnClock => TestClock;
}

internal sealed class ItemParent
{
    public ItemOfSubscription? SubscriptionDetails { get; set; }
    public string Type => "subscription_details";
}

internal sealed record ItemOfSubscription(string Subscription, string? SubscriptionItem);

/// <summary>A payment tried for an invoice.</summary>
internal sealed class InvoicePayment : TestResource
{
    public override string Object => "invoice_payment";
    public long? AmountPaid { get; set; }
    public long AmountRequested { get; set; }
    public string Currency { get; set; } = "";
    public string Invoice { get; set; } = "";
    public bool IsDefault => true;
    public PaymentOf Payment { get; set; } = new("");
    public string Status { get; set; } = "open";
    public PaymentTransitions StatusTransitions { get; set; } = new();
}

internal sealed record PaymentOf(string PaymentIntent)
{
    public string Type => "payment_intent";
}

internal sealed class PaymentTransitions
{
    public long? CanceledAt { get; set; }
    public long? PaidAt { get; set; }
}
