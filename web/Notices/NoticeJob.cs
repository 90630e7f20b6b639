using System.Text;
using System.Text.Json;
using Makerspace.Accounts;
using Makerspace.Jobs;
using Makerspace.Notices;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Web.Calendars;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Notices;

/// <summary>
/// Plans what people are to be told, and puts down what is due: the message and that it was put down are one transaction, so a crash or a second node does neither twice. From there
/// <see cref="MessageDelivery"/> takes it. What is due too long is not sent; what was overtaken by the journal is planned anew before anything is sent.
/// </summary>
internal sealed partial class NoticeJob(
    NoticePlanner planner, IDbContextFactory<MakerspaceDb> databases, IGrainFactory grains, NoticeWriter writer, NoticeLinks links, IConfiguration configuration, TimeProvider time,
    ILogger<NoticeJob> log)
    : IChainedWork, IWatchesJournal, IDisposable
{
    public const string Id = "notices";
    private const int MostInBatch = 100;

    /// <summary>After so many batches what was put down is sent before more is: other jobs have their turn.</summary>
    private const int MostBatches = 10;

    /// <summary>Between full batches: whoever books meanwhile has the database to themselves for a moment.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);

    // Whoever asks what is next has it planned first, and that may be while the job runs.
    private readonly SemaphoreSlim gate = new(1);

    public bool Concerns(JournalRow row) => planner.Concerns(row);

    public async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        if (await planner.Behind(cancellation)) await InTurn(() => planner.Run(cancellation), cancellation);
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Notices.Where(n => n.State == NoticeState.Waiting && n.DueAt > now).MinAsync(n => (Instant?)n.DueAt, cancellation);
    }

    public async Task<bool> Waiting(CancellationToken cancellation)
    {
        if (await planner.Behind(cancellation)) return true;
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Notices.AnyAsync(n => n.State == NoticeState.Waiting && n.DueAt <= now, cancellation);
    }

    public Task RunDue(CancellationToken cancellation) => InTurn(
        async () =>
        {
            await planner.Run(cancellation);
            for (var batches = 0; batches < MostBatches && await PutDownSome(cancellation); batches++) { }
        },
        cancellation);

    public void Dispose() => gate.Dispose();

    private async Task InTurn(Func<Task> work, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            await work();
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<bool> PutDownSome(CancellationToken cancellation)
    {
        var now = time.Now();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var due = await db.Notices.Where(n => n.State == NoticeState.Waiting && n.DueAt <= now).OrderBy(n => n.DueAt).ThenBy(n => n.Id).Take(MostInBatch).ToListAsync(cancellation);
        if (due.Count == 0) return false;
        var whole = due.FindAll(notice => Whole([notice], () => _ = notice.Facts().Now ?? throw new JsonException("It says nothing of any appointment.")));
        var round = await Round.Begin(db, whole, await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts(), now, cancellation);
        foreach (var some in whole.GroupBy(n => (n.MemberId, Digest: n.Digest && n.LastAt >= now)))
        {
            if (some.Key.Digest && some.Count() > 1) Whole([.. some], () => Digest(round, some.Key.MemberId, [.. some]));
            else foreach (var notice in some) Whole([notice], () => One(round, notice));
        }
        await db.SaveChangesAsync(cancellation);
        if (due.Count == MostInBatch) await Task.Delay(Breath, cancellation);
        return true;
    }

    // One that cannot be put into words keeps nobody else's back.
    private bool Whole(NoticeRow[] notices, Action put)
    {
        try
        {
            put();
            return true;
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            foreach (var notice in notices)
            {
                notice.State = NoticeState.Broken;
                LogBroken(broken, notice.Id, notice.Kind);
            }
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Notice {Id} ({Kind}) could not be put into words, and is not sent")]
    private partial void LogBroken(Exception broken, Guid id, NoticeKind kind);

    private void One(Round round, NoticeRow notice)
    {
        if (notice.LastAt < round.Now) { notice.State = NoticeState.TooLate; return; }
        var ways = round.Settings(notice.MemberId).Ways(notice.Kind);
        if (round.Reader(notice.MemberId) is not { } to || !ways.Any(to.IsReachedBy)) { notice.State = NoticeState.NotWanted; return; }
        var (facts, known) = (notice.Facts(), round.Known(notice));
        var said = writer.Of(notice.Kind, facts, round.Name(facts.Now, notice.MemberId), to.Reader, facts.Now.IsMentoredBy(notice.MemberId), round.Area);
        var calendar = to.Email is null ? null : Invitation(round, notice, facts, known, said, to.Email);
        Put(round, notice, to, ways, said, links.To(facts.Now), facts, calendar);
        Told(round, notice, facts, known);
    }

    private void Digest(Round round, string memberId, IReadOnlyList<NoticeRow> notices)
    {
        var settings = round.Settings(memberId);
        var wanted = notices.Where(n => !settings.Ways(n.Kind).IsEmpty).ToList();
        foreach (var notice in notices) notice.State = NoticeState.NotWanted;
        if (wanted.Count == 0 || round.Reader(memberId) is not { } to || !wanted.SelectMany(n => settings.Ways(n.Kind)).Any(to.IsReachedBy)) return;
        var said = writer.Digest([.. wanted.Select(n => (n.Facts(), round.Name(n.Facts().Now, memberId)))], to.Reader);
        Put(round, wanted[0], to, [.. wanted.SelectMany(n => settings.Ways(n.Kind)).Distinct()], said, links.Today, null, null, [.. wanted.Select(n => n.Kind).Distinct().Order()]);
        foreach (var notice in wanted) Told(round, notice, notice.Facts(), round.Known(notice));
    }

    private static void Told(Round round, NoticeRow notice, NoticeFacts facts, KnownRow? known)
    {
        (notice.State, notice.SentAt) = (NoticeState.Sent, round.Now);
        if (known is null) return;
        known.Mailed = true;
        known.Knows(facts.Now);
        if (!notice.Kind.IsReminder()) known.Told++;
    }

    // Ids of the other ways are made of the notice's, so that each is put down once too.
    private void Put(
        Round round, NoticeRow notice, Addressee to, IReadOnlyCollection<NoticeChannel> ways, NoticeWords said, string link, NoticeFacts? facts, string? calendar, params NoticeKind[] several)
    {
        var settings = to.Reader.Settings;
        if (ways.Contains(NoticeChannel.Mail) && to.Email is { } email)
        {
            // Whoever takes themselves off a digest means all that came in it.
            var token = links.Token(notice.MemberId, several.Length == 0 ? [notice.Kind] : several);
            var (text, html) = writer.Letter(said, to.Reader, round.Space.Name, link, links.Unsubscribe(token), links.Settings);
            round.Add(Message(round, notice, notice.Id, "mail", email, said.Subject, text, facts) with { Html = html, Calendar = calendar, Unsubscribe = links.OneClick(token) });
        }
        if (ways.Contains(NoticeChannel.Chat) && settings.ChatUrl is { } chat)
            round.Add(Message(round, notice, DerivedId.Of(notice.Id.ToString("N"), "chat"), "chat", chat, said.Subject, Chats.Body(settings.ChatStyle, $"{said.Subject}\n{string.Join('\n', said.Lines)}\n{link}"), facts));
        if (ways.Contains(NoticeChannel.Webhook) && settings.WebhookUrl is { } webhook)
            round.Add(Message(round, notice, DerivedId.Of(notice.Id.ToString("N"), "webhook"), "webhook", webhook, said.Subject, Webhooks.Body(notice, said, link, facts), facts));
    }

    private static NewMessage Message(Round round, NoticeRow notice, Guid id, string channel, string to, string subject, string text, NoticeFacts? facts) => new(id, channel, to, subject, text)
    {
        At = round.Now, MemberId = notice.MemberId, NotAfter = notice.LastAt, About = notice.Kind.IsReminder() && facts is not null ? notice.About : null, StartAt = facts?.Now.Slot.Start,
    };

    /// <summary>For those who keep a calendar: the first confirmation puts it in, whatever follows changes it there or takes it out.</summary>
    private string? Invitation(Round round, NoticeRow notice, NoticeFacts facts, KnownRow? known, NoticeWords said, string email)
    {
        if (known is null || notice.Kind.IsReminder()) return null;
        var wanted = known.Sequence is not null || round.Settings(notice.MemberId).Ways(facts.Now.Topic.Confirmation()).Contains(NoticeChannel.Mail);
        if (!wanted || (known.Sequence is null && !facts.Now.Lives)) return null;
        known.Sequence = (known.Sequence ?? -1) + 1;
        var about = facts.Now.Lives ? facts.Now : (facts.Before ?? facts.Now) with { Stage = AppointmentStage.Cancelled };
        return Invitations.Of(about, known.Sequence.Value, round.Name(facts.Now, notice.MemberId), string.Join('\n', said.Lines), links.To(facts.Now), round.Space,
            about.AreaId is { } area ? round.Area(area) : null, MessageDelivery.From(configuration).Address, email, round.Now);
    }

    private sealed record NewMessage(Guid Id, string Channel, string To, string Subject, string Text)
    {
        public Instant At { get; init; }
        public string MemberId { get; init; } = "";
        public string? About { get; init; }
        public Instant? StartAt { get; init; }
        public Instant? NotAfter { get; init; }
        public string? Html { get; init; }
        public string? Calendar { get; init; }
        public string? Unsubscribe { get; init; }
    }

    /// <summary>Somebody, and where they are reached by mail.</summary>
    private sealed record Addressee(Reader Reader, string? Email)
    {
        public bool IsReachedBy(NoticeChannel way) => way switch
        {
            NoticeChannel.Chat => Reader.Settings.ChatUrl is not null,
            NoticeChannel.Webhook => Reader.Settings.WebhookUrl is not null,
            _ => Email is not null,
        };
    }

    /// <summary>Everything that a batch has to know, read at once.</summary>
    private sealed class Round(MakerspaceDb db, SpaceFacts space, Instant now)
    {
        private Dictionary<string, MemberRow> members = [];
        private Dictionary<string, NoticeSettings> settings = [];
        private Dictionary<(string, string), KnownRow> known = [];
        private Dictionary<string, string> tools = [];
        private Dictionary<string, string> areas = [];

        public SpaceFacts Space => space;
        public Instant Now => now;

        public static async Task<Round> Begin(MakerspaceDb db, List<NoticeRow> due, SpaceFacts space, Instant now, CancellationToken cancellation)
        {
            var (people, abouts) = (due.Select(n => n.MemberId).Concat(due.Select(n => n.Facts().Now.MemberId).OfType<string>()).Distinct().ToList(), due.Select(n => n.About).Distinct().ToList());
            var names = due.SelectMany(n => n.Facts().Now.Tools).Distinct().ToList();
            var places = due.SelectMany(n => new[] { n.Facts().Now.AreaId, n.Facts().Before?.AreaId }).OfType<string>().Distinct().ToList();
            return new Round(db, space, now)
            {
                members = await db.Members.AsNoTracking().Where(m => people.Contains(m.Id)).ToDictionaryAsync(m => m.Id, cancellation),
                settings = (await db.NoticeSettings.AsNoTracking().Where(s => people.Contains(s.MemberId)).ToListAsync(cancellation)).ToDictionary(s => s.MemberId, s => s.Settings()),
                known = (await db.NoticesKnown.Where(k => abouts.Contains(k.About)).ToListAsync(cancellation)).ToDictionary(k => (k.About, k.MemberId)),
                tools = await db.Tools.AsNoTracking().Where(t => names.Contains(t.Id)).ToDictionaryAsync(t => t.Id, t => t.Name, cancellation),
                areas = places.Count == 0 ? [] : await db.Areas.AsNoTracking().Where(a => places.Contains(a.Id)).ToDictionaryAsync(a => a.Id, a => a.Name, cancellation),
            };
        }

        public NoticeSettings Settings(string memberId) => settings.GetValueOrDefault(memberId) ?? new NoticeSettings();

        public KnownRow? Known(NoticeRow notice) => known.GetValueOrDefault((notice.About, notice.MemberId));

        /// <summary>What it is called for one of them: a mentor's own time is called after who comes.</summary>
        public string Name(Appointment appointment, string memberId) =>
            appointment.Title ?? (appointment.Tools.IsEmpty ? space.Name : string.Join(" + ", appointment.Tools.Select(id => id == Keys.MentorTime(memberId) ? Guest(appointment) : tools.GetValueOrDefault(id, id))));

        public string Area(string id) => areas.GetValueOrDefault(id, id);

        private string Guest(Appointment appointment) => appointment.MemberId is { } guest && members.GetValueOrDefault(guest) is { } member ? member.Name : space.Name;

        public Addressee? Reader(string memberId) => members.GetValueOrDefault(memberId) is { } member
            ? new Addressee(new Reader(member.Name, Settings(memberId), Settings(memberId).Zone(space.Zone), space.Zone, now) { MemberId = memberId }, string.IsNullOrEmpty(member.Email) ? null : member.Email)
            : null;

        public void Add(NewMessage m) => db.Mail.Add(new MailRow
        {
            Id = m.Id, Channel = m.Channel, To = m.To, Subject = m.Subject, Text = m.Text, At = m.At, MemberId = m.MemberId, About = m.About, StartAt = m.StartAt, NotAfter = m.NotAfter,
            Html = m.Html, Calendar = m.Calendar, Unsubscribe = m.Unsubscribe,
        });
    }
}

/// <summary>Messages in the form that chats take.</summary>
internal static class Chats
{
    private const int LongestInDiscord = 2_000;

    /// <summary>Names that others chose stand in it: none of them calls a whole channel, or makes a link of something else.</summary>
    public static string Body(ChatStyle style, string words) => JsonSerializer.Serialize<object>(style switch
    {
        ChatStyle.Discord => new { content = words.Length > LongestInDiscord ? words[..(LongestInDiscord - 1)] + "…" : words, allowed_mentions = new { parse = Array.Empty<string>() } },
        ChatStyle.Matrix => new { msgtype = "m.text", body = words },
        _ => new { text = words.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal) },
    });
}

/// <summary>What programs are sent, and how they know that it is from here.</summary>
internal static class Webhooks
{
    /// <summary>One notice; of a digest <paramref name="Now"/> is null, and the lines say all.</summary>
    public sealed record Told(Guid Id, NoticeKind Kind, string MemberId, string Subject, IReadOnlyList<string> Lines, string Link, Appointment? Now, Appointment? Before);

    public static string Body(NoticeRow notice, NoticeWords said, string link, NoticeFacts? facts) =>
        JsonSerializer.Serialize(new Told(notice.Id, notice.Kind, notice.MemberId, said.Subject, [.. said.Lines], link, facts?.Now, facts?.Before), Written);

    private static readonly JsonSerializerOptions Written = new(StoredJson.Options) { IgnoreReadOnlyProperties = false };

    /// <summary><c>t=…,v1=…</c>: HMAC-SHA-256 of <c>t.body</c>, as payment providers sign theirs. Whoever reads it refuses an old <c>t</c>, so that nothing recorded can be sent again.</summary>
    public static string Signature(string secret, string body, Instant at)
    {
        var stamp = at.ToUnixTimeSeconds();
        var hash = System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{stamp}.{body}"));
        return $"t={stamp},v1={Convert.ToHexStringLower(hash)}";
    }
}
