using System.Collections.Immutable;
using Makerspace.Billing;
using Makerspace.Tools;
using Makerspace.Web.Http;

namespace Makerspace.Web.Billing;

/// <summary>What a membership costs, as the API tells it.</summary>
public sealed record PlanPriceModel
{
    /// <summary>Each period; of a company's plan each seat.</summary>
    public Money? Amount { get; init; }
    public BillingInterval? Interval { get; init; }

    /// <summary>Days free before the first payment, 0 to 730.</summary>
    public int TrialDays { get; init; }

    internal static PlanPriceModel? Of(PlanPrice? price) =>
        price is null ? null : new PlanPriceModel { Amount = price.Amount, Interval = price.Interval, TrialDays = price.TrialDays };

    internal PlanPrice Read(Faults faults, string prefix)
    {
        if (Amount is null) faults.Add(prefix + "amount", "missing-field", "A price has an amount.");
        return new PlanPrice(Amount ?? new Money(0, ""), faults.Required(prefix + "interval", Interval), TrialDays);
    }
}

/// <summary>What an hour costs on a plan, as the API tells it: of a tool, of a category, or, where neither is named, of everything that has a rate.</summary>
public sealed record PlanRateModel
{
    public string? ToolId { get; init; }
    public string? Category { get; init; }

    /// <summary>In peak hours, or at any time where the tool has none; 0 is free.</summary>
    public Money? Hourly { get; init; }

    /// <summary>Outside peak hours; null: the same.</summary>
    public Money? OffPeak { get; init; }

    internal static IReadOnlyList<PlanRateModel> Of(ImmutableArray<PlanRate> rates, string currency) => [.. rates.Select(r => new PlanRateModel
    {
        ToolId = r.ToolId, Category = r.Category, Hourly = new Money(r.Hourly, currency), OffPeak = r.OffPeak is { } offPeak ? new Money(offPeak, currency) : null,
    })];

    /// <summary>The rates in the space's currency; what is missing or in another is a fault.</summary>
    internal static ImmutableArray<PlanRate> Read(Faults faults, IReadOnlyList<PlanRateModel>? rates, string currency) =>
        [.. (rates ?? []).Select((rate, i) => rate?.Read(faults, $"rates[{i}].", currency)).OfType<PlanRate>()];

    private PlanRate Read(Faults faults, string prefix, string currency)
    {
        if (Hourly is null) faults.Add(prefix + "hourly", "missing-field", "A rate says what an hour costs.");
        PriceChecks.Currency(faults, prefix + "hourly", Hourly, currency);
        PriceChecks.Currency(faults, prefix + "offPeak", OffPeak, currency);
        return new PlanRate(ToolId, Category, Hourly?.Amount ?? 0, OffPeak?.Amount);
    }
}
