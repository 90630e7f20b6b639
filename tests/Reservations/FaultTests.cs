using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Tests.Reservations;

/// <summary>
/// Storage fails before, during and after each write that booking, moving and cancelling make. The caller hears of it, memory never runs
/// ahead of the disk, and what comes next (the retry, or the sweep where nobody retries) leaves member, tool and journal in agreement.
/// </summary>
public sealed class FaultTests(SharedSilos silos) : IClassFixture<SharedSilos>
{
    private static readonly Slot Ten = new(Instant.FromUtc(2026, 12, 1, 10, 0), Instant.FromUtc(2026, 12, 1, 11, 0));
    private static readonly Slot Noon = new(Instant.FromUtc(2026, 12, 1, 12, 0), Instant.FromUtc(2026, 12, 1, 13, 0));

    // Every case has a tool, a member and a booking of its own: they share one silo an engine.
    private readonly Guid id = Guid.NewGuid();
    private BookingRequest Request => new() { ToolId = $"tool-{id:N}", MemberId = $"member-{id:N}", Actor = "ada", Slot = Ten };

    /// <summary>Every write of every operation, in every phase, on both databases: engine, operation, number of the write, phase.</summary>
    public static TheoryData<DatabaseKind, string, int, Phase> Everywhere
    {
        get
        {
            var cases = new TheoryData<DatabaseKind, string, int, Phase>();
            foreach (var engine in Enum.GetValues<DatabaseKind>())
            {
                foreach (var (operation, writes) in new[] { ("book", 2), ("move", 3), ("cancel", 2) })
                {
                    foreach (var write in Enumerable.Range(1, writes))
                    {
                        foreach (var phase in Enum.GetValues<Phase>()) cases.Add(engine, operation, write, phase);
                    }
                }
            }
            return cases;
        }
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task A_retry_after_a_failed_write_gives_the_right_answer(DatabaseKind engine, string operation, int write, Phase phase)
    {
        var (silo, database) = await silos.On(engine);
        await Prepare(silo, operation);
        await Failing(silo, operation, write, phase);
        var answer = await Run(silo, operation);
        answer.Refusals.ShouldBeEmpty();
        (answer.Booking!.State, answer.Booking.Slot).ShouldBe(Wanted(operation));
        await silo.CaughtUp();
        await StoredTruth.ShouldAgree(database);
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task Where_nobody_retries_the_sweep_finishes_or_undoes(DatabaseKind engine, string operation, int write, Phase phase)
    {
        var (silo, database) = await silos.On(engine);
        await Prepare(silo, operation);
        await Failing(silo, operation, write, phase);
        silo.Clock.Advance(TimeSpan.FromMinutes(2));
        await silo.Sweep();
        await silo.CaughtUp();
        await StoredTruth.ShouldAgree(database);
        var booking = await silo.Booking(id).View();
        var (_, slot) = Wanted(operation);
        if (operation == "book") (booking?.State ?? BookingState.Expired).ShouldBeOneOf(BookingState.Expired, BookingState.Confirmed);
        if (operation == "move") booking!.Slot.ShouldBeOneOf(Ten, slot);
    }

    [Fact]
    public async Task A_slot_whose_booking_failed_is_free_for_others_once_it_is_swept()
    {
        var (silo, _) = await silos.On(DatabaseKind.Sqlite);
        await Prepare(silo, "book");
        await Failing(silo, "book", write: 2, Phase.During);
        silo.Clock.Advance(TimeSpan.FromMinutes(2));
        (await silo.Sweep()).ShouldBe(1);
        (await silo.Booking(id).View())!.State.ShouldBe(BookingState.Expired);
        await silo.Member("bob").Define(new MemberDefinition { Name = "Bob" }, Actors.System);
        (await silo.Booking(Guid.NewGuid()).Book(Request with { MemberId = "bob" })).Accepted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_booking_costs_two_commits()
    {
        var (silo, _) = await silos.On(DatabaseKind.Sqlite);
        await Prepare(silo, "book");
        silo.Faults.Plan(commit: 0, Phase.Before);   // counts, and never fails
        await silo.Booking(Guid.NewGuid()).Book(Request);
        silo.Faults.Commits.ShouldBe(2);
    }

    private async Task Prepare(RunningSilo silo, string operation)
    {
        await silo.Tool(Request.ToolId).Define(new ToolDefinition { Name = "Laser", Policy = new Policy { MaxBookingsPerDay = 1 } }, Actors.System);
        await silo.Member(Request.MemberId).Define(new MemberDefinition { Name = "Ada" }, Actors.System);
        if (operation != "book") (await silo.Booking(id).Book(Request)).Accepted.ShouldBeTrue();
    }

    private async Task Failing(RunningSilo silo, string operation, int write, Phase phase)
    {
        silo.Faults.Plan(write, phase);
        await Should.ThrowAsync<Exception>(() => Run(silo, operation));
        silo.Faults.Commits.ShouldBe(write);
    }

    private Task<BookingAnswer> Run(RunningSilo silo, string operation) => operation switch
    {
        "book" => silo.Booking(id).Book(Request),
        "move" => silo.Booking(id).Move(Noon, "ada", null),
        _ => silo.Booking(id).Cancel("ada", null),
    };

    private static (BookingState State, Slot Slot) Wanted(string operation) => operation switch
    {
        "book" => (BookingState.Confirmed, Ten),
        "move" => (BookingState.Confirmed, Noon),
        _ => (BookingState.Cancelled, Ten),
    };
}
