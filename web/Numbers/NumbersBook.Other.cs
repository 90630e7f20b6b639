using System.Text.Json;
using Makerspace.Maintenance;
using Makerspace.Numbers;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Trainings;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Period = Makerspace.Web.Billing.Period;

namespace Makerspace.Web.Numbers;

/// <summary>Reports on what is not bookings: downtime, maintenance, training, revenue, energy.</summary>
internal sealed partial class NumbersBook
{
    private static readonly FigureColumn[] OfDowntime =
    [
        new("lost", FigureUnit.Time), new("usable", FigureUnit.Share), new("failures", FigureUnit.Count), new("broken", FigureUnit.Time), new("planned", FigureUnit.Time),
    ];

    private static readonly FigureColumn[] OfMaintenance =
    [
        new("costPerHour", FigureUnit.Money), new("cost", FigureUnit.Money), new("taken", FigureUnit.Time), new("orders", FigureUnit.Count), new("worked", FigureUnit.Time),
    ];

    private static readonly FigureColumn[] OfTraining =
    [
        new("sessions", FigureUnit.Count), new("seatsTaken", FigureUnit.Count), new("seats", FigureUnit.Count), new("filled", FigureUnit.Share), new("granted", FigureUnit.Count), new("revoked", FigureUnit.Count),
    ];

    private static readonly FigureColumn[] OfRevenue = [new("revenue", FigureUnit.Money), new("taken", FigureUnit.Time), new("perHour", FigureUnit.Money)];

    private static readonly FigureColumn[] OfEnergy = [new("energy", FigureUnit.Energy), new("running", FigureUnit.Time), new("uses", FigureUnit.Count)];

    private async Task<FigureReport> Downtime(NumbersQuery query, SpaceFacts space, Dictionary<string, ReportTool> tools, CancellationToken cancellation)
    {
        var (now, before) = (await Down(query, query.Period, space, tools, cancellation), await Down(query, Before(query), space, tools, cancellation));
        var rows = Figures.Beside(now.Parts, before.Parts, OfDowntime.Length, Names(query.By, tools, await AreaNames(cancellation)));
        return new FigureReport(query.Kind, query.By, query.Period, OfDowntime, Sorted(rows, query.By), new FigureRow("", null, now.Total, before.Total));
    }

    private sealed record DownTime(long Lost, long Open, long Failures, long Broken, long Planned)
    {
        public static long?[] Figures(IReadOnlyList<DownTime> some)
        {
            var (lost, open) = (some.Sum(d => d.Lost), some.Sum(d => d.Open));
            return [lost, Numbers.Figures.Share(open - lost, open), some.Sum(d => d.Failures), some.Sum(d => d.Broken), some.Sum(d => d.Planned)];
        }
    }

    private async Task<(Dictionary<string, long?[]> Parts, long?[] Total)> Down(NumbersQuery query, Period period, SpaceFacts space, Dictionary<string, ReportTool> tools, CancellationToken cancellation)
    {
        // What has not come yet is not lost yet.
        var whole = period.In(space.Zone);
        var slot = whole with { End = Instant.Max(whole.Start, Instant.Min(whole.End, time.Now())) };
        var rows = await db.UnusableTimes.AsNoTracking().Where(d => d.Start < slot.End && (d.End == null || d.End > slot.Start)).ToListAsync(cancellation);
        var byThing = rows.ToLookup(d => d.Thing, StringComparer.Ordinal);
        var open = OpenHours.Within(slot, space);
        var parts = tools.Values.Where(t => t.Visible).Select(t => (Part: Part(t, query.By), Down: Down(t, byThing, slot, open, space))).ToLookup(p => p.Part, p => p.Down);
        return (parts.ToDictionary(p => p.Key, p => DownTime.Figures([.. p])), DownTime.Figures([.. parts.SelectMany(p => p)]));
    }

    private static DownTime Down(ReportTool tool, ILookup<string, UnusableTimeRow> byThing, Slot slot, IReadOnlyList<Slot> open, SpaceFacts space)
    {
        List<UnusableTimeRow> rows = [.. byThing[Keys.Tool(tool.Id)], .. space.AreaChain(tool.AreaId).SelectMany(a => byThing[Keys.Area(a)]), .. tool.DependsOn.SelectMany(r => byThing[Keys.Resource(r)])];
        if (rows.Count == 0) return new DownTime(0, Length(open), 0, 0, 0);
        IEnumerable<Slot> Of(UnusableKind kind) => rows.Where(r => r.Kind == kind).Select(r => new Slot(r.Start, r.End ?? slot.End).Intersect(slot)).OfType<Slot>();
        var (broken, planned) = (Intervals.Union(Of(UnusableKind.Broken)), Intervals.Union(Of(UnusableKind.Outage)));
        var left = Intervals.Subtract(open, broken.Concat(planned));
        return new DownTime(Length(open) - Length(left), Length(open), rows.Count(r => r.Kind == UnusableKind.Broken && slot.Contains(r.Start)), Length(broken), Length(Intervals.Subtract(planned, broken)));
    }

    private static long Length(IEnumerable<Slot> slots) => slots.Sum(s => s.End.ToUnixTimeMilliseconds() - s.Start.ToUnixTimeMilliseconds());

    private async Task<FigureReport> Maintenance(NumbersQuery query, SpaceFacts space, Dictionary<string, ReportTool> tools, CancellationToken cancellation)
    {
        var (now, before) = (await Spent(query, query.Period, space, tools, cancellation), await Spent(query, Before(query), space, tools, cancellation));
        var rows = Figures.Beside(now.Parts, before.Parts, OfMaintenance.Length, Names(query.By, tools, await AreaNames(cancellation)));
        return new FigureReport(query.Kind, query.By, query.Period, OfMaintenance, Sorted(rows, query.By), new FigureRow("", null, now.Total, before.Total));
    }

    // Orders of tools, by the day on which they were closed; those of areas and resources are no one tool's.
    private async Task<(Dictionary<string, long?[]> Parts, long?[] Total)> Spent(NumbersQuery query, Period period, SpaceFacts space, Dictionary<string, ReportTool> tools, CancellationToken cancellation)
    {
        var slot = period.In(space.Zone);
        var closed = await db.WorkOrders.AsNoTracking().Where(o => o.Target == WorkTarget.Tool && o.ClosedAt >= slot.Start && o.ClosedAt < slot.End).Select(o => new { o.TargetId, o.Cost, o.Data }).ToListAsync(cancellation);
        var orders = closed.Where(o => tools.ContainsKey(o.TargetId)).ToLookup(o => o.TargetId, o => (o.Cost, Worked: Worked(o.Data)), StringComparer.Ordinal);
        var taken = (await uses.Read(companies: false, period.From, period.To, UseBy.Thing, Only(query, tools), cancellation, hours: false)).Where(s => tools.ContainsKey(s.Thing)).ToDictionary(s => s.Thing, s => s.Taken, StringComparer.Ordinal);
        long?[] Of(IEnumerable<string> some)
        {
            var ids = some.ToList();
            var (mine, hours) = (ids.SelectMany(id => orders[id]).ToList(), ids.Sum(id => taken.GetValueOrDefault(id)));
            var cost = mine.Sum(o => o.Cost);
            return [hours == 0 ? null : (long)Math.Round(cost * 3_600_000m / hours, MidpointRounding.AwayFromZero), cost, hours, mine.Count, mine.Sum(o => o.Worked)];
        }
        var all = orders.Select(o => o.Key).Union(taken.Keys).ToList();
        return (all.ToLookup(id => Part(tools[id], query.By), StringComparer.Ordinal).ToDictionary(p => p.Key, p => Of(p)), Of(all));
    }

    private static long Worked(string order) => (long)JsonSerializer.Deserialize<WorkOrderView>(order, StoredJson.Options)!.Definition.TimeSpent.TotalMilliseconds;

    private async Task<FigureReport> Training(NumbersQuery query, SpaceFacts space, CancellationToken cancellation)
    {
        var (now, before) = (await Trained(query.Period, space, cancellation), await Trained(Before(query), space, cancellation));
        var rows = Figures.Beside(now.Parts, before.Parts, OfTraining.Length, id => space.Certifications.GetValueOrDefault(id));
        return new FigureReport(query.Kind, query.By, query.Period, OfTraining, Sorted(rows, query.By), new FigureRow("", null, now.Total, before.Total));
    }

    private async Task<(Dictionary<string, long?[]> Parts, long?[] Total)> Trained(Period period, SpaceFacts space, CancellationToken cancellation)
    {
        var slot = period.In(space.Zone);
        var sessions = (await db.Trainings.AsNoTracking().Where(t => t.Start >= slot.Start && t.Start < slot.End).Select(t => t.Data).ToListAsync(cancellation))
            .Select(json => JsonSerializer.Deserialize<TrainingView>(json, StoredJson.Options)!).Where(t => !t.Definition.Cancelled).ToLookup(t => t.Definition.CertificationId, StringComparer.Ordinal);
        var grants = (await db.Grants.AsNoTracking().Where(g => g.At >= slot.Start && g.At < slot.End).GroupBy(g => new { g.CertificationId, g.Revoked }).Select(g => new { g.Key.CertificationId, g.Key.Revoked, Count = g.Count() }).ToListAsync(cancellation))
            .ToLookup(g => g.CertificationId, g => (g.Revoked, Count: (long)g.Count), StringComparer.Ordinal);
        long?[] Of(IReadOnlyList<TrainingView> held, IReadOnlyList<(bool Revoked, long Count)> granted)
        {
            var (taken, seats) = (held.Sum(t => (long)t.Members.Length), held.Sum(t => (long)t.Definition.Seats));
            return [held.Count, taken, seats, Figures.Share(taken, seats), granted.Where(g => !g.Revoked).Sum(g => g.Count), granted.Where(g => g.Revoked).Sum(g => g.Count)];
        }
        var keys = sessions.Select(s => s.Key).Union(grants.Select(g => g.Key));
        return (keys.ToDictionary(k => k, k => Of([.. sessions[k]], [.. grants[k]])), Of([.. sessions.SelectMany(s => s)], [.. grants.SelectMany(g => g)]));
    }

    private async Task<FigureReport> Revenue(NumbersQuery query, SpaceFacts space, Dictionary<string, ReportTool> tools, CancellationToken cancellation)
    {
        var (now, before) = (await Earned(query, query.Period, space, tools, cancellation), await Earned(query, Before(query), space, tools, cancellation));
        var rows = Figures.Beside(now.Parts, before.Parts, OfRevenue.Length, Names(query.By, tools, await AreaNames(cancellation)));
        return new FigureReport(query.Kind, query.By, query.Period, OfRevenue, Sorted(rows, query.By), new FigureRow("", null, now.Total, before.Total));
    }

    private async Task<(Dictionary<string, long?[]> Parts, long?[] Total)> Earned(NumbersQuery query, Period period, SpaceFacts space, Dictionary<string, ReportTool> tools, CancellationToken cancellation)
    {
        var only = Only(query, tools);
        var earned = (await revenue.ByTool(period, space, cancellation)).Where(e => e.Key.Length > 0 && (only is null ? !Keys.IsMentorTime(e.Key) : only.Contains(e.Key))).ToDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal);
        var taken = (await uses.Read(companies: false, period.From, period.To, UseBy.Thing, only, cancellation, hours: false)).ToDictionary(s => s.Thing, s => s.Taken, StringComparer.Ordinal);
        long?[] Of(IEnumerable<string> ids)
        {
            var (money, hours) = (ids.Sum(id => earned.GetValueOrDefault(id)), ids.Sum(id => taken.GetValueOrDefault(id)));
            return [money, hours, hours == 0 ? null : (long)Math.Round(money * 3_600_000m / hours, MidpointRounding.AwayFromZero)];
        }
        var ids = earned.Keys.Union(taken.Keys).ToList();
        var parts = ids.ToLookup(id => tools.TryGetValue(id, out var tool) ? Part(tool, query.By) : id, StringComparer.Ordinal);
        return (parts.ToDictionary(p => p.Key, p => Of([.. p])), Of(ids));
    }

    // Machines report what they drew through their interlocks; where there are none the report is empty.
    private async Task<FigureReport> Energy(NumbersQuery query, SpaceFacts space, Dictionary<string, ReportTool> tools, CancellationToken cancellation)
    {
        var (now, before) = (await Drawn(query, query.Period, space, tools, cancellation), await Drawn(query, Before(query), space, tools, cancellation));
        var rows = Figures.Beside(now.Parts, before.Parts, OfEnergy.Length, Names(query.By, tools, await AreaNames(cancellation)));
        return new FigureReport(query.Kind, query.By, query.Period, OfEnergy, Sorted(rows, query.By), new FigureRow("", null, now.Total, before.Total));
    }

    private async Task<(Dictionary<string, long?[]> Parts, long?[] Total)> Drawn(NumbersQuery query, Period period, SpaceFacts space, Dictionary<string, ReportTool> tools, CancellationToken cancellation)
    {
        var (slot, only) = (period.In(space.Zone), Only(query, tools));
        var sums = await db.DeviceUses.AsNoTracking().Where(u => u.ToolId != null && u.StartedAt >= slot.Start && u.StartedAt < slot.End)
            .GroupBy(u => u.ToolId!).Select(g => new { Tool = g.Key, Energy = g.Sum(u => u.EnergyWh), Seconds = g.Sum(u => u.RunSeconds), Uses = g.Count() }).ToListAsync(cancellation);
        var mine = sums.Where(s => only is null || only.Contains(s.Tool)).ToList();
        var parts = mine.ToLookup(s => tools.TryGetValue(s.Tool, out var tool) ? Part(tool, query.By) : s.Tool, StringComparer.Ordinal);
        return (parts.ToDictionary(p => p.Key, p => new long?[] { p.Sum(s => s.Energy), p.Sum(s => s.Seconds) * 1000, p.Sum(s => s.Uses) }), [mine.Sum(s => s.Energy), mine.Sum(s => s.Seconds) * 1000, mine.Sum(s => s.Uses)]);
    }
}
