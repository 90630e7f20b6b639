using System.Data;
using System.Data.Common;
using System.Globalization;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>Keeps grain state in the table <c>OrleansStorage</c>, by the queries found in <c>OrleansQuery</c>; the etag is the row's version.</summary>
internal sealed class AdoNetStorage(string name, AdoNetGrainStorageOptions options, string serviceId) : IGrainStorage, IStartsWithSilo
{
    private readonly AdoNet _database = AdoNet.Of($"storage \"{name}\"", options.Invariant, options.ConnectionString, options.DataSource);
    private Dictionary<string, string> _queries = [];

    public int Order => 1;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _queries = await QueriesAsync(cancellationToken);
        string[] needed = ["ReadFromStorageKey", "WriteToStorageKey", "ClearStorageKey"];
        if (options.DeleteStateOnClear) needed = [.. needed, "DeleteStorageKey"];
        if (needed.FirstOrDefault(key => !_queries.ContainsKey(key)) is { } missing)
            throw new InvalidOperationException($"The table OrleansQuery has no query {missing}, which storage \"{name}\" needs.");
    }

    public ValueTask StopAsync() => ValueTask.CompletedTask;

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await using var connection = await _database.OpenAsync(default);
        await using var command = Command(connection, "ReadFromStorageKey", stateName, grainId);
        await using var reader = await command.ExecuteReaderAsync();
        var found = await reader.ReadAsync();
        var payload = found ? Value(reader, "PayloadBinary") as byte[] : null;
        grainState.State = (payload is null ? default : options.GrainStorageSerializer.Deserialize<T>(new(payload))) ?? StoredState<T>.New();
        grainState.ETag = found ? Version(reader, "Version") : null;
        grainState.RecordExists = payload is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.ETag = await ChangeAsync("WriteToStorageKey", stateName, grainId, grainState, command =>
            Add(command, "PayloadBinary", DbType.Binary, options.GrainStorageSerializer.Serialize(grainState.State).ToArray()));
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (!grainState.RecordExists && string.IsNullOrWhiteSpace(grainState.ETag)) await ReadStateAsync(stateName, grainId, grainState);
        if (!grainState.RecordExists && string.IsNullOrWhiteSpace(grainState.ETag)) return;
        var version = await ChangeAsync(options.DeleteStateOnClear ? "DeleteStorageKey" : "ClearStorageKey", stateName, grainId, grainState, _ => { });
        grainState.ETag = options.DeleteStateOnClear ? null : version;
        grainState.RecordExists = false;
        grainState.State = StoredState<T>.New();
    }

    private static object? Value(DbDataReader reader, string column) => reader[column] is var value and not DBNull ? value : null;

    private static string? Version(DbDataReader reader, string column) =>
        Value(reader, column) is { } version ? Convert.ToInt32(version, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) : null;

    private static void Add(DbCommand command, string parameterName, DbType type, object? value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.DbType, parameter.Value) = (parameterName, type, value ?? DBNull.Value);
        command.Parameters.Add(parameter);
    }

    // The new version; the one the grain has already, or none, means that somebody else wrote first.
    private async Task<string?> ChangeAsync<T>(string query, string stateName, GrainId grainId, IGrainState<T> state, Action<DbCommand> fill)
    {
        await using var connection = await _database.OpenAsync(default);
        await using var command = Command(connection, query, stateName, grainId);
        int? known = string.IsNullOrWhiteSpace(state.ETag) ? null : int.Parse(state.ETag, CultureInfo.InvariantCulture);
        Add(command, "GrainStateVersion", DbType.Int32, known);
        fill(command);
        var version = await NewVersionAsync(command);
        if (version is null || version == state.ETag)
            throw new InconsistentStateException($"Version conflict: ServiceId={serviceId} ProviderName={name} GrainType={stateName} GrainId={grainId} ETag={state.ETag}.", version, state.ETag);
        return version;
    }

    private static async Task<string?> NewVersionAsync(DbCommand command)
    {
        await using var reader = await command.ExecuteReaderAsync();
        string? version = null;
        do
        {
            while (await reader.ReadAsync()) version = Version(reader, reader.GetName(0));
        }
        while (await reader.NextResultAsync());
        return version;
    }

    private DbCommand Command(DbConnection connection, string query, string stateName, GrainId grainId)
    {
        var command = connection.CreateCommand();
        command.CommandText = _queries.GetValueOrDefault(query) ?? throw new InvalidOperationException($"Storage \"{name}\" has not started.");
        var key = StorageKey.Of(grainId);
        Add(command, "GrainIdHash", DbType.Int32, key.Hash);
        Add(command, "GrainIdN0", DbType.Int64, key.N0);
        Add(command, "GrainIdN1", DbType.Int64, key.N1);
        Add(command, "GrainTypeHash", DbType.Int32, StorageKey.HashOfName(stateName));
        Add(command, "GrainTypeString", DbType.String, stateName);
        Add(command, "GrainIdExtensionString", DbType.String, key.Extension);
        Add(command, "ServiceId", DbType.String, serviceId);
        return command;
    }

    private async Task<Dictionary<string, string>> QueriesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _database.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT QueryKey, QueryText FROM OrleansQuery";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken)) found[reader.GetString(0)] = reader.GetString(1);
        return found;
    }
}
