using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Reservations;

/// <summary>
/// Storage fails before, during and after each write that each operation makes. The caller hears of it, memory never runs ahead of the disk, and what
/// comes next (the retry, another operation, or the jobs where nobody does anything) leaves all parties and the journal in agreement.
/// </summary>
public sealed class FaultTests(SharedSilos silos) : IClassFixture<SharedSilos>
{
    /// <summary>Every operation on both databases.</summary>
    public static TheoryData<DatabaseKind, string> Everything
    {
        get
        {
            var cases = new TheoryData<DatabaseKind, string>();
            foreach (var engine in Enum.GetValues<DatabaseKind>())
                foreach (var operation in FaultOperations.All) cases.Add(engine, operation.Name);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Everything))]
    public async Task A_retry_after_a_failed_write_gives_the_right_answer(DatabaseKind engine, string operation) =>
        await EachFailure(engine, operation, async (done, world) =>
        {
            (await done.Run(world)).ShouldBeTrue("The retry was refused");
            (await done.Done(world)).ShouldBeTrue("After the retry it is not done");
        });

    [Theory, MemberData(nameof(Everything))]
    public async Task Where_nobody_retries_the_jobs_finish_or_undo(DatabaseKind engine, string operation) =>
        await EachFailure(engine, operation, (_, _) => Task.CompletedTask, async (done, world) =>
            (await done.Done(world) || await done.Undone(world)).ShouldBeTrue("It is neither done nor undone"));

    /// <summary>Those that a cancellation can come after.</summary>
    public static TheoryData<string> Cancellable => [.. FaultOperations.All.Select(o => o.Name).Where(n => n.Split(' ')[0] is "book" or "move" or "hand" or "extend" or "check" or "approve" or "accept").Where(n => !n.EndsWith("owe", StringComparison.Ordinal))];

    [Theory, MemberData(nameof(Cancellable))]
    public async Task Whoever_cancels_after_a_failed_write_leaves_nothing_behind(string operation) =>
        await EachFailure(TestDatabase.OfTheRun, operation, (_, world) => world.Booking.Cancel(world.Ada, null), async (_, world) =>
            ((await world.View())?.State.Occupies() ?? false).ShouldBe((await world.View()) is { State: BookingState.CheckedIn }, "Cancelled, it occupies"));

    [Fact]
    public async Task A_slot_whose_booking_failed_is_free_for_others_once_it_is_swept()
    {
        var (silo, _) = await silos.On(DatabaseKind.Sqlite);
        var world = await Prepared(silo, FaultOperations.Of("book a tool in a room"));
        silo.Faults.Plan(3, Phase.During);
        await Should.ThrowAsync<Exception>(() => world.Book(bundle: false, world.Later));
        silo.Clock.Advance(TimeSpan.FromMinutes(2));
        (await silo.Sweep()).ShouldBe(1);
        (await world.View())!.State.ShouldBe(BookingState.Expired);
        (await silo.Booking(Guid.NewGuid()).Book(world.Request(bundle: false, world.Later) with { MemberId = world.Ben })).ShouldBeAccepted();
    }

    [Fact]
    public async Task A_booking_costs_two_commits()
    {
        var (silo, _) = await silos.On(DatabaseKind.Sqlite);
        var world = await Prepared(silo, FaultOperations.Of("book a tool in a room"));
        await silo.Member("alone").Define(new MemberDefinition { Name = "Alone" }, Actors.System);
        silo.Faults.Plan(commit: 0, Phase.Before);   // counts, and never fails
        await silo.Booking(Guid.NewGuid()).Book(new BookingRequest { ToolId = world.Drill, MemberId = "alone", Actor = "alone", Slot = world.Later });
        silo.Faults.Commits.ShouldBe(2);
    }

    [Fact]
    public async Task A_booking_that_costs_money_costs_one_commit_more()
    {
        var (silo, _) = await silos.On(DatabaseKind.Sqlite);
        await FaultWorld.Hall(silo);
        var world = await Prepared(silo, FaultOperations.Of("book for money"));
        await silo.Member("alone").Define(new MemberDefinition { Name = "Alone" }, Actors.System);
        silo.Faults.Plan(commit: 0, Phase.Before);   // counts, and never fails
        var answer = await silo.Booking(Guid.NewGuid()).Book(new BookingRequest { ToolId = world.Drill, MemberId = "alone", Actor = "alone", Slot = world.Later });
        answer.Price.ShouldNotBeNull().Total.Amount.ShouldBe(1428);
        silo.Faults.Commits.ShouldBe(3);
    }

    // A world for each failure; what the jobs do is done once for all of them.
    private async Task EachFailure(
        DatabaseKind engine, string name, Func<FaultOperation, FaultWorld, Task> then, Func<FaultOperation, FaultWorld, Task>? atLast = null)
    {
        var (silo, database) = await silos.Fresh(engine);
        await FaultWorld.Hall(silo);
        var operation = FaultOperations.Of(name);
        var failures = (await Cases(silo, operation)).Select(c => (Case: c, World: Prepared(silo, operation))).ToArray();
        await Task.WhenAll(failures.Select(f => f.World));
        if (operation.Wait is { } wait) silo.Clock.Advance(wait.ToTimeSpan());
        foreach (var (at, made) in failures) await Explained(at, async () =>
        {
            await Failing(silo, operation, await made, at);
            await then(operation, await made);
        });
        silo.Clock.Advance(TimeSpan.FromMinutes(2));
        await silo.RunJobs();
        if (atLast is not null) foreach (var (at, made) in failures) await Explained(at, async () => await atLast(operation, await made));
        var wrong = await StoredTruth.Faults(database);
        if (wrong.Count > 0) await silos.Discard(engine);
        wrong.ShouldBeEmpty();
    }

    private static async Task<List<(int Write, Phase Phase)>> Cases(RunningSilo silo, FaultOperation operation)
    {
        var rehearsal = await Prepared(silo, operation);
        if (operation.Wait is { } wait) silo.Clock.Advance(wait.ToTimeSpan());
        silo.Faults.Plan(commit: 0, Phase.Before);
        (await operation.Run(rehearsal)).ShouldBeTrue("Without a failure it was refused");
        (await operation.Done(rehearsal)).ShouldBeTrue("Without a failure it is not done");
        return [.. Enumerable.Range(1, silo.Faults.Commits).SelectMany(write => Enum.GetValues<Phase>().Select(phase => (write, phase)))];
    }

    private static async Task<FaultWorld> Prepared(RunningSilo silo, FaultOperation operation)
    {
        var world = new FaultWorld(silo);
        await world.Furnish(operation.Policy);
        await operation.Prepare(world);
        return world;
    }

    private static async Task Failing(RunningSilo silo, FaultOperation operation, FaultWorld world, (int Write, Phase Phase) at)
    {
        silo.Faults.Plan(at.Write, at.Phase);
        await Should.ThrowAsync<Exception>(() => operation.Run(world));
        silo.Faults.Happened.ShouldBeTrue();
    }

    private static async Task Explained((int Write, Phase Phase) at, Func<Task> steps)
    {
        try
        {
            await steps();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Write {at.Write}, {at.Phase}: {failure.Message}", failure);
        }
    }
}
