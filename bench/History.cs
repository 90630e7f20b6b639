using Npgsql;

namespace Makerspace.Bench;

/// <summary>Puts bookings of the past years into the journal and the read models, as many as a busy space has after a long life.</summary>
internal static class History
{
    private const string Sql = """
        with made as (
            select gen_random_uuid() as id, $1[1 + n % cardinality($1)] as tool, $2[1 + n % cardinality($2)] as member, 1700000000000 + n * 60000 as start
            from generate_series(1::bigint, $3) n),
        read_model as (
            insert into bookings (id, tool_id, member_id, start_at, end_at, state, policy_version, made_at, made_by, changed_at)
            select id, tool, member, start, start + 3600000, 'Confirmed', 1, start - 86400000, member, start - 86400000 from made)
        insert into journal (at, type, actor, booking_id, tool_id, member_id, data)
        select start - 86400000, type, member, id, tool, member, jsonb_build_object('type', type, 'bookingId', id, 'toolId', tool, 'memberId', member, 'actor', member, 'at', to_timestamp(start / 1000))
        from made, unnest(array['booking-held', 'booking-confirmed']) type
        """;

    /// <summary>Makes it <paramref name="past"/> past bookings. The server is stopped meanwhile: these did not happen under it.</summary>
    public static async Task Grow(Server server, Space space, int past)
    {
        await server.Stop();
        await using (var source = NpgsqlDataSource.Create(server.ConnectionString + ";Command Timeout=600"))
        {
            await using (var insert = source.CreateCommand(Sql))
            {
                insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = space.Tools });
                insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = space.Members });
                insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Math.Max(0, past - space.Past) });
                await insert.ExecuteNonQueryAsync();
            }
            await using var seen = source.CreateCommand("update projections set seq = (select max(seq) from journal); ");
            await seen.ExecuteNonQueryAsync();
            await using var analyze = source.CreateCommand("vacuum analyze");
            await analyze.ExecuteNonQueryAsync();
            // What was just put in is on its way to the disk: that is not the cost of a long history.
            await using var checkpoint = source.CreateCommand("checkpoint");
            await checkpoint.ExecuteNonQueryAsync();
        }
        space.Past = Math.Max(past, space.Past);
        await server.Restart();
    }
}
