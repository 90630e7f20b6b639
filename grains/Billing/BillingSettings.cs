using System.Collections.Immutable;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>When what was used is asked for.</summary>
[GenerateSerializer, Alias("usage-billing")]
public enum UsageBilling
{
    /// <summary>After each booking.</summary>
    PerBooking,

    /// <summary>Once a month, on the statement day.</summary>
    Monthly,
}

/// <summary>How the space takes money.</summary>
[GenerateSerializer, Immutable, Alias("billing-settings")]
public sealed record BillingSettings
{
    public static readonly BillingSettings Default = new();

    /// <summary>Hundredths of a percent: 1900 is 19 %. 0 to 5000.</summary>
    [Id(0)] public int TaxBasisPoints { get; init; }

    /// <summary>As it reads on receipts: VAT, MwSt, sales tax.</summary>
    [Id(1)] public string TaxName { get; init; } = "Tax";

    /// <summary>Prices contain the tax; else it is added.</summary>
    [Id(2)] public bool PricesIncludeTax { get; init; }
    [Id(3)] public UsageBilling Usage { get; init; } = UsageBilling.PerBooking;

    /// <summary>Day of the month of statements, 1 to 28.</summary>
    [Id(4)] public int StatementDay { get; init; } = 1;

    /// <summary>After a payment failed, it is tried again so long after each attempt; then it waits for the payer.</summary>
    [Id(5)] public ImmutableArray<Duration> Retries { get; init; } = [Duration.FromDays(1), Duration.FromDays(3), Duration.FromDays(5)];

    /// <summary>From the first failure until bookings are refused (<c>balance-due</c>).</summary>
    [Id(6)] public Duration Grace { get; init; } = Duration.FromDays(7);

    /// <summary>From the first failure until the payer is <c>suspended</c>.</summary>
    [Id(7)] public Duration SuspendAfter { get; init; } = Duration.FromDays(21);

    /// <summary>How long a booking waits for its deposit.</summary>
    [Id(8)] public Duration PaymentWindow { get; init; } = Duration.FromMinutes(30);

    /// <summary>Whoever books something that costs money must have a payment method saved (<c>payment-method-missing</c>).</summary>
    [Id(9)] public bool CardRequired { get; init; }

    /// <summary>Less than this is carried over to the next time, in minor units: card networks do not take it. What the provider does not take is carried over in any case (<see cref="Currencies.Least"/>).</summary>
    [Id(10)] public long Least { get; init; } = 50;
}

/// <summary>How often a plan is paid.</summary>
[GenerateSerializer, Alias("billing-interval")]
public enum BillingInterval
{
    Month,
    Year,
}

/// <summary>What a membership costs.</summary>
/// <param name="Amount">Each period; of a company's plan each seat.</param>
/// <param name="Interval">How long a period is.</param>
/// <param name="TrialDays">Days free before the first payment; 0: none. At most 730.</param>
[GenerateSerializer, Immutable, Alias("plan-price")]
public sealed record PlanPrice([property: Id(0)] Money Amount, [property: Id(1)] BillingInterval Interval, [property: Id(2)] int TrialDays);

/// <summary>What an hour costs on a plan, for a tool or a category; a tool's beats its category's, and either beats the tool's own rate.</summary>
/// <param name="ToolId">One tool; null where it is a category's.</param>
/// <param name="Category">One category; null where it is a tool's. Both null: everything that has a rate.</param>
/// <param name="Hourly">In peak hours, or at any time where the tool has none; 0 is free.</param>
/// <param name="OffPeak">Outside peak hours; null: the same.</param>
[GenerateSerializer, Immutable, Alias("plan-rate")]
public sealed record PlanRate([property: Id(0)] string? ToolId, [property: Id(1)] string? Category, [property: Id(2)] long Hourly, [property: Id(3)] long? OffPeak);

/// <summary>What a product is.</summary>
[GenerateSerializer, Alias("product-kind")]
public enum ProductKind
{
    /// <summary>Hours paid in advance.</summary>
    Pack,

    /// <summary>One day's membership.</summary>
    DayPass,
}

/// <summary>Something sold once.</summary>
[GenerateSerializer, Immutable, Alias("product")]
public sealed record Product
{
    [Id(0)] public string Name { get; init; } = "";
    [Id(1)] public ProductKind Kind { get; init; }
    [Id(2)] public Money Price { get; init; } = new(0, "");

    /// <summary>Of a pack: how much time it holds.</summary>
    [Id(3)] public Duration? Hours { get; init; }

    /// <summary>Of a pack: what it pays for; null: every category.</summary>
    [Id(4)] public ImmutableArray<string>? Categories { get; init; }

    /// <summary>Of a pack: days until it runs out; null: never.</summary>
    [Id(5)] public int? ValidDays { get; init; }

    /// <summary>Of a day pass: the plan whose coverage the day has; null: the space's default plan.</summary>
    [Id(6)] public string? PlanId { get; init; }

    /// <summary>Can be bought.</summary>
    [Id(7)] public bool Offered { get; init; } = true;
    [Id(8)] public long Version { get; init; }
    [Id(9)] public string? Description { get; init; }
}
