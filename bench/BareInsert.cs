using Makerspace.Tests.Infrastructure;
using Npgsql;

namespace Makerspace.Bench;

/// <summary>The yardstick: what PostgreSQL itself does when the whole product is one insert under an exclusion constraint.</summary>
internal static class BareInsert
{
    public static async Task<Measured> Measure(ThrowawayPostgres postgres, int clients, int seconds)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(await postgres.NewDatabase()) { MaxPoolSize = clients + 2, MaxAutoPrepare = 10 }.ConnectionString);
        await using (var schema = source.CreateCommand(
            "create extension btree_gist; create table booking (id bigint generated always as identity primary key, tool int not null, during tstzrange not null, exclude using gist (tool with =, during with &&))"))
            await schema.ExecuteNonQueryAsync();
        return await Measured.Of(clients, seconds, async (client, turn) =>
        {
            await using var insert = source.CreateCommand("insert into booking (tool, during) values ($1, tstzrange(to_timestamp($2), to_timestamp($2 + 3600)))");
            insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = client });
            insert.Parameters.Add(new NpgsqlParameter<double> { TypedValue = 1_800_000_000.0 + turn * 3600.0 });
            return await insert.ExecuteNonQueryAsync() == 1;
        });
    }
}
