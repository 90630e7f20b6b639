using Makerspace.Jobs;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Makerspace.Tests.Storage;

public class HostingTests
{
    private static readonly Slot Slot = new(Instant.FromUtc(2026, 12, 1, 10, 0), Instant.FromUtc(2026, 12, 1, 11, 0));

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Both;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_booking_survives_a_restart_and_is_in_the_read_models(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Bare(kind);
        var id = Guid.NewGuid();
        await using (var silo = await RunningSilo.Start(database))
        {
            await Furnish(silo);
            (await Book(silo, id)).Accepted.ShouldBeTrue();
        }
        await using var again = await RunningSilo.Start(database);
        (await again.Grains.GetGrain<IBookingGrain>(Keys.Booking(id)).View()).ShouldNotBeNull().State.ShouldBe(BookingState.Confirmed);
        (await Rows(again)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            row => row.Id.ShouldBe(id), row => row.Start.ShouldBe(Slot.Start), row => row.UnsettledSince.ShouldBeNull());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_booking_left_between_two_steps_is_settled_before_a_restarted_node_is_ready(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Bare(kind);
        var (lost, next) = (Guid.NewGuid(), Guid.NewGuid());
        await using (var silo = await RunningSilo.Start(database))
        {
            await Furnish(silo);
            FailFromSecondCommitOn(silo.Faults);
            await Book(silo, lost).ShouldThrowAsync<Exception>();
        }
        await using var again = await RunningSilo.Start(database);
        var row = (await Rows(again)).ShouldHaveSingleItem();
        (row.Id, row.UnsettledSince, row.State).ShouldBe((lost, null, BookingState.Expired));
        (await Book(again, next)).Accepted.ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_sweep_settles_what_has_been_unsettled_for_a_minute(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Bare(kind);
        await using var silo = await RunningSilo.Start(database);
        var faults = silo.Faults;
        await Furnish(silo);
        FailFromSecondCommitOn(faults);
        await Book(silo, Guid.NewGuid()).ShouldThrowAsync<Exception>();
        faults.OnBefore = null;
        var sweep = silo.Services.GetRequiredService<Sweep>();
        (await sweep.RunOnce(Cancellation)).ShouldBe(0);
        (await sweep.NextDue(Cancellation)).ShouldNotBeNull().ShouldBeGreaterThan(Now(silo));
        await silo.Services.GetRequiredService<Schedule>().Advance(
            Now(silo), Now(silo) + Duration.FromMinutes(15), instant => silo.Clock.SetUtcNow(instant.ToDateTimeOffset()), Cancellation);
        silo.Clock.GetUtcNow().ShouldBe(RunningSilo.Monday.AddMinutes(15));
        await silo.Services.GetRequiredService<IReadModels>().CaughtUp(Cancellation);
        (await Rows(silo)).ShouldHaveSingleItem().UnsettledSince.ShouldBeNull();
        (await sweep.NextDue(Cancellation)).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task After_a_failed_write_the_grain_reloads_and_the_retry_gives_the_right_answer(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Bare(kind);
        await using var silo = await RunningSilo.Start(database);
        var faults = silo.Faults;
        await Furnish(silo);
        var id = Guid.NewGuid();
        foreach (var at in new Action<Func<ValueTask>?>[] { f => faults.OnBefore = f, f => faults.OnDuring = f, f => faults.OnAfter = f })
        {
            at(Faults.Fail);
            await Book(silo, id).ShouldThrowAsync<Exception>();
            at(null);
        }
        (await Book(silo, id)).Accepted.ShouldBeTrue();
        (await Book(silo, Guid.NewGuid())).Accepted.ShouldBeFalse();
    }

    [Fact]
    public void The_engine_names_itself() => EngineInfo.Current.ToString().ShouldContain("Orleans");

    private static Instant Now(RunningSilo silo) => silo.Clock.Now();

    private static void FailFromSecondCommitOn(Faults faults)
    {
        var commits = 0;
        faults.OnBefore = () => ++commits == 1 ? ValueTask.CompletedTask : Faults.Fail();
    }

    private static async Task Furnish(RunningSilo silo)
    {
        await silo.Grains.GetGrain<IToolGrain>(Keys.Tool("laser-1")).Define(new ToolDefinition { Name = "Laser" }, "system");
        await silo.Grains.GetGrain<IMemberGrain>(Keys.Member("ada")).Define(new MemberDefinition { Name = "Ada" }, "system");
    }

    private static Task<BookingAnswer> Book(RunningSilo silo, Guid id) => silo.Grains.GetGrain<IBookingGrain>(Keys.Booking(id))
        .Book(new BookingRequest { ToolId = "laser-1", MemberId = "ada", Actor = "ada", Slot = Slot });

    private static async Task<List<BookingRow>> Rows(RunningSilo silo)
    {
        await using var db = await silo.Services.GetRequiredService<IDbContextFactory<MakerspaceDb>>().CreateDbContextAsync(Cancellation);
        return await db.Bookings.AsNoTracking().ToListAsync(Cancellation);
    }
}
