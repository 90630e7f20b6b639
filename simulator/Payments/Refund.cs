using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Payments;

/// <summary>Money given back.</summary>
internal sealed class Refund : Dated
{
    public override string Object => "refund";
    public long Amount { get; set; }
    public string? BalanceTransaction { get; set; }
    public string Charge { get; set; } = "";
    public string Currency { get; set; } = "";
    public JsonObject DestinationDetails => new() { ["card"] = new JsonObject { ["type"] = "refund" }, ["type"] = "card" };
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string? PaymentIntent { get; set; }
    public string? Reason { get; set; }
    public string? ReceiptNumber => null;
    public string? SourceTransferReversal => null;
    public string Status { get; set; } = "succeeded";
    public string? TransferReversal => null;
    [Inner] public string? Clock { get; set; }

    [JsonIgnore] public override string? OnClock => Clock;
}

internal static class Refunding
{
    /// <summary>Gives back, never more than was taken and not given back.</summary>
    public static Refund Make(Work work, Charge charge, long? asked, string? reason)
    {
        if (charge is { Status: "failed" } or { Captured: false }) throw ApiException.State($"Charge {charge.Id} was not captured: cancel its payment instead.", "charge_not_refundable");
        if (charge.Refunded) throw ApiException.State($"Charge {charge.Id} has already been refunded.", "charge_already_refunded");
        if (charge.Disputed && work.Where<Dispute>("charge", charge.Id).Exists(d => d.Status != "won")) throw ApiException.State($"Charge {charge.Id} has been charged back; cannot issue a refund.", "charge_disputed");
        var left = charge.AmountCaptured - charge.AmountRefunded;
        var amount = asked ?? left;
        if (amount > left)
            throw ApiException.Invalid($"Refund amount ({Money.Words(amount, charge.Currency)}) is greater than unrefunded amount on charge ({Money.Words(left, charge.Currency)})", "amount");
        Money.Moved(amount, charge.Currency);
        var refund = work.Add(new Refund
        {
            Id = Ids.New("re"), Created = work.Now(charge.Clock), Clock = charge.Clock, Amount = amount, Currency = charge.Currency, Charge = charge.Id, PaymentIntent = charge.PaymentIntent, Reason = reason,
        });
        refund.BalanceTransaction = BalanceTransaction.Post(work, -amount, charge.Currency, "refund", "refund", refund, $"REFUND FOR CHARGE ({charge.Description})").Id;
        charge.AmountRefunded += amount;
        charge.Refunded = charge.AmountRefunded == charge.AmountCaptured;
        return refund;
    }
}

internal static class RefundCalls
{
    public static void Map(Api api)
    {
        api.Post("refunds", Create);
        api.Get("refunds/{id}", call => call.Work.Get<Refund>(call.Id));
        api.Post("refunds/{id}", Update);
        api.Get("refunds", List);
    }

    private static Refund Create(Call call)
    {
        var sent = call.Params;
        var amount = sent.Amount("amount", 1);
        var reason = sent.OneOf("reason", "duplicate", "fraudulent", "requested_by_customer");
        var charge = Charge(call.Work, sent.Text("charge"), sent.Text("payment_intent"));
        var refund = Refunding.Make(call.Work, charge, amount, reason);
        refund.Metadata = sent.Metadata();
        call.Work.EmitChange("charge.refunded", charge);
        call.Work.Emit("refund.created", refund);
        call.Work.Emit("charge.refund.updated", refund);
        return refund;
    }

    private static Charge Charge(Work work, string? charge, string? intent)
    {
        if (charge is not null) return work.Get<Charge>(charge, "charge");
        var payment = work.Get<PaymentIntent>(intent ?? throw ApiException.Invalid("One of the following params should be provided for this request: payment_intent or charge.", "charge", "parameter_missing"), "payment_intent");
        if (payment.Status != "succeeded") throw ApiException.State($"This PaymentIntent ({payment.Id}) does not have a successful charge to refund.", "payment_intent_unexpected_state", payment.Id);
        return work.Get<Charge>(payment.LatestCharge!);
    }

    private static Refund Update(Call call)
    {
        var refund = call.Work.Get<Refund>(call.Id);
        call.Params.Metadata(refund.Metadata);
        call.Work.EmitChange("refund.updated", refund);
        return refund;
    }

    private static Page List(Call call)
    {
        var created = call.Created();
        return Page.Of(call, call.Listed<Refund>("charge", "payment_intent").Where(r => created(r.Created)), "/v1/refunds");
    }
}
