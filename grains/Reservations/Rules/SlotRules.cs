using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations.Rules;

/// <summary>Rules about the asked time alone, under the tool's policy. One method a rule, named as in docs/rules.md.</summary>
internal static class SlotRules
{
    private static readonly Duration DefaultGrid = Duration.FromMinutes(5);

    public static IEnumerable<Refusal> Refusals(ClaimRequest request, Policy policy, PolicyLevels levels, Instant now)
    {
        var (slot, zone) = (request.Slot, request.Space.Zone);
        if (request.Use == ClaimUse.Inside || request.Occasion is Occasion.Use or Occasion.HandOver) return [];
        // Of a slot that ends before it starts, or lasts for years, there is nothing more to say.
        if (!slot.IsBookable) return [new SlotInvalid(slot, Grid(policy)) { Setting = GridSource(levels) }];
        // Of a booking under way the start is as it was, whatever the policy says of starts now.
        if (request.Occasion == Occasion.Extend) return [.. SlotInvalid(slot, policy, levels, zone, startToo: false), .. TooLong(slot, policy, levels, zone)];
        return
        [
            .. SlotInvalid(slot, policy, levels, zone),
            .. SlotInThePast(slot, policy, levels, zone, now),
            .. TooShort(slot, policy, levels),
            .. TooLong(slot, policy, levels, zone),
            .. TooFarAhead(slot, policy, levels, now),
            .. TooLate(slot, policy, levels, now),
        ];
    }

    /// <summary>Starts and ends lie on multiples of the grid since local midnight.</summary>
    public static IEnumerable<Refusal> SlotInvalid(Slot slot, Policy policy, PolicyLevels levels, DateTimeZone zone, bool startToo = true)
    {
        if ((startToo && !OnGrid(slot.Start, policy, zone)) || !OnGrid(slot.End, policy, zone))
            yield return new SlotInvalid(slot, Grid(policy)) { Setting = GridSource(levels) };
    }

    /// <summary>The start is not before now; the grid step under way still counts as now.</summary>
    public static IEnumerable<Refusal> SlotInThePast(Slot slot, Policy policy, PolicyLevels levels, DateTimeZone zone, Instant now)
    {
        if (slot.Start < StepAt(now, policy, zone)) yield return new SlotInThePast(now) { Setting = GridSource(levels) };
    }

    /// <summary>Real time, whatever the clocks on the wall do.</summary>
    public static IEnumerable<Refusal> TooShort(Slot slot, Policy policy, PolicyLevels levels)
    {
        if (policy.MinDuration is { } minimum && slot.Duration < minimum)
            yield return new TooShort(slot.Duration, minimum) { Setting = levels.SourceOf("minDuration", p => p.MinDuration) };
    }

    /// <summary>Where the tool has peak hours, only the part of the slot inside them counts.</summary>
    public static IEnumerable<Refusal> TooLong(Slot slot, Policy policy, PolicyLevels levels, DateTimeZone zone)
    {
        if (policy.MaxDuration is not { } maximum || slot.Duration <= maximum) yield break;
        var counted = policy.Peak is { } peak ? PeakTime(slot, peak, zone) : slot.Duration;
        if (counted > maximum)
            yield return new TooLong(counted, maximum, policy.Peak is not null) { Setting = levels.SourceOf("maxDuration", p => p.MaxDuration) };
    }

    /// <summary>The start lies within the horizon.</summary>
    public static IEnumerable<Refusal> TooFarAhead(Slot slot, Policy policy, PolicyLevels levels, Instant now)
    {
        if (policy.Horizon is { } horizon && slot.Start > now + horizon)
            yield return new TooFarAhead(horizon, now + horizon) { Setting = levels.SourceOf("horizon", p => p.Horizon) };
    }

    /// <summary>The start is at least the notice away.</summary>
    public static IEnumerable<Refusal> TooLate(Slot slot, Policy policy, PolicyLevels levels, Instant now)
    {
        // A notice of nothing asks for nothing: the step under way counts as now.
        if (policy.Notice is { } notice && notice > Duration.Zero && slot.Start < now + notice)
            yield return new TooLate(notice, now + notice) { Setting = levels.SourceOf("notice", p => p.Notice) };
    }

    /// <summary>The least step between starts: the tool's grid, 5 minutes where it sets none.</summary>
    public static Duration Grid(Policy policy) => policy.Grid ?? DefaultGrid;

    /// <summary>The start of the grid step in which <paramref name="instant"/> lies.</summary>
    public static Instant StepAt(Instant instant, Policy policy, DateTimeZone zone) =>
        instant - Duration.FromTicks(TickOfDay(instant, zone) % Grid(policy).BclCompatibleTicks);

    private static SettingSource GridSource(PolicyLevels levels) => levels.SourceOf("grid", p => p.Grid);

    private static bool OnGrid(Instant instant, Policy policy, DateTimeZone zone) =>
        TickOfDay(instant, zone) % Grid(policy).BclCompatibleTicks == 0;

    private static long TickOfDay(Instant instant, DateTimeZone zone) => instant.InZone(zone).TickOfDay;

    private static Duration PeakTime(Slot slot, IEnumerable<PeakWindow> peak, DateTimeZone zone) =>
        PeakHours.Within(slot, peak, zone).Aggregate(Duration.Zero, (sum, part) => sum + part.Duration);
}
