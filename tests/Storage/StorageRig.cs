using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Storage;
using Makerspace.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace Makerspace.Tests.Storage;

/// <summary>The storage without a silo: what grains call, over a database of either engine.</summary>
internal sealed class StorageRig : IAsyncDisposable
{
    private readonly Database database;
    private readonly IStateWriter writer;
    private readonly Committer committer;

    private StorageRig(Database database, IStateWriter writer)
    {
        (this.database, this.writer) = (database, writer);
        committer = new Committer(writer, NullLogger<Committer>.Instance);
        Reader = new StateReader(database, MakerspaceSilo.ServiceId);
        Storage = new GroupCommitStorage(committer, Reader);
        Projector = new Projector(database, committer, NullLogger<Projector>.Instance);
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public GroupCommitStorage Storage { get; }
    public StateReader Reader { get; }
    public Projector Projector { get; }
    public Database Database => database;
    public Committer Committer => committer;

    public static async Task<StorageRig> On(TestDatabase test, ICommitFaults? faults = null, bool shared = false)
    {
        var opened = test.Open();
        var made = opened.Writer(new WriterOptions(MakerspaceSilo.ServiceId, shared, faults));
        await made.Open(Cancellation);
        await Schema.Apply(opened, Cancellation);
        var rig = new StorageRig(opened, made);
        rig.committer.Start();
        return rig;
    }

    public async Task<GrainState<Note>> Read(string key)
    {
        var state = new GrainState<Note>(new Note());
        await Storage.ReadStateAsync("note", Id(key), state);
        return state;
    }

    public async Task<string> Text(string key) => (await Read(key)).State!.Text;

    public Task Write(string key, GrainState<Note> state) => Storage.WriteStateAsync("note", Id(key), state);

    public Task Write(string key, GrainState<Note> state, string text, params DomainEvent[] events)
    {
        state.State = new Note { Text = text, Outbox = [.. events] };
        return Write(key, state);
    }

    public Task Clear(string key, GrainState<Note> state) => Storage.ClearStateAsync("note", Id(key), state);

    public async Task<List<JournalRow>> Journal()
    {
        await using var connection = await database.Open(Cancellation);
        return await JournalReader.After(connection, null, 0, int.MaxValue, Cancellation);
    }

    public async Task<long> Count(string table)
    {
        await using var connection = await database.Open(Cancellation);
        return await connection.Number($"SELECT count(*) FROM {table}", Cancellation) ?? 0;
    }

    public static GrainId Id(string key) => GrainId.Create("note", key);

    public static HoldSettled Event(int number) =>
        new(Instant.FromUtc(2026, 12, 1, 9, 0), $"actor-{number}", new Guid(number, 0, 0, new byte[8]), "laser-1", "ada", null);

    public async ValueTask DisposeAsync()
    {
        await committer.Stop();
        await writer.DisposeAsync();
        await database.DisposeAsync();
    }
}

/// <summary>A state of the tests' own.</summary>
internal sealed record Note : IHasOutbox
{
    public string Text { get; init; } = "";

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}
