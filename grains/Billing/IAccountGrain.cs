using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Time;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Billing;

/// <summary>
/// The book of one payer, a member or a company: what was charged and why, what was paid and given back, hours included and prepaid, the
/// subscription, and what is to be done at the payment provider. It calls no other grain and never the provider: commands wait in its state
/// until a job has delivered them, what is seen at the provider comes in as observations. Its key is <see cref="Keys.Account"/> of the account id,
/// <c>member-…</c> or <c>company-…</c>.
/// </summary>
[Alias("makerspace.account")]
public interface IAccountGrain : IGrainWithStringKey
{
    /// <summary>The account as it is now; one that never had anything is empty.</summary>
    [ReadOnly, Alias("view")] Task<AccountView> View();

    /// <summary>What a booking would cost the payer now, and what stands against it. Writes nothing.</summary>
    [ReadOnly, Alias("price")] Task<PriceAnswer> Price(PriceRequest request);

    /// <summary>
    /// Keeps a price for a booking: its hours and its money are spoken for from now on. Asked again for the same booking (a move, an extension, a retry) the
    /// price is replaced; a booking never counts against itself. Refused where the price is another by now (<c>changed-meanwhile</c>), writing nothing.
    /// </summary>
    /// <param name="request">As it was asked with <see cref="Price"/>.</param>
    /// <param name="agreed">The price the payer agreed to; null where they did not say.</param>
    [Alias("reserve")] Task<PriceAnswer> Reserve(PriceRequest request, BookingPrice? agreed);

    /// <summary>
    /// Makes the account agree with a booking: what it is charged once it is over, its fee or the waiver of it, its deposit authorised, captured or voided.
    /// Called after every step that matters, and again by whoever settles the booking: the same again changes nothing.
    /// </summary>
    [Alias("agree")] Task Agree(BookingMoney money);

    /// <summary>How a booking's deposit stands; null where it has none.</summary>
    [ReadOnly, Alias("deposit")] Task<DepositState?> Deposit(Guid bookingId);

    /// <summary>Says whose account it is, so that the provider and staff know. The same again changes nothing.</summary>
    [Alias("open")] Task<AccountView> Open(AccountHolder holder);

    /// <summary>Begins a purchase: what is bought is decided here, by what the space sells now, never by what the browser says it costs.</summary>
    [Alias("begin")] Task<PurchaseAnswer> Begin(PurchaseRequest request);

    /// <summary>Changes what the payer wants of their subscription; done at the provider by a command.</summary>
    [Alias("change-subscription")] Task<AccountAnswer> ChangeSubscription(SubscriptionChange change, string actor);

    /// <summary>Staff correct the book, with a reason. The same id again changes nothing.</summary>
    [Alias("adjust")] Task<AccountAnswer> Adjust(Adjustment adjustment, string actor);

    /// <summary>The payer objects to a charge.</summary>
    [Alias("object")] Task<AccountAnswer> Object(Guid entryId, string words, string actor);

    /// <summary>Staff answer an objection; accepted, the charge is taken back, whole or in part, and paid back where it was paid.</summary>
    [Alias("answer")] Task<AccountAnswer> Answer(Guid entryId, bool accepted, long? amount, string words, string actor);

    /// <summary>
    /// Tells the account of a charge of its own that it does not have at hand any more, as the ledger has it. Asked for where <see cref="Adjust"/> or <see cref="Object"/> miss
    /// the entry; one that is at hand, or too old, changes nothing.
    /// </summary>
    /// <param name="entry">The entry that charged.</param>
    /// <param name="notes">The entries that took some of it back.</param>
    [Alias("recall")] Task Recall(LedgerEntry entry, ImmutableArray<LedgerEntry> notes);

    /// <summary>Asks for what is owed at once, whatever the statement day: a new attempt now where one failed.</summary>
    [Alias("collect")] Task<AccountAnswer> Collect(string actor);

    /// <summary>Does what has fallen due by the clock: statements, attempts, packs that expire, old things that leave. Late, or twice, it comes to the same.</summary>
    /// <param name="settings">How the space bills.</param>
    [Alias("due")] Task<AccountView> Due(BillingSettings settings);

    /// <summary>Commands that may be sent now, oldest first.</summary>
    [ReadOnly, Alias("commands")] Task<ImmutableArray<PaymentCommand>> Commands();

    /// <summary>The command is about to be sent: its time of sending is kept first. Null where it is not there any more, or has another attempt.</summary>
    [Alias("sending")] Task<PaymentCommand?> Sending(Guid commandId, int attempt);

    /// <summary>What came of a command. An outcome of another attempt than the present changes nothing.</summary>
    [Alias("delivered")] Task Delivered(Guid commandId, int attempt, DeliveryOutcome outcome);

    /// <summary>Takes in what was seen at the provider.</summary>
    [Alias("seen")] Task Seen(ImmutableArray<Observation> observations);
}

/// <summary>Whose account it is.</summary>
[GenerateSerializer, Immutable, Alias("account-holder")]
public sealed record AccountHolder([property: Id(0)] string Name, [property: Id(1)] string? Email);

/// <summary>How the payer stands with the space.</summary>
[GenerateSerializer, Alias("payer-standing")]
public enum PayerStanding
{
    Good,

    /// <summary>A payment failed; nothing is refused yet.</summary>
    Late,

    /// <summary>The grace is over: <c>balance-due</c>.</summary>
    Overdue,

    /// <summary>Still not paid: <c>suspended</c>.</summary>
    Suspended,
}

/// <summary>How a deposit stands.</summary>
[GenerateSerializer, Alias("deposit-state")]
public enum DepositState
{
    /// <summary>To be authorised; of a booking far ahead, later.</summary>
    Waiting,
    Authorised,

    /// <summary>The bank said no, or the payer must confirm: they may pay it in a checkout.</summary>
    Failed,
    Captured,
    Voided,
}

/// <summary>An account as it is.</summary>
[GenerateSerializer, Immutable, Alias("account-view")]
public sealed record AccountView
{
    [Id(0)] public string Id { get; init; } = "";
    [Id(1)] public AccountHolder? Holder { get; init; }
    [Id(2)] public long Version { get; init; }

    /// <summary>Of the money below; empty before the first.</summary>
    [Id(3)] public string Currency { get; init; } = "";

    /// <summary>What is owed now, by the ledger; negative: to be paid back.</summary>
    [Id(4)] public long Owed { get; init; }

    /// <summary>Credit that the next charges use up.</summary>
    [Id(5)] public long Credit { get; init; }

    /// <summary>The provider's id of the payer; null: not known there yet.</summary>
    [Id(6)] public string? CustomerId { get; init; }
    [Id(7)] public CardView? Card { get; init; }
    [Id(8)] public SubscriptionView? Subscription { get; init; }
    [Id(9)] public ImmutableArray<PackView> Packs { get; init; } = [];

    /// <summary>Days bought, from now on.</summary>
    [Id(10)] public ImmutableArray<PassView> Passes { get; init; } = [];

    /// <summary>The present period's included hours; null where the plan includes none.</summary>
    [Id(11)] public IncludedView? Included { get; init; }
    [Id(12)] public PayerStanding Standing { get; init; }

    /// <summary>Since when something is owed that could not be taken; null: nothing is.</summary>
    [Id(13)] public Instant? LateSince { get; init; }

    /// <summary>The attempt to take what is owed that is under way or failed; null: none.</summary>
    [Id(14)] public CollectionView? Collection { get; init; }

    /// <summary>The newest invoices of the subscription, newest first, at most 24.</summary>
    [Id(15)] public ImmutableArray<InvoiceView> Invoices { get; init; } = [];

    /// <summary>Payments, newest first, as far back as they can be given back (180 days), at most 200.</summary>
    [Id(16)] public ImmutableArray<PaymentView> Payments { get; init; } = [];

    /// <summary>Charges objected to and not answered, or answered in the last 180 days.</summary>
    [Id(17)] public ImmutableArray<ObjectionView> Objections { get; init; } = [];

    /// <summary>Deposits of bookings that are not over.</summary>
    [Id(18)] public ImmutableArray<DepositView> Deposits { get; init; } = [];

    /// <summary>Commands that wait for the provider.</summary>
    [Id(19)] public ImmutableArray<PaymentCommand> Waiting { get; init; } = [];

    /// <summary>A purchase whose checkout may still be open.</summary>
    [Id(20)] public PurchaseView? Purchase { get; init; }

    /// <summary>When <see cref="IAccountGrain.Due"/> has something to do next; null: never by the clock alone.</summary>
    [Id(21)] public Instant? DueAt { get; init; }

    /// <summary>When the next command may be sent; null where none waits.</summary>
    [Id(22)] public Instant? SendAt { get; init; }

    /// <summary>Money and hours spoken for by bookings that are not over.</summary>
    [Id(23)] public long ReservedAmount { get; init; }

    /// <summary>Charged and not yet asked for: what the next statement will have.</summary>
    [Id(24)] public Instant? NextStatement { get; init; }

    /// <summary>What would be asked for now; 0 where what is owed is too little, or is being taken. For whoever asks: not stored.</summary>
    [Id(25), JsonIgnore] public long Askable { get; init; }

    /// <summary>There was a subscription before: it gets no trial again. Not stored here.</summary>
    [Id(26), JsonIgnore] public bool TrialUsed { get; init; }

    /// <summary>What of an <see cref="Owed"/> below nothing goes back to the payer; what the currency does not move waits for the next charge.</summary>
    public long GoesBack => Owed < 0 ? -Currencies.Movable(Owed, Currency) : 0;
}

/// <summary>A subscription as the payer sees it.</summary>
[GenerateSerializer, Immutable, Alias("subscription-view")]
public sealed record SubscriptionView
{
    [Id(0)] public string SubscriptionId { get; init; } = "";
    [Id(1)] public string PlanId { get; init; } = "";

    /// <summary>The provider's: <c>trialing</c>, <c>active</c>, <c>past_due</c>, <c>canceled</c>, <c>unpaid</c>, <c>paused</c>, <c>incomplete</c>, <c>incomplete_expired</c>.</summary>
    [Id(2)] public string Status { get; init; } = "";
    [Id(3)] public int Seats { get; init; } = 1;
    [Id(4)] public Instant PeriodStart { get; init; }
    [Id(5)] public Instant PeriodEnd { get; init; }
    [Id(6)] public bool CancelAtPeriodEnd { get; init; }
    [Id(7)] public bool Paused { get; init; }
    [Id(8)] public Instant? TrialEnd { get; init; }
    [Id(9)] public Instant? EndedAt { get; init; }
    [Id(10)] public long UnitAmount { get; init; }

    /// <summary>A change that is on its way to the provider; null: none.</summary>
    [Id(11)] public SubscriptionWish? Wish { get; init; }
    [Id(12)] public Instant StartedAt { get; init; }

    /// <summary>Covers its members now: trialing, active, or late in paying and still within the provider's attempts.</summary>
    public bool Covers => !Paused && EndedAt is null && Status is "trialing" or "active" or "past_due";
}

/// <summary>Prepaid hours.</summary>
/// <param name="Id">Of the purchase.</param>
/// <param name="ProductId">What was bought.</param>
/// <param name="Minutes">In it when it was bought.</param>
/// <param name="Left">Not used up.</param>
/// <param name="Reserved">Of those left: spoken for by bookings.</param>
/// <param name="Until">First instant it cannot be used for; null: never runs out.</param>
[GenerateSerializer, Immutable, Alias("pack-view")]
public sealed record PackView(
    [property: Id(0)] Guid Id, [property: Id(1)] string ProductId, [property: Id(2)] long Minutes, [property: Id(3)] long Left, [property: Id(4)] long Reserved, [property: Id(5)] Instant? Until)
{
    /// <summary>Categories it pays for; null: all.</summary>
    [Id(6)] public ImmutableArray<string>? Categories { get; init; }

    /// <summary>What was paid for it, less tax, and not yet earned: what is left of <see cref="Chart.Prepaid"/>.</summary>
    [Id(7)] public long Value { get; init; }
}

/// <summary>A day bought.</summary>
[GenerateSerializer, Immutable, Alias("pass-view")]
public sealed record PassView([property: Id(0)] Guid PurchaseId, [property: Id(1)] string ProductId, [property: Id(2)] string? PlanId, [property: Id(3)] Slot Slot);

/// <summary>Included hours of one period.</summary>
[GenerateSerializer, Immutable, Alias("included-view")]
public sealed record IncludedView([property: Id(0)] Slot Period, [property: Id(1)] long Minutes, [property: Id(2)] long Used, [property: Id(3)] long Reserved);

/// <summary>How the taking of what is owed stands.</summary>
[GenerateSerializer, Alias("collection-state")]
public enum CollectionState
{
    /// <summary>On its way to the provider.</summary>
    Sending,

    /// <summary>The bank said no; it is tried again.</summary>
    Failed,

    /// <summary>The payer's bank wants them to confirm: they have to come.</summary>
    NeedsPayer,

    /// <summary>No payment method is saved.</summary>
    NeedsCard,

    /// <summary>The payer has a checkout open for it.</summary>
    InCheckout,
}

/// <summary>What is being taken of what is owed. There is at most one at a time; what is charged meanwhile waits for the next.</summary>
[GenerateSerializer, Immutable, Alias("collection-view")]
public sealed record CollectionView(
    [property: Id(0)] Guid Id, [property: Id(1)] long Amount, [property: Id(2)] CollectionState State, [property: Id(3)] int Attempts, [property: Id(4)] Instant Since, [property: Id(5)] Instant? NextAttempt,
    [property: Id(6)] string? Code);

/// <summary>An invoice of the subscription.</summary>
[GenerateSerializer, Immutable, Alias("invoice-view")]
public sealed record InvoiceView(
    [property: Id(0)] string InvoiceId, [property: Id(1)] string? Number, [property: Id(2)] string Status, [property: Id(3)] long Total, [property: Id(4)] long AmountDue, [property: Id(5)] long AmountPaid,
    [property: Id(6)] Instant At, [property: Id(7)] string? HostedUrl, [property: Id(8)] string? PdfUrl)
{
    [Id(9)] public ImmutableArray<InvoiceLine> Lines { get; init; } = [];
}

/// <summary>A payment.</summary>
[GenerateSerializer, Immutable, Alias("payment-view")]
public sealed record PaymentView(
    [property: Id(0)] string PaymentIntentId, [property: Id(1)] PaymentPurpose Purpose, [property: Id(2)] Instant At, [property: Id(3)] long Received, [property: Id(4)] long Refunded, [property: Id(5)] string? ReceiptUrl)
{
    /// <summary>Taken back by the payer's bank, or under dispute: cannot be given back as well.</summary>
    [Id(6)] public long Disputed { get; init; }
    [Id(7)] public string? DisputeStatus { get; init; }

    /// <summary>What a refund under way will give back.</summary>
    [Id(8)] public long Refunding { get; init; }
}

/// <summary>A charge that the payer objected to.</summary>
[GenerateSerializer, Immutable, Alias("objection-view")]
public sealed record ObjectionView(
    [property: Id(0)] Guid EntryId, [property: Id(1)] Instant At, [property: Id(2)] string By, [property: Id(3)] string Words, [property: Id(4)] bool? Accepted, [property: Id(5)] string? AnsweredBy,
    [property: Id(6)] string? Answer, [property: Id(7)] Instant? AnsweredAt);

/// <summary>A booking's deposit.</summary>
[GenerateSerializer, Immutable, Alias("deposit-view")]
public sealed record DepositView([property: Id(0)] Guid BookingId, [property: Id(1)] long Amount, [property: Id(2)] DepositState State, [property: Id(3)] string? PaymentIntentId, [property: Id(4)] string? Code);
