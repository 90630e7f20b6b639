using Microsoft.Data.Sqlite;

namespace Makerspace.PaymentSimulator.Storage;

/// <summary>
/// Everything the simulator knows, in one SQLite file or in memory. One <see cref="Work"/> at a time, each one transaction: an answer given is an
/// answer kept, also over kill -9 of the process (WAL, synchronous NORMAL: a power cut may lose the last moments, which is fine for a simulator).
/// </summary>
internal sealed class Store : IAsyncDisposable
{
    private const string Schema =
        """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA busy_timeout = 5000;
        CREATE TABLE IF NOT EXISTS objects (
            seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, due_at INTEGER, clock TEXT, data TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS objects_type ON objects (type, seq);
        CREATE INDEX IF NOT EXISTS objects_due ON objects (due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX IF NOT EXISTS objects_customer ON objects (type, json_extract(data, '$.customer'));
        CREATE INDEX IF NOT EXISTS objects_intent ON objects (type, json_extract(data, '$.payment_intent'));
        CREATE INDEX IF NOT EXISTS objects_charge ON objects (type, json_extract(data, '$.charge'));
        CREATE INDEX IF NOT EXISTS objects_invoice ON objects (type, json_extract(data, '$.invoice'));
        CREATE INDEX IF NOT EXISTS objects_subscription ON objects (type, json_extract(data, '$.subscription'));
        CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, path TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL, request TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS deliveries (seq INTEGER PRIMARY KEY, event TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL DEFAULT 0);
        """;

    private readonly SqliteConnection _connection;
    private readonly SemaphoreSlim _turn = new(1, 1);

    private Store(SqliteConnection connection) => _connection = connection;

    public static Store Open(string? file)
    {
        if (file is not null && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) Directory.CreateDirectory(folder);
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file ?? ":memory:", Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Schema;
        command.ExecuteNonQuery();
        return new Store(connection);
    }

    /// <summary>Does a piece of work, all or nothing: what throws has done nothing.</summary>
    public async Task<T> Do<T>(long now, Func<Work, T> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await using var transaction = (SqliteTransaction)await _connection.BeginTransactionAsync(CancellationToken.None);
            var unit = new Work(_connection, transaction, now);
            var answer = work(unit);
            unit.Flush();
            await transaction.CommitAsync(CancellationToken.None);
            return answer;
        }
        finally
        {
            _turn.Release();
        }
    }

    public Task Do(long now, Action<Work> work, CancellationToken cancellation) => Do(now, w =>
    {
        work(w);
        return true;
    }, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        await _connection.DisposeAsync();
        _turn.Dispose();
    }
}
