using System.Collections.Immutable;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Import.Nemo;

/// <summary>NEMO's reservation settings of a tool as our policy, and what of their meaning is lost.</summary>
internal static class NemoPolicy
{
    private static readonly ImmutableArray<IsoDayOfWeek> Workdays =
        [IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday, IsoDayOfWeek.Friday];
    private static readonly ImmutableArray<IsoDayOfWeek> EveryDay = [.. Workdays, IsoDayOfWeek.Saturday, IsoDayOfWeek.Sunday];

    /// <summary>The tool's settings over those it has here already: what NEMO does not know (rates, concurrency) stays.</summary>
    public static Policy Of(NemoRecord tool, Policy current, string certificationId) => current with
    {
        Horizon = tool.Count("_reservation_horizon") is { } days ? Duration.FromDays(days) : null,
        MinDuration = tool.Minutes("_minimum_usage_block_time"),
        MaxDuration = tool.Minutes("_maximum_usage_block_time"),
        MaxBookingsPerDay = Limit(tool.Count("_maximum_reservations_per_day")),
        MaxFutureBookings = Limit(tool.Count("_maximum_future_reservations")),
        MinimumGap = tool.Minutes("_minimum_time_between_reservations"),
        MaxFutureHours = tool.Minutes("_maximum_future_reservation_time"),
        NoShowGrace = tool.Minutes("_missed_reservation_threshold"),
        LateCancelThreshold = tool.Minutes("_late_cancellation_reservation_threshold"),
        Peak = Peak(tool),
        RequiredCertifications = With(current.RequiredCertifications ?? [], certificationId),
    };

    /// <summary>What NEMO's settings mean and ours do not say.</summary>
    public static IEnumerable<string> Losses(NemoRecord tool, Policy policy)
    {
        if (policy.Peak is not null && StillHolding(policy) is { Length: > 0 } holding)
            yield return $"NEMO waives every limit for a reservation wholly inside its policy-off hours; here those hours only do not count toward the longest duration, and {holding} still holds";
        if (tool.Flag("_policy_off_between_times") && (tool.TimeOfDay("_policy_off_start_time") is null || tool.TimeOfDay("_policy_off_end_time") is null))
            yield return "policy is off between times that the record does not name: read as never off";
        if (tool.Count("_maximum_future_reservation_time") is > 0 && policy.Peak is not null)
            yield return "hours booked ahead are counted at every hour, not only while NEMO's policy is on";
        if (policy is { MinDuration: { } least, MaxDuration: { } most } && least > most)
            yield return "the shortest duration is over the longest: nothing can be booked until one of them is changed";
    }

    /// <summary>The complement of the policy-off hours; null where NEMO's policy is never off.</summary>
    public static ImmutableArray<PeakWindow>? Peak(NemoRecord item)
    {
        var (between, from, to, weekend) = (
            item.Flag("_policy_off_between_times"), item.TimeOfDay("_policy_off_start_time"), item.TimeOfDay("_policy_off_end_time"),
            item.Flag("_policy_off_weekend"));
        var days = weekend ? Workdays : EveryDay;
        if (between && from is { } off && to is { } on && off != on) return Between(days, on, off, weekend);
        return weekend ? [new PeakWindow(Workdays, LocalTime.Midnight, LocalTime.Midnight)] : null;
    }

    // Where the hours on run past midnight (off from noon to one), Friday's must stop there if the weekend is off.
    private static ImmutableArray<PeakWindow> Between(ImmutableArray<IsoDayOfWeek> days, LocalTime on, LocalTime off, bool weekend)
    {
        if (on < off || off == LocalTime.Midnight || !weekend) return [new PeakWindow(days, on, off)];
        return [new PeakWindow(days, LocalTime.Midnight, off), new PeakWindow(days, on, LocalTime.Midnight)];
    }

    private static string StillHolding(Policy policy) => string.Join(", ", new[]
    {
        policy.MinDuration is null ? null : "the shortest duration",
        policy.MaxBookingsPerDay is null ? null : "the number of bookings a day",
        policy.MaxFutureBookings is null ? null : "the number of future bookings",
        policy.MinimumGap is null ? null : "the least time between bookings",
        policy.MaxFutureHours is null ? null : "the hours booked ahead",
    }.OfType<string>());

    private static int? Limit(int? count) => count is > 0 ? count : null;

    private static ImmutableArray<string> With(ImmutableArray<string> list, string item) => list.Contains(item, StringComparer.Ordinal) ? list : list.Add(item);
}
