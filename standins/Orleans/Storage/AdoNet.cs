using System.Data.Common;
using System.Reflection;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>Opens connections to a database that is named, not referenced.</summary>
internal sealed class AdoNet(string? invariant, string? connectionString, DbDataSource? source)
{
    public bool IsSqlite => invariant == "System.Data.SQLite" || source?.GetType().FullName?.Contains("Sqlite", StringComparison.OrdinalIgnoreCase) == true;

    public bool IsPostgres => invariant == "Npgsql";

    public string ConnectionString => connectionString ?? source?.ConnectionString ?? "";

    public static AdoNet Of(string what, string? invariant, string? connectionString, DbDataSource? source)
    {
        if (string.IsNullOrWhiteSpace(invariant)) throw new OrleansConfigurationException($"Invalid values for {what}. Invariant is required.");
        if (string.IsNullOrWhiteSpace(connectionString) == source is null)
            throw new OrleansConfigurationException($"Invalid values for {what}. Configure exactly one of ConnectionString or DataSource.");
        return new(invariant, connectionString, source);
    }

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (source is not null) return await source.OpenConnectionAsync(cancellationToken);
        var connection = Factory().CreateConnection()!;
        connection.ConnectionString = connectionString;
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private DbProviderFactory Factory()
    {
        var (assembly, type) = invariant switch
        {
            "System.Data.SQLite" => ("Microsoft.Data.Sqlite", "Microsoft.Data.Sqlite.SqliteFactory"),
            "Npgsql" => ("Npgsql", "Npgsql.NpgsqlFactory"),
            _ => throw new OrleansConfigurationException($"The Orleans stand-in knows the databases System.Data.SQLite and Npgsql, not {invariant}."),
        };
        return (DbProviderFactory)Assembly.Load(assembly).GetType(type, throwOnError: true)!.GetField("Instance")!.GetValue(null)!;
    }
}
