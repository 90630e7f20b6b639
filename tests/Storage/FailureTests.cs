using Makerspace.Tests.Infrastructure;
using Npgsql;

namespace Makerspace.Tests.Storage;

public class FailureTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Both;

    [Theory, MemberData(nameof(Engines))]
    public async Task Before_the_commit_nothing_is_kept_and_a_retry_succeeds(DatabaseKind kind) =>
        await NothingIsKept(kind, (faults, fail) => faults.OnBefore = fail);

    [Theory, MemberData(nameof(Engines))]
    public async Task During_the_commit_nothing_is_kept_neither_state_nor_events(DatabaseKind kind) =>
        await NothingIsKept(kind, (faults, fail) => faults.OnDuring = fail);

    [Theory, MemberData(nameof(Engines))]
    public async Task After_the_commit_the_caller_hears_of_a_failure_and_finds_the_write_when_it_reads(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        var faults = new Faults();
        await using var rig = await StorageRig.On(database, faults);
        var state = await rig.Read("note-a");
        faults.OnAfter = Faults.Fail;
        await rig.Write("note-a", state, "kept", StorageRig.Event(1)).ShouldThrowAsync<IOException>();
        faults.OnAfter = null;
        state.ETag.ShouldBeNull();   // memory does not run ahead: the grain must read again
        (await rig.Text("note-a")).ShouldBe("kept");
        (await rig.Journal()).Count.ShouldBe(1);
        await rig.Write("note-a", state, "again").ShouldThrowAsync<Orleans.Storage.InconsistentStateException>();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_read_models_get_what_was_committed_in_spite_of_the_failure(DatabaseKind kind)
    {
        await using var database = await TestDatabase.On(kind);
        var faults = new Faults();
        await using var rig = await StorageRig.On(database, faults);
        await rig.Write("note-a", await rig.Read("note-a"), "one", StorageRig.Event(1));
        await rig.Projector.CatchUp(StorageRig.Cancellation);
        faults.OnAfter = Faults.Fail;
        await rig.Write("note-b", await rig.Read("note-b"), "two", StorageRig.Event(2)).ShouldThrowAsync<IOException>();
        await rig.Projector.CatchUp(StorageRig.Cancellation);
        rig.Projector.Position.ShouldBe((await rig.Journal())[^1].Seq);
    }

    [Fact]
    public async Task A_lost_connection_fails_the_group_and_the_next_one_connects_again()
    {
        await using var database = await TestDatabase.On(DatabaseKind.Postgres);
        var faults = new Faults();
        await using var rig = await StorageRig.On(database, faults);
        var state = await rig.Read("note-a");
        faults.OnDuring = async () => await KillTheOthers(database.ConnectionString);
        await rig.Write("note-a", state, "lost").ShouldThrowAsync<NpgsqlException>();
        faults.OnDuring = null;
        await rig.Write("note-a", state, "kept");
        (await rig.Text("note-a")).ShouldBe("kept");
    }

    private static async Task NothingIsKept(DatabaseKind kind, Action<Faults, Func<ValueTask>?> at)
    {
        await using var database = await TestDatabase.On(kind);
        var faults = new Faults();
        await using var rig = await StorageRig.On(database, faults);
        var state = await rig.Read("note-a");
        await rig.Write("note-a", state, "one", StorageRig.Event(1));
        at(faults, Faults.Fail);
        await rig.Write("note-a", state, "two", StorageRig.Event(2)).ShouldThrowAsync<IOException>();
        state.ETag.ShouldBe("1");
        at(faults, null);
        (await rig.Text("note-a")).ShouldBe("one");
        (await rig.Journal()).Count.ShouldBe(1);
        await rig.Write("note-a", await rig.Read("note-a"), "two", StorageRig.Event(2));
        (await rig.Journal()).Select(row => row.Actor).ShouldBe(["actor-1", "actor-2"]);
    }

    private static async Task KillTheOthers(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle in transaction'",
            connection);
        await command.ExecuteNonQueryAsync();
    }
}
