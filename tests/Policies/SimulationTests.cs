using System.Globalization;
using Makerspace.Companies;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Reservations.Simulating;
using Makerspace.Simulating;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Policies;

/// <summary>What the simulator answers of histories that are known, against sums done directly on them.</summary>
public class SimulationTests
{
    private static readonly Instant Monday = Instant.FromUtc(2026, 11, 23, 9, 0);
    private static readonly PolicyChange Nothing = new(SettingLevel.Tool, "laser-0");

    [Fact]
    public void A_shorter_longest_booking_refuses_those_that_are_longer()
    {
        var history = History(seed: 1, bookings: 400);
        var change = new PolicyChange(SettingLevel.Tool, "laser-0") { To = new Policy { MaxDuration = Duration.FromHours(2) } };
        var result = Replay(change, history);
        var refused = history.Where(b => b.Tool == "laser-0" && b.Slot.Duration > Duration.FromHours(2)).ToList();
        refused.ShouldNotBeEmpty();
        (result.Bookings, result.Refused, result.Unexplained).ShouldBe((history.Count, refused.Count, 0));
        result.ByRule.ShouldBe([new RuleCount("too-long", refused.Count)]);
        foreach (var company in result.ByCompany) company.Refused.ShouldBe(refused.Count(b => b.Company == company.CompanyId), company.CompanyId);
        result.ByCompany.Sum(c => c.Refused).ShouldBe(refused.Count);
        var use = result.ByTool.Single(t => t.ToolId == "laser-0");
        use.Before.ShouldBe(Sum(history.Where(b => b.Tool == "laser-0" && !b.Cancelled)));
        use.After.ShouldBe(Sum(history.Where(b => b.Tool == "laser-0" && !b.Cancelled && b.Slot.Duration <= Duration.FromHours(2))));
        use.Weeks.Aggregate(Duration.Zero, (sum, w) => sum + w.Before).ShouldBe(use.Before);
        foreach (var other in result.ByTool.Where(t => t.ToolId != "laser-0")) (other.Before, other.Refused, other.Weeks.IsEmpty).ShouldBe((other.After, 0, true));
    }

    [Fact]
    public void A_limit_counts_only_what_it_would_have_let_in()
    {
        var history = History(seed: 2, bookings: 400);
        var change = new PolicyChange(SettingLevel.Space, "") { To = new Policy { MaxBookingsPerDay = 1 } };
        var held = new List<Past>();
        var refused = 0;
        foreach (var (booking, cancels) in Steps(history))
        {
            if (cancels) held.Remove(booking);
            else if (held.Exists(h => h.Tool == booking.Tool && h.Member == booking.Member && Day(h) == Day(booking))) refused++;
            else held.Add(booking);
        }
        refused.ShouldBeGreaterThan(5);
        Replay(change, history).Refused.ShouldBe(refused);
    }

    [Fact]
    public void Only_bookings_asked_for_in_the_period_are_counted_but_earlier_ones_are_there()
    {
        var history = History(seed: 3, bookings: 300);
        var from = history[150].At;
        var all = new Simulation(Nothing, from);
        foreach (var happened in Events(history)) all.Feed(happened);
        all.Result.Bookings.ShouldBe(history.Count(b => b.At >= from));
        (all.Result.Refused, all.Result.Unexplained).ShouldBe((0, 0));
    }

    [Fact]
    public void A_looser_rule_refuses_nothing() =>
        Replay(new PolicyChange(SettingLevel.Tool, "laser-0") { From = new Policy { Concurrency = 1 }, To = new Policy { Concurrency = 2 } }, History(seed: 4, bookings: 200))
            .ShouldSatisfyAllConditions(r => r.Refused.ShouldBe(0), r => r.Unexplained.ShouldBe(0), r => r.ByRule.ShouldBeEmpty());

    [Fact]
    public void Settings_that_the_change_does_not_name_stay_as_they_were_then()
    {
        // Then four hours were allowed; now it is one, and the change is of something else.
        var change = new PolicyChange(SettingLevel.Tool, "laser-0")
        {
            From = new Policy { MaxDuration = Duration.FromHours(1) }, To = new Policy { MaxDuration = Duration.FromHours(1), MaxBookingsPerDay = 50 },
        };
        Replay(change, History(seed: 5, bookings: 200)).Refused.ShouldBe(0);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_the_grains_accepted_is_accepted_again_and_a_change_refuses_what_it_must(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var silo = await RunningSilo.Start(database);
        var random = new Random(7);
        await Furnish(silo);
        var accepted = await Live(silo, random, requests: 150);
        accepted.Count.ShouldBeGreaterThan(30);
        var models = silo.Services.GetRequiredService<IReadModels>();
        await models.CaughtUp(TestContext.Current.CancellationToken);
        var unchanged = await Run(silo, Nothing);
        (unchanged.Bookings, unchanged.Refused, unchanged.Unexplained, unchanged.MovesRefused).ShouldBe((accepted.Count, 0, 0, 0));
        var shorter = await Run(silo, new PolicyChange(SettingLevel.Space, "") { To = new Policy { MaxDuration = Duration.FromHours(1) } });
        shorter.Refused.ShouldBe(accepted.Count(s => s.Duration > Duration.FromHours(1)));
        var ahead = await silo.Services.GetRequiredService<Simulations>().Upcoming(
            new PolicyChange(SettingLevel.Space, "") { To = new Policy { MaxDuration = Duration.FromMinutes(30) } }, TestContext.Current.CancellationToken);
        await using var db = await silo.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        ahead.Refused.ShouldBe((await db.Bookings.Where(b => b.Live).ToListAsync(TestContext.Current.CancellationToken)).Count(b => b.End - b.Start > Duration.FromMinutes(30)));
    }

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Both;

    private static async Task<SimulationResult> Run(RunningSilo silo, PolicyChange change)
    {
        var simulation = new Simulation(change, Monday - Duration.FromMinutes(1));
        var services = silo.Services;
        var history = new SimulationHistory(services.GetRequiredService<Database>(), services.GetRequiredService<IDbContextFactory<MakerspaceDb>>(), silo.Grains);
        var reached = 0.0;
        await history.Replay(simulation, Monday - Duration.FromMinutes(1), Monday + Duration.FromDays(30), share => reached = share, TestContext.Current.CancellationToken);
        reached.ShouldBeInRange(0, 1);
        return simulation.Result;
    }

    private static async Task Furnish(RunningSilo silo)
    {
        await silo.Grains.GetGrain<ISpaceGrain>(Keys.Space).Change(new SpaceChange { TimeZone = "Europe/Berlin", Defaults = new Policy { MaxDuration = Duration.FromHours(4), MaxFutureBookings = 6 } }, "sam");
        await silo.Grains.GetGrain<IAreaGrain>(Keys.Area("hall")).Define(new AreaDefinition { Name = "Hall", Capacity = 2 }, "sam");
        await silo.Grains.GetGrain<ICompanyGrain>(Keys.Company("acme")).Define(new CompanyDefinition { Name = "Acme", Limits = new Limits { MaxHoursPerWeek = Duration.FromHours(30) } }, "sam");
        for (var i = 0; i < 3; i++)
            await silo.Grains.GetGrain<IToolGrain>(Keys.Tool($"laser-{i}")).Define(new ToolDefinition { Name = $"Laser {i}", AreaId = "hall", Category = "Lasers", InRoom = i == 2 ? "laser-1" : null }, "sam");
        for (var i = 0; i < 4; i++)
            await silo.Grains.GetGrain<IMemberGrain>(Keys.Member($"m{i}")).Define(new MemberDefinition { Name = $"M{i}", CompanyId = i < 2 ? "acme" : null }, "sam");
    }

    // Random requests on the grains themselves; the slots first accepted.
    private static async Task<List<Slot>> Live(RunningSilo silo, Random random, int requests)
    {
        var accepted = new List<Slot>();
        var made = new List<Guid>();
        for (var i = 0; i < requests; i++)
        {
            silo.Clock.Advance(TimeSpan.FromMinutes(random.Next(1, 30)));
            var start = Monday + Duration.FromHours(random.Next(100, 260));
            var slot = new Slot(start, start + Duration.FromMinutes(30 * random.Next(1, 8)));
            var booking = silo.Grains.GetGrain<IBookingGrain>(Keys.Booking(Guid.CreateVersion7()));
            if (made.Count > 0 && random.Next(4) == 0)
            {
                var old = silo.Grains.GetGrain<IBookingGrain>(Keys.Booking(made[random.Next(made.Count)]));
                if (random.Next(2) == 0) await old.Cancel("m0", null);
                else await old.Move(slot, "m0", null);
                continue;
            }
            var member = $"m{random.Next(4)}";
            var answer = await booking.Book(new BookingRequest { ToolId = $"laser-{random.Next(3)}", MemberId = member, Slot = slot, Actor = member });
            if (!answer.Accepted) continue;
            accepted.Add(slot);
            made.Add(answer.Booking!.Id);
        }
        return accepted;
    }

    private sealed record Past(int Number, string Tool, string Member, string? Company, Slot Slot, Instant At, bool Cancelled)
    {
        public Guid Id { get; } = new(Number, 7, 0, new byte[8]);
        public Instant CancelledAt => At + Duration.FromMinutes(1);
    }

    // Bookings that never meet: each in an hour of its own of the tool's day, some of one member on one day.
    private static List<Past> History(int seed, int bookings)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, bookings).Select(i =>
            {
                var member = random.Next(6);
                var start = Instant.FromUtc(2026, 12, 1, 0, 0) + Duration.FromHours(6 * (i / 3));
                return new Past(i, $"laser-{i % 3}", $"m{member}", member < 4 ? $"c{member % 2}" : null, new Slot(start, start + Duration.FromMinutes(30 * random.Next(1, 10))), Monday + Duration.FromMinutes(5 * i), random.Next(5) == 0);
            }),
        ];
    }

    private static IEnumerable<(Past Booking, bool Cancels)> Steps(List<Past> history) => history.Select(b => (b, false))
        .Concat(history.Where(b => b.Cancelled).Select(b => (b, true))).OrderBy(s => s.Item2 ? s.b.CancelledAt : s.b.At);

    private static SimulationResult Replay(PolicyChange change, List<Past> history)
    {
        var simulation = new Simulation(change, Monday);
        foreach (var happened in Events(history)) simulation.Feed(happened);
        return simulation.Result;
    }

    private static IEnumerable<DomainEvent> Events(List<Past> history)
    {
        var at = Monday - Duration.FromDays(1);
        yield return new SpaceChanged(at, "sam", new SpaceFacts { TimeZone = "Europe/Berlin", Version = 1 });
        for (var i = 0; i < 3; i++) yield return new ToolChanged(at, "sam", new ToolView($"laser-{i}", new ToolDefinition { Name = $"Laser {i}" }, [], 1), null);
        for (var i = 0; i < 6; i++)
            yield return new MemberChanged(at, "sam", new MemberView($"m{i}", new MemberDefinition { Name = string.Create(CultureInfo.InvariantCulture, $"M{i}"), CompanyId = i < 4 ? $"c{i % 2}" : null }, [], 1), null);
        foreach (var (b, cancels) in Steps(history))
        {
            if (cancels)
            {
                yield return new BookingEnded(b.CancelledAt, b.Member, b.Id, b.Tool, b.Member, BookingState.Cancelled, null, [], false);
                continue;
            }
            yield return new BookingHeld(b.At, b.Member, b.Id, b.Tool, b.Member, b.Company, b.Slot, null, b.At, null);
            yield return new BookingConfirmed(b.At, b.Member, b.Id, b.Tool, b.Member, b.Company, b.Slot, 1);
        }
    }

    private static Duration Sum(IEnumerable<Past> bookings) => bookings.Aggregate(Duration.Zero, (sum, b) => sum + b.Slot.Duration);

    private static LocalDate Day(Past booking) => booking.Slot.Start.InZone(DateTimeZoneProviders.Tzdb["Europe/Berlin"]).Date;
}
