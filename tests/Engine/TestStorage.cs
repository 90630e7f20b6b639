using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans.Storage;

namespace Makerspace.Tests.Engine;

/// <summary>A storage in memory that fails when it is told to, before or after it has written.</summary>
public sealed class TestStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string State, string Key), (string Payload, int Version)> _rows = new();

    public string? FailBefore { get; set; }

    public string? FailAfter { get; set; }

    public string? FailReading { get; set; }

    public IEnumerable<string> NamesUnder(string key) => _rows.Keys.Where(k => k.Key == key).Select(k => k.State).Order(StringComparer.Ordinal);

    /// <summary>What another process would do.</summary>
    public void Overwrite(string state, string key, object value) =>
        _rows.AddOrUpdate((state, key), _ => (JsonSerializer.Serialize(value), 1), (_, row) => (JsonSerializer.Serialize(value), row.Version + 1));

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (FailReading == Key(grainId)) throw new TimeoutException("the disk is asleep");
        var exists = _rows.TryGetValue((stateName, Key(grainId)), out var row);
        grainState.State = exists ? JsonSerializer.Deserialize<T>(row.Payload)! : Activator.CreateInstance<T>();
        grainState.ETag = exists ? row.Version.ToString(CultureInfo.InvariantCulture) : null;
        grainState.RecordExists = exists;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (FailBefore == Key(grainId)) throw new TimeoutException("the disk is full");
        var payload = JsonSerializer.Serialize(grainState.State);
        var known = grainState.ETag is null ? 0 : int.Parse(grainState.ETag, CultureInfo.InvariantCulture);
        var row = _rows.AddOrUpdate(
            (stateName, Key(grainId)),
            _ => known == 0 ? (payload, 1) : throw new InconsistentStateException("gone", null, grainState.ETag),
            (_, stored) => stored.Version == known ? (payload, known + 1) : throw new InconsistentStateException("changed", stored.Version.ToString(CultureInfo.InvariantCulture), grainState.ETag));
        if (FailAfter == Key(grainId)) throw new TimeoutException("the answer was lost");
        grainState.ETag = row.Item2.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _rows.TryRemove((stateName, Key(grainId)), out _);
        (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);
        return Task.CompletedTask;
    }

    private static string Key(GrainId id) => id.Key.ToString();
}
