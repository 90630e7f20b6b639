using System.Collections.Immutable;
using Makerspace.Reservations;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>What is bought.</summary>
[GenerateSerializer, Alias("purchase-kind")]
public enum PurchaseKind
{
    /// <summary>A subscription to a plan.</summary>
    Plan,
    Pack,
    DayPass,

    /// <summary>Saves a payment method; costs nothing.</summary>
    Card,

    /// <summary>Pays what is owed.</summary>
    Balance,

    /// <summary>Authorises a booking's deposit, with the payer present.</summary>
    Deposit,
}

/// <summary>A wish to buy.</summary>
[GenerateSerializer, Immutable, Alias("purchase-request")]
public sealed record PurchaseRequest
{
    /// <summary>Client-made: the same again is the same purchase.</summary>
    [Id(0)] public Guid Id { get; init; }
    [Id(1)] public PurchaseKind Kind { get; init; }

    /// <summary>The plan, or the product.</summary>
    [Id(2)] public string? Item { get; init; }

    /// <summary>Of a company's plan.</summary>
    [Id(3)] public int Seats { get; init; } = 1;

    /// <summary>Of a day pass: which day, in the space's zone.</summary>
    [Id(4)] public LocalDate? Day { get; init; }

    /// <summary>Of a deposit.</summary>
    [Id(5)] public Guid? BookingId { get; init; }
    [Id(6)] public string Actor { get; init; } = "";

    /// <summary>What the space sells now, and how.</summary>
    [Id(7)] public Spaces.SpaceFacts Space { get; init; } = new();
}

/// <summary>A purchase that was begun.</summary>
[GenerateSerializer, Immutable, Alias("purchase-view")]
public sealed record PurchaseView
{
    [Id(0)] public Guid Id { get; init; }
    [Id(1)] public PurchaseKind Kind { get; init; }
    [Id(2)] public string? Item { get; init; }
    [Id(3)] public int Seats { get; init; } = 1;
    [Id(4)] public LocalDate? Day { get; init; }
    [Id(5)] public Guid? BookingId { get; init; }

    /// <summary>To pay now (of a plan: each seat and period), as the space prices it; 0 for a card.</summary>
    [Id(6)] public Money Price { get; init; } = new(0, "");
    [Id(7)] public Instant BegunAt { get; init; }
    [Id(8)] public string? SessionId { get; init; }
    [Id(9)] public string? Url { get; init; }
    [Id(10)] public Instant? ExpiresAt { get; init; }
    [Id(11)] public bool Done { get; init; }

    /// <summary>Days free before the first payment, of a plan.</summary>
    [Id(12)] public int TrialDays { get; init; }

    /// <summary>Of a deposit or the balance: the payment that failed and must be cancelled before another is asked for.</summary>
    [Id(13)] public string? InsteadOf { get; init; }

    /// <summary>The tax that is in the price, or to be added to it.</summary>
    [Id(14)] public int TaxBasisPoints { get; init; }
    [Id(15)] public bool TaxIncluded { get; init; }
    [Id(16)] public string Name { get; init; } = "";
}

/// <summary>What came of a wish to buy.</summary>
/// <param name="Purchase">Null where refused.</param>
/// <param name="Supersedes">A checkout still open for another purchase: it must be closed first, and seen closed.</param>
/// <param name="Refusals">Why not; empty where begun.</param>
[GenerateSerializer, Immutable, Alias("purchase-answer")]
public sealed record PurchaseAnswer([property: Id(0)] PurchaseView? Purchase, [property: Id(1)] string? Supersedes, [property: Id(2)] ImmutableArray<Refusal> Refusals);

/// <summary>What to change of a subscription; null leaves a thing as it is.</summary>
[GenerateSerializer, Immutable, Alias("subscription-change")]
public sealed record SubscriptionChange
{
    /// <summary>Another plan, prorated from now on.</summary>
    [Id(0)] public string? PlanId { get; init; }
    [Id(1)] public int? Seats { get; init; }
    [Id(2)] public bool? CancelAtPeriodEnd { get; init; }
    [Id(3)] public bool? Paused { get; init; }
    [Id(4)] public Spaces.SpaceFacts Space { get; init; } = new();

    /// <summary>Seats taken by members: there cannot be fewer.</summary>
    [Id(5)] public int SeatsTaken { get; init; }
}

/// <summary>How staff correct a book.</summary>
[GenerateSerializer, Alias("adjustment-kind")]
public enum AdjustmentKind
{
    /// <summary>Gives credit that the next charges use up.</summary>
    Credit,

    /// <summary>Charges something.</summary>
    Charge,

    /// <summary>Takes a charge back, whole or in part; what was paid of it is paid back.</summary>
    CreditNote,

    /// <summary>Money taken by hand.</summary>
    PaymentByHand,

    /// <summary>Gives up what is owed.</summary>
    WriteOff,
}

/// <summary>A correction by staff.</summary>
[GenerateSerializer, Immutable, Alias("adjustment")]
public sealed record Adjustment
{
    /// <summary>Client-made: the same again is the same correction.</summary>
    [Id(0)] public Guid Id { get; init; }
    [Id(1)] public AdjustmentKind Kind { get; init; }

    /// <summary>Greater than 0. The currency must be the account's.</summary>
    [Id(2)] public Money Amount { get; init; } = new(0, "");

    /// <summary>Required; members read it.</summary>
    [Id(3)] public string Reason { get; init; } = "";

    /// <summary>Of a credit note: the entry of the charge.</summary>
    [Id(4)] public Guid? EntryId { get; init; }
    [Id(5)] public int TaxBasisPoints { get; init; }
}

/// <summary>What came of a request to an account.</summary>
[GenerateSerializer, Immutable, Alias("account-answer")]
public sealed record AccountAnswer([property: Id(0)] AccountView Account, [property: Id(1)] ImmutableArray<Refusal> Refusals)
{
    /// <summary>What the request named and does not exist: <c>entry</c>, <c>subscription</c>, …; else null.</summary>
    [Id(2)] public string? Missing { get; init; }

    public bool Accepted => Refusals.IsEmpty && Missing is null;
}
