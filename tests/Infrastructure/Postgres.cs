using Makerspace.Storage;
using Makerspace.Tests.Infrastructure;
using Npgsql;

[assembly: AssemblyFixture(typeof(Postgres))]

namespace Makerspace.Tests.Infrastructure;

/// <summary>One PostgreSQL server for a test run, started when the first test asks. Where the binaries are missing, the tests that need it are skipped.</summary>
public sealed class Postgres : IAsyncLifetime
{
    private static readonly SemaphoreSlim Starting = new(1, 1);
    private static Task<ThrowawayPostgres>? shared;
    private static string? template;

    /// <summary>Why there is none, or null.</summary>
    public static string? Missing => Binaries is null ? "PostgreSQL's binaries (initdb, postgres) are not on this machine" : null;

    /// <summary>Directory of initdb, postgres and pg_dump.</summary>
    public static string? Binaries => ThrowawayPostgres.Binaries;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A database on the run's server.</summary>
    /// <param name="withSchema">With the product's tables, and nothing in them.</param>
    public static async Task<string> NewDatabase(bool withSchema = false)
    {
        await Starting.WaitAsync();
        try
        {
            // Tests kill the product, never the machine.
            shared ??= ThrowawayPostgres.Start(durable: false);
            if (withSchema) template ??= await Template(await shared);
        }
        finally
        {
            Starting.Release();
        }
        return await (await shared).NewDatabase(withSchema ? template : null);
    }

    private static async Task<string> Template(ThrowawayPostgres postgres)
    {
        var made = await postgres.NewDatabase();
        await using (var database = Database.From(new MakerspaceSettings { DataDirectory = Path.GetTempPath(), ConnectionString = made + ";Pooling=false" })) await Schema.Apply(database, CancellationToken.None);
        return new NpgsqlConnectionStringBuilder(made).Database!;
    }

    /// <summary>At the end of the run.</summary>
    public async ValueTask DisposeAsync()
    {
        if (shared is not null) await (await shared).DisposeAsync();
    }
}
