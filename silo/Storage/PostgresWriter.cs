using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace Makerspace.Storage;

/// <summary>Commits a group to PostgreSQL by one statement, in one round trip, on a connection of its own.</summary>
internal sealed class PostgresWriter(PostgresDatabase database, WriterOptions options) : IStateWriter
{
    // The rows' own indexes always win: a plan made while the table was small must not scan it when it is large.
    private const string Session = "SET enable_seqscan = off; SET jit = off; SET plan_cache_mode = force_generic_plan; SET lock_timeout = '10s'";

    // Events are numbered in the order given; only those whose row was written are taken.
    private const string Sql = """
        WITH asked AS MATERIALIZED (
            SELECT * FROM unnest($1::integer[], $2::integer[], $3::text[], $4::text[], $5::integer[], $6::bytea[])
            WITH ORDINALITY AS asked (id_hash, type_hash, id, type, version, payload, n)),
        changed AS (
            UPDATE OrleansStorage s SET PayloadBinary = asked.payload, Version = s.Version + 1 FROM asked
            WHERE s.GrainIdHash = asked.id_hash AND s.GrainTypeHash = asked.type_hash AND s.GrainIdExtensionString = asked.id
              AND s.GrainTypeString = asked.type AND s.GrainIdN0 = 0 AND s.GrainIdN1 = 0 AND s.ServiceId = $7 AND s.Version = asked.version
            RETURNING asked.n),
        made AS (
            INSERT INTO OrleansStorage AS s (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, Version)
            SELECT id_hash, 0, 0, type_hash, type, id, $7, payload, 1 FROM asked WHERE version IS NULL ORDER BY n
            ON CONFLICT DO NOTHING
            RETURNING s.GrainIdExtensionString AS id, s.GrainTypeString AS type),
        written AS MATERIALIZED (
            SELECT n FROM changed
            UNION ALL
            SELECT asked.n FROM made JOIN asked ON asked.id = made.id AND asked.type = made.type),
        logged AS (
            INSERT INTO journal (at, type, actor, booking_id, tool_id, member_id, data)
            SELECT e.at, e.type, e.actor, e.booking, e.tool, e.member, e.data::jsonb
            FROM unnest($8::integer[], $9::bigint[], $10::text[], $11::text[], $12::uuid[], $13::text[], $14::text[], $15::text[])
                WITH ORDINALITY AS e (row, at, type, actor, booking, tool, member, data, n)
            JOIN written ON written.n = e.row
            ORDER BY e.n
            RETURNING seq)
        SELECT n, (SELECT max(seq) FROM logged) FROM written
        """;

    private NpgsqlConnection? connection;

    public async ValueTask Open(CancellationToken cancellation) => connection = await Connect(cancellation);

    public async ValueTask<GroupResult> Commit(IReadOnlyList<StateWrite> group, CancellationToken cancellation)
    {
        if (options.Faults is { } faults) await faults.Before();
        if (connection is not { State: ConnectionState.Open }) connection = await Reconnect(cancellation);
        // Rows are locked in one order by every silo, so that two groups never wait for each other.
        var order = Enumerable.Range(0, group.Count).OrderBy(i => group[i].Key.IdHash).ThenBy(i => group[i].Key.Id, StringComparer.Ordinal).ToArray();
        await using var batch = Batch(group, order);
        return options.Faults is null ? await Run(batch, order, cancellation) : await RunWithFaults(batch, order, options.Faults, cancellation);
    }

    private NpgsqlBatch Batch(IReadOnlyList<StateWrite> group, int[] order)
    {
        var batch = new NpgsqlBatch(connection);
        // Several silos append to the journal: its order is the order of commits, because the lock is given up after the commit only.
        if (options.Shared) batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT pg_advisory_xact_lock({PostgresDatabase.JournalLock})"));
        batch.BatchCommands.Add(Command(group, order));
        return batch;
    }

    private NpgsqlBatchCommand Command(IReadOnlyList<StateWrite> group, int[] order)
    {
        var writes = Array.ConvertAll(order, i => group[i]);
        // The first write of a group is row 1. Events keep the order in which the writes came.
        var rows = new int[group.Count];
        for (var n = 0; n < order.Length; n++) rows[order[n]] = n + 1;
        var events = group.SelectMany((write, i) => write.Events.Select(e => (Row: rows[i], Entry: e))).ToArray();
        return new NpgsqlBatchCommand(Sql)
        {
            Parameters =
            {
                Many(NpgsqlDbType.Integer, Array.ConvertAll(writes, w => w.Key.IdHash)),
                Many(NpgsqlDbType.Integer, Array.ConvertAll(writes, w => w.Key.TypeHash)),
                Many(NpgsqlDbType.Text, Array.ConvertAll(writes, w => w.Key.Id)),
                Many(NpgsqlDbType.Text, Array.ConvertAll(writes, w => w.Key.StateName)),
                Many(NpgsqlDbType.Integer, Array.ConvertAll(writes, w => w.Version)),
                Many(NpgsqlDbType.Bytea, Array.ConvertAll(writes, w => w.Payload?.ToArray())),
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = options.ServiceId },
                Many(NpgsqlDbType.Integer, Array.ConvertAll(events, e => e.Row)),
                Many(NpgsqlDbType.Bigint, Array.ConvertAll(events, e => e.Entry.At)),
                Many(NpgsqlDbType.Text, Array.ConvertAll(events, e => e.Entry.Type)),
                Many(NpgsqlDbType.Text, Array.ConvertAll(events, e => e.Entry.Actor)),
                Many(NpgsqlDbType.Uuid, Array.ConvertAll(events, e => e.Entry.BookingId)),
                Many(NpgsqlDbType.Text, Array.ConvertAll(events, e => e.Entry.ToolId)),
                Many(NpgsqlDbType.Text, Array.ConvertAll(events, e => e.Entry.MemberId)),
                Many(NpgsqlDbType.Text, Array.ConvertAll(events, e => e.Entry.Data)),
            },
        };
    }

    private static NpgsqlParameter Many(NpgsqlDbType type, object values) => new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = values };

    private async Task<GroupResult> Run(NpgsqlBatch batch, int[] order, CancellationToken cancellation)
    {
        var (written, last) = (new bool[order.Length], 0L);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        if (options.Shared) await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            written[order[reader.GetInt64(0) - 1]] = true;
            if (!await reader.IsDBNullAsync(1, cancellation)) last = reader.GetInt64(1);
        }
        // An error may come after the rows: only the end of the batch says that it was committed.
        while (await reader.NextResultAsync(cancellation)) { }
        await reader.CloseAsync();
        return new GroupResult(written, last);
    }

    private async Task<GroupResult> RunWithFaults(NpgsqlBatch batch, int[] order, ICommitFaults faults, CancellationToken cancellation)
    {
        await using var transaction = await connection!.BeginTransactionAsync(cancellation);
        batch.Transaction = transaction;
        var result = await Run(batch, order, cancellation);
        await faults.During();
        await transaction.CommitAsync(cancellation);
        await faults.After();
        return result;
    }

    private async Task<NpgsqlConnection> Reconnect(CancellationToken cancellation)
    {
        if (connection is not null) await connection.DisposeAsync();
        connection = null;
        return await Connect(cancellation);
    }

    private async Task<NpgsqlConnection> Connect(CancellationToken cancellation)
    {
        var made = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false, KeepAlive = 30 }.ConnectionString);
        try
        {
            await made.OpenAsync(cancellation);
            await made.Execute(Session, cancellation);
            if (!options.Shared) await TakeLock(made, cancellation);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The lock lives as long as this session, which is the one that commits: as long as a commit of a dead process can still
    /// happen, nobody else gets in. A server may take a moment to notice that the process behind a session is gone.
    /// </summary>
    private async Task TakeLock(NpgsqlConnection made, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            await using var command = made.Command($"SELECT pg_try_advisory_lock({PostgresDatabase.ProcessLock})");
            if (await command.ExecuteScalarAsync(cancellation) is true) return;
            await Task.Delay(100, cancellation);
        }
        throw new StartRefusedException($"Another process is using the database {database.Location}: stop it first, or run both as a cluster (Makerspace:Cluster).");
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null) await connection.DisposeAsync();
        connection = null;
    }
}
