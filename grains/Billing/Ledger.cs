using System.Collections.Immutable;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>
/// The chart of accounts that every payer's book has. An amount is a debit where positive: assets and expenses grow by debits,
/// liabilities and revenue by credits (so a balance of revenue is negative).
/// </summary>
public static class Chart
{
    /// <summary>Asset: what the payer owes for what they had; negative: what they paid too much.</summary>
    public const string Receivable = "receivable";

    /// <summary>Asset: money taken by the payment provider, less what it gave back.</summary>
    public const string Cash = "cash";

    /// <summary>Asset: money taken by hand (cash, bank transfer), entered by staff.</summary>
    public const string CashByHand = "cash:hand";

    /// <summary>Asset: money that the payment provider took back while a dispute with the payer's bank is open.</summary>
    public const string Disputed = "disputed";

    /// <summary>Liability: packs sold and not used up.</summary>
    public const string Prepaid = "prepaid";

    /// <summary>Liability: credit given by staff, used up by the next charges.</summary>
    public const string Credit = "credit";

    /// <summary>Liability: credit that the payment provider keeps for the payer (a downgrade's rest), used up by its next invoices.</summary>
    public const string ProviderCredit = "credit:provider";

    /// <summary>Liability: tax taken for the state.</summary>
    public const string Tax = "tax";

    public const string Membership = "revenue:membership";
    public const string Usage = "revenue:usage";
    public const string Packs = "revenue:packs";
    public const string DayPasses = "revenue:day-passes";
    public const string Fees = "revenue:fees";

    /// <summary>Expense: what staff gave away.</summary>
    public const string Goodwill = "expense:goodwill";

    /// <summary>Expense: disputes lost.</summary>
    public const string Chargebacks = "expense:chargebacks";

    /// <summary>Expense: debts given up.</summary>
    public const string BadDebt = "expense:bad-debt";

    /// <summary>In minutes: what the plan includes, used. Its other side is <see cref="Allowance"/>.</summary>
    public const string IncludedUsed = "hours:used";

    /// <summary>In minutes: what the plan includes, taken from.</summary>
    public const string Allowance = "hours:allowance";

    /// <summary>In minutes: what packs hold; bought by a debit, used by a credit.</summary>
    public const string PackMinutes = "hours:pack";

    /// <summary>In minutes: the other side of <see cref="PackMinutes"/>.</summary>
    public const string PackTurnover = "hours:pack-turnover";

    /// <summary>The unit of hours; money's unit is its ISO 4217 code in lower case.</summary>
    public const string Minutes = "min";
}

/// <summary>Why an entry was made, as people call it.</summary>
[GenerateSerializer, Alias("ledger-kind")]
public enum LedgerKind
{
    /// <summary>A tool was used, or booked and kept.</summary>
    Usage,
    LateFee,
    NoShowFee,

    /// <summary>An invoice of the subscription.</summary>
    Membership,
    Pack,
    PackExpired,
    DayPass,
    Payment,
    PaymentByHand,
    Refund,

    /// <summary>Credit given by staff.</summary>
    Credit,

    /// <summary>Credit used for a charge.</summary>
    CreditUsed,

    /// <summary>A charge added by staff.</summary>
    Adjustment,

    /// <summary>A charge taken back, whole or in part.</summary>
    CreditNote,
    DisputeOpened,
    DisputeWon,
    DisputeLost,
    WriteOff,
}

/// <summary>What an entry is about.</summary>
/// <param name="Type">One of <see cref="Causes"/>.</param>
/// <param name="Id">Of the booking, the invoice at the payment provider, …</param>
[GenerateSerializer, Immutable, Alias("ledger-cause")]
public sealed record LedgerCause([property: Id(0)] string Type, [property: Id(1)] string Id);

/// <summary>Types of causes.</summary>
public static class Causes
{
    public const string Booking = "booking";
    public const string Invoice = "invoice";
    public const string Payment = "payment";
    public const string Refund = "refund";
    public const string Dispute = "dispute";
    public const string Purchase = "purchase";

    /// <summary>Another entry, by its id.</summary>
    public const string Entry = "entry";

    /// <summary>Staff, with a reason in the note.</summary>
    public const string Staff = "staff";
}

/// <summary>One side of an entry.</summary>
/// <param name="Account">One of <see cref="Chart"/>.</param>
/// <param name="Amount">Minor units, or minutes; a debit where positive.</param>
/// <param name="Unit">ISO 4217 in lower case, or <see cref="Chart.Minutes"/>.</param>
[GenerateSerializer, Immutable, Alias("ledger-line")]
public sealed record LedgerLine([property: Id(0)] string Account, [property: Id(1)] long Amount, [property: Id(2)] string Unit);

/// <summary>
/// Something that happened to a payer's money or hours; never changed, only followed by others. Its lines sum to zero in every unit.
/// </summary>
[GenerateSerializer, Immutable, Alias("ledger-entry")]
public sealed record LedgerEntry
{
    /// <summary>Made from the cause and the kind (<see cref="DerivedId"/>): posted again it is the same entry, and nothing is posted.</summary>
    [Id(0)] public Guid Id { get; init; }

    /// <summary>Whose book: <c>member-…</c> or <c>company-…</c>.</summary>
    [Id(1)] public string AccountId { get; init; } = "";
    [Id(2)] public Instant At { get; init; }
    [Id(3)] public LedgerKind Kind { get; init; }
    [Id(4)] public LedgerCause Cause { get; init; } = new("", "");
    [Id(5)] public ImmutableArray<LedgerLine> Lines { get; init; } = [];

    /// <summary>Who made it: a member id, or <c>system</c>.</summary>
    [Id(6)] public string Actor { get; init; } = "";

    /// <summary>A reason given by staff, the number of an invoice, the words of a dispute, the address of a payment's receipt.</summary>
    [Id(7)] public string? Note { get; init; }

    /// <summary>Of a booking: what was charged for, piece by piece.</summary>
    [Id(8)] public ImmutableArray<PriceSegment> Segments { get; init; } = [];

    /// <summary>Of a booking: whose it was.</summary>
    [Id(9)] public string? MemberId { get; init; }
    [Id(10)] public string? ToolId { get; init; }
    [Id(11)] public Slot? Slot { get; init; }

    /// <summary>What it did to what is owed: positive where the payer owes more.</summary>
    public long Owes => Lines.Where(l => l.Account == Chart.Receivable).Sum(l => l.Amount);

    /// <summary>What was charged, tax included, whoever pays it and when; negative where a charge was taken back.</summary>
    public long Charged => -Lines.Where(l => l.Unit != Chart.Minutes && (l.Account.StartsWith("revenue:", StringComparison.Ordinal) || l.Account is Chart.Tax or Chart.Prepaid)).Sum(l => l.Amount);
}
