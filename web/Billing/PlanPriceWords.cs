using Makerspace.Billing;
using Makerspace.Web.Pages;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Billing;

/// <summary>Prices in words.</summary>
internal static class PlanPriceWords
{
    /// <summary>"€29 a month", of a company's plan "€29 a seat and month".</summary>
    public static string Of(PlanPrice price, bool seats, IStringLocalizer<Texts> t)
    {
        var amount = MoneyText.Short(price.Amount);
        return (price.Interval, seats) switch
        {
            (BillingInterval.Month, false) => t["{0} a month", amount],
            (BillingInterval.Month, true) => t["{0} a seat and month", amount],
            (BillingInterval.Year, false) => t["{0} a year", amount],
            _ => t["{0} a seat and year", amount],
        };
    }
}
