using System.Net;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Reservations;

/// <summary>
/// kill -9 at random moments under load. After each restart: what was acknowledged is there, nothing overlaps, nothing is between two states,
/// and every member's holds are the tools' claims.
/// </summary>
public sealed class KillTests
{
    private const int Clients = 8;
    private const int Tools = 3;
    private const int Users = 2;

    [Theory]
    [MemberData(nameof(TestDatabase.Both), MemberType = typeof(TestDatabase))]
    public async Task Nothing_acknowledged_is_lost_and_nothing_is_left_half_done(DatabaseKind engine)
    {
        await using var database = await TestDatabase.On(engine);
        await using var server = new ServerProcess(database.Settings.ConnectionString, database.Settings.DataDirectory);
        var random = new Random(20261123);
        await server.Start();
        var api = new Api(server.Http, overriding: "As far ahead as this test books");
        // The second tool stands in the first, which is a room.
        var tools = new List<string>();
        for (var i = 0; i < Tools; i++) tools.Add(await api.Tool($"tool-{i}", inRoom: i == 1 ? tools[0] : null));
        // And a mentor's hour: alone, or together with the tool before or after it.
        tools.Add(await api.Mentor("Mentor"));
        var company = await api.Company("Firm");
        var members = await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => api.Member($"Member {i}", company)));
        (await api.Bundle(Guid.NewGuid(), tools[^1], tools[0], members[0], hour: 200)).Status.ShouldBe(HttpStatusCode.Created);   // it can be had at all
        var benches = await Task.WhenAll(Enumerable.Range(0, Users).Select(i => api.Tool($"bench-{i}")));
        var happening = await SeatClient.Plan(server.Http, members[0], Users);
        IClient[] clients =
        [
            .. members.Select((member, i) => new RandomClient(api, [.. tools], member, members, new Random(i))),
            .. benches.Select((bench, i) => new UsingClient(api, bench, members[i])),
            .. members.Take(Users + 1).Select(member => new SeatClient(server.Http, happening, member)),
        ];
        for (var kill = 0; kill < Sizes.Kills; kill++)
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
        clients.Sum(c => c.Acknowledged).ShouldBeGreaterThan(Sizes.Kills);   // there was load
    }

    internal interface IClient
    {
        /// <summary>How many requests were sent.</summary>
        int Asked { get; }

        /// <summary>How many were answered with success.</summary>
        int Acknowledged { get; }

        Task Run(CancellationToken killed);

        Task ShouldFindEverythingAcknowledged();
    }

    /// <summary>Books a tool or a mentor, or two of them together, moves, hands over and cancels at random, and remembers what it was told.</summary>
    private sealed class RandomClient(Api api, string[] tools, string member, string[] colleagues, Random random) : IClient
    {
        private const int Hours = 120;
        private readonly Dictionary<Guid, Known> known = [];

        private int asked;

        public int Asked => Volatile.Read(ref asked);

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
            var books = live.Length == 0 || kind < 4;
            var after = books || kind < 6 ? new Known(hour, Live: true, null) : kind == 6 ? before : before with { Live = false };
            known[id] = before with { Doubt = after };
            Interlocked.Increment(ref asked);
            try
            {
                var answer = books ? await Book(id, hour)
                    : kind < 6 ? await api.Move(id, hour)
                    : kind == 6 ? await api.HandOver(id, colleagues[random.Next(colleagues.Length)])
                    : await api.Cancel(id);
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

        private Task<Api.Answer> Book(Guid id, int hour)
        {
            var tool = random.Next(tools.Length);
            return random.Next(3) > 0 ? api.Book(id, tools[tool], member, hour) : api.Bundle(id, tools[tool], tools[(tool + 1) % tools.Length], member, hour);
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

    /// <summary>Has a bench of its own: books it for now, checks in, checks out, and again.</summary>
    private sealed class UsingClient(Api api, string bench, string member) : IClient
    {
        private const string None = "none";
        private (Guid Id, string State, string? Doubt) booking = (Guid.NewGuid(), None, null);
        private int asked;

        public int Asked => Volatile.Read(ref asked);

        public int Acknowledged { get; private set; }

        public async Task Run(CancellationToken killed)
        {
            await Task.Yield();
            while (!killed.IsCancellationRequested && await One()) { }
        }

        public async Task ShouldFindEverythingAcknowledged()
        {
            var found = await api.Read(booking.Id);
            var state = found.Status == HttpStatusCode.NotFound || found.State is "Expired" or "Refused" ? None : found.State;
            new[] { booking.State, booking.Doubt }.ShouldContain(state, $"{booking}; found {found.Text}");
            booking = state is "Confirmed" or "CheckedIn" ? (booking.Id, state, null) : (Guid.NewGuid(), None, null);
        }

        private async Task<bool> One()
        {
            var next = booking.State switch { None => "Confirmed", "Confirmed" => "CheckedIn", _ => "Completed" };
            booking = booking with { Doubt = next };
            Interlocked.Increment(ref asked);
            try
            {
                var answer = next switch
                {
                    "Confirmed" => await api.BookNow(booking.Id, bench, member),
                    "CheckedIn" => await api.CheckIn(booking.Id),
                    _ => await api.CheckOut(booking.Id),
                };
                Learn(next, answer);
                return true;
            }
            catch (Exception killed) when (killed is HttpRequestException or IOException)
            {
                return false;   // in doubt
            }
        }

        private void Learn(string next, Api.Answer answer)
        {
            // Between reading the clock and being asked a step of the grid may begin.
            var late = next == "Confirmed" && answer.Status == HttpStatusCode.Conflict && answer.Codes is ["slot-in-the-past"];
            if (!late) answer.Status.ShouldBeOneOf([HttpStatusCode.Created, HttpStatusCode.OK], answer.Text);
            booking = late || next == "Completed" ? (Guid.NewGuid(), None, null) : (booking.Id, next, null);
            if (!late) Acknowledged++;
        }
    }
}
