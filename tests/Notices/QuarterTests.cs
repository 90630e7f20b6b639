using System.Globalization;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
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
/// A quarter on a moved clock in which summer time begins: bookings made, moved and cancelled by members and by staff, and a job host that is down for up to 36 hours at a time.
/// Then a checker, which knows only the journal, when the jobs ran, and what arrived, says of every reminder whether it is missing, doubled, stale or at the wrong time.
/// Larger by <c>MAKERSPACE_NOTICE_BOOKINGS</c>, another course by <c>MAKERSPACE_NOTICE_SEED</c>.
/// </summary>
public class QuarterTests
{
    private static readonly Duration[] Leads = [Duration.FromHours(24), Duration.FromHours(1)];

    [Fact]
    public async Task No_reminder_of_a_quarter_is_missing_doubled_stale_or_mistimed()
    {
        var (wished, seed) = (Setting("MAKERSPACE_NOTICE_BOOKINGS", 150), Setting("MAKERSPACE_NOTICE_SEED", 7));
        await using var database = await TestDatabase.On(TestDatabase.OfTheRun);
        await using var silo = await RunningSilo.Start(database, builder =>
        {
            builder.Services.AddLocalization();
            builder.Services.AddSingleton<OutboundHttp>();
            builder.Services.AddNotices();
        });
        var quarter = new Quarter(silo, new Random(seed));
        await quarter.Begin();
        await quarter.Run(wished);
        var (checker, sent) = (await quarter.Checker(), await quarter.Reminders());
        var wrong = checker.Compare(sent);
        wrong.ShouldBeEmpty($"seed {seed}: {sent.Count} reminders");
        sent.Count.ShouldBeGreaterThan(wished / 2);
        checker.Skipped.ShouldBeGreaterThan(0, "the host was never down long enough");
    }

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    /// <summary>What the checker holds against what arrived: of whom, about which booking, with which start and lead, at which run of the jobs.</summary>
    private sealed record Reminder(string Member, Guid Booking, Instant Start, Duration Lead, Instant At);

    private sealed class Quarter(RunningSilo silo, Random random)
    {
        private const int Members = 12;
        private const int Tools = 8;
        private static readonly Instant From = Instant.FromUtc(2027, 2, 1, 8, 0);   // in it, on 28 March, summer begins

        private readonly List<Instant> runs = [];
        private readonly List<Guid> bookings = [];
        private Instant now = From;
        private Instant asleepUntil = From;

        public async Task Begin()
        {
            for (var i = 0; i < Tools; i++) await silo.Tool("tool-" + i).Define(new ToolDefinition { Name = $"Tool {i}" }, Actors.System);
            for (var i = 0; i < Members; i++) await silo.Member("member-" + i).Define(new MemberDefinition { Name = $"Member {i}", Email = $"m{i}@example.org" }, Actors.System);
            Clock(From);
        }

        /// <summary>Twelve weeks, less than what is told is kept; more bookings make each of them fuller.</summary>
        public async Task Run(int wished)
        {
            var step = Duration.FromMinutes(Math.Max(5, 78L * 24 * 60 / (wished * 2)));
            while (now < From + Duration.FromDays(85))
            {
                Clock(now + step / 2 + step * random.NextDouble());
                if (bookings.Count < wished && now < From + Duration.FromDays(78)) await Something();
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

        public async Task<List<Reminder>> Reminders()
        {
            await using var db = await silo.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
            var mail = await db.Mail.AsNoTracking().Where(m => m.About != null).ToListAsync(TestContext.Current.CancellationToken);
            var leads = (await db.Notices.AsNoTracking().ToListAsync(TestContext.Current.CancellationToken)).ToDictionary(n => n.Id, n => n.Lead);
            return mail.ConvertAll(m => new Reminder(m.MemberId!, Guid.Parse(Keys.Id(m.About!)), m.StartAt!.Value, Duration.FromMilliseconds(leads[m.Id]), m.At));
        }

        private async Task Something()
        {
            var grains = silo.Services.GetRequiredService<IGrainFactory>();
            var existing = bookings.Count > 0 && random.Next(3) == 0 ? bookings[random.Next(bookings.Count)] : (Guid?)null;
            if (existing is null)
            {
                var (id, member) = (new Guid(random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), "member-" + random.Next(Members));
                var answer = await grains.GetGrain<IBookingGrain>(Keys.Booking(id)).Book(new BookingRequest { ToolId = "tool-" + random.Next(Tools), MemberId = member, Actor = member, Slot = Some(), Quiet = true });
                if (answer.Refusals.IsEmpty) bookings.Add(id);
                return;
            }
            var booking = grains.GetGrain<IBookingGrain>(Keys.Booking(existing.Value));
            var actor = random.Next(2) == 0 ? "admin" : (await booking.View())!.MemberId;
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
            await silo.Services.GetRequiredService<NoticeJob>().RunDue(TestContext.Current.CancellationToken);
        }

        private void Clock(Instant at)
        {
            now = Instant.FromUnixTimeSeconds(at.ToUnixTimeSeconds());   // what is kept has no more than milliseconds
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
            var open = sent.ToList();
            foreach (var expected in histories.SelectMany(h => Expected(h.Key, h.Value)))
            {
                var found = open.FindIndex(r => r.Booking == expected.Booking && r.Member == expected.Member && r.Start == expected.Start && r.Lead == expected.Lead);
                if (found < 0) wrong.Add($"missing: {expected}");
                else if (open[found].At < expected.At || open[found].At > expected.At + Slack) wrong.Add($"mistimed: {open[found]}, expected {expected.At}");
                if (found >= 0) open.RemoveAt(found);
            }
            wrong.AddRange(open.Select(r => $"doubled or stale: {r}"));
            return wrong;
        }

        private IEnumerable<Reminder> Expected(Guid id, IReadOnlyList<BookingEvent> history)
        {
            var sent = new HashSet<(Instant, Duration)>();
            foreach (var (member, start, since, until) in Standing(history))
                foreach (var lead in Leads)
                {
                    var due = start - lead;
                    if (due <= since) continue;
                    // The first run from then on sends it, where the booking still stands and half of the lead is left.
                    var run = runs.Where(r => r >= due).Select(r => (Instant?)r).FirstOrDefault();
                    if (run is not { } at || at > start - lead / 2 || at >= until) { Skipped++; continue; }
                    if (sent.Add((start, lead))) yield return new Reminder(member, id, start, lead, at);
                }
        }

        /// <summary>From when to when a booking stood at which start.</summary>
        private static IEnumerable<(string Member, Instant Start, Instant Since, Instant Until)> Standing(IReadOnlyList<BookingEvent> history)
        {
            (string Member, Instant Start, Instant Since)? stands = null;
            foreach (var happened in history)
            {
                (string, Instant)? next = happened switch
                {
                    BookingConfirmed e => (e.MemberId, e.Slot.Start),
                    BookingMoved e => (e.MemberId, e.To.Start),
                    _ => null,
                };
                if (next is null && happened is not BookingEnded) continue;
                if (stands is { } was) yield return (was.Member, was.Start, was.Since, happened.At);
                stands = next is var (member, start) ? (member, start, happened.At) : null;
            }
            if (stands is { } last) yield return (last.Member, last.Start, last.Since, Instant.MaxValue);
        }
    }
}
