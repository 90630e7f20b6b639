using Makerspace.Billing;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Billing;

/// <summary>A bar of a chart: what it is of, its length, and what it was before.</summary>
public sealed record RevenueBar(string Label, long Amount, long Before);

/// <summary>Kinds of revenue as people call them.</summary>
internal static class RevenueWords
{
    public static string Account(string account, IStringLocalizer<Texts> t) => account switch
    {
        Chart.Membership => t["Memberships"],
        Chart.Usage => t["Tool time"],
        Chart.Packs => t["Packs"],
        Chart.DayPasses => t["Day passes"],
        Chart.Fees => t["Fees"],
        _ => account,
    };
}
