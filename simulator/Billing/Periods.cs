using Makerspace.PaymentSimulator.Catalogue;

namespace Makerspace.PaymentSimulator.Billing;

/// <summary>
/// Billing periods: counted from the anchor, so that a subscription of the 31st renews on the last day of shorter months and on the 31st again.
/// </summary>
internal static class Periods
{
    /// <summary>The first end of a period after a moment.</summary>
    public static long Next(long anchor, Recurring every, long after)
    {
        for (var k = 1; ; k++)
        {
            var end = Plus(anchor, every, k);
            if (end > after) return end;
        }
    }

    /// <summary>The anchor, periods later; negative: earlier.</summary>
    public static long Plus(long anchor, Recurring every, int periods)
    {
        var (from, count) = (DateTimeOffset.FromUnixTimeSeconds(anchor), (int)every.IntervalCount * periods);
        return (every.Interval switch
        {
            "day" => from.AddDays(count), "week" => from.AddDays(7 * count), "month" => from.AddMonths(count), _ => from.AddYears(count),
        }).ToUnixTimeSeconds();
    }
}
