using System.Collections.Immutable;
using Makerspace.Billing;
using NodaTime;

namespace Makerspace.Tests.Billing;

/// <summary>How a saved card answers.</summary>
internal enum CardKind
{
    Good,
    Declined,
    NeedsPayer,
}

/// <summary>A payment as the provider holds it.</summary>
internal sealed class Intent
{
    public string Id { get; init; } = "";
    public PaymentPurpose Purpose { get; init; }
    public Guid? For { get; init; }
    public string? InvoiceId { get; init; }
    public long Amount { get; set; }
    public string Status { get; set; } = "requires_payment_method";
    public long Received { get; set; }
    public long Capturable { get; set; }
    public List<ObservedRefund> Refunds { get; } = [];
    public List<ObservedDispute> Disputes { get; } = [];

    public long Refunded => Refunds.Where(r => r.Status is not ("failed" or "canceled")).Sum(r => r.Amount);
    public long Disputed => Disputes.Where(d => d.Status != "won" && !d.Status.StartsWith("warning", StringComparison.Ordinal)).Sum(d => d.Amount);
    public long Held => Received - Refunded - Disputed;
}

/// <summary>A payment provider that does what it is told once for each key, and knows what it holds.</summary>
internal sealed class FakeProvider(string currency)
{
    private readonly Dictionary<string, DeliveryOutcome> answered = new(StringComparer.Ordinal);
    private int looks, made;

    public CardKind Card { get; set; } = CardKind.Good;
    public bool RefundsFail { get; set; }
    public List<Intent> Intents { get; } = [];
    public List<PaymentCommand> Asked { get; } = [];

    /// <summary>Takes an invoice with the card, where it can; null: it is paid or void already.</summary>
    public Func<string, Intent?> PaysInvoice { get; set; } = _ => null;

    // What moves of the currency: no part of it.
    private long Step => currency switch { "kwd" => 10, "isk" => 100, _ => 1 };

    /// <summary>What it holds of the payer's money.</summary>
    public long Cash => Intents.Sum(i => i.Held);

    public Intent Of(string id) => Intents.Single(i => i.Id == id);

    /// <summary>Does it, or answers as it did under the same key.</summary>
    public DeliveryOutcome Do(PaymentCommand command, bool hasCard)
    {
        Asked.Add(command);
        if (answered.TryGetValue(command.Key, out var before)) return before;
        return answered[command.Key] = command.Amount % Step != 0 ? new DeliveryOutcome(false, "invalid_charge_amount", PaymentIntentId: command.PaymentIntentId) : command.Kind switch
        {
            PaymentCommandKind.Charge or PaymentCommandKind.Authorise => Confirm(command, hasCard),
            PaymentCommandKind.Capture => Capture(Of(command.PaymentIntentId!), command.Amount),
            PaymentCommandKind.Void => Void(Of(command.PaymentIntentId!)),
            PaymentCommandKind.Refund => Refund(Of(command.PaymentIntentId!), command),
            PaymentCommandKind.PayInvoice => Pay(command.InvoiceId!, hasCard),
            _ => new DeliveryOutcome(true),
        };
    }

    public ObservedPayment Look(string id)
    {
        var i = Of(id);
        return new ObservedPayment(Looked(), i.Id, i.Purpose, i.Status, i.Amount, i.Received, i.Capturable, currency)
        {
            For = i.For, InvoiceId = i.InvoiceId, Refunds = [.. i.Refunds], Disputes = [.. i.Disputes],
        };
    }

    /// <summary>What a look at everything there sees.</summary>
    public ImmutableArray<Observation> LookAtAll() => [.. Intents.Select(i => Look(i.Id))];

    public Instant Looked() => Instant.FromUnixTimeMilliseconds(++looks);

    /// <summary>Somebody pays on a page.</summary>
    public Intent Paid(PaymentPurpose purpose, Guid? what, long amount, string? invoiceId = null, bool captured = true)
    {
        var intent = New(purpose, what, amount, invoiceId);
        if (captured) (intent.Status, intent.Received) = ("succeeded", amount);
        else (intent.Status, intent.Capturable) = ("requires_capture", amount);
        return intent;
    }

    private Intent New(PaymentPurpose purpose, Guid? what, long amount, string? invoiceId = null)
    {
        var intent = new Intent { Id = "pi_" + ++made, Purpose = purpose, For = what, Amount = amount, InvoiceId = invoiceId };
        Intents.Add(intent);
        return intent;
    }

    private DeliveryOutcome Confirm(PaymentCommand command, bool hasCard)
    {
        if (!hasCard) return new DeliveryOutcome(false, "no-payment-method", PaymentIntentId: command.PaymentIntentId);
        var isCharge = command.Kind == PaymentCommandKind.Charge;
        var intent = command.PaymentIntentId is { } known
            ? Of(known) : New(isCharge ? PaymentPurpose.Charge : PaymentPurpose.Deposit, isCharge ? command.Id : command.BookingId, command.Amount);
        if (intent.Status is not "requires_payment_method") return new DeliveryOutcome(false, "payment_intent_unexpected_state", PaymentIntentId: intent.Id);
        if (Card == CardKind.Declined) return new DeliveryOutcome(false, "card_declined", "insufficient_funds", "Not enough", intent.Id);
        if (Card == CardKind.NeedsPayer) return new DeliveryOutcome(false, "authentication_required", "authentication_required", "Confirm", intent.Id);
        if (isCharge) (intent.Status, intent.Received) = ("succeeded", intent.Amount);
        else (intent.Status, intent.Capturable) = ("requires_capture", intent.Amount);
        return new DeliveryOutcome(true, PaymentIntentId: intent.Id);
    }

    private DeliveryOutcome Pay(string invoiceId, bool hasCard) => (hasCard, Card) switch
    {
        (false, _) => new DeliveryOutcome(false, "no-payment-method"),
        (_, CardKind.Declined) => new DeliveryOutcome(false, "card_declined", "insufficient_funds", "Not enough"),
        (_, CardKind.NeedsPayer) => new DeliveryOutcome(false, "invoice_payment_intent_requires_action"),
        _ => new DeliveryOutcome(true, PaymentIntentId: PaysInvoice(invoiceId)?.Id),
    };

    private static DeliveryOutcome Capture(Intent intent, long amount)
    {
        if (intent.Status != "requires_capture" || amount > intent.Capturable) return new DeliveryOutcome(false, "payment_intent_unexpected_state", PaymentIntentId: intent.Id);
        (intent.Status, intent.Received, intent.Capturable) = ("succeeded", amount, 0);
        return new DeliveryOutcome(true, PaymentIntentId: intent.Id);
    }

    private static DeliveryOutcome Void(Intent intent)
    {
        if (intent.Status is "succeeded" or "canceled") return new DeliveryOutcome(false, "payment_intent_unexpected_state", PaymentIntentId: intent.Id);
        (intent.Status, intent.Capturable) = ("canceled", 0);
        return new DeliveryOutcome(true, PaymentIntentId: intent.Id);
    }

    private DeliveryOutcome Refund(Intent intent, PaymentCommand command)
    {
        if (command.Amount > intent.Held) return new DeliveryOutcome(false, "charge_already_refunded", PaymentIntentId: intent.Id);
        intent.Refunds.Add(new ObservedRefund("re_" + ++made, command.Amount, RefundsFail ? "failed" : "succeeded", command.Id));
        return new DeliveryOutcome(true, PaymentIntentId: intent.Id);
    }
}
