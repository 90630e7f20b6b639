using System.Globalization;
using System.Text;
using CsvHelper;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Sessions;
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
/// <param name="Sessions">Those that took place: the time came, and the mentor did not say that nobody did.</param>
/// <param name="Hours">Their time.</param>
/// <param name="Members">How many people came.</param>
/// <param name="NoShows">To how many nobody came.</param>
/// <param name="Rating">The mean of what was said of them, 1 to 5; null where nothing was.</param>
public sealed record ProgrammeRow(string Key, string Name, int Sessions, Duration Hours, int Members, int NoShows, double? Rating);

/// <summary>Hours by mentor, and by start-up.</summary>
public sealed class Programme(MakerspaceDb db, IReadModels readModels)
{
    /// <summary>Sessions that ended in the period, the most hours first.</summary>
    public async Task<IReadOnlyList<ProgrammeRow>> Hours(Slot period, bool byCompany, CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var mentors = await db.Tools.AsNoTracking().Where(t => t.MentorId != null).ToDictionaryAsync(t => t.Id, t => (Id: t.MentorId!, t.Name), cancellation);
        var ids = mentors.Keys.ToList();
        var held = (await db.Bookings.AsNoTracking().Where(b => b.State == BookingState.Completed && b.End > period.Start && b.End <= period.End
            && (ids.Contains(b.ToolId) || db.BookingTools.Any(t => t.BookingId == b.Id && ids.Contains(t.ToolId)))).ToListAsync(cancellation)).Select(b => b.View()).Where(b => !b.Tools.Contains(Keys.MentorTime(b.MemberId))).ToList();   // their own time is an event's
        var known = (await Known(period).ToListAsync(cancellation)).ToDictionary(s => s.Id, s => s.View());
        var names = byCompany ? await db.Companies.AsNoTracking().ToDictionaryAsync(c => c.Id, c => c.Name, cancellation) : mentors.Values.ToDictionary(m => m.Id, m => m.Name);
        return
        [
            .. held.GroupBy(b => byCompany ? b.CompanyId ?? "" : mentors[b.Tools.First(mentors.ContainsKey)].Id, StringComparer.Ordinal).Select(g => Row(g.Key, names.GetValueOrDefault(g.Key, g.Key), [.. g], known))
                .OrderByDescending(r => r.Hours).ThenBy(r => r.Name, StringComparer.CurrentCulture),
        ];
    }

    private IQueryable<SessionRow> Known(Slot period) => db.Sessions.AsNoTracking().Where(s => db.Bookings.Any(b => b.Id == s.Id && b.End > period.Start && b.End <= period.End));

    private static ProgrammeRow Row(string key, string name, List<BookingView> all, Dictionary<Guid, SessionView> known)
    {
        var held = all.Where(b => known.GetValueOrDefault(b.Id)?.Came != false).ToList();
        var said = held.Select(s => known.GetValueOrDefault(s.Id)?.Feedback?.Rating).OfType<int>().ToList();
        return new ProgrammeRow(
            key, name, held.Count, held.Aggregate(Duration.Zero, (sum, s) => sum + s.Slot.Duration), held.Select(s => s.MemberId).Distinct(StringComparer.Ordinal).Count(), all.Count - held.Count,
            said.Count == 0 ? null : Math.Round(said.Average(), 2));
    }
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
