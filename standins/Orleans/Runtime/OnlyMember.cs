using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>
/// Keeps a database to this process for as long as it runs: SQLite by a locked file beside it, PostgreSQL by an advisory lock of a session.
/// Both go when the process does, however it ends.
/// </summary>
internal sealed class OnlyMember(IOptions<AdoNetClusteringSiloOptions> options) : IStartsWithSilo
{
    // "Makerspace" in ASCII, shortened: any number that nobody else uses.
    private const long AdvisoryLock = 0x4D616B6572737063;
    private IAsyncDisposable? _lock;

    public int Order => 0;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var given = options.Value;
        var database = AdoNet.Of("clustering", given.Invariant, given.ConnectionString, given.DataSource);
        _lock = database.IsPostgres ? await LockPostgresAsync(database, cancellationToken) : LockFile(database);
    }

    public ValueTask StopAsync() => _lock?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static FileStream? LockFile(AdoNet database)
    {
        var settings = new DbConnectionStringBuilder { ConnectionString = database.ConnectionString };
        if (!settings.TryGetValue("Data Source", out var file) && !settings.TryGetValue("DataSource", out file)) return null;
        if (file is not string path || path.Contains(":memory:", StringComparison.Ordinal)) return null;
        try
        {
            return new FileStream($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held) when (File.Exists($"{path}.lock"))
        {
            throw Refusal(path, held);
        }
    }

    private static async Task<DbConnection> LockPostgresAsync(AdoNet database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"SELECT pg_try_advisory_lock({AdvisoryLock})");
        if (await command.ExecuteScalarAsync(cancellationToken) is true) return connection;
        var name = connection.Database;
        await connection.DisposeAsync();
        throw Refusal(name, null);
    }

    private static OrleansConfigurationException Refusal(string database, Exception? why)
    {
        var message = $"Another process already serves the database {database}. Stop it first: a cluster of several needs the real Orleans (UseStandIns=false).";
        return why is null ? new(message) : new(message, why);
    }
}
