using System.Collections.Immutable;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Trainings;
using Makerspace.Waitlists;
using NodaTime;

namespace Makerspace.Tests.Reservations;

/// <summary>Two or more ask in the same instant for what only one can have, where more than one party has a say: bundles, rooms, areas, companies, outages.</summary>
public sealed class PartyRaceTests(SharedSilos silos) : IClassFixture<SharedSilos>
{
    private static readonly int Rounds = Math.Min(Sizes.Rounds, 50);
    private static readonly Instant Monday = Instant.FromDateTimeOffset(RunningSilo.Monday);

    // Every test has things of its own: they share one silo an engine.
    private readonly string id = Guid.NewGuid().ToString("N");
    private RunningSilo silo = null!;
    private TestDatabase database = null!;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Both;

    public static TheoryData<DatabaseKind, string> EnginesAndOutages
    {
        get
        {
            var cases = new TheoryData<DatabaseKind, string>();
            foreach (var engine in Enum.GetValues<DatabaseKind>())
                foreach (var of in new[] { "tool", "area", "resource", "room" }) cases.Add(engine, of);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_two_bundles_with_the_same_tools_in_opposite_order_one_is_booked(DatabaseKind engine)
    {
        await Start(engine, "ada", "ben");
        var (saw, mill) = (await Tool("saw"), await Tool("mill"));
        for (var round = 0; round < 200; round++)
            OneOf(await AtOnce(Book("ada", Hour(round), saw, mill), Book("ben", Hour(round), mill, saw)));
        await Agree();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_a_room_and_a_tool_inside_it_one_is_booked(DatabaseKind engine)
    {
        await Start(engine, "ada", "ben");
        // Claimed in the order of their names: the room before its tool, and after it.
        foreach (var name in new[] { "a-room", "z-room" })
        {
            var room = await Tool(name);
            var bench = await Tool("bench-of-" + name, new ToolDefinition { InRoom = room });
            for (var round = 0; round < Rounds; round++) OneOf(await AtOnce(Book("ada", Hour(round), room), Book("ben", Hour(round), bench)));
        }
        await Agree();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task No_more_people_are_booked_than_the_area_holds(DatabaseKind engine)
    {
        string[] people = ["ada", "ben", "cleo", "dan", "eva", "fay", "gus", "hal"];
        await Start(engine, people);
        var area = await Area("cellar", capacity: 3);
        var tools = await Task.WhenAll(people.Select(p => Tool("of-" + p, new ToolDefinition { AreaId = area })));
        for (var round = 0; round < Rounds; round++)
        {
            var answers = await AtOnce([.. people.Select((p, i) => Book(p, Hour(round), tools[i]))]);
            answers.Count(a => a.Accepted).ShouldBe(3);
            answers.Where(a => !a.Accepted).ShouldAllBe(a => a.Refusals.Any(r => r is AreaFull));
        }
        await Agree();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Two_members_never_exceed_the_pooled_limit_of_their_company(DatabaseKind engine)
    {
        await Start(engine, "ada", "ben");
        var tools = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Tool($"tool-{i}")));
        for (var round = 0; round < Rounds; round++)
        {
            var firm = $"firm-{round}-{id}";
            await silo.Grains.GetGrain<ICompanyGrain>(Keys.Company(firm))
                .Define(new CompanyDefinition { Name = "Firm", Limits = new Limits { MaxBookingsPerDay = 3 } }, Actors.System);
            foreach (var name in new[] { "ada", "ben" }) await Member(name, firm);
            var day = Hour(0).StartingAt(Hour(0).Start + Duration.FromDays(round));
            var answers = await AtOnce([.. tools.Select((tool, i) => Book(i % 2 == 0 ? "ada" : "ben", day, tool))]);
            answers.Count(a => a.Accepted).ShouldBe(3);
        }
        await Agree();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_last_seat_of_a_training_is_one_persons(DatabaseKind engine)
    {
        await Start(engine);
        for (var round = 0; round < Rounds; round++)
        {
            var training = silo.Grains.GetGrain<ITrainingGrain>(Keys.Training(Guid.NewGuid()));
            await training.Define(new TrainingDefinition { Title = "Laser", CertificationId = "laser", Slot = Hour(1), Seats = 2 }, Actors.System);
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => training.Join($"person-{i}", "person"))));
            answers.Count(a => a.Refusals.IsEmpty).ShouldBe(2);
            (await training.View())!.Members.Length.ShouldBe(2);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_freed_slot_is_offered_or_booked_but_not_both(DatabaseKind engine)
    {
        await Start(engine, "ada", "ben", "cleo");
        var saw = await Tool("saw");
        var waitlist = silo.Grains.GetGrain<IWaitlistGrain>(Keys.Waitlist(null, saw));
        for (var round = 0; round < Rounds; round++)
        {
            var (slot, wait, first) = (Hour(round + 1), Guid.NewGuid(), silo.Booking(Guid.NewGuid()));
            (await first.Book(Request("ben", slot, saw))).ShouldBeAccepted();
            (await waitlist.Join(new WaitRequest { Id = wait, ToolId = saw, MemberId = Named("ada"), Slot = slot, Actor = "ada" })).Refusals.ShouldBeEmpty();
            var offer = Task.Run(waitlist.Offer);
            var answers = await AtOnce(() => first.Cancel("ben", null), Book("cleo", slot, saw));
            await offer;
            await waitlist.Offer();
            var offered = (await waitlist.View(wait))!.State == WaitState.Offered;
            offered.ShouldBe(!answers[1].Accepted);
            await waitlist.Leave(wait, "ada");
        }
        await Agree();
    }

    [Theory, MemberData(nameof(EnginesAndOutages))]
    public async Task Every_booking_in_an_outage_was_told_of_when_it_was_placed(DatabaseKind engine, string of)
    {
        await Start(engine, "ada", "ben", "cleo", "dan");
        var (area, dust, room) = (await Area("hall", capacity: null), Named("dust"), await Tool("room"));
        string[] tools = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => Tool($"tool-{i}", new ToolDefinition { AreaId = area, DependsOn = [dust], InRoom = room })));
        for (var round = 0; round < Rounds; round++)
        {
            var slot = Hour(round * 2);
            var moving = silo.Booking(Guid.NewGuid());
            (await moving.Book(Request("dan", Hour((round * 2) + 1), tools[2]))).ShouldBeAccepted();
            var outage = new Outage($"outage-{round}", "Repair", slot);
            var placed = Task.Run(() => Placed(of, outage, area, dust, room, tools));
            await AtOnce(Book("ada", slot, tools[0]), Book("ben", slot, tools[1], tools[0]), Book("cleo", slot, tools[1]), () => moving.Move(slot, "dan", null));
            var told = await placed;
            (await InTheWay(Bearing(of, room, tools), slot)).ShouldBeSubsetOf(told, $"Round {round}");
        }
        await Agree();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_handed_over_and_cancelled_at_once_is_cancelled_and_nobody_has_it(DatabaseKind engine)
    {
        await Start(engine);
        var firm = Named("firm");
        foreach (var name in new[] { "ada", "ben" }) await Member(name, firm);
        var saw = await Tool("saw");
        for (var round = 0; round < Rounds; round++)
        {
            var booking = silo.Booking(Guid.NewGuid());
            (await booking.Book(Request("ada", Hour(round), saw))).ShouldBeAccepted();
            var answers = await AtOnce(() => booking.HandOver(Named("ben"), "ada", null), () => booking.Cancel("ada", null));
            answers[1].ShouldBeAccepted();
            (await booking.View())!.State.ShouldBe(BookingState.Cancelled);
        }
        await Agree();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_two_who_take_over_a_place_each_in_a_full_area_one_does(DatabaseKind engine)
    {
        await Start(engine);
        foreach (var name in new[] { "ada", "ben", "cleo" }) await Member(name, Named("firm"));
        var area = await Area("attic", capacity: 2);
        var tools = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => Tool($"tool-{i}", new ToolDefinition { AreaId = area })));
        for (var round = 1; round <= Rounds; round++)
        {
            var bookings = tools.Select(_ => silo.Booking(Guid.NewGuid())).ToArray();
            for (var i = 0; i < tools.Length; i++) (await bookings[i].Book(Request("ada", Hour(round), tools[i]))).ShouldBeAccepted();
            OneOf(await AtOnce(() => bookings[0].HandOver(Named("ben"), "ada", null), () => bookings[1].HandOver(Named("cleo"), "ada", null)));
        }
        await Agree();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_an_extension_and_a_booking_that_follows_one_is_made(DatabaseKind engine)
    {
        await Start(engine, "ada", "ben");
        for (var round = 0; round < Rounds; round++)
        {
            var saw = await Tool($"saw-{round}");
            var booking = silo.Booking(Guid.NewGuid());
            (await booking.Book(Request("ada", Hour(0), saw))).ShouldBeAccepted();
            (await booking.CheckIn(Named("ada"), "ada", null)).ShouldBeAccepted();
            OneOf(await AtOnce(() => booking.Extend(Hour(1).End, "ada", null), Book("ben", Hour(1), saw)));
        }
        await Agree();
    }

    private async Task Start(DatabaseKind engine, params string[] people)
    {
        (silo, database) = await silos.On(engine);
        foreach (var name in people) await Member(name, null);
    }

    private async Task Agree()
    {
        await silo.CaughtUp();
        await StoredTruth.ShouldAgree(database);
    }

    private string Named(string what) => $"{what}-{id}";

    private static Slot Hour(int number) => new(Monday + Duration.FromHours(number), Monday + Duration.FromHours(number + 1));

    private Task<MemberView?> Member(string name, string? company) => silo.Member(Named(name)).Define(new MemberDefinition { Name = name, CompanyId = company }, Actors.System);

    private async Task<string> Tool(string name, ToolDefinition? definition = null)
    {
        await silo.Tool(Named(name)).Define((definition ?? new ToolDefinition()) with { Name = name }, Actors.System);
        return Named(name);
    }

    private async Task<string> Area(string name, int? capacity)
    {
        await silo.Grains.GetGrain<IAreaGrain>(Keys.Area(Named(name))).Define(new AreaDefinition { Name = name, Capacity = capacity }, Actors.System);
        return Named(name);
    }

    private BookingRequest Request(string member, Slot slot, params string[] tools) =>
        new() { ToolId = tools[0], AlsoTools = [.. tools[1..]], MemberId = Named(member), Actor = Named(member), Slot = slot, Quiet = true };

    private Func<Task<BookingAnswer>> Book(string member, Slot slot, params string[] tools) => () => silo.Booking(Guid.NewGuid()).Book(Request(member, slot, tools));

    private async Task<ImmutableArray<Guid>> Placed(string of, Outage outage, string area, string dust, string room, string[] tools)
    {
        var place = of switch
        {
            "tool" => silo.Tool(tools[0]).PlaceOutage(outage, Actors.System),
            "room" => silo.Tool(room).PlaceOutage(outage, Actors.System),
            "area" => silo.Grains.GetGrain<IAreaGrain>(Keys.Area(area)).PlaceOutage(outage, Actors.System),
            _ => (Task)silo.Grains.GetGrain<IResourceGrain>(Keys.Resource(dust)).PlaceOutage(outage, Actors.System),
        };
        await place;
        return await InTheWay(Bearing(of, room, tools), outage.Slot);
    }

    // An outage of one tool is no matter of the others; where it is the room's, of all in it.
    private static string[] Bearing(string of, string room, string[] tools) => of switch { "tool" => [tools[0]], "room" => [room], _ => tools };

    // As whoever plans an outage is told (Displacement.InTheWay).
    private async Task<ImmutableArray<Guid>> InTheWay(string[] things, Slot slot)
    {
        var claims = await Task.WhenAll(things.Select(t => silo.Tool(t).Claims(slot)));
        var views = await Task.WhenAll(claims.SelectMany(c => c).Select(c => c.BookingId).Distinct().Select(b => silo.Booking(b).View()));
        return [.. views.OfType<BookingView>().Where(b => b.State.Occupies() && b.Slot.Overlaps(slot)).Select(b => b.Id)];
    }

    private static void OneOf(BookingAnswer[] answers) =>
        answers.Count(a => a.Accepted).ShouldBe(1, string.Join("; ", answers.Select(a => string.Join(", ", a.Refusals))));

    // Everybody is at the line before the first runs.
    private static async Task<BookingAnswer[]> AtOnce(params Func<Task<BookingAnswer>>[] calls)
    {
        var line = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = calls.Select(async call =>
        {
            await line.Task;
            return await call();
        }).ToArray();
        line.SetResult();
        return await Task.WhenAll(runs);
    }
}
