using NodaTime;

namespace Makerspace.Billing;

/// <summary>One entry of a payer's book. <see cref="Data"/> is the whole <see cref="LedgerEntry"/> as JSON.</summary>
public sealed class LedgerEntryRow
{
    public Guid Id { get; set; }

    /// <summary>Its place in the journal: the order of the book.</summary>
    public long Seq { get; set; }
    public string AccountId { get; set; } = "";
    public Instant At { get; set; }
    public LedgerKind Kind { get; set; }
    public string CauseType { get; set; } = "";
    public string CauseId { get; set; } = "";
    public string? MemberId { get; set; }
    public string? ToolId { get; set; }
    public string Data { get; set; } = "";
}

/// <summary>One side of an entry. Balances are sums of these.</summary>
public sealed class LedgerLineRow
{
    public Guid EntryId { get; set; }
    public int Line { get; set; }
    public string AccountId { get; set; } = "";
    public Instant At { get; set; }

    /// <summary>One of <see cref="Chart"/>.</summary>
    public string Account { get; set; } = "";

    /// <summary>Minor units, or minutes; a debit where positive.</summary>
    public long Amount { get; set; }
    public string Unit { get; set; } = "";
    public string? ToolId { get; set; }
}

/// <summary>One payer. <see cref="Data"/> is the whole <see cref="AccountView"/> as JSON.</summary>
public sealed class AccountRow
{
    public string Id { get; set; } = "";
    public string? Name { get; set; }
    public string? CustomerId { get; set; }
    public PayerStanding Standing { get; set; }
    public long Owed { get; set; }
    public Instant? LateSince { get; set; }
    public Instant? DueAt { get; set; }
    public Instant? SendAt { get; set; }

    /// <summary>Objections not answered.</summary>
    public int Objections { get; set; }
    public string? SubscriptionStatus { get; set; }
    public string? PlanId { get; set; }
    public string Data { get; set; } = "";
}

/// <summary>How an event of the payment provider fares.</summary>
public enum ProviderEventState
{
    Waiting,
    Handled,

    /// <summary>Not ours, or of a type nobody asks for.</summary>
    Ignored,

    /// <summary>Given up after many attempts; the reconciliation finds what it was about.</summary>
    Failed,
}

/// <summary>An event of the payment provider.</summary>
public sealed class ProviderEventRow
{
    public string Id { get; set; } = "";
    public string Type { get; set; } = "";
    public string ObjectId { get; set; } = "";
    public Instant ReceivedAt { get; set; }
    public ProviderEventState State { get; set; }
    public int Attempts { get; set; }
    public Instant NextAt { get; set; }
    public Instant? HandledAt { get; set; }
    public string? Error { get; set; }
}

/// <summary>A comparison of ledger and provider. <see cref="Data"/> is its <see cref="ReconciliationReport"/> as JSON.</summary>
public sealed class ReconciliationRow
{
    public Guid Id { get; set; }
    public Instant StartedAt { get; set; }
    public Instant? FinishedAt { get; set; }
    public string AskedBy { get; set; } = "";
    public int Repaired { get; set; }

    /// <summary>What was found and not repaired.</summary>
    public int Findings { get; set; }
    public string Data { get; set; } = "";
}

/// <summary>What a comparison of ledger and provider found.</summary>
public sealed record ReconciliationReport(IReadOnlyList<ReconciliationFinding> Findings, int Accounts, int Objects);

/// <summary>A difference between ledger and provider.</summary>
/// <param name="Code">A code: <c>payment-missing</c>, <c>payment-unknown</c>, <c>amount-differs</c>, <c>refund-missing</c>, <c>subscription-differs</c>, <c>second-subscription</c>, <c>ledger-out-of-balance</c>, …</param>
/// <param name="AccountId">Whose; null where nobody's is known.</param>
/// <param name="ObjectId">At the provider.</param>
/// <param name="Repaired">It was safe to repair, and was.</param>
/// <param name="Detail">For staff, in words.</param>
public sealed record ReconciliationFinding(string Code, string? AccountId, string? ObjectId, bool Repaired, string Detail);

/// <summary>Somebody asked into a company by mail.</summary>
public sealed class InvitationRow
{
    public Guid Id { get; set; }
    public string CompanyId { get; set; } = "";
    public string Email { get; set; } = "";
    public Companies.CompanyRole Role { get; set; }
    public bool Seat { get; set; }

    /// <summary>SHA-256 of the link's secret, hex.</summary>
    public string Hash { get; set; } = "";
    public Instant MadeAt { get; set; }
    public string MadeBy { get; set; } = "";
    public Instant ExpiresAt { get; set; }
    public string? TakenBy { get; set; }
}
