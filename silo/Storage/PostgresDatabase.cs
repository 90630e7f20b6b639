using System.Data.Common;
using Makerspace.Operations;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Makerspace.Storage;

/// <summary>One PostgreSQL database.</summary>
internal sealed class PostgresDatabase : Database
{
    // Arbitrary numbers that no other program is likely to lock.
    internal const long ProcessLock = 0x6D616B6572_01;
    internal const long JournalLock = 0x6D616B6572_02;
    private const long SchemaLock = 0x6D616B6572_03;
    private const long ProjectionLock = 0x6D616B6572_04;

    /// <summary>First of two numbers; the second is the name's.</summary>
    private const int NameLock = 0x6D616B65;

    private readonly NpgsqlDataSource pool;
    private readonly NpgsqlConnectionStringBuilder settings;

    public PostgresDatabase(string connectionString)
    {
        settings = Parse(connectionString);
        pool = NpgsqlDataSource.Create(settings);
    }

    public override string Engine => "PostgreSQL";
    public override string Location => $"{settings.Host}:{settings.Port}/{settings.Database}";
    internal override string Dialect => "postgres";
    internal string ConnectionString => settings.ConnectionString;

    /// <summary>A connection of the pool, not open yet.</summary>
    internal NpgsqlConnection Connection() => pool.CreateConnection();

    public override async ValueTask<DbConnection> Open(CancellationToken cancellation) => await pool.OpenConnectionAsync(cancellation);

    public override void Use(DbContextOptionsBuilder options) => options.UseNpgsql(pool);

    // The lock belongs to the connection that commits (see PostgresWriter): while an old process's commit may still arrive, so does its lock stand.
    internal override ValueTask<IAsyncDisposable> Lock(CancellationToken cancellation) => ValueTask.FromResult<IAsyncDisposable>(NoLock.Instance);

    // The lock is the connection's, so that it does not outlive its node.
    internal override async ValueTask<IAsyncDisposable?> Hold(string name, CancellationToken cancellation)
    {
        var connection = await pool.OpenConnectionAsync(cancellation);
        await using var take = connection.Command($"SELECT pg_try_advisory_lock({NameLock}, hashtext(@name))", ("name", name));
        if (await take.ExecuteScalarAsync(cancellation) is true) return new HeldName(connection, name);
        await connection.DisposeAsync();
        return null;
    }

    internal override async Task InSchemaTransaction(Func<DbConnection, DbTransaction, Task> work, CancellationToken cancellation)
    {
        await using var connection = await pool.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.Execute($"SELECT pg_advisory_xact_lock({SchemaLock})", cancellation);
        await work(connection, transaction);
        await transaction.CommitAsync(cancellation);
    }

    internal override async Task<T> InProjection<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancellation)
    {
        await using var connection = await pool.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.Execute($"SET LOCAL synchronous_commit = off; SELECT pg_advisory_xact_lock({ProjectionLock})", cancellation);
        var result = await work(connection, transaction);
        await transaction.CommitAsync(cancellation);
        return result;
    }

    internal override IStateWriter Writer(WriterOptions options) => new PostgresWriter(this, options);

    internal override Task CopyTo(string file, CancellationToken cancellation) =>
        PostgresTool.Run("pg_dump", settings, ["--format=custom", "--no-owner", "--no-privileges", "--file=" + file], cancellation);

    internal override async Task<bool> HoldsAnything(CancellationToken cancellation)
    {
        await using var connection = await Open(cancellation);
        return await connection.Number("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()", cancellation) > 0;
    }

    internal override Task ReplaceBy(string file, CancellationToken cancellation) => PostgresTool.Run(
        "pg_restore", settings,
        ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", "--dbname=" + settings.Database, file], cancellation);

    public override ValueTask DisposeAsync() => pool.DisposeAsync();

    /// <summary>The connection string in Npgsql's form, whichever was given.</summary>
    internal static string Normal(string given) => Parse(given).ConnectionString;

    /// <summary>Takes Npgsql's form (<c>Host=…</c>) and a URI (<c>postgres://user:password@host:port/database</c>).</summary>
    private static NpgsqlConnectionStringBuilder Parse(string given)
    {
        var parsed = Uri.TryCreate(given, UriKind.Absolute, out var uri) && uri.Scheme is "postgres" or "postgresql" ? FromUri(uri!) : new(given);
        parsed.MaxAutoPrepare = 128;
        parsed.AutoPrepareMinUsages = 2;
        parsed.ApplicationName ??= "makerspace";
        return parsed;
    }

    private static NpgsqlConnectionStringBuilder FromUri(Uri uri)
    {
        var user = uri.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
        var parsed = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
            Username = user[0],
        };
        if (user.Length > 1) parsed.Password = user[1];
        foreach (var part in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            if (part.Split('=', 2) is [var name, var value]) parsed[Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value);
        return parsed;
    }

    private sealed class HeldName(NpgsqlConnection connection, string name) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using var held = connection;
            await using var give = connection.Command($"SELECT pg_advisory_unlock({NameLock}, hashtext(@name))", ("name", name));
            await give.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private sealed class NoLock : IAsyncDisposable
    {
        public static readonly NoLock Instance = new();
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
