using System.Globalization;
using Makerspace.Storage;
using Makerspace.Tests.Infrastructure;
using Orleans.Storage;

namespace Makerspace.Tests.Storage;

public class GroupCommitTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Both;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_was_written_is_read_and_its_version_rises(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        var state = await rig.Read("note-a");
        (state.RecordExists, state.ETag, state.State!.Text).ShouldBe((false, null, ""));
        await rig.Write("note-a", state, "one");
        (state.RecordExists, state.ETag).ShouldBe((true, "1"));
        await rig.Write("note-a", state, "two");
        var again = await rig.Read("note-a");
        (again.RecordExists, again.ETag, again.State!.Text).ShouldBe((true, "2", "two"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_cleared_state_does_not_exist_and_can_be_written_again(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        var state = await rig.Read("note-a");
        await rig.Write("note-a", state, "one");
        await rig.Clear("note-a", state);
        (state.RecordExists, state.ETag, state.State!.Text).ShouldBe((false, "2", ""));
        var read = await rig.Read("note-a");
        (read.RecordExists, read.ETag).ShouldBe((false, "2"));
        await rig.Write("note-a", read, "back");
        (await rig.Text("note-a")).ShouldBe("back");
        await rig.Clear("note-never", await rig.Read("note-never"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task One_conflict_in_a_group_fails_alone(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        var gate = new TaskCompletionSource();
        var faults = new Faults();
        await using var rig = await StorageRig.On(database, faults);
        var stale = await rig.Read("note-7");
        await rig.Write("note-7", await rig.Read("note-7"), "first");
        // The first write holds the committer; the others gather behind it and make one group.
        faults.OnBefore = () => new ValueTask(gate.Task);
        var opening = rig.Write("note-opening", await rig.Read("note-opening"), "x");
        var states = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => i == 7 ? Task.FromResult(stale) : rig.Read($"note-{i}")));
        var writes = states.Select((state, i) => rig.Write($"note-{i}", state, $"text {i}", StorageRig.Event(i))).ToArray();
        gate.SetResult();
        await opening;
        for (var i = 0; i < writes.Length; i++)
        {
            if (i == 7) await writes[i].ShouldThrowAsync<InconsistentStateException>();
            else await writes[i];
        }
        (await rig.Text("note-7")).ShouldBe("first");
        (await rig.Text("note-49")).ShouldBe("text 49");
        (await rig.Journal()).Select(row => row.Actor).ShouldBe(Enumerable.Range(0, 50).Where(i => i != 7).Select(i => $"actor-{i}"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_two_writers_of_one_version_exactly_one_wins(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        for (var round = 0; round < 10; round++)
        {
            var copies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => rig.Read("note-a")));
            var writes = copies.Select((state, i) => Outcome(rig.Write("note-a", state, $"{i}", StorageRig.Event(i)))).ToArray();
            (await Task.WhenAll(writes)).Count(won => won).ShouldBe(1);
        }
        (await rig.Read("note-a")).ETag.ShouldBe("10");
        (await rig.Journal()).Count.ShouldBe(10);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Many_writers_at_once_lose_nothing(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        await using var rig = await StorageRig.On(database);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async key =>
        {
            var state = await rig.Read($"note-{key}");
            for (var i = 1; i <= 10; i++) await rig.Write($"note-{key}", state, $"{i}", StorageRig.Event((key * 100) + i));
        }));
        for (var key = 0; key < 40; key++) (await rig.Text($"note-{key}")).ShouldBe("10");
        var journal = await rig.Journal();
        journal.Count.ShouldBe(400);
        // Of one grain, in the order in which it wrote.
        journal.GroupBy(row => row.BookingId!.Value.ToString()[..8]).Count().ShouldBe(400);
        journal.Select(row => int.Parse(row.Actor.AsSpan(6), CultureInfo.InvariantCulture)).GroupBy(n => n / 100).ShouldAllBe(g => g.SequenceEqual(g.Order()));
    }

    [Fact]
    public async Task Two_silos_on_one_database_share_the_journal_in_one_order()
    {
        await using var database = await TestDatabase.On(DatabaseKind.Postgres);
        await using var one = await StorageRig.On(database, shared: true);
        await using var other = await StorageRig.On(database, shared: true);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async key =>
        {
            var rig = key % 2 == 0 ? one : other;
            var state = await rig.Read($"note-{key}");
            for (var i = 1; i <= 10; i++) await rig.Write($"note-{key}", state, $"{i}", StorageRig.Event((key * 100) + i));
        }));
        (await one.Journal()).Count.ShouldBe(200);
    }

    [Theory]
    [InlineData("tool-laser-1", 550984256)]
    [InlineData("member-ada", 1068530191)]
    [InlineData("booking-7f3a", -2080113145)]
    [InlineData("café-größe-工具", 510571168)]
    public void Keys_are_hashed_as_Orleans_does(string key, int hash) =>
        StateKey.Of("tool", GrainId.Create("tool", key)).ShouldBe(new StateKey(hash, -1669815854, key, "tool"));

    [Theory]
    [InlineData("a")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("ff+more")]
    public void A_key_that_reads_as_a_number_is_refused(string key) =>
        Should.Throw<ArgumentException>(() => StateKey.Of("tool", GrainId.Create("tool", key)));

    private static async Task<bool> Outcome(Task write)
    {
        try
        {
            await write;
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }
}
