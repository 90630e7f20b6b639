using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Resources;
using Makerspace.Spaces;
using Makerspace.Members;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Storage;

/// <summary>What occupies tools, in memory: the same as the tables say, whatever happened and whenever it was loaded.</summary>
public class OccupancyTests
{
    private static readonly Instant Monday = Instant.FromUtc(2026, 11, 23, 9, 0);

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Both;

    [Theory, MemberData(nameof(Engines))]
    public async Task It_follows_every_booking_and_is_the_same_after_a_restart(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        var random = new Random(11);
        await using (var silo = await RunningSilo.Start(database))
        {
            await Furnish(silo);
            var early = silo.Services.GetRequiredService<Occupancy>();
            await early.Current(TestContext.Current.CancellationToken);
            var made = new List<Guid>();
            for (var i = 0; i < 60; i++)
            {
                await Step(silo, random, made);
                if (i % 10 == 9) await Agrees(silo, early);
            }
            made.Count.ShouldBeGreaterThan(10);
        }
        await using var again = await RunningSilo.Start(database);
        await Agrees(again, again.Services.GetRequiredService<Occupancy>());
    }

    [Fact]
    public async Task A_rooms_booking_keeps_what_is_inside_it_from_others_and_the_other_way_round()
    {
        await using var database = await TestDatabase.On(DatabaseKind.Sqlite);
        await using var silo = await RunningSilo.Start(database);
        await Furnish(silo);
        var hours = (Start: Monday + Duration.FromHours(30), End: Monday + Duration.FromHours(32));
        await Book(silo, "t1", new Slot(hours.Start, hours.End));
        var view = await Caught(silo);
        view.AroundAndInside("room").Select(b => b.Slot).ShouldBe([new Slot(hours.Start, hours.End)]);
        view.AroundAndInside("t2").ShouldBeEmpty();
        await Book(silo, "room", new Slot(hours.End, hours.End + Duration.FromHours(1)));
        view = await Caught(silo);
        view.AroundAndInside("t1").Select(b => b.ToolId).ShouldBe(["room"]);
        view.AroundAndInside("t2").Select(b => b.ToolId).ShouldBe(["room"]);
        view.AroundAndInside("t0").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_outage_of_a_resource_or_an_area_is_one_of_each_tool_that_needs_it()
    {
        await using var database = await TestDatabase.On(DatabaseKind.Sqlite);
        await using var silo = await RunningSilo.Start(database);
        await Furnish(silo);
        var (window, space) = (new Slot(Monday, Monday + Duration.FromDays(14)), await silo.Grains.GetGrain<ISpaceGrain>(Keys.Space).Facts());
        await silo.Grains.GetGrain<IResourceGrain>(Keys.Resource("air")).PlaceOutage(new Outage("o1", "Oil", new Slot(Monday, Monday + Duration.FromHours(1))), "sam");
        await silo.Grains.GetGrain<IAreaGrain>(Keys.Area("hall")).PlaceOutage(new Outage("o2", "Paint", new Slot(Monday, Monday + Duration.FromHours(2))), "sam");
        var view = await Caught(silo);
        view.OutagesOf(view.Tools["t0"], space, window).Select(o => o.Id).ShouldBe(["o2", "o1"]);
        view.OutagesOf(view.Tools["t1"], space, window).Select(o => o.Id).ShouldBe(["o2"]);
        await silo.Grains.GetGrain<IResourceGrain>(Keys.Resource("air")).Define(new ResourceDefinition { Name = "Air", OutOfService = true }, "sam");
        view = await Caught(silo);
        view.OutagesOf(view.Tools["t0"], space, window).ShouldContain(o => o.Id == "broken-air" && o.Slot == window);
    }

    private static async Task Agrees(RunningSilo silo, Occupancy occupancy)
    {
        await silo.Services.GetRequiredService<IReadModels>().CaughtUp(TestContext.Current.CancellationToken);
        var view = await occupancy.Current(TestContext.Current.CancellationToken);
        await using var db = await silo.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var live = await db.Bookings.Where(b => b.Live).ToListAsync(TestContext.Current.CancellationToken);
        foreach (var tool in view.Tools.Keys)
        {
            var expected = live.Select(b => b.View()).Where(b => b.Tools.Contains(tool)).Select(b => (b.Id, b.Slot, b.State)).Order();
            view.Of(tool).Select(b => (b.Id, b.Slot, b.State)).Order().ShouldBe(expected);
        }
    }

    private static async Task<OccupancyView> Caught(RunningSilo silo)
    {
        await silo.Services.GetRequiredService<IReadModels>().CaughtUp(TestContext.Current.CancellationToken);
        return await silo.Services.GetRequiredService<Occupancy>().Current(TestContext.Current.CancellationToken);
    }

    private static async Task Step(RunningSilo silo, Random random, List<Guid> made)
    {
        var start = Monday + Duration.FromHours(random.Next(24, 200));
        var slot = new Slot(start, start + Duration.FromHours(random.Next(1, 4)));
        var old = made.Count > 0 ? silo.Grains.GetGrain<IBookingGrain>(Keys.Booking(made[random.Next(made.Count)])) : null;
        switch (random.Next(5))
        {
            case 0 when old is not null: await old.Cancel("ada", null); break;
            case 1 when old is not null: await old.Move(slot, "ada", null); break;
            default:
                if (await Book(silo, $"t{random.Next(4)}", slot, random.Next(3) == 0 ? ["t4"] : []) is { } id) made.Add(id);
                break;
        }
    }

    private static async Task<Guid?> Book(RunningSilo silo, string tool, Slot slot, params string[] also)
    {
        var answer = await silo.Grains.GetGrain<IBookingGrain>(Keys.Booking(Guid.CreateVersion7()))
            .Book(new BookingRequest { ToolId = tool, MemberId = "ada", Slot = slot, Actor = "ada", AlsoTools = [.. also] });
        return answer.Accepted ? answer.Booking!.Id : null;
    }

    private static async Task Furnish(RunningSilo silo)
    {
        await silo.Grains.GetGrain<IAreaGrain>(Keys.Area("hall")).Define(new AreaDefinition { Name = "Hall" }, "sam");
        await silo.Grains.GetGrain<IResourceGrain>(Keys.Resource("air")).Define(new ResourceDefinition { Name = "Air" }, "sam");
        await silo.Grains.GetGrain<IToolGrain>(Keys.Tool("room")).Define(new ToolDefinition { Name = "Room" }, "sam");
        for (var i = 0; i < 5; i++)
            await silo.Grains.GetGrain<IToolGrain>(Keys.Tool($"t{i}")).Define(new ToolDefinition { Name = $"T{i}", AreaId = "hall", InRoom = i is 1 or 2 ? "room" : null, DependsOn = i == 0 ? ["air"] : [] }, "sam");
        await silo.Grains.GetGrain<IMemberGrain>(Keys.Member("ada")).Define(new MemberDefinition { Name = "Ada" }, "sam");
    }
}
