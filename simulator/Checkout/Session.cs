using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Makerspace.PaymentSimulator.Catalogue;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Checkout;

/// <summary>A hosted page on which somebody pays, subscribes or saves a card.</summary>
internal sealed class Session : TestResource
{
    public override string Object => "checkout.session";
    public string? AfterExpiration => null;
    public bool? AllowPromotionCodes { get; set; }
    public long? AmountSubtotal { get; set; }
    public long? AmountTotal { get; set; }
    public AutomaticTax AutomaticTax => new();
    public string? BillingAddressCollection { get; set; }
    public string? CancelUrl { get; set; }
    public string? ClientReferenceId { get; set; }
    public string? ClientSecret => null;
    public string? Consent => null;
    public string? ConsentCollection => null;
    public string? Currency { get; set; }
    public List<string> CustomFields => [];
    public CustomText CustomText => new();
    public string? Customer { get; set; }
    public string? CustomerCreation { get; set; }
    public CheckoutCustomer? CustomerDetails { get; set; }
    public string? CustomerEmail { get; set; }
    public List<SessionDiscount>? Discounts { get; set; }
    public long ExpiresAt { get; set; }
    public string? Invoice { get; set; }
    public string? InvoiceCreation => null;
    public string? Locale { get; set; }
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string Mode { get; set; } = "payment";
    public string? PaymentIntent { get; set; }
    public string? PaymentLink => null;
    public string PaymentMethodCollection { get; set; } = "always";
    public string? PaymentMethodConfigurationDetails => null;
    public JsonObject PaymentMethodOptions => new() { ["card"] = new JsonObject { ["request_three_d_secure"] = "automatic" } };
    public List<string> PaymentMethodTypes => ["card"];
    public string PaymentStatus { get; set; } = "unpaid";
    public PhoneNumbers PhoneNumberCollection => new(false);
    public string? RecoveredFrom => null;
    public string? SetupIntent { get; set; }
    public string? ShippingCost => null;
    public List<string> ShippingOptions => [];
    public string Status { get; set; } = "open";
    public string? SubmitType { get; set; }
    public string? Subscription { get; set; }
    public string? SuccessUrl { get; set; }
    public SessionTotals? TotalDetails { get; set; }
    public string UiMode => "hosted_page";
    public string? Url { get; set; }
    [Inner] public List<SessionLine> Lines { get; set; } = [];
    [Inner] public List<SessionCoupon> Coupons { get; set; } = [];
    [Inner] public PaymentWish Payment { get; set; } = new();
    [Inner] public SubscriptionWish Subscribing { get; set; } = new();
    [Inner] public Dictionary<string, string> SetupMetadata { get; set; } = [];

    /// <summary>What the page says went wrong last.</summary>
    [Inner] public string? Notice { get; set; }
    [Inner] public string? Clock { get; set; }

    [JsonIgnore] public override long? DueAt => Status == "open" ? ExpiresAt : null;
    [JsonIgnore] public override string? OnClock => Clock;

    /// <summary>Nothing is to be paid now, and no card is asked for.</summary>
    [JsonIgnore] public bool IsFree => Mode != "setup" && AmountTotal == 0 && (Mode == "payment" || PaymentMethodCollection == "if_required");
}

internal sealed record PhoneNumbers(bool Enabled);

internal sealed record SessionDiscount(string? Coupon, string? PromotionCode);

internal sealed record SessionTotals(long AmountDiscount, long AmountShipping, long AmountTax);

internal sealed class AutomaticTax
{
    public bool Enabled => false;
    public string? Liability => null;
    public string? Provider => null;
    public string? Status => null;
}

internal sealed class CustomText
{
    public string? AfterSubmit => null;
    public string? ShippingAddress => null;
    public string? Submit => null;
    public string? TermsOfServiceAcceptance => null;
}

internal sealed class CheckoutCustomer
{
    public Address? Address { get; set; }
    public string? Email { get; set; }
    public string? Name { get; set; }
    public string? Phone => null;
    public string TaxExempt => "none";
    public List<string>? TaxIds => null;
}

/// <summary>One thing on a checkout page.</summary>
internal sealed class SessionLine : Resource
{
    public override string Object => "item";
    public long AmountDiscount { get; set; }
    public long AmountSubtotal { get; set; }
    public long AmountTax { get; set; }
    public long AmountTotal { get; set; }
    public string Currency { get; set; } = "";
    public string Description { get; set; } = "";
    public Price Price { get; set; } = new();
    public long Quantity { get; set; } = 1;
    [Inner] public List<TaxRate> TaxRates { get; set; } = [];
}

/// <summary>A coupon entered on the page, redeemed when it completes.</summary>
internal sealed class SessionCoupon
{
    public string Coupon { get; set; } = "";
    public string? Code { get; set; }
}

/// <summary>What the payment of a checkout is to be like.</summary>
internal sealed class PaymentWish
{
    public string CaptureMethod { get; set; } = "automatic_async";
    public string? Description { get; set; }
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string? SetupFutureUsage { get; set; }
    public string? ReceiptEmail { get; set; }
}

/// <summary>What the subscription of a checkout is to be like.</summary>
internal sealed class SubscriptionWish
{
    public string? Description { get; set; }
    public Dictionary<string, string> Metadata { get; set; } = [];
    public List<TaxRate> DefaultTaxRates { get; set; } = [];
    public long? TrialEnd { get; set; }
    public long? TrialPeriodDays { get; set; }
    public long? BillingCycleAnchor { get; set; }
    public string MissingPaymentMethod { get; set; } = "create_invoice";
}
