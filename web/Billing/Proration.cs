using Makerspace.Billing;
using Makerspace.Spaces;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>What a change of plan or seats will come to, before it is made. The payment provider counts by the second and has the last word; so does this.</summary>
/// <param name="Now">Due at once, before tax where prices do not contain it; negative: credit for the next invoices.</param>
/// <param name="Each">What each period costs from then on.</param>
/// <param name="NextAt">When the next period is paid.</param>
internal sealed record Proration(long Now, long Each, Instant NextAt)
{
    /// <summary>Of a change now. In a trial nothing is due before it ends.</summary>
    public static Proration Of(SubscriptionView subscription, Plan? present, Plan wanted, int seats, Instant now, DateTimeZone zone)
    {
        var each = wanted.Price!.Amount.Amount * seats;
        if (subscription.Status == "trialing") return new Proration(0, each, subscription.TrialEnd ?? subscription.PeriodEnd);
        var rest = Share(subscription.UnitAmount * subscription.Seats, subscription, now);
        // Another interval begins a period of its own today.
        if (present?.Price is { } price && price.Interval != wanted.Price.Interval) return new Proration(each - rest, each, After(now, wanted.Price.Interval, zone));
        return new Proration(Share(each, subscription, now) - rest, each, subscription.PeriodEnd);
    }

    private static long Share(long amount, SubscriptionView subscription, Instant now)
    {
        var (whole, left) = ((subscription.PeriodEnd - subscription.PeriodStart).TotalSeconds, (subscription.PeriodEnd - now).TotalSeconds);
        return whole <= 0 ? 0 : (long)Math.Round(amount * (decimal)(Math.Clamp(left, 0, whole) / whole), MidpointRounding.AwayFromZero);
    }

    private static Instant After(Instant now, BillingInterval interval, DateTimeZone zone)
    {
        var local = now.InZone(zone).LocalDateTime;
        return zone.AtLeniently(interval == BillingInterval.Year ? local.PlusYears(1) : local.PlusMonths(1)).ToInstant();
    }
}
