using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>
/// What an account keeps: what is open, how far each thing is posted, and the fold of all sums. Entries themselves leave for the journal; what is over
/// leaves after <see cref="Forgetting.After"/>.
/// </summary>
internal sealed record AccountState : IHasOutbox
{
    public string Id { get; init; } = "";
    public long Version { get; init; }
    public AccountHolder? Holder { get; init; }

    /// <summary>Of all its money; empty before the first.</summary>
    public string Currency { get; init; } = "";

    /// <summary>The fold of every entry ever posted, by account of the <see cref="Chart"/>, in its order.</summary>
    public ImmutableArray<AccountSum> Sums { get; init; } = [];

    /// <summary>Rises with everything that needs an id of its own: collections, refunds, wishes.</summary>
    public long Counter { get; init; }

    /// <summary>How the space bills and counts time, as it was last seen.</summary>
    public BillingSettings Settings { get; init; } = BillingSettings.Default;
    public string TimeZone { get; init; } = "Etc/UTC";

    /// <summary>What the plans that concern this payer include, as last seen; at most 4.</summary>
    public ImmutableArray<PlanHours> Plans { get; init; } = [];
    public ObservedCustomer? Customer { get; init; }
    public SubscriptionView? Subscription { get; init; }
    public Instant? SubscriptionLookedAt { get; init; }

    /// <summary>Had a subscription once: there is no second trial.</summary>
    public bool EverSubscribed { get; init; }
    public ImmutableArray<PackView> Packs { get; init; } = [];
    public ImmutableArray<PassView> Passes { get; init; } = [];
    public ImmutableArray<IncludedUse> Included { get; init; } = [];
    public ImmutableArray<BookingMoneyKept> Bookings { get; init; } = [];
    public ImmutableArray<ChargeKept> Charges { get; init; } = [];

    /// <summary>A booking not known here whose slot ended by then may have left: nothing is charged for it.</summary>
    public Instant? BookingsForgottenUntil { get; init; }
    public CollectionKept? Collection { get; init; }

    /// <summary>Since when something is owed that nobody has asked for yet.</summary>
    public Instant? UnaskedSince { get; init; }
    public ImmutableArray<InvoiceKept> Invoices { get; init; } = [];
    public ImmutableArray<PaymentKept> Payments { get; init; } = [];

    /// <summary>Payments and invoices that left, newest last: seen again they are nothing new. At most 2,000.</summary>
    public ImmutableArray<string> Left { get; init; } = [];
    public ImmutableArray<ObjectionView> Objections { get; init; } = [];
    public ImmutableArray<PaymentCommand> Commands { get; init; } = [];
    public ImmutableArray<PurchaseKept> Purchases { get; init; } = [];

    /// <summary>Corrections made, by the client's id of them.</summary>
    public ImmutableArray<AdjustmentKept> Adjustments { get; init; } = [];
    public Instant? LateSince { get; init; }

    /// <summary>The standing that others were told last.</summary>
    public PayerStanding Told { get; init; }

    /// <summary>Objects at the provider that are not taken in (foreign currency, a second subscription); said once each. At most 50.</summary>
    public ImmutableArray<string> Strange { get; init; } = [];

    /// <summary>Entries of the decision that is being made.</summary>
    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];

    /// <summary>What the decision that is being made is worth telling of, as codes (<see cref="AccountChanged.Note"/>).</summary>
    [JsonIgnore] public ImmutableArray<string> Notes { get; init; } = [];

    [JsonIgnore] public bool IsCompany => Id.StartsWith("company-", StringComparison.Ordinal);
    [JsonIgnore] public string? CompanyId => IsCompany ? Keys.Id(Id) : null;
    [JsonIgnore] public DateTimeZone Zone => DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) ?? DateTimeZone.Utc;
    [JsonIgnore] public CardView? Card => Customer?.Card;

    public long Sum(string account) => Sums.FirstOrDefault(s => s.Account == account).Amount;

    /// <summary>What the payer owes by the book; negative: paid too much.</summary>
    [JsonIgnore] public long Owed => Sum(Chart.Receivable);

    public BookingMoneyKept? BookingOf(Guid id) => Bookings.FirstOrDefault(b => b.BookingId == id);

    public ChargeKept? ChargeOf(Guid? entryId) => Charges.FirstOrDefault(c => c.EntryId == entryId);

    public PaymentKept? PaymentOf(string? paymentIntentId) => Payments.FirstOrDefault(p => p.PaymentIntentId == paymentIntentId);

    public PurchaseKept? PurchaseOf(Guid? id) => Purchases.FirstOrDefault(p => p.View.Id == id);

    public PaymentCommand? CommandOf(Guid id) => Commands.FirstOrDefault(c => c.Id == id);

    public AccountState With(BookingMoneyKept booking) => this with { Bookings = Bookings.Put(booking, b => b.BookingId == booking.BookingId) };

    public AccountState With(ChargeKept charge) => this with { Charges = Charges.Put(charge, c => c.EntryId == charge.EntryId) };

    public AccountState With(PaymentKept payment) => this with { Payments = Payments.Put(payment, p => p.PaymentIntentId == payment.PaymentIntentId) };

    public AccountState With(InvoiceKept invoice) => this with { Invoices = Invoices.Put(invoice, i => i.View.InvoiceId == invoice.View.InvoiceId) };

    public AccountState With(PurchaseKept purchase) => this with { Purchases = Purchases.Put(purchase, p => p.View.Id == purchase.View.Id) };

    public AccountState With(PackView pack) => this with { Packs = Packs.Put(pack, p => p.Id == pack.Id) };

    public AccountState With(PaymentCommand command) => this with { Commands = Commands.Put(command, c => c.Id == command.Id) };

    public AccountState Without(PaymentCommand command) => this with { Commands = Commands.RemoveAll(c => c.Id == command.Id) };

    public AccountState Noted(string note) => this with { Notes = Notes.Contains(note) ? Notes : Notes.Add(note) };

    /// <summary>An id that is this account's, made from what it is for.</summary>
    public Guid IdFor(params IEnumerable<string> parts) => DerivedId.Of(["account", Id, .. parts]);

    /// <summary>Remembers something strange at the provider, and tells of it the first time.</summary>
    public AccountState Wondering(string objectId, string note) =>
        Strange.Contains(objectId) ? this : (this with { Strange = [.. Strange.TakeLast(49), objectId] }).Noted(note);
}

/// <summary>Lists in which a thing keeps its place when it changes.</summary>
internal static class KeptLists
{
    public static ImmutableArray<T> Put<T>(this ImmutableArray<T> list, T item, Func<T, bool> same)
    {
        for (var i = 0; i < list.Length; i++)
        {
            if (same(list[i])) return list.SetItem(i, item);
        }
        return list.Add(item);
    }
}

/// <summary>The sum of an account, in its unit.</summary>
internal readonly record struct AccountSum(string Account, long Amount);

/// <summary>What a plan includes, of one seat.</summary>
internal sealed record PlanHours(string PlanId, long Minutes, BillingInterval Interval);

/// <summary>Included hours used in one period.</summary>
internal sealed record IncludedUse(Instant From, long Used);

/// <summary>What a booking keeps at its payer: a price while it is to come, what it was charged once it is over.</summary>
internal sealed record BookingMoneyKept
{
    public Guid BookingId { get; init; }
    public Slot Slot { get; init; }
    public BookingPrice? Price { get; init; }

    /// <summary>A price that is kept for a step (a move, an extension) until the booking says whether it was made.</summary>
    public BookingPrice? Next { get; init; }
    public DepositKept? Deposit { get; init; }

    /// <summary>When it ended; nothing is reserved for it any more.</summary>
    public Instant? OverAt { get; init; }

    /// <summary>The entry that charged it.</summary>
    public Guid? ChargeId { get; init; }
}

/// <summary>A deposit, and what is to become of it.</summary>
internal sealed record DepositKept
{
    public long Amount { get; init; }
    public DepositState State { get; init; }
    public string? PaymentIntentId { get; init; }
    public string? Code { get; init; }

    /// <summary>Definite outcomes so far: the attempt of the next command.</summary>
    public int Attempt { get; init; }

    /// <summary>The booking is over and so much of it is to be taken; 0: nothing. Null: not over yet.</summary>
    public long? Take { get; init; }

    /// <summary>The capture was asked for.</summary>
    public bool Capturing { get; init; }

    /// <summary>What was seen captured.</summary>
    public long Captured { get; init; }
    public Instant? LookedAt { get; init; }
}

/// <summary>A charge that may still be objected to or taken back.</summary>
/// <param name="EntryId">Of the entry that charged.</param>
/// <param name="Kind">What for.</param>
/// <param name="At">When.</param>
/// <param name="Revenue">The account it earned for.</param>
/// <param name="Amount">Tax included.</param>
/// <param name="Tax">The tax in it.</param>
/// <param name="Credited">Of it, taken back.</param>
/// <param name="CreditedTax">The tax taken back.</param>
internal sealed record ChargeKept(Guid EntryId, LedgerKind Kind, Instant At, string Revenue, long Amount, long Tax, long Credited, long CreditedTax)
{
    public Guid? PurchaseId { get; init; }
    public string? MemberId { get; init; }
    public string? ToolId { get; init; }

    /// <summary>Credit notes so far, for their ids.</summary>
    public int Notes { get; init; }

    [JsonIgnore] public long Left => Amount - Credited;
}

/// <summary>The taking of what is owed.</summary>
internal sealed record CollectionKept(Guid Id, long Amount, CollectionState State, int Attempts, Instant Since)
{
    public Instant? NextAttempt { get; init; }
    public string? Code { get; init; }
    public string? PaymentIntentId { get; init; }

    /// <summary>Of one in a checkout: which purchase.</summary>
    public Guid? PurchaseId { get; init; }
}

/// <summary>An invoice and how far it is posted.</summary>
internal sealed record InvoiceKept(InvoiceView View, Instant LookedAt, int Tries)
{
    public Guid? ChargeId { get; init; }

    /// <summary>What was charged of it to the receivable; 0 before it is posted.</summary>
    public long Charged { get; init; }

    /// <summary>Of one that is uncollectible: given up.</summary>
    public long GivenUp { get; init; }

    /// <summary>Times more or less was given up, for the ids of entries.</summary>
    public int Turns { get; init; }

    /// <summary>What payments for it brought in.</summary>
    public long Paid { get; init; }

    /// <summary>Of one that is void: it is taken back, and the provider's credit is given back.</summary>
    public bool TakenBack { get; init; }

    /// <summary>What the provider's own credit paid of it; negative: what was owed there and is asked for with it.</summary>
    [JsonIgnore] public long FromCredit => View.Total - Charged;

    /// <summary>The provider still takes it: not for us to collect.</summary>
    [JsonIgnore] public long Awaited => View.Status is "void" or "uncollectible" ? 0 : Math.Max(0, Charged - Paid);

    [JsonIgnore] public bool IsLate => View.Status == "open" && Tries > 0 && Awaited > 0;
}

/// <summary>A payment and how far it is posted.</summary>
internal sealed record PaymentKept
{
    public string PaymentIntentId { get; init; } = "";
    public PaymentPurpose Purpose { get; init; }
    public Guid? For { get; init; }
    public string? InvoiceId { get; init; }
    public Instant At { get; init; }
    public Instant LookedAt { get; init; }
    public string Status { get; init; } = "";
    public long Received { get; init; }
    public string? ReceiptUrl { get; init; }
    public ImmutableArray<RefundKept> Refunds { get; init; } = [];
    public ImmutableArray<DisputeKept> Disputes { get; init; } = [];

    /// <summary>Refunds asked for and not seen yet, by the command.</summary>
    public ImmutableArray<RefundAsked> Asked { get; init; } = [];

    /// <summary>A refund failed: none is asked for by itself any more.</summary>
    public bool RefundFailed { get; init; }

    [JsonIgnore] public long Refunded => Refunds.Sum(r => r.Posted);
    [JsonIgnore] public long Refunding => Asked.Sum(a => a.Amount);
    [JsonIgnore] public long Disputed => Disputes.Sum(d => d.Open + d.Lost);

    /// <summary>What may still be given back.</summary>
    [JsonIgnore] public long Returnable => RefundFailed ? 0 : Math.Max(0, Received - Refunded - Refunding - Disputed);
}

/// <summary>A refund as far as it is posted.</summary>
/// <param name="RefundId">The provider's id.</param>
/// <param name="Posted">Given back by the book.</param>
/// <param name="GivenAway">Of that, what nobody here had taken back: given back at the provider by hand.</param>
/// <param name="Turns">How often it changed, for the ids of entries.</param>
internal sealed record RefundKept(string RefundId, long Posted, long GivenAway, int Turns);

internal sealed record RefundAsked(Guid CommandId, long Amount);

/// <summary>A dispute as far as it is posted.</summary>
/// <param name="DisputeId">The provider's id.</param>
/// <param name="Status">As last seen.</param>
/// <param name="Open">Taken back by the provider while it is open.</param>
/// <param name="Lost">Gone.</param>
/// <param name="Turns">How often it changed, for the ids of entries.</param>
internal sealed record DisputeKept(string DisputeId, string Status, long Open, long Lost, int Turns);

/// <summary>A purchase and what was decided when it was begun.</summary>
internal sealed record PurchaseKept(PurchaseView View)
{
    public Instant? LookedAt { get; init; }

    /// <summary>Its checkout closed and nothing was bought.</summary>
    public bool Closed { get; init; }

    /// <summary>Its checkout is complete; what is bought comes with the payment.</summary>
    public bool Complete { get; init; }

    /// <summary>What is sold, as it was when the purchase was begun.</summary>
    public Product? Product { get; init; }
    public Slot? Day { get; init; }
    public Instant? DoneAt { get; init; }

    [JsonIgnore] public bool IsOpen => !Closed && !View.Done && !Complete;
}

internal sealed record AdjustmentKept(Guid Id, Instant At);
