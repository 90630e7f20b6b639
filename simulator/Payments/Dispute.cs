using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Payments;

/// <summary>A payer told their bank that a payment was not right; the bank took the money back until it is decided.</summary>
internal sealed class Dispute : TestResource
{
    public override string Object => "dispute";
    public long Amount { get; set; }
    public List<JsonNode> BalanceTransactions { get; set; } = [];
    public string Charge { get; set; } = "";
    public string Currency { get; set; } = "";
    public Dictionary<string, string?> Evidence { get; set; } = [];
    public DisputeEvidence EvidenceDetails { get; set; } = new();
    public bool IsChargeRefundable => false;
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string? PaymentIntent { get; set; }
    public JsonObject PaymentMethodDetails => new() { ["card"] = new JsonObject { ["brand"] = "visa", ["case_type"] = "chargeback", ["network_reason_code"] = "10.4" }, ["type"] = "card" };
    public string Reason { get; set; } = "fraudulent";
    public string Status { get; set; } = "needs_response";
    [Inner] public string? Clock { get; set; }

    [JsonIgnore] public override string? OnClock => Clock;

    [JsonIgnore] public bool IsDecided => Status is "won" or "lost";
}

internal sealed class DisputeEvidence
{
    public long DueBy { get; set; }
    public bool HasEvidence { get; set; }
    public bool PastDue { get; set; }
    public int SubmissionCount { get; set; }
}

internal static class Disputing
{
    /// <summary>The payer objects: the money is withdrawn at once.</summary>
    public static Dispute Open(Work work, PaymentIntent intent, long? asked, string reason)
    {
        if (intent.Status != "succeeded") throw ApiException.State($"Payment {intent.Id} has no money to dispute.", "payment_intent_unexpected_state", intent.Id);
        var charge = work.Get<Charge>(intent.LatestCharge!);
        var left = charge.AmountCaptured - charge.AmountRefunded;
        if (charge.Disputed || left <= 0) throw ApiException.State($"Charge {charge.Id} is disputed or refunded already.", "charge_disputed");
        var now = work.Now(charge.Clock);
        var dispute = work.Add(new Dispute
        {
            Id = Ids.New("du"), Created = now, Clock = charge.Clock, Amount = Math.Min(asked ?? left, left), Currency = charge.Currency, Charge = charge.Id, PaymentIntent = intent.Id, Reason = reason,
            EvidenceDetails = new() { DueBy = now + (9 * 24 * 3600) },
        });
        charge.Disputed = true;
        work.Emit("charge.dispute.created", dispute);
        Move(work, dispute, -dispute.Amount, "dispute", $"Chargeback withdrawal for {charge.Id}");
        work.EmitChange("charge.dispute.funds_withdrawn", dispute);
        return dispute;
    }

    /// <summary>The bank decides: won, the money comes back; lost, it stays away.</summary>
    public static Dispute Close(Work work, Dispute dispute, bool won)
    {
        if (dispute.IsDecided) throw ApiException.State($"This dispute is already {dispute.Status}.", "dispute_closed");
        dispute.Status = won ? "won" : "lost";
        work.EmitChange("charge.dispute.closed", dispute);
        if (!won) return dispute;
        Move(work, dispute, dispute.Amount, "dispute_reversal", $"Chargeback reversal for {dispute.Charge}");
        work.EmitChange("charge.dispute.funds_reinstated", dispute);
        return dispute;
    }

    private static void Move(Work work, Dispute dispute, long amount, string category, string description) =>
        dispute.BalanceTransactions.Add(Wire.Tell(BalanceTransaction.Post(work, amount, dispute.Currency, "adjustment", category, dispute, description)));
}

internal static class DisputeCalls
{
    public static void Map(Api api)
    {
        api.Get("disputes/{id}", call => call.Work.Get<Dispute>(call.Id));
        api.Post("disputes/{id}", Update);
        api.Post("disputes/{id}/close", call => Disputing.Close(call.Work, call.Work.Get<Dispute>(call.Id), won: false));
        api.Get("disputes", List);
    }

    // As in Stripe's test mode: the evidence "winning_evidence" wins, "losing_evidence" loses.
    private static Dispute Update(Call call)
    {
        var dispute = call.Work.Get<Dispute>(call.Id);
        call.Params.Metadata(dispute.Metadata);
        if (call.Params.Child("evidence") is { } evidence)
        {
            foreach (var name in evidence.Names) dispute.Evidence[name] = evidence.Text(name);
            dispute.EvidenceDetails.HasEvidence = true;
        }
        if (call.Params.Bool("submit") ?? true) Submit(dispute);
        call.Work.EmitChange("charge.dispute.updated", dispute);
        return dispute.Evidence.GetValueOrDefault("uncategorized_text") switch
        {
            "winning_evidence" => Disputing.Close(call.Work, dispute, won: true),
            "losing_evidence" => Disputing.Close(call.Work, dispute, won: false),
            _ => dispute,
        };
    }

    private static void Submit(Dispute dispute)
    {
        if (!dispute.EvidenceDetails.HasEvidence || dispute.IsDecided) return;
        dispute.EvidenceDetails.SubmissionCount++;
        dispute.Status = "under_review";
    }

    private static Page List(Call call)
    {
        var created = call.Created();
        return Page.Of(call, call.Listed<Dispute>("charge", "payment_intent").Where(d => created(d.Created)), "/v1/disputes");
    }
}
