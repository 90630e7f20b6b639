using Npgsql;
using NpgsqlTypes;
using Quartz;
using Quartz.Impl.AdoJobStore;
using Quartz.Impl.AdoJobStore.Common;
using System.Data.Common;

namespace Hangfire.PostgreSql;

/// <summary>Makes connections to the database, not open yet.</summary>
public interface IConnectionFactory
{
    NpgsqlConnection GetOrCreateConnection();
}

/// <summary>How jobs are kept in PostgreSQL.</summary>
public class PostgreSqlStorageOptions
{
    public TimeSpan QueuePollInterval { get; set; } = TimeSpan.FromSeconds(15);
    public TimeSpan DistributedLockTimeout { get; set; }
    public bool PrepareSchemaIfNecessary { get; set; } = true;
    public string SchemaName { get; set; } = "hangfire";
}

/// <summary>Keeps jobs in PostgreSQL, in Quartz's tables.</summary>
public class PostgreSqlStorage(IConnectionFactory connectionFactory, PostgreSqlStorageOptions options) : JobStorage
{
    internal override void Configure(IQuartzBuilder quartz)
    {
        if (options.PrepareSchemaIfNecessary)
        {
            using var connection = connectionFactory.GetOrCreateConnection();
            connection.Open();
            PostgreSqlObjectsInstaller.Install(connection, options.SchemaName);
        }
        quartz.UsePersistentStore(store => store
            .ConfigureStore(ado => ado.StoreJobDataAsStrings = true)
            .ProvisionSchema()
            .UseDriverDelegate<PostgreSQLDelegate>()
            .UseConnectionProvider(_ => new Connections(connectionFactory, options.SchemaName)));
    }

    private sealed class Connections(IConnectionFactory factory, string schema) : IDbProvider
    {
        public DbMetadata Metadata { get; } = new()
        {
            ProductName = "PostgreSQL", AssemblyName = typeof(NpgsqlConnection).Assembly.FullName!, ConnectionType = typeof(NpgsqlConnection), CommandType = typeof(NpgsqlCommand),
            ParameterType = typeof(NpgsqlParameter), ParameterDbType = typeof(NpgsqlDbType), ParameterDbTypePropertyName = nameof(NpgsqlParameter.NpgsqlDbType),
            ParameterNamePrefix = ":", ExceptionType = typeof(NpgsqlException), BindByName = true, UseParameterNamePrefixInParameterCollection = true,
            DbBinaryTypeName = nameof(NpgsqlDbType.Bytea),
        };

        public string ConnectionString { get; } = "Npgsql";

        public DbCommand CreateCommand() => new NpgsqlCommand();

        // Quartz's names have no schema: each connection looks in this one.
        public DbConnection CreateConnection()
        {
            var connection = factory.GetOrCreateConnection();
            connection.StateChange += (_, change) =>
            {
                if (change.CurrentState != System.Data.ConnectionState.Open) return;
                using var look = new NpgsqlCommand($"SET search_path TO \"{schema}\"", connection);
                look.ExecuteNonQuery();
            };
            return connection;
        }

        public void Shutdown()
        {
        }
    }
}

/// <summary>Makes the schema.</summary>
public static class PostgreSqlObjectsInstaller
{
    /// <summary>The tables in it are made when the storage is first used.</summary>
    public static void Install(NpgsqlConnection connection, string schemaName = "hangfire")
    {
        using var command = new NpgsqlCommand($"CREATE SCHEMA IF NOT EXISTS \"{schemaName}\"", connection);
        command.ExecuteNonQuery();
    }
}
