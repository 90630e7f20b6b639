using Makerspace.Storage;
using Microsoft.Data.Sqlite;

namespace Makerspace.Tests.Infrastructure;

/// <summary>Which database a test runs on.</summary>
public enum DatabaseKind
{
    Sqlite,
    Postgres,
}

/// <summary>An empty database for one test, on either engine.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string directory = Path.Combine(Path.GetTempPath(), "makerspace-" + Guid.NewGuid().ToString("N"));

    private static readonly SemaphoreSlim Making = new(1, 1);
    private static byte[]? sqliteWithSchema;

    private TestDatabase(DatabaseKind engine, string? connectionString)
    {
        Kind = engine;
        Directory.CreateDirectory(directory);
        Settings = new MakerspaceSettings { DataDirectory = directory, ConnectionString = connectionString };
    }

    /// <summary>For <c>[MemberData]</c>: the test runs on both.</summary>
    public static TheoryData<DatabaseKind> Both { get; } = [DatabaseKind.Sqlite, DatabaseKind.Postgres];

    public DatabaseKind Kind { get; }

    /// <summary>The database of tests that run on one at a time: SQLite, or what MAKERSPACE_TEST_DATABASE says. ./test runs them on both.</summary>
    public static DatabaseKind OfTheRun { get; } =
        Enum.TryParse<DatabaseKind>(Environment.GetEnvironmentVariable("MAKERSPACE_TEST_DATABASE"), out var kind) ? kind : DatabaseKind.Sqlite;

    /// <summary>As a host would read them.</summary>
    public MakerspaceSettings Settings { get; }

    /// <summary>The same as configuration keys.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Configuration =>
    [
        new("Makerspace:Data", Settings.DataDirectory),
        new("ConnectionStrings:Makerspace", Settings.ConnectionString),
    ];

    /// <summary>A connection string of the kind the engine's own client takes.</summary>
    public string ConnectionString => Settings.ConnectionString ?? new SqliteConnectionStringBuilder { DataSource = Settings.DatabaseFile }.ConnectionString;

    /// <summary>A database with the schema and nothing in it; skips the test where the engine is missing.</summary>
    public static async Task<TestDatabase> On(DatabaseKind engine)
    {
        if (engine == DatabaseKind.Postgres)
        {
            if (Postgres.Missing is { } why) Assert.Skip(why);
            return new TestDatabase(engine, await Postgres.NewDatabase(withSchema: true));
        }
        var made = new TestDatabase(engine, null);
        await File.WriteAllBytesAsync(made.Settings.DatabaseFile, await SqliteWithSchema());
        return made;
    }

    /// <summary>A database without so much as a table; skips the test where the engine is missing.</summary>
    public static async Task<TestDatabase> Bare(DatabaseKind engine)
    {
        if (engine == DatabaseKind.Sqlite) return new TestDatabase(engine, null);
        if (Postgres.Missing is { } why) Assert.Skip(why);
        return new TestDatabase(engine, await Postgres.NewDatabase());
    }

    internal Database Open() => Database.From(Settings);

    // Some hundred tests want the schema: it is made once, and copied.
    private static async Task<byte[]> SqliteWithSchema()
    {
        await Making.WaitAsync();
        try
        {
            return sqliteWithSchema ??= await MakeSqlite();
        }
        finally
        {
            Making.Release();
        }
    }

    private static async Task<byte[]> MakeSqlite()
    {
        await using var made = await Bare(DatabaseKind.Sqlite);
        await using (var database = made.Open()) await Schema.Apply(database, CancellationToken.None);
        SqliteConnection.ClearAllPools();
        return await File.ReadAllBytesAsync(made.Settings.DatabaseFile);
    }

    public ValueTask DisposeAsync()
    {
        if (Kind == DatabaseKind.Sqlite) SqliteConnection.ClearAllPools();
        Directory.Delete(directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
