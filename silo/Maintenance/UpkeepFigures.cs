using System.Collections.Immutable;
using Makerspace.Numbers;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Maintenance;

/// <summary>How a tool has done in a period.</summary>
/// <param name="Used">Time in which it was used.</param>
/// <param name="Broken">Time out of service.</param>
/// <param name="Planned">Time in outages of its own, where it was not out of service.</param>
/// <param name="Failures">How often it went out of service.</param>
/// <param name="Cost">Of the orders that were closed: parts and outside help, in minor units.</param>
/// <param name="Worked">Time that people spent on these orders.</param>
public sealed record ToolFigures(Duration Used, Duration Broken, Duration Planned, int Failures, long Cost, Duration Worked)
{
    /// <summary>Hours of use for each failure; null where it never failed.</summary>
    public Duration? BetweenFailures => Failures == 0 ? null : Used / Failures;

    /// <summary>What its maintenance cost for each hour of use, in minor units; null where it was not used.</summary>
    public decimal? CostPerHour => Used <= Duration.Zero ? null : Cost / (decimal)Used.TotalHours;
}

/// <summary>Figures of maintenance from the read models.</summary>
public sealed class UpkeepFigures(MakerspaceDb db, TimeProvider time)
{
    /// <summary>Of a tool in a period; what lasts is counted until now.</summary>
    public async Task<ToolFigures> Of(string toolId, Slot period, CancellationToken cancellation)
    {
        var past = new Slot(period.Start, Instant.Min(period.End, time.Now()));
        if (!past.IsValid) return new ToolFigures(Duration.Zero, Duration.Zero, Duration.Zero, 0, 0, Duration.Zero);
        var thing = Keys.Tool(toolId);
        var down = await db.UnusableTimes.AsNoTracking().Where(d => d.Thing == thing && d.Start < past.End && (d.End == null || d.End > past.Start)).ToListAsync(cancellation);
        var broken = Intervals.Union(Within(down, UnusableKind.Broken, past));
        var planned = Intervals.Subtract(Within(down, UnusableKind.Outage, past), broken);
        var used = (await db.OfTool(toolId).Within(past.Start, past.End).Where(b => b.State == BookingState.Completed).Select(b => new { b.Start, b.End }).ToListAsync(cancellation))
            .Select(b => new Slot(b.Start, b.End).Intersect(past)).OfType<Slot>();
        var orders = await db.WorkOrders.AsNoTracking()
            .Where(o => o.Target == WorkTarget.Tool && o.TargetId == toolId && o.ClosedAt >= past.Start && o.ClosedAt < past.End).Select(o => new { o.Cost, o.Data }).ToListAsync(cancellation);
        return new ToolFigures(
            Sum(used), Sum(broken), Sum(planned), down.Count(d => d.Kind == UnusableKind.Broken && past.Contains(d.Start)), orders.Sum(o => o.Cost),
            orders.Aggregate(Duration.Zero, (sum, o) => sum + Order(o.Data).Definition.TimeSpent));
    }

    private static ImmutableArray<Slot> Within(IEnumerable<UnusableTimeRow> rows, UnusableKind kind, Slot period) =>
        [.. rows.Where(r => r.Kind == kind).Select(r => new Slot(r.Start, r.End ?? period.End).Intersect(period)).OfType<Slot>()];

    private static Duration Sum(IEnumerable<Slot> slots) => slots.Aggregate(Duration.Zero, (sum, s) => sum + s.Duration);

    private static WorkOrderView Order(string data) => System.Text.Json.JsonSerializer.Deserialize<WorkOrderView>(data, StoredJson.Options)!;
}
