using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Payments;

/// <summary>One attempt to take the money of a payment.</summary>
internal sealed class Charge : TestResource
{
    public override string Object => "charge";
    public long Amount { get; set; }
    public long AmountCaptured { get; set; }
    public long AmountRefunded { get; set; }
    public string? Application => null;
    public string? ApplicationFee => null;
    public long? ApplicationFeeAmount => null;
    public string? BalanceTransaction { get; set; }
    public BillingDetails BillingDetails { get; set; } = new();
    public string CalculatedStatementDescriptor => "MAKERSPACE";
    public bool Captured { get; set; }
    public string Currency { get; set; } = "";
    public string? Customer { get; set; }
    public string? Description { get; set; }
    public bool Disputed { get; set; }
    public string? FailureBalanceTransaction => null;
    public string? FailureCode { get; set; }
    public string? FailureMessage { get; set; }
    public JsonObject FraudDetails => [];
    public Dictionary<string, string> Metadata { get; set; } = [];
    public ChargeOutcome Outcome { get; set; } = new();
    public bool Paid { get; set; }
    public string? PaymentIntent { get; set; }
    public string? PaymentMethod { get; set; }
    public ChargeDetails PaymentMethodDetails { get; set; } = new();
    public string? ReceiptEmail { get; set; }
    public string? ReceiptNumber => null;
    public string? ReceiptUrl { get; set; }
    public bool Refunded { get; set; }
    public string? Review => null;
    public string? Shipping => null;
    public string? StatementDescriptor { get; set; }
    public string Status { get; set; } = "succeeded";
    public string? TransferData => null;
    public string? TransferGroup => null;
    [Inner] public string? Clock { get; set; }

    [JsonIgnore] public override string? OnClock => Clock;
}

internal sealed class ChargeOutcome
{
    public string? AdviceCode { get; set; }
    public string? NetworkDeclineCode { get; set; }
    public string NetworkStatus { get; set; } = "approved_by_network";
    public string? Reason { get; set; }
    public string SellerMessage { get; set; } = "Payment complete.";
    public string Type { get; set; } = "authorized";
}

internal sealed class ChargeDetails
{
    public ChargeCard Card { get; set; } = new();
    public string Type => "card";
}

internal sealed class ChargeCard
{
    public long? AmountAuthorized { get; set; }
    public string Brand { get; set; } = "";
    public CardChecks Checks { get; set; } = new();
    public string Country { get; set; } = "US";
    public int ExpMonth { get; set; }
    public int ExpYear { get; set; }
    public string Fingerprint { get; set; } = "";
    public string Funding { get; set; } = "";
    public string Last4 { get; set; } = "";
    public string Network { get; set; } = "";
    public string? Wallet => null;
}

internal static class ChargeCalls
{
    public static void Map(Api api)
    {
        api.Get("charges/{id}", call => call.Work.Get<Charge>(call.Id));
        api.Post("charges/{id}", Update);
        api.Get("charges", List);
        api.Get("charges/{id}/refunds", call => Page.Of(call, call.Work.Where<Refund>("charge", call.Id).AsEnumerable().Reverse(), $"/v1/charges/{call.Id}/refunds"));
    }

    private static Charge Update(Call call)
    {
        var charge = call.Work.Get<Charge>(call.Id);
        call.Params.Metadata(charge.Metadata);
        if (call.Params.Has("description")) charge.Description = call.Params.Text("description");
        Events.Emitting.EmitChange(call.Work, "charge.updated", charge);
        return charge;
    }

    private static Page List(Call call)
    {
        var created = call.Created();
        return Page.Of(call, call.Listed<Charge>("customer", "payment_intent").Where(c => created(c.Created)), "/v1/charges");
    }
}
