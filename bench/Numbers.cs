using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Npgsql;

namespace Makerspace.Bench;

/// <summary>Reports over 1,000,000 bookings (<c>--bookings</c>: another number), and pages of a journal with twice as many entries: <c>./bench/run --numbers yes</c>.</summary>
internal static class Numbers
{
    /// <summary>How long counting anew may take before the bench gives up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // Three years of bookings by 500 people of 30 companies on 200 tools, an hour to four each, between eight and ten at night; one of fifty was a no-show, one of thirty cancelled,
    // and of each of the others the books have what it earned.
    private const string Sql = """
        with made as (
            select gen_random_uuid() as id, $1[1 + n % cardinality($1)] as tool, $2[1 + (n * 7) % cardinality($2)] as member, case when n % 31 = 0 then null else 'company-' || n % 30 end as company,
                $4 + (n * 1093 / $3) * 86400000 + (8 + (n * 13) % 13) * 3600000 as start, (1 + n % 4) * 3600000 as length,
                case when n % 50 = 0 then 'NoShow' when n % 30 = 0 then 'Cancelled' else 'Completed' end as state
            from generate_series(0::bigint, $3 - 1) n),
        read_model as (
            insert into bookings (id, tool_id, member_id, company_id, start_at, end_at, state, policy_version, made_at, made_by, changed_at, live)
            select id, tool, member, company, start, start + length, state, 1, start - 86400000, member, start - 86400000, false from made),
        earned as (
            insert into ledger_lines (entry_id, line, account_id, at, account, amount, unit, tool_id)
            select id, 0, 'member-' || member, start, 'revenue:usage', -500 * (length / 3600000), 'usd', tool from made where state = 'Completed')
        insert into journal (at, type, actor, booking_id, tool_id, member_id, data)
        select start - 86400000, type, member, id, tool, member, jsonb_build_object('type', type, 'at', to_char(to_timestamp((start - 86400000) / 1000) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'actor', member,
            'bookingId', id, 'toolId', tool, 'memberId', member, 'slot', jsonb_build_array(start, start + length), 'heldUntil', '2026-01-01T00:00:00Z', 'alsoTools', '[]'::jsonb, 'claims', '[]'::jsonb,
            'policyVersion', 1, 'becomes', 'Confirmed', 'terms', '{}'::jsonb)
        from made, unnest(array['booking-held', 'booking-confirmed']) type order by start
        """;

    public static async Task Measure(Server server, Options options, Report report)
    {
        var space = await Space.Make(server, options with { Tools = 200, Members = 500 });
        await server.Stop();
        var watch = Stopwatch.StartNew();
        await Insert(server, space, options.Bookings);
        report.Text($"putting in {options.Bookings:N0} bookings (not the product's work)", $"{watch.Elapsed.TotalSeconds:0.0} s");
        await server.Restart();
        report.Text($"counting {options.Bookings:N0} bookings anew", await Recount(server));
        foreach (var (what, address) in new[]
        {
            ("utilisation by tool, three years beside three", "/api/v1/numbers/utilisation?from=2023-01-01&to=2026-01-01"), ("utilisation by tool, a year beside a year", "/api/v1/numbers/utilisation?from=2024-01-01&to=2025-01-01"),
            ("utilisation by day, a year", "/api/v1/numbers/utilisation?from=2024-01-01&to=2025-01-01&by=day"), ("fairness, three years", "/api/v1/numbers/fairness?from=2023-01-01&to=2026-01-01"),
            ("no-shows by tool, three years", "/api/v1/numbers/no-shows?from=2023-01-01&to=2026-01-01"), ("no-shows by member, three years", "/api/v1/numbers/no-shows?from=2023-01-01&to=2026-01-01&by=member"),
            ("downtime, three years", "/api/v1/numbers/downtime?from=2023-01-01&to=2026-01-01"), ("maintenance, three years", "/api/v1/numbers/maintenance?from=2023-01-01&to=2026-01-01"), ("revenue by tool, three years", "/api/v1/numbers/revenue?from=2023-01-01&to=2026-01-01"),
            ("journal, newest page", "/api/v1/journal"), ("journal, a page of one member", $"/api/v1/journal?memberId={space.Members[7]}"), ("journal, a page of a rare type", "/api/v1/journal?type=space-changed"),
            ("journal, a page of one tool, two years back", $"/api/v1/journal?toolId={space.Tools[7]}&to=2024-01-01"),
        })
            report.Line(what, await Ask(server, options, address));
    }

    private static Task<Measured> Ask(Server server, Options options, string address) => Measured.Of(1, options.Seconds, async (_, _) =>
    {
        using var answer = await server.Http.GetAsync(new Uri(address, UriKind.Relative));
        await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode;
    });

    // Without the note of whose days they are, the projector counts every booking when it next runs.
    private static async Task<string> Recount(Server server)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString + ";Command Timeout=600");
        await using (var forget = source.CreateCommand("delete from use_zone")) await forget.ExecuteNonQueryAsync();
        var watch = Stopwatch.StartNew();
        using var change = JsonContent.Create(new { name = "Bench" });
        using var answer = await server.Http.PatchAsync(new Uri("/api/v1/space", UriKind.Relative), change);
        answer.EnsureSuccessStatusCode();
        while (await Number(source, "select count(*) from use_zone") == 0)
        {
            if (watch.Elapsed > Patience) throw new TimeoutException($"The bookings were not counted within {Patience.TotalMinutes:0} minutes; what the server printed says why.");
            await Task.Delay(20);
        }
        var took = watch.Elapsed;
        await using var analyze = source.CreateCommand("vacuum analyze use_days");
        await analyze.ExecuteNonQueryAsync();
        return $"{took.TotalSeconds:0.0} s, {await Number(source, "select count(*) from use_days"):N0} rows";
    }

    private static async Task<long> Number(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private static async Task Insert(Server server, Space space, int bookings)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString + ";Command Timeout=900");
        await using var insert = source.CreateCommand(Sql);
        insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = space.Tools });
        insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = space.Members });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = bookings });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = new DateTimeOffset(2023, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() });
        await insert.ExecuteNonQueryAsync();
        await using var earned = source.CreateCommand("insert into ledger_days select account, at / 86400000, unit, coalesce(tool_id, ''), sum(amount) from ledger_lines group by 1, 2, 3, 4");
        await earned.ExecuteNonQueryAsync();
        await using var seen = source.CreateCommand("update projections set seq = (select max(seq) from journal)");
        await seen.ExecuteNonQueryAsync();
        await using var analyze = source.CreateCommand("vacuum analyze");
        await analyze.ExecuteNonQueryAsync();
    }
}
