using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.Mentors;
using Makerspace.Notices;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Web.Http;
using Makerspace.Web.Notices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Notices;

/// <summary>
/// A quarter on a moved clock in which summer time begins, in Europe and in America: sessions with mentors made, moved and cancelled by members, mentors and staff, a job host that is down for up
/// to 36 hours at a time, and a mail server that breaks off. Then a checker, which knows only the journal, when the jobs ran, and the mail that arrived (to whom, what it says, when it was
/// written), says of every reminder whether it is missing, doubled, stale or at the wrong time. Whole, with 500 mentors, by <c>MAKERSPACE_NOTICE_SESSIONS=20000</c>; another course by
/// <c>MAKERSPACE_NOTICE_SEED</c>.
/// </summary>
public partial class QuarterTests
{
    private static readonly Duration[] Leads = [Duration.FromHours(24), Duration.FromHours(1)];
    private static readonly DateTimeZone[] Zones = [DateTimeZoneProviders.Tzdb["Europe/Berlin"], DateTimeZoneProviders.Tzdb["America/New_York"]];

    [Fact]
    public async Task No_reminder_of_a_quarter_is_missing_doubled_stale_or_mistimed()
    {
        var (wished, seed) = (Sizes.NoticeSessions, Setting("MAKERSPACE_NOTICE_SEED", 7));
        await using var mail = new MailServer();
        await using var database = await TestDatabase.On(TestDatabase.OfTheRun);
        await using var silo = await RunningSilo.Start(database, builder =>
        {
            builder.Configuration["Makerspace:Smtp:Host"] = "127.0.0.1";
            builder.Configuration["Makerspace:Smtp:Port"] = mail.Port.ToString(CultureInfo.InvariantCulture);
            builder.Services.AddLocalization();
            builder.Services.AddSingleton<OutboundHttp>();
            builder.Services.AddNotices();
        });
        var quarter = new Quarter(silo, mail, new Random(seed), Math.Max(8, wished / 40));
        await quarter.Begin();
        await quarter.Run(wished);
        var (checker, sent) = (await quarter.Checker(), mail.Seen.Where(m => m.Subject.StartsWith("Reminder", StringComparison.Ordinal)).Select(Read).ToList());
        var wrong = checker.Compare(sent);
        wrong.ShouldBeEmpty($"seed {seed}: {sent.Count} reminders");
        sent.Count.ShouldBeGreaterThan(wished / 2);
        checker.Skipped.ShouldBeGreaterThan(0, "the host was never down long enough");
        mail.Arrived.Count.ShouldBeGreaterThan(mail.Seen.Count, "the mail server never broke off");
        FindsWhatIsPlanted(checker, sent);
    }

    // A checker that finds nothing is worth what it would have found: in the course that was right, one fault at a time.
    private static void FindsWhatIsPlanted(Checker checker, List<Reminder> sent)
    {
        foreach (var of in new[] { sent[0], sent[sent.Count / 2], sent[^1] })
        {
            List<Reminder> rest = [.. sent.Where(r => r != of)];
            var (hour, minute) = (Duration.FromHours(1), Duration.FromMinutes(1));
            checker.Compare(rest).ShouldBe([$"missing: {of}"]);
            checker.Compare([.. sent, of with { At = of.At + minute }]).ShouldBe([$"doubled: {of with { At = of.At + minute }}"]);
            checker.Compare([.. sent, of with { Start = of.Start + hour }]).ShouldBe([$"stale: {of with { Start = of.Start + hour }}"]);
            checker.Compare([.. sent, of with { Booking = Guid.Empty }]).ShouldBe([$"stale: {of with { Booking = Guid.Empty }}"]);
            // Of a start that the clock change has moved by an hour: what should have come is missing, and what came is stale.
            checker.Compare([.. rest, of with { Start = of.Start - hour }]).ShouldBe([$"missing: {of}", $"stale: {of with { Start = of.Start - hour }}"]);
            foreach (var at in new[] { of.At - minute, of.At + minute })
                checker.Compare([.. rest, of with { At = at }]).ShouldHaveSingleItem().ShouldStartWith($"mistimed: {of with { At = at }}, expected");
        }
    }

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    /// <summary>What the checker holds against what arrived: to whom, about which session, with which start, a day or an hour before, written when.</summary>
    private sealed record Reminder(string Member, Guid Booking, Instant Start, Duration Lead, Instant At);

    // "Reminder: Mentor 3, Mon 1 Feb, 10:00–10:30", in the zone of whoever reads it.
    [GeneratedRegex(@", \w{3} (?<day>\d+) (?<month>\w{3}), (?<time>\d\d:\d\d)")]
    private static partial Regex When { get; }

    [GeneratedRegex("/bookings/(?<id>[0-9a-f-]{36})")]
    private static partial Regex Link { get; }

    private static Reminder Read(Letter letter)
    {
        var (when, member) = (When.Match(letter.Subject), letter.Message.To.Mailboxes.Single().Address.Split('@')[0]);
        var local = LocalDateTime.FromDateTime(DateTime.ParseExact($"{when.Groups["day"].Value} {when.Groups["month"].Value} 2027 {when.Groups["time"].Value}", "d MMM yyyy HH:mm", CultureInfo.InvariantCulture));
        var (start, at) = (local.InZoneStrictly(ZoneOf(member)).ToInstant(), Instant.FromDateTimeOffset(letter.Message.Date));
        return new Reminder(member, Guid.Parse(Link.Match(letter.TextBody).Groups["id"].Value), start, start - at >= Leads[0] / 2 ? Leads[0] : Leads[1], at);
    }

    private static DateTimeZone ZoneOf(string member) => Zones[int.Parse(member.Split('-')[1], CultureInfo.InvariantCulture) % 2];

    private sealed class Quarter(RunningSilo silo, MailServer mail, Random random, int mentors)
    {
        private static readonly Instant From = Instant.FromUtc(2027, 2, 1, 8, 0);   // in it summer begins: on 14 March in America, on 28 March in Europe
        private static readonly Duration Length = Duration.FromDays(85);   // less than what is told is kept

        private readonly List<Instant> runs = [];
        private readonly List<Guid> bookings = [];
        private Instant now = From;
        private Instant asleepUntil = From;

        public async Task Begin()
        {
            await silo.Grains.GetGrain<ISpaceGrain>(Keys.Space).Change(new SpaceChange { TimeZone = "Europe/Berlin" }, Actors.System);
            for (var i = 0; i < mentors; i++) await Mentor("mentor-" + i, $"Mentor {i}");
            for (var i = 0; i < mentors * 2; i++) await silo.Member("member-" + i).Define(new MemberDefinition { Name = $"Member {i}", Email = $"member-{i}@example.org" }, Actors.System);
            await using var db = await silo.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
            foreach (var member in Enumerable.Range(0, mentors).Select(i => "mentor-" + i).Concat(Enumerable.Range(0, mentors * 2).Select(i => "member-" + i)))
                db.NoticeSettings.Add(new NoticeSettingsRow { MemberId = member, Planned = true, Data = JsonSerializer.Serialize(new NoticeSettings { TimeZone = ZoneOf(member).Id }, StoredJson.Options) });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
            Clock(From);
        }

        private async Task Mentor(string id, string name)
        {
            await silo.Member(id).Define(new MemberDefinition { Name = name, Email = $"{id}@example.org" }, Actors.System);
            var always = Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None).Select(d => new OpeningWindow(d, LocalTime.Midnight, LocalTime.Midnight));
            await silo.Tool(Keys.MentorTime(id)).Define(new ToolDefinition { Name = name, Mentor = new MentorProfile { MemberId = id, Place = MentorPlace.Video, TimeZone = "Europe/Berlin", Weekly = [.. always] } }, Actors.System);
        }

        /// <summary>Twelve weeks; more sessions make each of them fuller.</summary>
        public async Task Run(int wished)
        {
            var step = Duration.FromMinutes(Math.Max(5, 78L * 24 * 60 / (wished * 2)));
            var (mostAtOnce, end) = ((int)Math.Ceiling(wished * 2 * step.TotalDays / 78), From + Length);
            while (now < end)
            {
                Clock(now + step / 2 + step * random.NextDouble());
                for (var i = 0; i < mostAtOnce && bookings.Count < wished && now < From + Duration.FromDays(78); i++) await Something();
                if (now < asleepUntil) continue;
                await Jobs();
                if (random.Next(40) == 0) asleepUntil = now + Duration.FromMinutes(random.Next(36 * 60));
            }
            await Jobs();
        }

        public async Task<Checker> Checker()
        {
            var reader = silo.Services.GetRequiredService<IBookingHistory>();
            var histories = new Dictionary<Guid, IReadOnlyList<BookingEvent>>();
            foreach (var id in bookings) histories[id] = await reader.Read(id, TestContext.Current.CancellationToken);
            return new Checker(histories, runs);
        }

        private async Task Something()
        {
            var existing = bookings.Count > 0 && random.Next(3) == 0 ? bookings[random.Next(bookings.Count)] : (Guid?)null;
            if (existing is null)
            {
                var (id, member) = (new Guid(random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), "member-" + random.Next(mentors * 2));
                var answer = await silo.Booking(id).Book(new BookingRequest { ToolId = Keys.MentorTime("mentor-" + random.Next(mentors)), MemberId = member, Actor = member, Slot = Some(), Quiet = true });
                if (answer.Refusals.IsEmpty) bookings.Add(id);
                return;
            }
            var booking = silo.Booking(existing.Value);
            var view = (await booking.View())!;
            var actor = random.Next(3) switch { 0 => "admin", 1 => Keys.Id(view.ToolId), _ => view.MemberId };
            if (random.Next(3) == 0) await booking.Cancel(actor, null);
            else await booking.Move(Some(), actor, null);
        }

        // From a quarter of an hour to six days ahead: also within either lead.
        private Slot Some()
        {
            var start = Instant.FromUnixTimeSeconds((now + Duration.FromMinutes(15 + random.Next(6 * 24 * 60))).ToUnixTimeSeconds() / 300 * 300);
            return new Slot(start, start + Duration.FromMinutes(30));
        }

        private async Task Jobs()
        {
            runs.Add(now);
            var notices = silo.Services.GetRequiredService<NoticeJob>();
            do await notices.RunDue(TestContext.Current.CancellationToken);
            while (await notices.Waiting(TestContext.Current.CancellationToken));
            if (random.Next(20) == 0) mail.BreakOff(1);
            try
            {
                await silo.Services.GetRequiredService<MessageDelivery>().RunDue(TestContext.Current.CancellationToken);
            }
            catch (Exception broken) when (broken is IOException or MailKit.Net.Smtp.SmtpProtocolException)
            {
                // The server took it and broke off before it said so: it comes again.
                await silo.Services.GetRequiredService<MessageDelivery>().RunDue(TestContext.Current.CancellationToken);
            }
        }

        private void Clock(Instant at)
        {
            now = Instant.FromUnixTimeSeconds(at.ToUnixTimeSeconds());   // mail says when it was written to the second
            silo.Clock.SetUtcNow(now.ToDateTimeOffset());
        }
    }

    /// <summary>What has to have been sent, found without any of the code that sends.</summary>
    private sealed class Checker(Dictionary<Guid, IReadOnlyList<BookingEvent>> histories, List<Instant> runs)
    {
        /// <summary>Between two looks at the clock in one run.</summary>
        private static readonly Duration Slack = Duration.FromSeconds(30);

        public int Skipped { get; private set; }

        public List<string> Compare(List<Reminder> sent)
        {
            List<string> wrong = [];
            var open = sent.GroupBy(r => (r.Booking, r.Member, r.Start, r.Lead)).ToDictionary(g => g.Key, g => g.ToList());
            foreach (var expected in histories.SelectMany(h => Expected(h.Key, h.Value)))
            {
                if (!open.Remove((expected.Booking, expected.Member, expected.Start, expected.Lead), out var found)) wrong.Add($"missing: {expected}");
                else if (found.Count > 1) wrong.Add($"doubled: {found[1]}");
                else if (found[0].At < expected.At || found[0].At > expected.At + Slack) wrong.Add($"mistimed: {found[0]}, expected {expected.At}");
            }
            wrong.AddRange(open.Values.Select(r => $"stale: {r[0]}"));
            return wrong;
        }

        private IEnumerable<Reminder> Expected(Guid id, IReadOnlyList<BookingEvent> history)
        {
            var sent = new HashSet<(string, Instant, Duration)>();
            foreach (var (people, start, since, until) in Standing(history))
                foreach (var (member, lead) in people.SelectMany(p => Leads.Select(l => (p, l))))
                {
                    var due = start - lead;
                    if (due <= since) continue;
                    // The first run from then on sends it, where the session still stands and half of the lead is left.
                    var at = First(due);
                    if (at > start - lead / 2 || at >= until) { Skipped++; continue; }
                    if (sent.Add((member, start, lead))) yield return new Reminder(member, id, start, lead, at);
                }
        }

        private Instant First(Instant from)
        {
            var found = runs.BinarySearch(from);
            var index = found < 0 ? ~found : found;
            return index < runs.Count ? runs[index] : Instant.MaxValue;
        }

        /// <summary>From when to when a session stood at which start, and whose it was: who booked, and the mentor.</summary>
        private static IEnumerable<(string[] People, Instant Start, Instant Since, Instant Until)> Standing(IReadOnlyList<BookingEvent> history)
        {
            (string[] People, Instant Start, Instant Since)? stands = null;
            foreach (var happened in history)
            {
                Instant? next = happened switch
                {
                    BookingConfirmed e => e.Slot.Start,
                    BookingMoved e => e.To.Start,
                    _ => null,
                };
                if (next is null && happened is not BookingEnded) continue;
                if (stands is { } was) yield return (was.People, was.Start, was.Since, happened.At);
                stands = next is { } start ? ([happened.MemberId, Keys.Id(happened.ToolId)], start, happened.At) : null;
            }
            if (stands is { } last) yield return (last.People, last.Start, last.Since, Instant.MaxValue);
        }
    }
}
