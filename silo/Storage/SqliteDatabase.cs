using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Makerspace.Storage;

/// <summary>One SQLite file in WAL mode. Readers never wait; writers of this process take turns at <see cref="Gate"/>.</summary>
internal sealed class SqliteDatabase : Database
{
    // Whoever is not behind the gate (accounts, another tool) waits inside SQLite, in small steps, rather than failing.
    private const string EachConnection = "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON;";

    private readonly string connectionString;

    public SqliteDatabase(string file)
    {
        File = Path.GetFullPath(file);
        connectionString = new SqliteConnectionStringBuilder { DataSource = File, Pooling = true }.ConnectionString;
    }

    public string File { get; }
    public override string Engine => "SQLite";
    public override string Location => File;
    internal override string Dialect => "sqlite";

    /// <summary>Held by the one writer at work, so that writers queue here and not in SQLite's busy loop.</summary>
    internal SemaphoreSlim Gate { get; } = new(1, 1);

    public override ValueTask<DbConnection> Open(CancellationToken cancellation) => ValueTask.FromResult<DbConnection>(OpenNow());

    /// <summary>SQLite has no asynchronous calls; reads take microseconds and never wait for a writer.</summary>
    internal SqliteConnection OpenNow(string? pragmas = null)
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = EachConnection + pragmas;
        command.ExecuteNonQuery();
        return connection;
    }

    public override void Use(DbContextOptionsBuilder options) => options.UseSqlite(connectionString).AddInterceptors(Pragmas.Instance);

    // There are no other nodes.
    internal override ValueTask<IAsyncDisposable?> Hold(string name, CancellationToken cancellation) => ValueTask.FromResult<IAsyncDisposable?>(Unheld.Instance);

    internal override ValueTask<IAsyncDisposable> Lock(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        try
        {
            return ValueTask.FromResult<IAsyncDisposable>(
                new FileStream(File + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException inUse)
        {
            throw new StartRefusedException($"Another process is using the database {File}: stop it first, or give this one another data directory.", inUse);
        }
    }

    internal override async Task InSchemaTransaction(Func<DbConnection, DbTransaction, Task> work, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await using var connection = OpenNow("PRAGMA journal_mode = WAL;");
        await using var transaction = connection.BeginTransaction(deferred: false);
        await work(connection, transaction);
        await transaction.CommitAsync(cancellation);
    }

    internal override async Task<T> InProjection<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancellation)
    {
        await Gate.WaitAsync(cancellation);
        try
        {
            await using var connection = OpenNow("PRAGMA synchronous = NORMAL;");
            await using var transaction = connection.BeginTransaction(deferred: false);
            var result = await work(connection, transaction);
            await transaction.CommitAsync(cancellation);
            return result;
        }
        finally
        {
            Gate.Release();
        }
    }

    internal override IStateWriter Writer(WriterOptions options) => new SqliteWriter(this, options);

    internal override async Task CopyTo(string file, CancellationToken cancellation)
    {
        if (!System.IO.File.Exists(File)) throw new StartRefusedException($"There is no database {File}.");
        await using var connection = OpenNow();
        await using var command = connection.Command("VACUUM INTO @file", ("file", file));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    internal override async Task<bool> HoldsAnything(CancellationToken cancellation)
    {
        if (!System.IO.File.Exists(File)) return false;
        await using var connection = OpenNow();
        return await connection.Number("SELECT count(*) FROM sqlite_schema", cancellation) > 0;
    }

    internal override async Task ReplaceBy(string file, CancellationToken cancellation)
    {
        var copy = File + ".restored";
        System.IO.File.Copy(file, copy, overwrite: true);
        await Check(copy, file, cancellation);
        SqliteConnection.ClearPool(new SqliteConnection(connectionString));
        foreach (var left in (string[])["-wal", "-shm"]) System.IO.File.Delete(File + left);
        System.IO.File.Move(copy, File, overwrite: true);
    }

    private static async Task Check(string copy, string named, CancellationToken cancellation)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy, Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            if (await connection.Number("SELECT count(*) FROM schema_version", cancellation) > 0) return;
        }
        catch (SqliteException notOurs)
        {
            System.IO.File.Delete(copy);
            throw new StartRefusedException($"{named} is not a copy of a Makerspace database.", notOurs);
        }
    }

    public override ValueTask DisposeAsync()
    {
        SqliteConnection.ClearPool(new SqliteConnection(connectionString));
        Gate.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class Pragmas : DbConnectionInterceptor
    {
        public static readonly Pragmas Instance = new();

        // Pooled connections come back from whoever had them last: say again how durable a commit is.
        private const string Sql = EachConnection + "PRAGMA synchronous = FULL;";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.Command(Sql);
            command.ExecuteNonQuery();
        }

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default) =>
            connection.Execute(Sql, cancellationToken);
    }

    private sealed class Unheld : IAsyncDisposable
    {
        public static readonly Unheld Instance = new();
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
