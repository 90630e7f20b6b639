using System.Collections.Immutable;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>What the account asks the payment provider to do.</summary>
[GenerateSerializer, Alias("payment-command-kind")]
public enum PaymentCommandKind
{
    /// <summary>Take what is owed from the saved payment method, without the payer present.</summary>
    Charge,

    /// <summary>Authorise a deposit on the saved payment method; captured later, or voided.</summary>
    Authorise,
    Capture,

    /// <summary>Cancel an authorisation, or a payment that was not made.</summary>
    Void,
    Refund,

    /// <summary>Make the subscription as wanted: plan, seats, cancelled at the period's end or not, paused or not.</summary>
    Subscription,

    /// <summary>End the subscription at once.</summary>
    EndSubscription,

    /// <summary>Pay an invoice of the subscription that could not be taken, with the payment method that is saved now.</summary>
    PayInvoice,
}

/// <summary>
/// One thing to do at the payment provider, kept in the account's state until its outcome is known. Delivered with the idempotency key
/// <see cref="Key"/>: until an outcome is known the same key is sent again, so that nothing is done twice.
/// </summary>
[GenerateSerializer, Immutable, Alias("payment-command")]
public sealed record PaymentCommand
{
    [Id(0)] public Guid Id { get; init; }
    [Id(1)] public PaymentCommandKind Kind { get; init; }

    /// <summary>Rises with every attempt whose outcome was a definite no.</summary>
    [Id(2)] public int Attempt { get; init; }
    [Id(3)] public Instant NotBefore { get; init; }

    /// <summary>When this attempt was first sent; null: never. The provider forgets keys after 24 hours: older ones are looked for before they are sent again.</summary>
    [Id(4)] public Instant? SentAt { get; init; }

    /// <summary>Minor units; of charge, authorise, capture and refund; of an invoice for whoever looks: the provider takes what is left of it.</summary>
    [Id(5)] public long Amount { get; init; }
    [Id(6)] public string Currency { get; init; } = "";

    /// <summary>The payment to capture, void, refund, or to try again.</summary>
    [Id(7)] public string? PaymentIntentId { get; init; }
    [Id(8)] public Guid? BookingId { get; init; }

    /// <summary>The subscription as wanted, with the version of the wish.</summary>
    [Id(9)] public SubscriptionWish? Wish { get; init; }

    /// <summary>The provider's id of the invoice to pay.</summary>
    [Id(10)] public string? InvoiceId { get; init; }

    /// <summary>The idempotency key.</summary>
    public string Key => $"{Id:N}-{Attempt}";
}

/// <summary>What the payer wants of their subscription.</summary>
/// <param name="SubscriptionId">The provider's id of it.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="Seats">How many; 1 for a person.</param>
/// <param name="CancelAtPeriodEnd">Ends with the period that is paid.</param>
/// <param name="Paused">Collects nothing and covers nothing until resumed.</param>
[GenerateSerializer, Immutable, Alias("subscription-wish")]
public sealed record SubscriptionWish(
    [property: Id(0)] string SubscriptionId, [property: Id(1)] string PlanId, [property: Id(2)] int Seats, [property: Id(3)] bool CancelAtPeriodEnd, [property: Id(4)] bool Paused);

/// <summary>Codes of the provider that mean something here, and our own beside them.</summary>
internal static class Codes
{
    public const string AuthenticationRequired = "authentication_required";
    public const string InvoiceNeedsPayer = "invoice_payment_intent_requires_action";
    public const string NoPaymentMethod = "no-payment-method";
}

/// <summary>What came of a command. An outcome that nobody knows (a time-out, a provider that answers 5xx) is none: the command is sent again under the same key.</summary>
/// <param name="Done">It was done; what it made is told by an observation before.</param>
/// <param name="Code">Where it was not: the provider's code, e.g. <c>card_declined</c>, <c>authentication_required</c>, <c>no-payment-method</c>.</param>
/// <param name="DeclineCode">The bank's, e.g. <c>insufficient_funds</c>.</param>
/// <param name="Message">The provider's words, fit for staff.</param>
/// <param name="PaymentIntentId">The payment it tried.</param>
[GenerateSerializer, Immutable, Alias("delivery-outcome")]
public sealed record DeliveryOutcome(
    [property: Id(0)] bool Done, [property: Id(1)] string? Code = null, [property: Id(2)] string? DeclineCode = null, [property: Id(3)] string? Message = null, [property: Id(4)] string? PaymentIntentId = null);

/// <summary>
/// What was seen at the payment provider: an object as it was when it was fetched, never as an event told it. Seeing a thing twice, late or
/// in another order comes to the same: amounts are posted up to what was seen, each once, and an older look changes nothing.
/// </summary>
/// <param name="LookedAt">Just before it was fetched.</param>
[GenerateSerializer, Immutable, Alias("observation")]
public abstract record Observation([property: Id(0)] Instant LookedAt);

/// <summary>The payer at the provider.</summary>
/// <param name="LookedAt">Just before it was fetched.</param>
/// <param name="CustomerId">The provider's id.</param>
/// <param name="Card">The default payment method; null: none.</param>
[GenerateSerializer, Immutable, Alias("observed-customer")]
public sealed record ObservedCustomer(Instant LookedAt, [property: Id(0)] string CustomerId, [property: Id(1)] CardView? Card) : Observation(LookedAt);

/// <summary>A saved payment method, as people know it.</summary>
[GenerateSerializer, Immutable, Alias("card-view")]
public sealed record CardView(
    [property: Id(0)] string PaymentMethodId, [property: Id(1)] string Brand, [property: Id(2)] string Last4, [property: Id(3)] int ExpiryMonth, [property: Id(4)] int ExpiryYear);

/// <summary>What a payment is for; the word is in its metadata <c>makerspace_purpose</c>.</summary>
[GenerateSerializer, Alias("payment-purpose")]
public enum PaymentPurpose
{
    /// <summary>What is owed (metadata <c>makerspace_command</c>).</summary>
    Charge,

    /// <summary>A booking's deposit (metadata <c>makerspace_booking</c>).</summary>
    Deposit,

    /// <summary>A purchase in a checkout: pack, day pass (metadata <c>makerspace_purchase</c>).</summary>
    Purchase,

    /// <summary>What is owed, paid in a checkout by the payer (metadata <c>makerspace_purchase</c>).</summary>
    Balance,

    /// <summary>An invoice of the subscription.</summary>
    Invoice,
}

/// <summary>A payment, with what was given back of it.</summary>
[GenerateSerializer, Immutable, Alias("observed-payment")]
public sealed record ObservedPayment(
    Instant LookedAt, [property: Id(0)] string PaymentIntentId, [property: Id(1)] PaymentPurpose Purpose, [property: Id(2)] string Status, [property: Id(3)] long Amount,
    [property: Id(4)] long Received, [property: Id(5)] long Capturable, [property: Id(6)] string Currency) : Observation(LookedAt)
{
    /// <summary>The command, booking or purchase it is for.</summary>
    [Id(7)] public Guid? For { get; init; }

    /// <summary>Of an invoice: its id.</summary>
    [Id(8)] public string? InvoiceId { get; init; }
    [Id(9)] public string? ReceiptUrl { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    [Id(10)] public string? FailureCode { get; init; }
    [Id(11)] public ImmutableArray<ObservedRefund> Refunds { get; init; } = [];
    [Id(12)] public ImmutableArray<ObservedDispute> Disputes { get; init; } = [];
}

/// <summary>Money given back.</summary>
/// <param name="RefundId">The provider's id.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Status"><c>succeeded</c>, <c>pending</c>, <c>failed</c>, <c>canceled</c>.</param>
/// <param name="CommandId">Ours, where we asked for it; null where somebody did it in the provider's dashboard.</param>
[GenerateSerializer, Immutable, Alias("observed-refund")]
public sealed record ObservedRefund([property: Id(0)] string RefundId, [property: Id(1)] long Amount, [property: Id(2)] string Status, [property: Id(3)] Guid? CommandId);

/// <summary>The payer's bank wants money back.</summary>
/// <param name="DisputeId">The provider's id.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Status">The provider's: <c>needs_response</c>, <c>under_review</c>, <c>won</c>, <c>lost</c>, <c>warning_…</c> (no money moved).</param>
/// <param name="Reason">The provider's, e.g. <c>fraudulent</c>.</param>
[GenerateSerializer, Immutable, Alias("observed-dispute")]
public sealed record ObservedDispute([property: Id(0)] string DisputeId, [property: Id(1)] long Amount, [property: Id(2)] string Status, [property: Id(3)] string Reason);

/// <summary>An invoice of the subscription. Nothing is posted of a draft.</summary>
[GenerateSerializer, Immutable, Alias("observed-invoice")]
public sealed record ObservedInvoice(
    Instant LookedAt, [property: Id(0)] string InvoiceId, [property: Id(1)] string? Number, [property: Id(2)] string Status, [property: Id(3)] string Currency,
    [property: Id(4)] long Total, [property: Id(5)] long Tax, [property: Id(6)] long AmountDue, [property: Id(7)] long AmountPaid) : Observation(LookedAt)
{
    /// <summary>Provider's credit of the payer before and after, as the provider has it: negative is credit.</summary>
    [Id(8)] public long StartingBalance { get; init; }
    [Id(9)] public long EndingBalance { get; init; }
    [Id(10)] public string? SubscriptionId { get; init; }

    /// <summary>The page on which it can be paid, and the document.</summary>
    [Id(11)] public string? HostedUrl { get; init; }
    [Id(12)] public string? PdfUrl { get; init; }
    [Id(13)] public Instant CreatedAt { get; init; }
    [Id(14)] public ImmutableArray<InvoiceLine> Lines { get; init; } = [];

    /// <summary>When the provider tries again to take it; null: it does not.</summary>
    [Id(15)] public Instant? NextAttempt { get; init; }
    [Id(16)] public int Attempts { get; init; }
}

/// <summary>A line of an invoice, in the provider's words.</summary>
[GenerateSerializer, Immutable, Alias("invoice-line")]
public sealed record InvoiceLine([property: Id(0)] string Description, [property: Id(1)] long Amount, [property: Id(2)] long Quantity, [property: Id(3)] bool Proration);

/// <summary>A subscription as the provider has it.</summary>
[GenerateSerializer, Immutable, Alias("observed-subscription")]
public sealed record ObservedSubscription(
    Instant LookedAt, [property: Id(0)] string SubscriptionId, [property: Id(1)] string Status, [property: Id(2)] string PlanId, [property: Id(3)] int Seats,
    [property: Id(4)] Instant PeriodStart, [property: Id(5)] Instant PeriodEnd) : Observation(LookedAt)
{
    [Id(6)] public bool CancelAtPeriodEnd { get; init; }
    [Id(7)] public bool Paused { get; init; }
    [Id(8)] public Instant? TrialEnd { get; init; }
    [Id(9)] public Instant? EndedAt { get; init; }

    /// <summary>Price of one seat and one period.</summary>
    [Id(10)] public long UnitAmount { get; init; }
    [Id(11)] public string Currency { get; init; } = "";
    [Id(12)] public Instant StartedAt { get; init; }
}

/// <summary>A checkout page that was opened for a purchase.</summary>
/// <param name="LookedAt">Just before it was fetched.</param>
/// <param name="SessionId">The provider's id.</param>
/// <param name="PurchaseId">What it is for.</param>
/// <param name="Status"><c>open</c>, <c>complete</c>, <c>expired</c>.</param>
/// <param name="PaymentStatus"><c>paid</c>, <c>unpaid</c>, <c>no_payment_required</c>.</param>
/// <param name="Url">Where to pay, while it is open.</param>
/// <param name="ExpiresAt">When it closes by itself.</param>
/// <param name="PaymentIntentId">Its payment, of a one-off purchase.</param>
/// <param name="SubscriptionId">What it made, of a plan.</param>
[GenerateSerializer, Immutable, Alias("observed-checkout")]
public sealed record ObservedCheckout(
    Instant LookedAt, [property: Id(0)] string SessionId, [property: Id(1)] Guid PurchaseId, [property: Id(2)] string Status, [property: Id(3)] string PaymentStatus, [property: Id(4)] string? Url,
    [property: Id(5)] Instant ExpiresAt, [property: Id(6)] string? PaymentIntentId, [property: Id(7)] string? SubscriptionId) : Observation(LookedAt);
