using System.Collections.Immutable;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Tests.Infrastructure;
using Makerspace.Time;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Tests.Storage;

public class ReadModelTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 12, 1, 9, 0);

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Both;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_booking_is_followed_through_its_life(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        var booking = new Life(1);
        (await After(rig, booking, booking.Held)).ShouldSatisfyAllConditions(
            row => row.State.ShouldBe(BookingState.Held), row => row.UnsettledSince.ShouldBe(Start), row => row.Start.ShouldBe(booking.Slot.Start));
        (await After(rig, booking, booking.Confirmed)).ShouldSatisfyAllConditions(
            row => row.State.ShouldBe(BookingState.Confirmed), row => row.UnsettledSince.ShouldBeNull(), row => row.PolicyVersion.ShouldBe(3));
        (await After(rig, booking, booking.Moving)).ShouldSatisfyAllConditions(
            row => row.Start.ShouldBe(booking.Slot.Start), row => row.UnsettledSince.ShouldNotBeNull());
        (await After(rig, booking, booking.Moved)).ShouldSatisfyAllConditions(
            row => row.Start.ShouldBe(booking.Next.Start), row => row.UnsettledSince.ShouldNotBeNull());
        (await After(rig, booking, booking.Settled)).UnsettledSince.ShouldBeNull();
        (await After(rig, booking, booking.Cancelled)).ShouldSatisfyAllConditions(
            row => row.State.ShouldBe(BookingState.Cancelled), row => row.UnsettledSince.ShouldNotBeNull());
        (await After(rig, booking, booking.Settled)).ShouldSatisfyAllConditions(
            row => row.State.ShouldBe(BookingState.Cancelled), row => row.UnsettledSince.ShouldBeNull());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_batch_with_a_whole_life_comes_to_the_same_as_step_by_step(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        var lives = Enumerable.Range(1, 300).Select(i => new Life(i)).ToArray();
        var state = await rig.Read("note-a");
        // More than one batch, and lives cut at its edge.
        await rig.Write("note-a", state, "x", [.. lives.SelectMany(l => new DomainEvent[] { l.Held, l.Confirmed, l.Moving, l.Moved, l.Settled })]);
        await rig.Projector.CatchUp(StorageRig.Cancellation);
        await using var db = Db(rig);
        var rows = await db.Bookings.Live().Where(b => b.UnsettledSince == null).ToListAsync(StorageRig.Cancellation);
        rows.Count.ShouldBe(300);
        rows.ShouldAllBe(row => row.Start == lives[0].Next.Start && row.State == BookingState.Confirmed && row.Purpose == "panels");
        rig.Projector.Position.ShouldBe((await rig.Journal())[^1].Seq);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Emptied_and_filled_again_they_are_what_they_were(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        var (one, two) = (new Life(1), new Life(2));
        await rig.Write("note-a", await rig.Read("note-a"), "x", [
            Tool("laser-1", "Laser"), Member("ada"), Area("hall"), one.Held, one.Confirmed, two.Held, one.Cancelled, one.Settled, Tool("laser-1", "Laser 1")]);
        await rig.Projector.CatchUp(StorageRig.Cancellation);
        var before = await Everything(rig);
        before.ShouldContain("Laser 1");
        await rig.Projector.Rebuild(StorageRig.Cancellation);
        (await Everything(rig)).ShouldBe(before);
        // Without a checkpoint the same events come a second time.
        await using (var connection = await rig.Database.Open(StorageRig.Cancellation))
            await connection.Execute("DELETE FROM projections", StorageRig.Cancellation);
        await using var again = new Rerun(rig);
        await again.Projector.CatchUp(StorageRig.Cancellation);
        (await Everything(rig)).ShouldBe(before);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Whoever_waits_reads_their_own_writes(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        await rig.Projector.StartAsync(StorageRig.Cancellation);
        var state = await rig.Read("note-a");
        for (var i = 1; i <= 20; i++)
        {
            await rig.Write("note-a", state, "x", new Life(i).Held);
            await rig.Projector.CaughtUp(StorageRig.Cancellation);
            (await rig.Count("bookings")).ShouldBe(i);
        }
        await rig.Projector.StopAsync(StorageRig.Cancellation);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_follower_gets_what_it_missed_and_then_what_comes_each_once(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        var state = await rig.Read("note-a");
        for (var i = 1; i <= 5; i++) await rig.Write("note-a", state, "x", new Life(i).Held);
        await rig.Projector.StartAsync(StorageRig.Cancellation);
        await rig.Projector.CaughtUp(StorageRig.Cancellation);
        var journal = await rig.Journal();
        var seen = new List<long>();
        await foreach (var row in rig.Projector.Follow(journal[1].Seq, StorageRig.Cancellation))
        {
            seen.Add(row.Seq);
            (await rig.Count("bookings")).ShouldBeGreaterThanOrEqualTo(seen.Count + 2);
            if (seen.Count == 10) break;
            if (seen.Count >= 3) await rig.Write("note-a", state, "x", new Life(3 + seen.Count).Held);
        }
        seen.ShouldBe((await rig.Journal()).Skip(2).Select(row => row.Seq));
        await rig.Projector.StopAsync(StorageRig.Cancellation);
    }

    [Fact]
    public async Task In_a_cluster_a_silo_sees_what_another_committed_and_projected()
    {
        await using var database = await TestDatabase.On(DatabaseKind.Postgres);
        await using var one = await StorageRig.On(database, shared: true);
        await using var other = await StorageRig.On(database, shared: true);
        await other.Projector.CatchUp(StorageRig.Cancellation);
        await one.Write("note-a", await one.Read("note-a"), "x", new Life(1).Held);
        await one.Projector.CatchUp(StorageRig.Cancellation);
        var rows = other.Projector.Follow(0, StorageRig.Cancellation).GetAsyncEnumerator(StorageRig.Cancellation);
        var next = rows.MoveNextAsync();
        await other.Projector.CatchUp(StorageRig.Cancellation);
        (await next).ShouldBeTrue();
        rows.Current.Type.ShouldBe("booking-held");
        await rows.DisposeAsync();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_bookings_past_is_read_from_the_journal_in_order(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        var (one, two) = (new Life(1), new Life(2));
        await rig.Write("note-a", await rig.Read("note-a"), "x", one.Held, two.Held, one.Confirmed, one.Cancelled);
        var past = await rig.Reader.Read(one.Id, StorageRig.Cancellation);
        past.ShouldBe(new BookingEvent[] { one.Held, one.Confirmed, one.Cancelled }, new SameJson());
        (await rig.Reader.Read(Guid.NewGuid(), StorageRig.Cancellation)).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Equivalents_are_visible_tools_of_the_same_category(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        var state = await rig.Read("note-a");
        await rig.Write("note-a", state, "x", Tool("laser-1", "1"), Tool("laser-2", "2"), Tool("laser-3", "3", visible: false));
        await rig.Projector.CatchUp(StorageRig.Cancellation);
        var directory = new ToolDirectory(new Factory(rig), rig.Projector);
        (await directory.Equivalents("laser-1", 5, StorageRig.Cancellation)).ShouldBe(["laser-2"]);
        await rig.Write("note-a", state, "x", Tool("laser-3", "3"));
        await rig.Projector.CatchUp(StorageRig.Cancellation);
        (await directory.Equivalents("laser-1", 5, StorageRig.Cancellation)).ShouldBe(["laser-2", "laser-3"]);
        (await directory.Equivalents("laser-1", 1, StorageRig.Cancellation)).Count.ShouldBe(1);
        (await directory.Equivalents("unknown", 5, StorageRig.Cancellation)).ShouldBeEmpty();
    }

    private static ToolChanged Tool(string id, string name, bool visible = true) =>
        new(Start, "system", new ToolView(id, new ToolDefinition { Name = name, Category = "Lasers", Visible = visible }, [], 1), null);

    private static MemberChanged Member(string id) => new(Start, "system", new MemberView(id, new MemberDefinition { Name = id }, [], 1), null);

    private static AreaChanged Area(string id) => new(Start, "system", new AreaView(id, new AreaDefinition { Name = id }, []), null);

    private static async Task<BookingRow> After(StorageRig rig, Life booking, BookingEvent happened)
    {
        await rig.Write("note-a", await rig.Read("note-a"), "x", happened);
        await rig.Projector.CatchUp(StorageRig.Cancellation);
        await using var db = Db(rig);
        return await db.Bookings.SingleAsync(b => b.Id == booking.Id, StorageRig.Cancellation);
    }

    private static async Task<string> Everything(StorageRig rig)
    {
        await using var db = Db(rig);
        return System.Text.Json.JsonSerializer.Serialize(
            new
            {
                Bookings = await db.Bookings.OrderBy(b => b.MemberId).ToListAsync(StorageRig.Cancellation),
                Tools = await db.Tools.ToListAsync(StorageRig.Cancellation),
                Members = await db.Members.ToListAsync(StorageRig.Cancellation),
                Areas = await db.Areas.ToListAsync(StorageRig.Cancellation),
                Projections = await db.Projections.ToListAsync(StorageRig.Cancellation),
            },
            StoredJson.Options);
    }

    private static MakerspaceDb Db(StorageRig rig)
    {
        var options = new DbContextOptionsBuilder<MakerspaceDb>();
        rig.Database.Use(options);
        return new MakerspaceDb(options.Options);
    }

    private sealed class Factory(StorageRig rig) : IDbContextFactory<MakerspaceDb>
    {
        public MakerspaceDb CreateDbContext() => Db(rig);
    }

    private sealed class Rerun(StorageRig rig) : IAsyncDisposable
    {
        public Projector Projector { get; } = new(rig.Database, rig.Committer, Microsoft.Extensions.Logging.Abstractions.NullLogger<Projector>.Instance);

        public ValueTask DisposeAsync()
        {
            Projector.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class SameJson : IEqualityComparer<BookingEvent>
    {
        public bool Equals(BookingEvent? x, BookingEvent? y) => StoredJson.Same<DomainEvent?>(x, y);
        public int GetHashCode(BookingEvent obj) => 0;
    }

    /// <summary>The events of one booking's life.</summary>
    private sealed record Life(int Number)
    {
        public Guid Id { get; } = new(Number, 0, 0, new byte[8]);
        public Slot Slot { get; } = new(Start + Duration.FromHours(1), Start + Duration.FromHours(2));
        public Slot Next { get; } = new(Start + Duration.FromHours(3), Start + Duration.FromHours(4));
        private string By => $"member-{Number:000}";

        public BookingHeld Held => new(Start, "ada", Id, "laser-1", By, "acme", Slot, "panels", Start + Duration.FromSeconds(20), null);
        public BookingConfirmed Confirmed => new(Later(1), "ada", Id, "laser-1", By, "acme", Slot, 3);
        public BookingMoving Moving => new(Later(2), "ada", Id, "laser-1", By, Next, Later(22), null);
        public BookingMoved Moved => new(Later(3), "ada", Id, "laser-1", By, Slot, Next, 4);
        public HoldSettled Settled => new(Later(4), "ada", Id, "laser-1", By, Next);
        public BookingEnded Cancelled => new(Later(5), "ada", Id, "laser-1", By, BookingState.Cancelled, "ill", ImmutableArray<string>.Empty, false);

        private static Instant Later(int seconds) => Start + Duration.FromSeconds(seconds);
    }
}
