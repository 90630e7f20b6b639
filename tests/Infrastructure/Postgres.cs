using Makerspace.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(Postgres))]

namespace Makerspace.Tests.Infrastructure;

/// <summary>One PostgreSQL server for a test run, started when the first test asks. Where the binaries are missing, the tests that need it are skipped.</summary>
public sealed class Postgres : IAsyncLifetime
{
    private static readonly SemaphoreSlim Starting = new(1, 1);
    private static Task<ThrowawayPostgres>? shared;

    /// <summary>Why there is none, or null.</summary>
    public static string? Missing => Binaries is null ? "PostgreSQL's binaries (initdb, postgres) are not on this machine" : null;

    /// <summary>Directory of initdb, postgres and pg_dump.</summary>
    public static string? Binaries => ThrowawayPostgres.Binaries;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>An empty database on the run's server.</summary>
    public static async Task<string> NewDatabase()
    {
        await Starting.WaitAsync();
        try
        {
            shared ??= ThrowawayPostgres.Start();
        }
        finally
        {
            Starting.Release();
        }
        return await (await shared).NewDatabase();
    }

    /// <summary>At the end of the run.</summary>
    public async ValueTask DisposeAsync()
    {
        if (shared is not null) await (await shared).DisposeAsync();
    }
}
