using Makerspace.Operations;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Storage;

public class CopyTests
{
    public static TheoryData<DatabaseKind> Engines => TestDatabase.Both;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Engines))]
    public async Task A_copy_made_in_use_restores_into_an_empty_database(DatabaseKind kind)
    {
        await using var source = await TestDatabase.On(kind);
        await using var target = await TestDatabase.Bare(kind);
        var file = Path.Combine(source.Settings.DataDirectory, "copy");
        await using (var rig = await StorageRig.On(source))
        {
            var state = await rig.Read("note-a");
            await rig.Write("note-a", state, "copied", StorageRig.Event(1));
            await new DatabaseCopies(rig.Database).Backup(file, Cancellation);
            await rig.Write("note-a", state, "later");
        }
        await using (var opened = target.Open()) await new DatabaseCopies(opened).Restore(file, force: false, Cancellation);
        await using var restored = await StorageRig.On(target);
        (await restored.Text("note-a")).ShouldBe("copied");
        (await restored.Journal()).Count.ShouldBe(1);
        await restored.Write("note-a", await restored.Read("note-a"), "goes on", StorageRig.Event(2));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_database_that_holds_something_is_overwritten_only_by_force(DatabaseKind kind)
    {
        await using var source = await TestDatabase.On(kind);
        var file = Path.Combine(source.Settings.DataDirectory, "copy");
        await using (var rig = await StorageRig.On(source))
        {
            var state = await rig.Read("note-a");
            await rig.Write("note-a", state, "copied");
            await new DatabaseCopies(rig.Database).Backup(file, Cancellation);
            await rig.Write("note-a", state, "later");
        }
        await using (var opened = source.Open())
        {
            (await new DatabaseCopies(opened).Restore(file, force: false, Cancellation).ShouldThrowAsync<StartRefusedException>())!.Message.ShouldContain("--force");
            await new DatabaseCopies(opened).Restore(file, force: true, Cancellation);
        }
        await using var restored = await StorageRig.On(source);
        (await restored.Text("note-a")).ShouldBe("copied");
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_no_copy_changes_nothing(DatabaseKind kind)
    {
        await using var source = await TestDatabase.On(kind);
        var file = Path.Combine(source.Settings.DataDirectory, "no-copy");
        await File.WriteAllTextAsync(file, "not a database", Cancellation);
        await using (var rig = await StorageRig.On(source)) await rig.Write("note-a", await rig.Read("note-a"), "kept");
        await using (var opened = source.Open())
        {
            await new DatabaseCopies(opened).Restore(file, force: true, Cancellation).ShouldThrowAsync<StartRefusedException>();
            await new DatabaseCopies(opened).Restore(file + "-missing", force: true, Cancellation).ShouldThrowAsync<StartRefusedException>();
            await new DatabaseCopies(opened).Backup(file, Cancellation).ShouldThrowAsync<StartRefusedException>();
        }
        await using var still = await StorageRig.On(source);
        (await still.Text("note-a")).ShouldBe("kept");
    }
}
