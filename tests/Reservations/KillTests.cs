using System.Globalization;
using System.Net;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Reservations;

/// <summary>
/// kill -9 at random moments under load. After each restart: what was acknowledged is there, nothing overlaps, nothing is between two states,
/// and every member's holds are the tools' claims.
/// </summary>
public sealed class KillTests
{
    /// <summary>On each database. A start costs seconds, so a developer's run has few; CI asks for fifty.</summary>
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("MAKERSPACE_KILLS") ?? "5", CultureInfo.InvariantCulture);
    private const int Clients = 8;
    private const int Tools = 3;

    [Theory]
    [MemberData(nameof(TestDatabase.Both), MemberType = typeof(TestDatabase))]
    public async Task Nothing_acknowledged_is_lost_and_nothing_is_left_half_done(DatabaseKind engine)
    {
        await using var database = await TestDatabase.On(engine);
        await using var server = new ServerProcess(database.Settings.ConnectionString, database.Settings.DataDirectory);
        var random = new Random(20261123);
        await server.Start();
        var api = new Api(server.Http);
        var tools = await Task.WhenAll(Enumerable.Range(0, Tools).Select(i => api.Tool($"tool-{i}")));
        var members = await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => api.Member($"Member {i}")));
        var clients = members.Select((member, i) => new RandomClient(api, tools, member, new Random(i))).ToArray();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var killed = new CancellationTokenSource();
            var runs = clients.Select(client => client.Run(killed.Token)).ToArray();
            // A moment is a number of requests sent, not a time: so there is load however slow the machine is today.
            var asked = clients.Sum(c => c.Asked) + random.Next(5, 120);
            while (clients.Sum(c => c.Asked) < asked && !runs.All(r => r.IsCompleted)) await Task.Delay(1);
            await server.Kill();
            await killed.CancelAsync();
            await Task.WhenAll(runs);
            await server.Start();
            await StoredTruth.ShouldAgree(database);
            foreach (var client in clients) await client.ShouldFindEverythingAcknowledged();
        }
        clients.Sum(c => c.Acknowledged).ShouldBeGreaterThan(Kills);   // there was load
    }

    /// <summary>Books, moves and cancels at random, and remembers what it was told.</summary>
    private sealed class RandomClient(Api api, string[] tools, string member, Random random)
    {
        private const int Hours = 120;
        private readonly Dictionary<Guid, Known> known = [];

        private int asked;

        /// <summary>How many requests were sent.</summary>
        public int Asked => Volatile.Read(ref asked);

        /// <summary>How many were answered with success.</summary>
        public int Acknowledged { get; private set; }

        public async Task Run(CancellationToken killed)
        {
            await Task.Yield();
            while (!killed.IsCancellationRequested && await One()) { }
        }

        public async Task ShouldFindEverythingAcknowledged()
        {
            foreach (var (id, booking) in known.ToArray())
            {
                var found = await api.Read(id);
                if (booking.Sure) Matches(found, booking).ShouldBeTrue($"{id} was acknowledged as {booking}; found {found.Status} {found.Text}");
                else Matches(found, booking, booking.Doubt!).ShouldBeTrue($"{id} was {booking}; found {found.Status} {found.Text}");
                // What was in doubt is settled now; bookings of long ago need no more looking after.
                if (found.Status == HttpStatusCode.OK && found.State == "Confirmed") known[id] = new Known(found.Hour, Live: true, null);
                else known.Remove(id);
            }
        }

        private async Task<bool> One()
        {
            var live = known.Where(k => k.Value is { Live: true, Sure: true }).Select(k => k.Key).ToArray();
            var (kind, hour) = (random.Next(10), random.Next(Hours));
            var id = live.Length > 0 && kind >= 4 ? live[random.Next(live.Length)] : Guid.NewGuid();
            var before = known.GetValueOrDefault(id) ?? new Known(hour, Live: false, null);
            var after = live.Length == 0 || kind < 4 ? new Known(hour, Live: true, null) : kind < 7 ? new Known(hour, Live: true, null) : before with { Live = false };
            known[id] = before with { Doubt = after };
            Interlocked.Increment(ref asked);
            try
            {
                var answer = live.Length == 0 || kind < 4 ? await api.Book(id, tools[random.Next(tools.Length)], member, hour)
                    : kind < 7 ? await api.Move(id, hour) : await api.Cancel(id);
                return Learn(id, before, after, answer);
            }
            catch (HttpRequestException)
            {
                return false;   // killed in between: in doubt
            }
            catch (IOException)
            {
                return false;
            }
        }

        private bool Learn(Guid id, Known before, Known after, Api.Answer answer)
        {
            if (answer.Status is HttpStatusCode.Created or HttpStatusCode.OK)
            {
                known[id] = after;
                Acknowledged++;
                return true;
            }
            answer.Status.ShouldBe(HttpStatusCode.Conflict, answer.Text);
            if (before.Live) known[id] = before;
            else known.Remove(id);
            return true;
        }

        private static bool Matches(Api.Answer found, params Known[] possible) => possible.Any(p =>
            p.Live ? found.Status == HttpStatusCode.OK && found.State == "Confirmed" && found.Hour == p.Hour
                : found.Status == HttpStatusCode.NotFound || found.State is "Cancelled" or "Expired" or "Refused");

        private sealed record Known(int Hour, bool Live, Known? Doubt)
        {
            public bool Sure => Doubt is null;
        }
    }
}
