using System.Data.Common;
using Orleans.Storage;

namespace Orleans.Configuration;

/// <summary>A database that keeps grain state.</summary>
public class AdoNetGrainStorageOptions : IStorageProviderSerializerOptions
{
    /// <summary>The database system that is meant if none is named.</summary>
    public const string DEFAULT_ADONET_INVARIANT = "Microsoft.Data.SqlClient";

    /// <summary>The database system: <c>System.Data.SQLite</c> or <c>Npgsql</c>.</summary>
    public string Invariant { get; set; } = DEFAULT_ADONET_INVARIANT;

    /// <summary>How to reach the database; this or <see cref="DataSource"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>What opens connections; this or <see cref="ConnectionString"/>.</summary>
    public DbDataSource? DataSource { get; set; }

    /// <inheritdoc/>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;

    /// <summary>Whether a cleared state's row is deleted, not emptied.</summary>
    public bool DeleteStateOnClear { get; set; }
}

/// <summary>The database by which the members of a cluster find each other.</summary>
public class AdoNetClusteringSiloOptions
{
    /// <summary>The database system: <c>System.Data.SQLite</c> or <c>Npgsql</c>.</summary>
    public string Invariant { get; set; } = null!;

    /// <summary>How to reach the database; this or <see cref="DataSource"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>What opens connections; this or <see cref="ConnectionString"/>.</summary>
    public DbDataSource? DataSource { get; set; }
}

/// <summary>Memory that keeps grain state until the process ends.</summary>
public class MemoryGrainStorageOptions : IStorageProviderSerializerOptions
{
    /// <inheritdoc/>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;
}
