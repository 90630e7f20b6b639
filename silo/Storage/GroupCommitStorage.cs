using System.Collections.Immutable;
using System.Globalization;
using Makerspace.Journal;
using Orleans.Storage;

namespace Makerspace.Storage;

/// <summary>
/// Grain state in the tables and with the keys of Orleans' AdoNet provider, written in groups (see <see cref="Committer"/>) and
/// together with the events of the state's outbox.
/// </summary>
internal sealed class GroupCommitStorage(Committer committer, StateReader reader) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = await reader.Read(StateKey.Of(stateName, grainId), CancellationToken.None);
        grainState.State = row?.Payload is { } payload ? StatePayload.Read<T>(payload) : Activator.CreateInstance<T>();
        grainState.ETag = row?.Version.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = row?.Payload is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // Serialised here, on the grain's own turn: the committer's loop only moves bytes.
        var write = new StateWrite(
            StateKey.Of(stateName, grainId), StateWrite.ParseVersion(grainState.ETag), StatePayload.Write(grainState.State), EventsOf(grainState.State));
        await Commit(write, grainState.ETag);
        grainState.ETag = write.NewVersion.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (!grainState.RecordExists && string.IsNullOrWhiteSpace(grainState.ETag))
        {
            await ReadStateAsync(stateName, grainId, grainState);
            if (!grainState.RecordExists) return;
        }
        var write = new StateWrite(
            StateKey.Of(stateName, grainId), StateWrite.ParseVersion(grainState.ETag), null, EventsOf(grainState.State));
        await Commit(write, grainState.ETag);
        grainState.ETag = write.NewVersion.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = false;
        grainState.State = Activator.CreateInstance<T>();
    }

    private async Task Commit(StateWrite write, string? etag)
    {
        if (await committer.Commit(write)) return;
        throw new InconsistentStateException(
            $"Another writer was first: state '{write.Key.StateName}' of '{write.Key.Id}' is no longer at version '{etag}'.", null, etag);
    }

    private static ImmutableArray<JournalEntry> EventsOf<T>(T state) =>
        state is IHasOutbox { Outbox: { IsDefaultOrEmpty: false } outbox } ? [.. outbox.Select(JournalEntry.Of)] : [];
}
