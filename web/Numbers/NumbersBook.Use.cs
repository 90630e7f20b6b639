using System.Globalization;
using Makerspace.Numbers;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Period = Makerspace.Web.Billing.Period;

namespace Makerspace.Web.Numbers;

/// <summary>Reports on bookings: utilisation, fairness, no-shows.</summary>
internal sealed partial class NumbersBook
{
    private static readonly FigureColumn[] OfUtilisation = [new("share", FigureUnit.Share), new("taken", FigureUnit.Time), new("open", FigureUnit.Time), new("bookings", FigureUnit.Count)];

    private static readonly FigureColumn[] OfFairness =
    [
        new("peakShare", FigureUnit.Share), new("peopleShare", FigureUnit.Share), new("peak", FigureUnit.Time), new("taken", FigureUnit.Time), new("bookings", FigureUnit.Count), new("people", FigureUnit.Count),
    ];

    private static readonly FigureColumn[] OfNoShows =
    [
        new("noShows", FigureUnit.Count), new("noShowShare", FigureUnit.Share), new("missed", FigureUnit.Time), new("lateCancelled", FigureUnit.Count), new("cancelled", FigureUnit.Count),
        new("displaced", FigureUnit.Count), new("bookings", FigureUnit.Count),
    ];

    private async Task<FigureReport> Utilisation(NumbersQuery query, SpaceFacts space, Dictionary<string, ReportTool> tools, CancellationToken cancellation)
    {
        // The sums have connections of their own: both periods are read at once.
        var both = await Task.WhenAll(Taken(query, query.Period, space, tools, cancellation), Taken(query, Before(query), space, tools, cancellation));
        var (now, before) = (both[0], both[1]);
        var areas = await AreaNames(cancellation);
        var rows = Figures.Beside(now.Parts, before.Parts, OfUtilisation.Length, Names(query.By, tools, areas));
        var total = new FigureRow("", null, now.Total, before.Total);
        return new FigureReport(query.Kind, query.By, query.Period, OfUtilisation, Sorted(rows, query.By), total, now.Heat);
    }

    private sealed record TakenTime(Dictionary<string, long?[]> Parts, long?[] Total, HeatMap Heat);

    private async Task<TakenTime> Taken(NumbersQuery query, Period period, SpaceFacts space, Dictionary<string, ReportTool> tools, CancellationToken cancellation)
    {
        var hours = OpenWeek(period, space);
        var only = Only(query, tools);
        var sums = await uses.Read(companies: false, period.From, period.To, UseBy.Thing, only, cancellation, hours: false);
        // Whoever takes time belongs to a company, or to none, which counts as one: over everything the hours of all companies are those of all tools, in far fewer rows.
        var week = await uses.Read(companies: only is null, period.From, period.To, UseBy.Weekday, only, cancellation);
        var used = sums.Select(s => s.Thing).ToHashSet(StringComparer.Ordinal);
        // Hidden tools count where they were used.
        var counted = tools.Values.Where(t => t.Visible || used.Contains(t.Id)).ToList();
        var atOnce = counted.Sum(t => (long)t.AtOnce);
        var heat = new HeatMap([.. Enumerable.Range(0, 7).Select(d => Hours(week.Where(s => s.Day == d)))], [.. hours.Select(day => (IReadOnlyList<long>)[.. day.Select(h => h * atOnce)])]);
        var open = hours.Sum(d => d.Sum());
        var parts = query.By switch
        {
            ReportBy.Hour => ByHour(heat),
            ReportBy.Day or ReportBy.Month => await InTime(query, period, space, atOnce, only, cancellation),
            _ => ByPart(query, sums, counted, open),
        };
        var taken = sums.Sum(s => s.Taken);
        return new TakenTime(parts, [Figures.Share(taken, open * atOnce), taken, open * atOnce, sums.Sum(s => s.Bookings)], heat);
    }

    private static long[] Hours(IEnumerable<UseSum> sums)
    {
        var hours = new long[24];
        foreach (var sum in sums)
            for (var h = 0; h < 24; h++) hours[h] += sum.Hours[h];
        return hours;
    }

    private static Dictionary<string, long?[]> ByHour(HeatMap heat) => Enumerable.Range(0, 24).ToDictionary(
        h => h.ToString("00", CultureInfo.InvariantCulture) + ":00",
        h =>
        {
            // A booking has no hour of its own: how many there were is told over all hours only.
            var (taken, open) = (heat.Taken.Sum(d => d[h]), heat.Open.Sum(d => d[h]));
            return new long?[] { Figures.Share(taken, open), taken, open, null };
        });

    private static Dictionary<string, long?[]> ByPart(NumbersQuery query, List<UseSum> sums, List<ReportTool> tools, long open)
    {
        var byTool = sums.ToLookup(s => s.Thing, StringComparer.Ordinal);
        return tools.GroupBy(t => Part(t, query.By)).ToDictionary(g => g.Key, g =>
        {
            var (taken, there) = (g.Sum(t => byTool[t.Id].Sum(s => s.Taken)), open * g.Sum(t => t.AtOnce));
            return new long?[] { Figures.Share(taken, there), taken, there, g.Sum(t => byTool[t.Id].Sum(s => s.Bookings)) };
        });
    }

    private async Task<Dictionary<string, long?[]>> InTime(NumbersQuery query, Period period, SpaceFacts space, long atOnce, List<string>? only, CancellationToken cancellation)
    {
        var sums = (await uses.Read(companies: false, period.From, period.To, UseBy.Day, only, cancellation, hours: false)).ToLookup(s => UseBook.DateOf(s.Day));
        var open = OpenHours.Within(period.In(space.Zone), space).SelectMany(s => Days(s, space.Zone)).ToLookup(d => d.Day, d => d.Length);
        return DaysOf(period).GroupBy(d => Place(d, query.By)).ToDictionary(g => g.Key, g =>
        {
            var (taken, there) = (g.Sum(d => sums[d].Sum(s => s.Taken)), atOnce * g.Sum(d => open[d].Sum()));
            return new long?[] { Figures.Share(taken, there), taken, there, g.Sum(d => sums[d].Sum(s => s.Bookings)) };
        });
    }

    private static IEnumerable<(LocalDate Day, long Length)> Days(Slot slot, DateTimeZone zone)
    {
        for (var at = slot.Start; at < slot.End;)
        {
            var day = at.InZone(zone).Date;
            var end = Instant.Min(slot.End, zone.AtStartOfDay(day.PlusDays(1)).ToInstant());
            yield return (day, end.ToUnixTimeMilliseconds() - at.ToUnixTimeMilliseconds());
            at = end;
        }
    }

    private static IEnumerable<LocalDate> DaysOf(Period period) => Enumerable.Range(0, NodaTime.Period.DaysBetween(period.From, period.To)).Select(period.From.PlusDays);

    private static string Place(LocalDate day, ReportBy by) => by == ReportBy.Month ? MonthName.Format(day) : Iso(day);

    private async Task<FigureReport> Fairness(NumbersQuery query, SpaceFacts space, CancellationToken cancellation)
    {
        var companies = await db.Companies.AsNoTracking().ToDictionaryAsync(c => c.Id, c => c.Name, cancellation);
        var people = (await db.Members.AsNoTracking().Where(m => m.Active).GroupBy(m => m.CompanyId ?? "").Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellation)).ToDictionary(p => p.Key, p => (long)p.Count, StringComparer.Ordinal);
        var (now, before) = (await Shares(query.Period, space, people, cancellation), await Shares(Before(query), space, people, cancellation));
        var rows = Figures.Beside(now, before, OfFairness.Length, id => companies.GetValueOrDefault(id));
        return new FigureReport(query.Kind, query.By, query.Period, OfFairness, Sorted(rows, query.By), Over(now, before, people));
    }

    private async Task<Dictionary<string, long?[]>> Shares(Period period, SpaceFacts space, Dictionary<string, long> people, CancellationToken cancellation)
    {
        var sums = await uses.Read(companies: true, period.From, period.To, UseBy.ThingAndWeekday, null, cancellation);
        var peak = PeakHours.Of(space);
        long Peak(IEnumerable<UseSum> some) => some.Sum(s => s.Hours.Where((_, h) => peak[s.Day][h]).Sum());
        var (all, everybody) = (Peak(sums), people.Values.Sum());
        return sums.GroupBy(s => s.Thing).ToDictionary(g => g.Key, g => new long?[]
        {
            Figures.Share(Peak(g), all), Figures.Share(people.GetValueOrDefault(g.Key), everybody), Peak(g), g.Sum(s => s.Taken), g.Sum(s => s.Bookings), people.GetValueOrDefault(g.Key),
        });
    }

    private static FigureRow Over(Dictionary<string, long?[]> now, Dictionary<string, long?[]> before, Dictionary<string, long> people)
    {
        long?[] Sum(Dictionary<string, long?[]> parts) =>
            [parts.Values.Any(v => v[0] > 0) ? 10_000 : null, people.Count > 0 ? 10_000 : null, parts.Values.Sum(v => v[2]), parts.Values.Sum(v => v[3]), parts.Values.Sum(v => v[4]), people.Values.Sum()];
        return new FigureRow("", null, Sum(now), Sum(before));
    }

    private async Task<FigureReport> NoShows(NumbersQuery query, SpaceFacts space, Dictionary<string, ReportTool> tools, CancellationToken cancellation)
    {
        if (query.By == ReportBy.Member) return await NoShowsByMember(query, space, tools, cancellation);
        var (now, before) = (await Missed(query, query.Period, tools, cancellation), await Missed(query, Before(query), tools, cancellation));
        var names = query.By == ReportBy.Company
            ? (await db.Companies.AsNoTracking().ToDictionaryAsync(c => c.Id, c => c.Name, cancellation)).GetValueOrDefault
            : Names(query.By, tools, await AreaNames(cancellation));
        var rows = Figures.Beside(now.Parts, before.Parts, OfNoShows.Length, names);
        return new FigureReport(query.Kind, query.By, query.Period, OfNoShows, Sorted(rows, query.By), new FigureRow("", null, now.Total, before.Total));
    }

    private async Task<(Dictionary<string, long?[]> Parts, long?[] Total)> Missed(NumbersQuery query, Period period, Dictionary<string, ReportTool> tools, CancellationToken cancellation)
    {
        var (companies, inTime) = (query.By == ReportBy.Company, query.By is ReportBy.Day or ReportBy.Month);
        var sums = await uses.Read(companies, period.From, period.To, inTime ? UseBy.Day : UseBy.Thing, companies ? null : Only(query, tools), cancellation, hours: false);
        var parts = inTime
            ? sums.ToLookup(s => Place(UseBook.DateOf(s.Day), query.By))
            : sums.ToLookup(s => companies ? s.Thing : tools.TryGetValue(s.Thing, out var tool) ? Part(tool, query.By) : s.Thing);
        var keys = inTime ? DaysOf(period).Select(d => Place(d, query.By)).Distinct() : parts.Select(p => p.Key);
        return (keys.ToDictionary(k => k, k => Missed([.. parts[k]])), Missed(sums));
    }

    private static long?[] Missed(IReadOnlyList<UseSum> sums)
    {
        var (missed, bookings) = (sums.Sum(s => s.NoShows), sums.Sum(s => s.Bookings));
        return [missed, Figures.Share(missed, missed + bookings), sums.Sum(s => s.Missed), sums.Sum(s => s.LateCancelled), sums.Sum(s => s.Cancelled), sums.Sum(s => s.Displaced), bookings];
    }

    // The few that nobody came for have an index of their own.
    private async Task<FigureReport> NoShowsByMember(NumbersQuery query, SpaceFacts space, Dictionary<string, ReportTool> tools, CancellationToken cancellation)
    {
        var only = Only(query, tools);
        var (now, before) = (await Absent(query.Period, space, only, cancellation), await Absent(Before(query), space, only, cancellation));
        var ids = now.Keys.Union(before.Keys).ToList();
        var names = await db.Members.AsNoTracking().Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, cancellation);
        FigureColumn[] columns = [new("noShows", FigureUnit.Count), new("missed", FigureUnit.Time)];
        var rows = Figures.Beside(now, before, columns.Length, names.GetValueOrDefault);
        long?[] Sum(Dictionary<string, long?[]> parts) => [parts.Values.Sum(v => v[0]), parts.Values.Sum(v => v[1])];
        return new FigureReport(query.Kind, query.By, query.Period, columns, Sorted(rows, query.By), new FigureRow("", null, Sum(now), Sum(before)));
    }

    private async Task<Dictionary<string, long?[]>> Absent(Period period, SpaceFacts space, List<string>? only, CancellationToken cancellation)
    {
        var slot = period.In(space.Zone);
        var missed = await db.Bookings.AsNoTracking().Where(b => b.State == BookingState.NoShow && b.Start >= slot.Start && b.Start < slot.End)
            .Select(b => new { b.MemberId, b.Start, b.End, b.ToolId, Also = db.BookingTools.Where(t => t.BookingId == b.Id).Select(t => t.ToolId).ToList() }).ToListAsync(cancellation);
        var rows = missed.Where(m => m.Also.Prepend(m.ToolId).Any(t => only is null ? !Keys.IsMentorTime(t) : only.Contains(t)));
        return rows.GroupBy(r => r.MemberId).ToDictionary(g => g.Key, g => new long?[] { g.Count(), g.Sum(r => r.End.ToUnixTimeMilliseconds() - r.Start.ToUnixTimeMilliseconds()) });
    }

    private static List<FigureRow> Sorted(List<FigureRow> rows, ReportBy by) => by is ReportBy.Hour or ReportBy.Day or ReportBy.Month
        ? [.. rows.Where(r => r.Values.Count > 0).OrderBy(r => r.Key, StringComparer.Ordinal)]
        : [.. rows.OrderByDescending(r => r.Values[0] ?? -1).ThenByDescending(r => r.Values.Count > 1 ? r.Values[1] ?? -1 : 0).ThenBy(r => r.Key, StringComparer.Ordinal)];
}

/// <summary>Which hours of the week everybody wants. An hour is one of them where it begins in a peak window: hours count whole.</summary>
internal static class PeakHours
{
    /// <summary>Where the space sets no peak hours: weekday evenings.</summary>
    public static readonly PeakWindow Usual = new([IsoDayOfWeek.Monday, IsoDayOfWeek.Tuesday, IsoDayOfWeek.Wednesday, IsoDayOfWeek.Thursday, IsoDayOfWeek.Friday], new LocalTime(17, 0), new LocalTime(21, 0));

    public static IReadOnlyList<PeakWindow> Windows(SpaceFacts space) => space.Defaults.Peak is { IsDefaultOrEmpty: false } set ? set : [Usual];

    /// <summary>By day, Monday first, and hour.</summary>
    public static bool[][] Of(SpaceFacts space) => [.. Enumerable.Range(1, 7).Select(day => Enumerable.Range(0, 24).Select(hour => Windows(space).Any(w => Has(w, (IsoDayOfWeek)day, new LocalTime(hour, 0)))).ToArray())];

    private static bool Has(PeakWindow window, IsoDayOfWeek day, LocalTime at)
    {
        var before = day == IsoDayOfWeek.Monday ? IsoDayOfWeek.Sunday : day - 1;
        var overnight = window.To <= window.From;
        return (window.Days.Contains(day) && at >= window.From && (overnight || at < window.To)) || (overnight && window.Days.Contains(before) && at < window.To);
    }
}
