using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Notices;

/// <summary>
/// Keeps what people are to be told in step with the journal, in batches: what they know, what waits and how far the journal is read change in one transaction, so that a crash
/// repeats a batch whole or not at all. Run by one at a time; who sends runs it first, so nothing is sent that the journal has overtaken.
/// </summary>
public sealed class NoticePlanner(
    Database database, IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, IEnumerable<IAppointmentSource> sources, TimeProvider time)
{
    private const string Checkpoint = "job-notices";
    private const int MostInBatch = 200;

    /// <summary>News is no news after this long: of a journal that is read again from its beginning nobody wants to hear.</summary>
    private static readonly Duration Stale = Duration.FromDays(3);

    /// <summary>What was is kept so long, to answer why somebody was told something or was not.</summary>
    private static readonly Duration Kept = Duration.FromDays(90);

    private readonly Dictionary<string, IAppointmentSource> sources = sources.SelectMany(s => s.Types.Select(t => (t, s))).ToDictionary(p => p.t, p => p.s, StringComparer.Ordinal);
    private long position = -1;
    private Instant? tidied;

    /// <summary>Whether an entry of the journal may change what somebody is to be told.</summary>
    public bool Concerns(JournalRow row) => sources.ContainsKey(row.Type);

    /// <summary>Whether there is something in the journal, or a change of somebody's wishes, that is not planned yet.</summary>
    public async Task<bool> Behind(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.NoticeSettings.AnyAsync(s => !s.Planned, cancellation)) return true;
        return position >= 0 && (await Read(position, 1, cancellation)).Count > 0;
    }

    /// <summary>Plans everything that is committed.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await ForgetAfterReset(cancellation);
        while (await Read(position, MostInBatch, cancellation) is { Count: > 0 } rows) await Plan(rows, cancellation);
        await Replan(cancellation);
        await Tidy(cancellation);
    }

    private async Task<List<JournalRow>> Read(long after, int most, CancellationToken cancellation)
    {
        await using var connection = await database.Open(cancellation);
        return await JournalReader.After(connection, [.. sources.Keys], after, models.Position, most, cancellation);
    }

    // Where it stands is read each time: another node may have gone on, and in Development the data may have been emptied.
    private async Task ForgetAfterReset(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        position = await db.Projections.Where(p => p.Name == Checkpoint).Select(p => p.Seq).FirstOrDefaultAsync(cancellation);
    }

    private async Task Plan(List<JournalRow> rows, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var told = rows.Select(r => (Row: r, Source: sources[r.Type], About: sources[r.Type].About(r))).Where(t => t.About is not null).ToList();
        var batch = await Batch.Load(db, [.. told.Select(t => t.About!).Distinct()], [.. told.Select(t => t.Source).Distinct()], await Zone(), cancellation);
        foreach (var (row, source, about) in told) batch.Follow(row, source, about!, time.Now() - Stale);
        await batch.LoadSettings(cancellation);
        foreach (var about in told.Select(t => t.About!).Distinct()) batch.Plan(about, told.Last(t => t.About == about).Row.At, time.Now() - Stale);
        await Keep(db, rows[^1].Seq, cancellation);
        await db.SaveChangesAsync(cancellation);
        position = rows[^1].Seq;
    }

    private static async Task Keep(MakerspaceDb db, long seq, CancellationToken cancellation)
    {
        if (await db.Projections.FirstOrDefaultAsync(p => p.Name == Checkpoint, cancellation) is { } row) row.Seq = seq;
        else db.Projections.Add(new ProjectionRow { Name = Checkpoint, Seq = seq });
    }

    /// <summary>Whoever changed their wishes has what waits for them planned again.</summary>
    private async Task Replan(CancellationToken cancellation)
    {
        List<string> changed;
        await using (var db = await databases.CreateDbContextAsync(cancellation))
            changed = await db.NoticeSettings.Where(s => !s.Planned).OrderBy(s => s.MemberId).Select(s => s.MemberId).Take(MostInBatch).ToListAsync(cancellation);
        foreach (var member in changed) await Replan(member, cancellation);
    }

    // Marked first: wishes that change meanwhile wait for the end of the transaction, and are planned after it.
    private async Task Replan(string member, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var (now, zone) = (time.Now(), await Zone());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.NoticeSettings.Where(s => s.MemberId == member).ExecuteUpdateAsync(s => s.SetProperty(r => r.Planned, true), cancellation);
        var abouts = await db.NoticesKnown.Where(k => k.MemberId == member && k.EndAt > now).Select(k => k.About).ToListAsync(cancellation);
        var batch = await Batch.Load(db, abouts, [.. sources.Values.Distinct()], zone, cancellation);
        await batch.LoadSettings(cancellation);
        foreach (var about in abouts) batch.Replan(about, member);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task Tidy(CancellationToken cancellation)
    {
        var now = time.Now();
        if (tidied is { } last && now >= last && now - last < Duration.FromDays(1)) return;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var before = now - Kept;
        await db.Notices.Where(n => n.LastAt < before && n.State != NoticeState.Waiting).ExecuteDeleteAsync(cancellation);
        await db.NoticesKnown.Where(k => k.EndAt < before).ExecuteDeleteAsync(cancellation);
        tidied = now;
    }

    private async Task<DateTimeZone> Zone() => (await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts()).Zone;

    /// <summary>Some appointments, with everything that was planned and is known of them.</summary>
    private sealed class Batch(MakerspaceDb db, DateTimeZone zone)
    {
        private readonly Dictionary<string, PeoplesAppointment> now = [];
        private Dictionary<(string About, string Member), KnownRow> known = [];
        private ILookup<(string About, string Member), NoticeRow> planned = Enumerable.Empty<NoticeRow>().ToLookup(n => (n.About, n.MemberId));
        private Dictionary<string, NoticeSettings> settings = [];

        public static async Task<Batch> Load(MakerspaceDb db, IReadOnlyCollection<string> abouts, IEnumerable<IAppointmentSource> sources, DateTimeZone zone, CancellationToken cancellation)
        {
            var batch = new Batch(db, zone);
            foreach (var source in sources)
                foreach (var (about, appointment) in await source.Now(db, abouts, cancellation)) batch.now[about] = appointment;
            batch.known = (await db.NoticesKnown.Where(k => abouts.Contains(k.About)).ToListAsync(cancellation)).ToDictionary(k => (k.About, k.MemberId));
            batch.planned = (await db.Notices.Where(n => abouts.Contains(n.About)).ToListAsync(cancellation)).ToLookup(n => (n.About, n.MemberId));
            return batch;
        }

        public async Task LoadSettings(CancellationToken cancellation)
        {
            var members = known.Keys.Select(k => k.Member).Distinct().ToList();
            settings = (await db.NoticeSettings.AsNoTracking().Where(s => members.Contains(s.MemberId)).ToListAsync(cancellation)).ToDictionary(s => s.MemberId, s => s.Settings());
        }

        /// <summary>What one entry tells everybody in it: since when it is so, and what whoever did it knows.</summary>
        public void Follow(JournalRow row, IAppointmentSource source, string about, Instant stale)
        {
            if (now.GetValueOrDefault(about) is not { } current) return;
            foreach (var member in current.People.Union(known.Keys.Where(k => k.About == about).Select(k => k.Member)).ToList())
            {
                var mine = known.GetValueOrDefault((about, member));
                if (source.After(row, member, mine is null ? null : AsIs(mine, current), current) is not { } after) continue;
                if (mine is null && !after.Lives) continue;
                // What the system itself plans, as the next office hours, comes as it was said to.
                var expected = mine is null && row.Actor == Actors.System && source is not BookingAppointments;
                mine = Know(about, member, mine, after, row.At);
                var himself = row.Actor == member;
                // Whose calendar has had it is told here all the same: no other message changes that.
                var elsewhere = mine.Sequence is null && source.TellsElsewhere(row, member);
                if ((himself && !mine.Mailed) || row.At < stale || expected || elsewhere) mine.Knows(after);
            }
        }

        private static Appointment AsIs(KnownRow mine, PeoplesAppointment current) =>
            (mine.Appointment ?? current.Appointment) with { Slot = new Slot(mine.StartAt, mine.EndAt), Stage = mine.Stage };

        private KnownRow Know(string about, string member, KnownRow? mine, Appointment after, Instant at)
        {
            if (mine is null)
            {
                known[(about, member)] = mine = new KnownRow { About = about, MemberId = member };
                db.NoticesKnown.Add(mine);
            }
            if (mine.StartAt != after.Slot.Start || mine.Stage != after.Stage) mine.Since = at;
            (mine.StartAt, mine.EndAt, mine.Stage) = (after.Slot.Start, after.Slot.End, after.Stage);
            return mine;
        }

        public void Plan(string about, Instant happened, Instant stale)
        {
            foreach (var mine in known.Values.Where(k => k.About == about).ToList())
            {
                if (now.GetValueOrDefault(about)?.For(mine.MemberId) is not { } appointment) continue;
                var wanted = NoticePlanning.Wanted(appointment, mine, happened < stale ? null : happened, Of(mine.MemberId), zone).ToDictionary(n => n.Id);
                Match(planned[(about, mine.MemberId)], wanted);
            }
        }

        /// <summary>Reminders only: there is no news in it.</summary>
        public void Replan(string about, string member)
        {
            if (known.GetValueOrDefault((about, member)) is not { } mine || now.GetValueOrDefault(about)?.For(member) is not { } appointment) return;
            var wanted = NoticePlanning.Wanted(appointment, mine, null, Of(member), zone).ToDictionary(n => n.Id);
            Match(planned[(about, member)].Where(n => n.Kind.IsReminder()), wanted);
        }

        private NoticeSettings Of(string member) => settings.GetValueOrDefault(member) ?? Default;

        private void Match(IEnumerable<NoticeRow> standing, Dictionary<Guid, NoticeRow> wanted)
        {
            foreach (var row in standing)
            {
                var found = wanted.Remove(row.Id, out var next);
                if (row.State != NoticeState.Waiting) continue;   // told, or too late for it: never twice
                if (!found) db.Notices.Remove(row);
                else (row.Kind, row.DueAt, row.LastAt, row.Digest, row.Data) = (next!.Kind, next.DueAt, next.LastAt, next.Digest, next.Data);
            }
            db.Notices.AddRange(wanted.Values);
        }

        private static readonly NoticeSettings Default = new();
    }
}
