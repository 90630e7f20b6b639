using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CsvHelper;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Billing;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Period = Makerspace.Web.Billing.Period;

namespace Makerspace.Web.Mentors;

/// <summary>What the programme came to for one mentor or one company, for whoever pays for it.</summary>
/// <param name="Key">The mentor's member id, or the company's; empty for members of no company.</param>
/// <param name="Sessions">Those that took place, events among them: the time came, and it was not said that nobody did.</param>
/// <param name="Hours">Their time.</param>
/// <param name="Members">How many people came.</param>
/// <param name="NoShows">To how many nobody came.</param>
/// <param name="Rating">The mean of what was said of them, 1 to 5; null where nothing was.</param>
public sealed record ProgrammeRow(string Key, string Name, int Sessions, Duration Hours, int Members, int NoShows, double? Rating);

/// <summary>Hours by mentor, and by start-up: of sessions, and of events that a mentor gave.</summary>
public sealed class Programme(MakerspaceDb db, IReadModels readModels)
{
    /// <summary>What ended in the period, the most hours first.</summary>
    public async Task<IReadOnlyList<ProgrammeRow>> Hours(Slot period, bool byCompany, CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var mentors = await db.Tools.AsNoTracking().Where(t => t.MentorId != null).ToDictionaryAsync(t => t.Id, t => (Id: t.MentorId!, t.Name), cancellation);
        List<Meeting> all = [.. await Sessions(period, mentors, cancellation), .. await Events(period, [.. mentors.Values.Select(m => m.Id)], cancellation)];
        var names = byCompany ? await db.Companies.AsNoTracking().ToDictionaryAsync(c => c.Id, c => c.Name, cancellation) : mentors.Values.ToDictionary(m => m.Id, m => m.Name);
        var told = all.SelectMany(m => byCompany ? m.Of.Select(p => p.Company).Distinct(StringComparer.Ordinal).Select(c => (Key: c, Meeting: m with { Of = m.Of.RemoveAll(p => p.Company != c) })) : [(Key: m.MentorId, Meeting: m)]);
        return
        [
            .. told.GroupBy(t => t.Key, t => t.Meeting, StringComparer.Ordinal).Select(g => Row(g.Key, names.GetValueOrDefault(g.Key, g.Key), [.. g]))
                .OrderByDescending(r => r.Hours).ThenBy(r => r.Name, StringComparer.CurrentCulture),
        ];
    }

    // A mentor's own booking of their time is an event's.
    private async Task<IEnumerable<Meeting>> Sessions(Slot period, Dictionary<string, (string Id, string Name)> mentors, CancellationToken cancellation)
    {
        var ids = mentors.Keys.ToList();
        var ended = await db.Bookings.AsNoTracking().Where(b => b.State == BookingState.Completed && b.End > period.Start && b.End <= period.End
            && (ids.Contains(b.ToolId) || db.BookingTools.Any(t => t.BookingId == b.Id && ids.Contains(t.ToolId)))).ToListAsync(cancellation);
        var known = (await db.Sessions.AsNoTracking().Where(s => db.Bookings.Any(b => b.Id == s.Id && b.End > period.Start && b.End <= period.End)).ToListAsync(cancellation)).ToDictionary(s => s.Id, s => s.View());
        return ended.Select(b => b.View()).Where(b => !b.Tools.Contains(Keys.MentorTime(b.MemberId))).Select(b => new Meeting(
            mentors[b.Tools.First(mentors.ContainsKey)].Id, b.Slot.Duration, known.GetValueOrDefault(b.Id)?.Came != false, known.GetValueOrDefault(b.Id)?.Feedback?.Rating, [(b.MemberId, b.CompanyId ?? "")]));
    }

    // Who had a seat and was not marked as missing came; their company is the one they are of now.
    private async Task<IEnumerable<Meeting>> Events(Slot period, List<string> mentors, CancellationToken cancellation)
    {
        var earliest = period.Start - Slot.Longest;
        var ended = (await db.Events.AsNoTracking().Where(e => e.Shown && mentors.Contains(e.HostId) && e.Start > earliest && e.Start < period.End).ToListAsync(cancellation))
            .Select(e => e.View()).Where(e => e.Definition.Slot.End > period.Start && e.Definition.Slot.End <= period.End).ToList();
        var came = ended.ToDictionary(e => e.Id, e => e.Seated.Where(m => !e.Marks.Any(k => k.MemberId == m && !k.Came)).ToList());
        var people = came.Values.SelectMany(m => m).Distinct().ToList();
        var companies = await db.Members.AsNoTracking().Where(m => people.Contains(m.Id) && m.CompanyId != null).ToDictionaryAsync(m => m.Id, m => m.CompanyId!, cancellation);
        return ended.Select(e => new Meeting(e.Definition.HostId, e.Definition.Slot.Duration, came[e.Id].Count > 0, null, [.. came[e.Id].Select(m => (m, companies.GetValueOrDefault(m, "")))]));
    }

    private static ProgrammeRow Row(string key, string name, List<Meeting> all)
    {
        var held = all.FindAll(m => m.Came);
        var said = held.Select(m => m.Rating).OfType<int>().ToList();
        return new ProgrammeRow(
            key, name, held.Count, held.Aggregate(Duration.Zero, (sum, m) => sum + m.Time), held.SelectMany(m => m.Of.Select(p => p.Member)).Distinct(StringComparer.Ordinal).Count(), all.Count - held.Count,
            said.Count == 0 ? null : Math.Round(said.Average(), 2));
    }

    /// <summary>Time that a mentor gave, and for whom.</summary>
    /// <param name="MentorId">Who gave it.</param>
    /// <param name="Time">How long.</param>
    /// <param name="Came">Somebody was there.</param>
    /// <param name="Rating">What was said of it.</param>
    /// <param name="Of">For whom, with their company; empty: of none.</param>
    private sealed record Meeting(string MentorId, Duration Time, bool Came, int? Rating, ImmutableArray<(string Member, string Company)> Of);
}

/// <summary>The programme's hours, as JSON or as a table.</summary>
internal static class ProgrammeEndpoints
{
    public static void MapProgramme(this RouteGroupBuilder api) => api.MapGet("/programme/hours", Hours).RequireAuthorization(Allow.StaffRead).WithTags("Mentors")
        .WithSummary("Mentors' hours that took place, by mentor or by company").WithDescription("by=mentor|company; from and to are days, to the first that is not in it; this month where they are not given. format=csv for a table.");

    private static async Task<Results<Ok<IReadOnlyList<ProgrammeRow>>, FileContentHttpResult, ProblemHttpResult>> Hours(
        string? by, string? from, string? to, string? format, Programme programme, IGrainFactory grains, TimeProvider time, CancellationToken cancellation)
    {
        var (faults, space) = (new Faults(), await grains.Space());
        var period = Period.Read(faults, from, to, space, time.Now());
        if (by is not (null or "mentor" or "company")) faults.Add("by", "unknown-value", "by is mentor or company.");
        if (format is not (null or "json" or "csv")) faults.Add("format", "unknown-value", "format is json or csv.");
        if (faults.Any) return faults.Problem;
        var rows = await programme.Hours(period.In(space.Zone), by == "company", cancellation);
        return format == "csv" ? TypedResults.File(Csv(by ?? "mentor", rows), "text/csv; charset=utf-8", $"programme-{by ?? "mentor"}.csv") : TypedResults.Ok(rows);
    }

    private static byte[] Csv(string by, IReadOnlyList<ProgrammeRow> rows)
    {
        using var text = new StringWriter();
        using (var csv = CsvWriter.Create(text, CsvWriterOptions.Default with { NewLine = "\r\n", HasHeader = false }, leaveOpen: true))
        {
            csv.WriteRecord([by, "name", "sessions", "hours", "members", "noShows", "rating"]);
            foreach (var row in rows)
                csv.WriteRecord([LedgerCsv.Text(row.Key), LedgerCsv.Text(row.Name), Number(row.Sessions), Number(row.Hours.TotalHours), Number(row.Members), Number(row.NoShows), row.Rating is { } rating ? Number(rating) : ""]);
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
