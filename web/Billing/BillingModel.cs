using System.Collections.Immutable;
using Makerspace.Billing;
using Makerspace.Web.Http;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>How the space takes money, as the API tells and takes it; what is left out has its default.</summary>
public sealed record BillingModel
{
    /// <summary>Percent, 0 to 50, with at most two decimals.</summary>
    public decimal TaxPercent { get; init; }

    /// <summary>As it reads on receipts; at most 40 characters.</summary>
    public string? TaxName { get; init; } = BillingSettings.Default.TaxName;
    public bool PricesIncludeTax { get; init; }
    public UsageBilling Usage { get; init; } = BillingSettings.Default.Usage;

    /// <summary>Day of the month, 1 to 28.</summary>
    public int StatementDay { get; init; } = BillingSettings.Default.StatementDay;

    /// <summary>So long after each failed attempt the next; at most 8, each from an hour to 30 days.</summary>
    public IReadOnlyList<Duration>? Retries { get; init; } = BillingSettings.Default.Retries;

    /// <summary>From the first failure until <c>balance-due</c>; at most a year.</summary>
    public Duration Grace { get; init; } = BillingSettings.Default.Grace;

    /// <summary>From the first failure until <c>suspended</c>; no shorter than <see cref="Grace"/>.</summary>
    public Duration SuspendAfter { get; init; } = BillingSettings.Default.SuspendAfter;

    /// <summary>How long a booking waits for its deposit: 5 minutes to a day.</summary>
    public Duration PaymentWindow { get; init; } = BillingSettings.Default.PaymentWindow;
    public bool CardRequired { get; init; }

    /// <summary>Less than this is carried over, in minor units: 0 to 10000.</summary>
    public long Least { get; init; } = BillingSettings.Default.Least;

    internal static BillingModel? Of(BillingSettings? settings) => settings is null ? null : new BillingModel
    {
        TaxPercent = settings.TaxBasisPoints / 100m, TaxName = settings.TaxName, PricesIncludeTax = settings.PricesIncludeTax, Usage = settings.Usage, StatementDay = settings.StatementDay,
        Retries = settings.Retries, Grace = settings.Grace, SuspendAfter = settings.SuspendAfter, PaymentWindow = settings.PaymentWindow, CardRequired = settings.CardRequired, Least = settings.Least,
    };

    internal BillingSettings Read(Faults faults, string prefix)
    {
        if (TaxPercent is < 0 or > 50 || TaxPercent * 100 != Math.Floor(TaxPercent * 100)) faults.Add(prefix + "taxPercent", "out-of-range", "taxPercent is 0 to 50 with at most two decimals.");
        faults.Range(prefix + "statementDay", StatementDay, 1, 28);
        if (Least is < 0 or > 10_000) faults.Add(prefix + "least", "out-of-range", "least lies outside 0 to 10000 minor units.");
        var retries = (Retries ?? []).ToImmutableArray();
        if (retries.Length > 8) faults.Add(prefix + "retries", "out-of-range", "There are more than 8 retries.");
        if (retries.Any(r => Outside(r, Duration.FromHours(1), Duration.FromDays(30)))) faults.Add(prefix + "retries", "out-of-range", "A retry comes an hour to 30 days after the attempt before it.");
        Periods(faults, prefix);
        return new BillingSettings
        {
            TaxBasisPoints = faults.Any ? 0 : (int)(TaxPercent * 100), TaxName = faults.Text(prefix + "taxName", TaxName, 40), PricesIncludeTax = PricesIncludeTax, Usage = Usage, StatementDay = StatementDay,
            Retries = retries, Grace = Grace, SuspendAfter = SuspendAfter, PaymentWindow = PaymentWindow, CardRequired = CardRequired, Least = Least,
        };
    }

    private void Periods(Faults faults, string prefix)
    {
        if (Outside(Grace, Duration.Zero, Duration.FromDays(365))) faults.Add(prefix + "grace", "out-of-range", "grace is at most a year.");
        if (Outside(SuspendAfter, Duration.Zero, Duration.FromDays(730))) faults.Add(prefix + "suspendAfter", "out-of-range", "suspendAfter is at most two years.");
        else if (SuspendAfter < Grace) faults.Add(prefix + "suspendAfter", "contradiction", "Nobody is suspended before the grace is over.");
        if (Outside(PaymentWindow, Duration.FromMinutes(5), Duration.FromDays(1))) faults.Add(prefix + "paymentWindow", "out-of-range", "paymentWindow is 5 minutes to a day.");
    }

    private static bool Outside(Duration length, Duration least, Duration most) => length < least || length > most;
}
