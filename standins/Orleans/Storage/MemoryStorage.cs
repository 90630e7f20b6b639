using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>Keeps grain state in memory until the process ends.</summary>
internal sealed class MemoryStorage(MemoryGrainStorageOptions options) : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), Row> _rows = new();
    private long _lastVersion;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = _rows.GetValueOrDefault((stateName, grainId));
        grainState.State = (row is null ? default : options.GrainStorageSerializer.Deserialize<T>(row.Payload)) ?? StoredState<T>.New();
        grainState.ETag = row?.Version;
        grainState.RecordExists = row is not null;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var next = new Row(options.GrainStorageSerializer.Serialize(grainState.State), Interlocked.Increment(ref _lastVersion).ToString(CultureInfo.InvariantCulture));
        var now = _rows.AddOrUpdate((stateName, grainId), _ => grainState.ETag is null ? next : throw Conflict(null), (_, row) => row.Version == grainState.ETag ? next : throw Conflict(row));
        grainState.ETag = now.Version;
        grainState.RecordExists = true;
        return Task.CompletedTask;

        InconsistentStateException Conflict(Row? row) => new($"Version conflict: {stateName} of {grainId}.", row?.Version, grainState.ETag);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_rows.TryGetValue((stateName, grainId), out var row) && !(row.Version == grainState.ETag && _rows.TryRemove(new((stateName, grainId), row))))
            throw new InconsistentStateException($"Version conflict: {stateName} of {grainId}.", row.Version, grainState.ETag);
        (grainState.State, grainState.ETag, grainState.RecordExists) = (StoredState<T>.New(), null, false);
        return Task.CompletedTask;
    }

    private sealed record Row(BinaryData Payload, string Version);
}
