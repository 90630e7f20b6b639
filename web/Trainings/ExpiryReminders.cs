using System.Collections.Immutable;
using System.Globalization;
using Makerspace.Jobs;
using Makerspace.Members;
using Makerspace.Notices;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Trainings;
using Makerspace.Web.Notices;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Trainings;

/// <summary>Reminds members of certifications that are about to end, or to lapse because nothing that asks for them was used: so long before as each chose (a month and a week, where they chose nothing), each once.</summary>
internal sealed class ExpiryReminders(IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, ITrainingDirectory trainings, Letters letters, TimeProvider time)
    : IScheduledWork
{
    public const string Id = "expiry-reminders";
    private const int MostInRun = 2_000;

    public async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var ends = await db.Certificates.Where(c => c.EndedAt == null && c.Until > now).OrderBy(c => c.Until).Select(c => new { c.MemberId, End = c.Until!.Value }).Take(100).ToListAsync(cancellation);
        var lapses = (await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts()).Lapses;
        ends.AddRange((await ComingLapses.Of(db, grains, lapses, now, NoticeSettings.LongestLead, MostInRun, cancellation)).Select(c => new { c.MemberId, c.End }));
        var leads = await Leads(db, [.. ends.Select(e => e.MemberId).Distinct()], cancellation);
        return ends.SelectMany(e => leads(e.MemberId).Select(lead => e.End - lead)).Where(due => due > now).Select(due => (Instant?)due).Min();
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var (now, space) = (time.Now(), await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts());
        var soon = now + NoticeSettings.LongestLead;
        var live = db.Certificates.AsNoTracking().Where(c => c.EndedAt == null);
        foreach (var row in await live.Where(c => c.Until > now && c.Until <= soon).OrderBy(c => c.Until).Take(MostInRun).ToListAsync(cancellation))
            await Remind(db, row.View(), row.Until!.Value, byDisuse: false, now, cancellation);
        foreach (var (id, after) in space.Lapses)
        {
            // At the earliest so long after it was granted; whoever used it since has longer, which only the member knows.
            var granted = soon - after;
            foreach (var row in await live.Where(c => c.CertificationId == id && c.From <= granted && (c.Until == null || c.Until > now)).OrderBy(c => c.From).Take(MostInRun).ToListAsync(cancellation))
                if (await LapsesAt(row.View(), after) is var lapse && lapse > now && lapse <= soon) await Remind(db, row.View(), lapse, byDisuse: true, now, cancellation);
        }
    }

    // In days, as the ids of what was sent before anybody could choose.
    private static string Lead(Duration lead) => lead.TotalDays.ToString("0.####", CultureInfo.InvariantCulture);

    private async Task<Instant> LapsesAt(Certificate certificate, Duration after)
    {
        var used = await grains.GetGrain<IMemberGrain>(Keys.Member(certificate.MemberId)).LastUsed();
        var held = new Certification(certificate.CertificationId, certificate.From, certificate.Until, certificate.GrantedBy);
        return Lapsing.At(held, used.TryGetValue(held.Id, out var at) ? at : null, after);
    }

    private static async Task<Func<string, ImmutableArray<Duration>>> Leads(MakerspaceDb db, IReadOnlyCollection<string> members, CancellationToken cancellation)
    {
        var chosen = (await db.NoticeSettings.AsNoTracking().Where(s => members.Contains(s.MemberId)).ToListAsync(cancellation)).ToDictionary(s => s.MemberId, s => s.Settings().CertificateLeads);
        return member => chosen.GetValueOrDefault(member, new NoticeSettings().CertificateLeads);
    }

    // A job that runs late reminds once, of the nearest of those that are due.
    private async Task Remind(MakerspaceDb db, Certificate certificate, Instant end, bool byDisuse, Instant now, CancellationToken cancellation)
    {
        var due = (await Leads(db, [certificate.MemberId], cancellation))(certificate.MemberId).Where(lead => end - lead <= now).ToList();
        if (due.Count == 0) return;
        var before = due.Min();
        var next = byDisuse ? null : await trainings.Next(certificate.CertificationId, now, cancellation);
        await letters.Send(
            certificate.MemberId, ["certificate-ends", certificate.Code, end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Lead(before)],
            s => LetterTexts.CertificationEnds(s, s.Certification(certificate.CertificationId), end, byDisuse, next is null ? null : (next.Title, next.Slot)),
            cancellation, end);
    }
}
