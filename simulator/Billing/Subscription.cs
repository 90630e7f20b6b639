using System.Text.Json.Serialization;
using Makerspace.PaymentSimulator.Catalogue;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Billing;

/// <summary>Something paid each period.</summary>
internal sealed class Subscription : TestResource
{
    private const long Day = 24 * 3600;

    /// <summary>The first payment has so long to succeed.</summary>
    private const long FirstPayment = 23 * 3600;

    public override string Object => "subscription";
    public string? Application => null;
    public decimal? ApplicationFeePercent => null;
    public SubscriptionTax AutomaticTax => new();
    public long BillingCycleAnchor { get; set; }
    public string? BillingCycleAnchorConfig => null;
    public BillingMode BillingMode => new("flexible");
    public string? BillingThresholds => null;
    public long? CancelAt { get; set; }
    public bool CancelAtPeriodEnd { get; set; }
    public long? CanceledAt { get; set; }
    public CancellationDetails CancellationDetails { get; set; } = new();
    public string CollectionMethod { get; set; } = "charge_automatically";
    public string Currency { get; set; } = "";
    public string Customer { get; set; } = "";
    public long? DaysUntilDue { get; set; }
    public string? DefaultPaymentMethod { get; set; }
    public string? DefaultSource => null;
    public List<TaxRate> DefaultTaxRates { get; set; } = [];
    public string? Description { get; set; }
    public List<string> Discounts { get; set; } = [];
    public long? EndedAt { get; set; }
    public InvoiceIssuing InvoiceSettings => new();
    public Listing<SubscriptionItem> Items { get; set; } = new();
    public string? LatestInvoice { get; set; }
    public Dictionary<string, string> Metadata { get; set; } = [];
    public long? NextPendingInvoiceItemInvoice => null;
    public string? OnBehalfOf => null;
    public PauseCollection? PauseCollection { get; set; }
    public SubscriptionPayment PaymentSettings => new();
    public string? PendingInvoiceItemInterval => null;
    public string? PendingSetupIntent { get; set; }
    public string? PendingUpdate => null;
    public string? Schedule => null;
    public long StartDate { get; set; }
    public string Status { get; set; } = "active";
    public string? TestClock { get; set; }
    public string? TransferData => null;
    public long? TrialEnd { get; set; }
    public TrialSettings TrialSettings { get; set; } = new();
    public long? TrialStart { get; set; }
    [Inner] public long PeriodStart { get; set; }
    [Inner] public long PeriodEnd { get; set; }

    /// <summary>That the trial ends soon was told.</summary>
    [Inner] public bool TrialEndTold { get; set; }

    [JsonIgnore] public override string? OnClock => TestClock;

    [JsonIgnore] public override long? DueAt => Status switch
    {
        "canceled" or "incomplete_expired" or "paused" => null,
        "incomplete" => Created + FirstPayment,
        _ => new[] { PeriodEnd, CancelAt, PauseCollection?.ResumesAt, TellTrialEndAt }.Min(),
    };

    /// <summary>Three days before, or at once where it is shorter.</summary>
    [JsonIgnore] public long? TellTrialEndAt => Status == "trialing" && !TrialEndTold ? Math.Max(TrialEnd!.Value - (3 * Day), Created) : null;

    /// <summary>It has not ended.</summary>
    [JsonIgnore] public bool Lives => Status is not ("canceled" or "incomplete_expired");

    public static BookedSubscription Booked(Subscription s) => new(s.Id, s.Customer, s.Status, s.Items.Data[0].Price.Id, s.Items.Data[0].Quantity, s.Metadata);

    public void SetPeriod(long start, long end)
    {
        (PeriodStart, PeriodEnd) = (start, end);
        foreach (var item in Items.Data) (item.CurrentPeriodStart, item.CurrentPeriodEnd) = (start, end);
        if (CancelAtPeriodEnd) CancelAt = end;
    }
}

/// <summary>A price in a subscription, so many times.</summary>
internal sealed class SubscriptionItem : Dated
{
    public override string Object => "subscription_item";
    public string? BillingThresholds => null;
    public long CurrentPeriodEnd { get; set; }
    public long CurrentPeriodStart { get; set; }
    public List<string> Discounts => [];
    public Dictionary<string, string> Metadata { get; set; } = [];
    public Price Price { get; set; } = new();
    public long Quantity { get; set; } = 1;
    public string Subscription { get; set; } = "";
    public List<TaxRate> TaxRates { get; set; } = [];

    [JsonIgnore] public long Amount => Price.UnitAmount * Quantity;
}

internal sealed record BillingMode(string Type);

internal sealed class SubscriptionTax
{
    public string? DisabledReason => null;
    public bool Enabled => false;
    public string? Liability => null;
}

internal sealed class CancellationDetails
{
    public string? Comment { get; set; }
    public string? Feedback { get; set; }
    public string? Reason { get; set; }
}

internal sealed class InvoiceIssuing
{
    public List<string>? AccountTaxIds => null;
    public Issuer Issuer => new("self");
}

internal sealed record Issuer(string Type);

internal sealed class PauseCollection
{
    public string Behavior { get; set; } = "void";
    public long? ResumesAt { get; set; }
}

internal sealed class SubscriptionPayment
{
    public string? PaymentMethodOptions => null;
    public List<string>? PaymentMethodTypes => null;
    public string SaveDefaultPaymentMethod => "off";
}

internal sealed class TrialSettings
{
    public TrialEndBehaviour EndBehavior { get; set; } = new();
}

internal sealed class TrialEndBehaviour
{
    public string MissingPaymentMethod { get; set; } = "create_invoice";
}
