using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace Makerspace.Bench;

/// <summary>Who is free across 1,000 tools, and a simulation over 100,000 bookings: <c>./bench/run --policies yes</c>.</summary>
internal static class Policies
{
    private const int Upcoming = 20_000;
    private const int Past = 100_000;

    // Bookings as the product journals them: an hour each, one after the other on every tool, asked for the day before.
    private const string Sql = """
        with made as (
            select gen_random_uuid() as id, $1[1 + n % cardinality($1)] as tool, $2[1 + n % cardinality($2)] as member,
                $4 + (n / cardinality($1)) * 3600000 as start, $4 + (n / cardinality($1)) * 3600000 - 86400000 as at
            from generate_series(0::bigint, $3 - 1) n),
        told as (select *, to_char(to_timestamp(at / 1000) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as iso, jsonb_build_array(start, start + 3600000) as slot from made),
        read_model as (
            insert into bookings (id, tool_id, member_id, start_at, end_at, state, policy_version, made_at, made_by, changed_at, live, data)
            select id, tool, member, start, start + 3600000, case when $5 then 'Confirmed' else 'Completed' end, 1, at, member, at, $5,
                jsonb_build_object('id', id, 'toolId', tool, 'memberId', member, 'slot', slot, 'state', case when $5 then 'Confirmed' else 'Completed' end,
                    'policyVersion', 1, 'madeAt', iso, 'madeBy', member, 'alsoTools', '[]'::jsonb, 'terms', '{}'::jsonb) from told)
        insert into journal (at, type, actor, booking_id, tool_id, member_id, data)
        select at, type, member, id, tool, member, jsonb_build_object('type', type, 'at', iso, 'actor', member, 'bookingId', id, 'toolId', tool, 'memberId', member, 'slot', slot,
            'heldUntil', iso, 'alsoTools', '[]'::jsonb, 'claims', '[]'::jsonb, 'policyVersion', 1, 'becomes', 'Confirmed', 'terms', '{}'::jsonb)
        from told, unnest(array['booking-held', 'booking-confirmed']) type order by at, id, type desc
        """;

    public static async Task Measure(Server server, Options options, Report report)
    {
        var space = await Space.Make(server, options with { Tools = 1000, Members = 500 });
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000;
        await server.Stop();
        await Insert(server, space, Past, now - (110L * 86_400_000), live: false);
        await Insert(server, space, Upcoming, now + 86_400_000, live: true);
        await server.Restart();
        var from = Uri.EscapeDataString(TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:00:00Z", CultureInfo.InvariantCulture));
        var to = Uri.EscapeDataString(TimeProvider.System.GetUtcNow().AddDays(14).ToString("yyyy-MM-ddTHH:00:00Z", CultureInfo.InvariantCulture));
        report.Line("who is free, 1,000 tools, 14 days, 200 answered, 1 client", await Ask(server, options, $"/api/v1/availability?from={from}&to={to}&limit=200"));
        report.Line("the same, all 1,000 looked at and none long enough", await Ask(server, options, $"/api/v1/availability?from={from}&to={to}&duration=PT2000H"));
        report.Text("a simulation over 100,000 bookings", $"{(await Simulate(server)).TotalSeconds:0.0} s, {server.Megabytes()} MB afterwards");
    }

    private static Task<Measured> Ask(Server server, Options options, string address) => Measured.Of(1, options.Seconds, async (_, _) =>
    {
        using var answer = await server.Http.GetAsync(new Uri(address, UriKind.Relative));
        await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode;
    });

    private static async Task<TimeSpan> Simulate(Server server)
    {
        var watch = Stopwatch.StartNew();
        using var started = await server.Http.PostAsJsonAsync("/api/v1/policy/simulations", new
        {
            level = "space", from = TimeProvider.System.GetUtcNow().AddDays(-200).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), policy = new { maxBookingsPerDay = 1, maxDuration = "PT1H" },
        });
        var run = await started.Content.ReadFromJsonAsync<JsonElement>();
        while (run.GetProperty("state").GetString() is "waiting" or "running")
        {
            await Task.Delay(20);
            run = await server.Http.GetFromJsonAsync<JsonElement>("/api/v1/policy/simulations/" + run.GetProperty("id").GetString());
        }
        if (run.GetProperty("result").GetProperty("bookings").GetInt32() < Past) throw new InvalidOperationException("The simulation saw fewer bookings than there are: " + run);
        return watch.Elapsed;
    }

    private static async Task Insert(Server server, Space space, int count, long first, bool live)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString + ";Command Timeout=600");
        await using var insert = source.CreateCommand(Sql);
        insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = space.Tools });
        insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = space.Members });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = count });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = first });
        insert.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = live });
        await insert.ExecuteNonQueryAsync();
        await using var seen = source.CreateCommand("update projections set seq = (select max(seq) from journal)");
        await seen.ExecuteNonQueryAsync();
        await using var analyze = source.CreateCommand("vacuum analyze");
        await analyze.ExecuteNonQueryAsync();
    }
}
