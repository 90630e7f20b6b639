using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Payments;

/// <summary>A payment from its beginning to its end.</summary>
internal sealed class PaymentIntent : TestResource
{
    /// <summary>How long a bank keeps an authorisation.</summary>
    public const long Authorised = 7 * 24 * 3600;

    public override string Object => "payment_intent";
    public long Amount { get; set; }
    public long AmountCapturable { get; set; }
    public AmountDetails AmountDetails => new();
    public long AmountReceived { get; set; }
    public string? Application => null;
    public long? ApplicationFeeAmount => null;
    public AutomaticMethods? AutomaticPaymentMethods { get; set; }
    public long? CanceledAt { get; set; }
    public string? CancellationReason { get; set; }
    public string CaptureMethod { get; set; } = "automatic_async";
    public string ClientSecret { get; set; } = "";
    public string ConfirmationMethod { get; set; } = "automatic";
    public string Currency { get; set; } = "";
    public string? Customer { get; set; }
    public string? Description { get; set; }
    public JsonObject? LastPaymentError { get; set; }
    public string? LatestCharge { get; set; }
    public Dictionary<string, string> Metadata { get; set; } = [];
    public NextAction? NextAction { get; set; }
    public string? PaymentMethod { get; set; }
    public JsonObject PaymentMethodOptions => new() { ["card"] = new JsonObject { ["request_three_d_secure"] = "automatic" } };
    public List<string> PaymentMethodTypes { get; set; } = ["card"];
    public string? Processing => null;
    public string? ReceiptEmail { get; set; }
    public string? Review => null;
    public string? SetupFutureUsage { get; set; }
    public string? Shipping => null;
    public string? StatementDescriptor { get; set; }
    public string? StatementDescriptorSuffix { get; set; }
    public string Status { get; set; } = "requires_payment_method";
    public string? TransferData => null;
    public string? TransferGroup { get; set; }

    /// <summary>Of an invoice, or of a checkout.</summary>
    [Inner] public string? Invoice { get; set; }
    [Inner] public string? Session { get; set; }

    /// <summary>Where the payer goes on after they confirmed.</summary>
    [Inner] public string? ReturnUrl { get; set; }

    /// <summary>When the authorisation lapses.</summary>
    [Inner] public long? CaptureBefore { get; set; }
    [Inner] public string? Clock { get; set; }

    [JsonIgnore] public override long? DueAt => Status == "requires_capture" ? CaptureBefore : null;
    [JsonIgnore] public override string? OnClock => Clock;

    [JsonIgnore] public bool IsOver => Status is "succeeded" or "canceled";
}

internal sealed class AmountDetails
{
    public JsonObject Tip => [];
}

internal sealed class AutomaticMethods
{
    public bool Enabled { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AllowRedirects { get; set; }
}

/// <summary>What the payer must do.</summary>
internal sealed class NextAction
{
    public string Type { get; set; } = "redirect_to_url";
    public RedirectToUrl? RedirectToUrl { get; set; }
}

internal sealed record RedirectToUrl(string? ReturnUrl, string Url);
