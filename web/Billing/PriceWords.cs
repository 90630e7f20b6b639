using System.Globalization;
using Makerspace.Billing;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Pages;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>What plans, packs and passes cost and cover, as people say it.</summary>
internal static class PriceWords
{
    /// <summary>"a month", "a year", "per seat and month".</summary>
    public static string Each(BillingInterval interval, bool seat, IStringLocalizer<Texts> t) => (interval, seat) switch
    {
        (BillingInterval.Month, false) => t["a month"],
        (BillingInterval.Year, false) => t["a year"],
        (BillingInterval.Month, true) => t["per seat and month"],
        _ => t["per seat and year"],
    };

    /// <summary>"€49 a month".</summary>
    public static string Of(Plan plan, IStringLocalizer<Texts> t) =>
        plan.Price is { } price ? $"{MoneyText.Short(price.Amount)} {Each(price.Interval, plan.ForCompanies, t)}" : t["free of charge"];

    /// <summary>"19 % VAT included", "plus 19 % VAT"; null where there is no tax.</summary>
    public static string? Tax(SpaceFacts space, IStringLocalizer<Texts> t)
    {
        if (space.Billing is not { TaxBasisPoints: > 0 } billing) return null;
        var percent = MoneyText.Number(billing.TaxBasisPoints / 100m, "0.##");
        return billing.PricesIncludeTax ? t["{0} % {1} included", percent, billing.TaxName] : t["plus {0} % {1}", percent, billing.TaxName];
    }

    /// <summary>"€58.31 with 19 % VAT", or that the tax is in the price; null where there is none.</summary>
    public static string? InFull(Money price, SpaceFacts space, IStringLocalizer<Texts> t)
    {
        if (space.Billing is not { TaxBasisPoints: > 0 } billing) return null;
        return billing.PricesIncludeTax ? Tax(space, t) : t["{0} with {1} % {2}", MoneyText.Short(price with { Amount = WithTax(price.Amount, space) }), MoneyText.Number(billing.TaxBasisPoints / 100m, "0.##"), billing.TaxName];
    }

    /// <summary>What is paid in the end for something priced so.</summary>
    public static long WithTax(long amount, SpaceFacts space) => space.Billing is { TaxBasisPoints: > 0, PricesIncludeTax: false } billing
        ? amount + (long)Math.Round(amount * (decimal)billing.TaxBasisPoints / 10_000, MidpointRounding.AwayFromZero)
        : amount;

    /// <summary>What a plan gives, a sentence each.</summary>
    public static IEnumerable<string> Covers(Plan plan, Visit visit, IReadOnlyDictionary<string, string> tools, IStringLocalizer<Texts> t)
    {
        yield return Things(plan, tools, t);
        if (plan.IncludedHours is { } hours)
        {
            var of = plan.IncludedCategories is { } some ? string.Join(", ", some) : t["time on machines"].Value;
            yield return (plan.Price?.Interval, plan.ForCompanies) switch
            {
                (BillingInterval.Year, false) => t["{0} of {1} included every year", visit.Words.Length(hours), of],
                (BillingInterval.Year, true) => t["{0} of {1} included every year for each seat, shared by all", visit.Words.Length(hours), of],
                (_, true) => t["{0} of {1} included every month for each seat, shared by all", visit.Words.Length(hours), of],
                _ => t["{0} of {1} included every month", visit.Words.Length(hours), of],
            };
        }
        if (plan.Price is { TrialDays: > 0 } trial) yield return t["{0} days free, then the first payment", trial.TrialDays];
        foreach (var rate in plan.Rates.Take(3)) yield return Rate(rate, visit.Space, tools, t);
        if (plan.AllHours) yield return t["Day and night, also when the space is closed"];
        else if (plan.Hours is { } windows) yield return t["At these hours: {0}", Windows(windows)];
    }

    /// <summary>What a pack or a pass gives.</summary>
    public static IEnumerable<string> Covers(Product product, Visit visit, IStringLocalizer<Texts> t)
    {
        if (product.Hours is { } hours) yield return product.Categories is { } some ? t["{0} of {1}", visit.Words.Length(hours), string.Join(", ", some)] : t["{0} on any machine", visit.Words.Length(hours)];
        if (product.Kind == ProductKind.Pack) yield return product.ValidDays is { } days ? t["Use it within {0} days", days] : t["Does not run out"];
        if (product.Kind == ProductKind.DayPass)
        {
            var plan = visit.Space.Plans.GetValueOrDefault(product.PlanId ?? visit.Space.DefaultPlan ?? "");
            yield return plan is null ? t["One whole day in the space"] : t["One whole day, with all that “{0}” covers", plan.Name];
        }
    }

    private static string Things(Plan plan, IReadOnlyDictionary<string, string> tools, IStringLocalizer<Texts> t) => (plan.Tools, plan.Categories) switch
    {
        (null, null) => t["Every machine in the space"],
        var (some, of) => string.Join(", ", (of ?? []).Concat((some ?? []).Select(id => tools.GetValueOrDefault(id, id)))),
    };

    private static string Rate(PlanRate rate, SpaceFacts space, IReadOnlyDictionary<string, string> tools, IStringLocalizer<Texts> t)
    {
        var what = rate.ToolId is { } tool ? tools.GetValueOrDefault(tool, tool) : rate.Category ?? t["Other machine time"].Value;
        if (rate.Hourly == 0) return t["{0}: free", what];
        var peak = MoneyText.Short(new Money(rate.Hourly, space.Currency));
        return rate.OffPeak is { } off && off != rate.Hourly ? t["{0}: {1} an hour, {2} at quiet times", what, peak, MoneyText.Short(new Money(off, space.Currency))] : t["{0}: {1} an hour", what, peak];
    }

    private static string Windows(IEnumerable<OpeningWindow> windows) => string.Join("; ", windows.GroupBy(w => (w.From, w.To)).Select(g =>
        string.Join(", ", g.OrderBy(w => w.Day).Select(w => CultureInfo.CurrentUICulture.DateTimeFormat.GetAbbreviatedDayName((DayOfWeek)((int)w.Day % 7)))) + " " + Words.Clock(g.Key.From) + "–" + (g.Key.To == LocalTime.Midnight ? "24:00" : Words.Clock(g.Key.To))));
}
