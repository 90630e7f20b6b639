using System.Data.Common;
using System.Text.Json;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Storage;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace Makerspace.ReadModels;

/// <summary>Writes what a batch of journal entries changes in the read tables, inside the projector's transaction.</summary>
internal sealed class ReadTables(DbConnection connection, DbTransaction transaction)
{
    private readonly List<(Numbers.BookingUse? Before, Numbers.BookingUse? After)> uses = [];

    /// <summary>What the bookings that were written counted for before and count for now.</summary>
    public IReadOnlyCollection<(Numbers.BookingUse? Before, Numbers.BookingUse? After)> Uses => uses;

    private const string BookingColumns =
        "id, tool_id, member_id, company_id, start_at, end_at, state, purpose, policy_version, made_at, made_by, changed_at, unsettled_since, live, due_at, series_id, data";

    private const string BookingUpdate = """
        ON CONFLICT (id) DO UPDATE SET tool_id = excluded.tool_id, member_id = excluded.member_id, company_id = excluded.company_id,
            start_at = excluded.start_at, end_at = excluded.end_at, state = excluded.state, purpose = excluded.purpose,
            policy_version = excluded.policy_version, made_at = excluded.made_at, made_by = excluded.made_by,
            changed_at = excluded.changed_at, unsettled_since = excluded.unsettled_since,
            live = excluded.live, due_at = excluded.due_at, series_id = excluded.series_id, data = excluded.data
        """;

    public async Task Apply(IEnumerable<DomainEvent> events, CancellationToken cancellation)
    {
        var bookings = new List<BookingEvent>();
        // Of a thing that is told whole, only the last word counts.
        var tools = new Dictionary<string, ToolChanged>(StringComparer.Ordinal);
        var members = new Dictionary<string, MemberChanged>(StringComparer.Ordinal);
        var areas = new Dictionary<string, AreaChanged>(StringComparer.Ordinal);
        var agenda = new List<DomainEvent>();
        foreach (var happened in events)
        {
            if (happened is BookingEvent booking) bookings.Add(booking);
            else if (happened is ToolChanged tool) tools[tool.Tool.Id] = tool;
            else if (happened is MemberChanged member) members[member.Member.Id] = member;
            else if (happened is AreaChanged area) areas[area.Area.Id] = area;
            else if (happened is WaitChanged or SeriesChanged or SessionChanged or TrainingChanged or EventChanged or OfficeHoursChanged or CertificateChanged or PassportChanged or DeviceChanged or DeviceUsed) agenda.Add(happened);
        }
        if (bookings.Count > 0) await Apply(bookings, cancellation);
        foreach (var tool in tools.Values) await Apply(tool, cancellation);
        foreach (var member in members.Values) await Apply(member, cancellation);
        foreach (var area in areas.Values) await Apply(area, cancellation);
        foreach (var happened in agenda) await Apply(happened, cancellation);
    }

    /// <summary>Empties every table that <see cref="Apply(IEnumerable{DomainEvent}, CancellationToken)"/> fills.</summary>
    public async Task Empty(CancellationToken cancellation)
    {
        foreach (var table in (string[])["bookings", "booking_tools", "waits", "series", "trainings", "sessions", "events", "office_hours", "certificates", "log_entries", "devices", "device_uses", "tools", "members", "areas", "companies", "resources", "policy_versions", "problems", "work_orders", "upkeep", "ledger_entries", "ledger_lines", "ledger_days", "accounts", "use_days", "use_zone", "unusable_times", "grants", "announcements"])
            await Execute($"DELETE FROM {table}", cancellation);
        await Execute($"DELETE FROM projections WHERE name = '{Projector.Checkpoint}'", cancellation);
    }

    private async Task Apply(List<BookingEvent> events, CancellationToken cancellation)
    {
        // Also those that begin here: where the journal is read again they are there already, and have been counted.
        var rows = await Existing([.. events.Select(e => e.BookingId).Distinct()], cancellation);
        var before = rows.ToDictionary(r => r.Key, r => Numbers.BookingUse.Of(r.Value));
        foreach (var happened in events)
            if (BookingRows.Apply(rows.GetValueOrDefault(happened.BookingId), happened) is { } row) rows[row.Id] = row;
        if (rows.Count > 0) await Write([.. rows.Values], cancellation);
        uses.AddRange(rows.Values.Select(row => (before.GetValueOrDefault(row.Id), (Numbers.BookingUse?)Numbers.BookingUse.Of(row))));
        foreach (var held in events.OfType<BookingHeld>())
            foreach (var tool in held.AlsoTools) await Also(tool, held.BookingId, cancellation);
    }

    private async Task<Dictionary<Guid, BookingRow>> Existing(Guid[] ids, CancellationToken cancellation)
    {
        var rows = new Dictionary<Guid, BookingRow>();
        if (ids.Length == 0) return rows;
        if (connection is NpgsqlConnection)
        {
            await using var command = Command($"SELECT {BookingColumns} FROM bookings WHERE id = ANY (@ids)", ("ids", ids));
            await Collect(command, rows, cancellation);
            return rows;
        }
        foreach (var id in ids)
        {
            await using var command = Command($"SELECT {BookingColumns} FROM bookings WHERE id = @id", ("id", id));
            await Collect(command, rows, cancellation);
        }
        return rows;
    }

    private static async Task Collect(DbCommand command, Dictionary<Guid, BookingRow> rows, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var row = Read(reader);
            rows[row.Id] = row;
        }
    }

    private static BookingRow Read(DbDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        ToolId = reader.GetString(1),
        MemberId = reader.GetString(2),
        CompanyId = reader.IsDBNull(3) ? null : reader.GetString(3),
        Start = Instant.FromUnixTimeMilliseconds(reader.GetInt64(4)),
        End = Instant.FromUnixTimeMilliseconds(reader.GetInt64(5)),
        State = Enum.Parse<BookingState>(reader.GetString(6)),
        Purpose = reader.IsDBNull(7) ? null : reader.GetString(7),
        PolicyVersion = reader.GetInt64(8),
        MadeAt = Instant.FromUnixTimeMilliseconds(reader.GetInt64(9)),
        MadeBy = reader.GetString(10),
        ChangedAt = Instant.FromUnixTimeMilliseconds(reader.GetInt64(11)),
        UnsettledSince = reader.IsDBNull(12) ? null : Instant.FromUnixTimeMilliseconds(reader.GetInt64(12)),
        Live = reader.GetBoolean(13),
        DueAt = reader.IsDBNull(14) ? null : Instant.FromUnixTimeMilliseconds(reader.GetInt64(14)),
        SeriesId = reader.IsDBNull(15) ? null : reader.GetGuid(15),
        Data = reader.IsDBNull(16) ? null : reader.GetString(16),
    };

    private Task Write(BookingRow[] rows, CancellationToken cancellation) =>
        connection is NpgsqlConnection ? WriteAtOnce(rows, cancellation) : WriteEach(rows, cancellation);

    private async Task WriteEach(BookingRow[] rows, CancellationToken cancellation)
    {
        foreach (var row in rows)
        {
            await using var command = Command(
                $"INSERT INTO bookings ({BookingColumns}) VALUES (@id, @tool, @member, @company, @start, @end, @state, @purpose, @policy, @made, @by, @changed, @unsettled, @live, @due, @series, @data) {BookingUpdate}",
                ("id", row.Id), ("tool", row.ToolId), ("member", row.MemberId), ("company", row.CompanyId), ("start", row.Start.ToUnixTimeMilliseconds()),
                ("end", row.End.ToUnixTimeMilliseconds()), ("state", row.State.ToString()), ("purpose", row.Purpose), ("policy", row.PolicyVersion),
                ("made", row.MadeAt.ToUnixTimeMilliseconds()), ("by", row.MadeBy), ("changed", row.ChangedAt.ToUnixTimeMilliseconds()),
                ("unsettled", row.UnsettledSince?.ToUnixTimeMilliseconds()), ("live", row.Live), ("due", row.DueAt?.ToUnixTimeMilliseconds()),
                ("series", row.SeriesId), ("data", row.Data));
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private async Task WriteAtOnce(BookingRow[] rows, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
            INSERT INTO bookings ({BookingColumns})
            SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::text[], $12::bigint[], $13::bigint[], $14::boolean[], $15::bigint[], $16::uuid[], $17::jsonb[])
            {BookingUpdate}
            """,
            (NpgsqlConnection)connection, (NpgsqlTransaction)transaction);
        void Many<T>(NpgsqlDbType type, Func<BookingRow, T> column) =>
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type, Value = Array.ConvertAll(rows, r => column(r)) });
        Many(NpgsqlDbType.Uuid, r => r.Id);
        Many(NpgsqlDbType.Text, r => r.ToolId);
        Many(NpgsqlDbType.Text, r => r.MemberId);
        Many(NpgsqlDbType.Text, r => r.CompanyId);
        Many(NpgsqlDbType.Bigint, r => r.Start.ToUnixTimeMilliseconds());
        Many(NpgsqlDbType.Bigint, r => r.End.ToUnixTimeMilliseconds());
        Many(NpgsqlDbType.Text, r => r.State.ToString());
        Many(NpgsqlDbType.Text, r => r.Purpose);
        Many(NpgsqlDbType.Bigint, r => r.PolicyVersion);
        Many(NpgsqlDbType.Bigint, r => r.MadeAt.ToUnixTimeMilliseconds());
        Many(NpgsqlDbType.Text, r => r.MadeBy);
        Many(NpgsqlDbType.Bigint, r => r.ChangedAt.ToUnixTimeMilliseconds());
        Many(NpgsqlDbType.Bigint, r => r.UnsettledSince?.ToUnixTimeMilliseconds());
        Many(NpgsqlDbType.Boolean, r => r.Live);
        Many(NpgsqlDbType.Bigint, r => r.DueAt?.ToUnixTimeMilliseconds());
        Many(NpgsqlDbType.Uuid, r => r.SeriesId);
        Many(NpgsqlDbType.Jsonb, r => r.Data);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private Task Apply(ToolChanged changed, CancellationToken cancellation) => Upsert(
        "tools", ["name", "category", "area_id", "visible", "out_of_service", "mentor_id", "version"], changed.Tool.Id, changed.Tool,
        [changed.Tool.Definition.Name, changed.Tool.Definition.Category, changed.Tool.Definition.AreaId, changed.Tool.Definition.Visible,
            changed.Tool.Definition.OutOfService, changed.Tool.Definition.Mentor?.MemberId, changed.Tool.Version],
        cancellation);

    private Task Apply(MemberChanged changed, CancellationToken cancellation) => Upsert(
        "members", ["name", "email", "company_id", "active", "version"], changed.Member.Id, changed.Member,
        [changed.Member.Definition.Name, changed.Member.Definition.Email, changed.Member.Definition.CompanyId, changed.Member.Definition.Membership.Active,
            changed.Member.Version],
        cancellation);

    private Task Apply(AreaChanged changed, CancellationToken cancellation) => Upsert(
        "areas", ["name", "inside"], changed.Area.Id, changed.Area, [changed.Area.Definition.Name, changed.Area.Definition.Inside], cancellation);

    private Task Apply(DomainEvent happened, CancellationToken cancellation) => happened switch
    {
        WaitChanged { Wait: var w } => Upsert(
            "waits", ["tool_id", "member_id", "start_at", "state", "waiting_group"], w.Id, w,
            [w.ToolId, w.MemberId, w.Slot.Start.ToUnixTimeMilliseconds(), w.State.ToString(), w.Group], cancellation),
        SeriesChanged { Series: var s } => Upsert(
            "series", ["member_id", "unfinished_since"], s.Id, s, [s.MemberId, s.UnfinishedSince?.ToUnixTimeMilliseconds()], cancellation),
        TrainingChanged { Training: var t } => Upsert(
            "trainings", ["certification_id", "start_at", "seats_left"], t.Id, t,
            [t.Definition.CertificationId, t.Definition.Slot.Start.ToUnixTimeMilliseconds(), (long)t.SeatsLeft], cancellation),
        SessionChanged { Session: { Parties: { } parties } s } => Upsert(
            "sessions", ["mentor_id", "member_id", "proposed_by", "rating"], s.Id, s, [parties.MentorId, parties.MemberId, s.Proposal?.By, (long?)s.Feedback?.Rating], cancellation),
        EventChanged { Event: var e } => Upsert(
            "events", ["host_id", "office_hours_id", "start_at", "public", "shown", "due_at"], e.Id, e,
            [e.Definition.HostId, e.Definition.OfficeHoursId, e.Definition.Slot.Start.ToUnixTimeMilliseconds(), e.Definition.Public, e is { Draft: false, Definition.Cancelled: false },
                e.DueAt?.ToUnixTimeMilliseconds()], cancellation),
        OfficeHoursChanged { OfficeHours: var o } => Upsert(
            "office_hours", ["host_id", "due_at"], o.Id, o, [o.Definition.Pattern.HostId, o.DueAt?.ToUnixTimeMilliseconds()], cancellation),
        DeviceChanged { Device: var d } => Upsert(
            "devices", ["name", "kind", "tool_id", "area_id"], d.Id, d, [d.Definition.Name, d.Definition.Kind.ToString(), d.Definition.ToolId, d.Definition.AreaId], cancellation),
        DeviceUsed { Use: var u } => Upsert(
            "device_uses", ["device_id", "tool_id", "member_id", "booking_id", "started_at", "ended_at", "energy_wh", "run_seconds"], u.Id, u,
            [u.DeviceId, u.ToolId, u.MemberId, u.BookingId, u.StartedAt.ToUnixTimeMilliseconds(), u.EndedAt?.ToUnixTimeMilliseconds(), u.EnergyWh, (long)u.RunTime.TotalSeconds],
            cancellation),
        CertificateChanged { Certificate: var c } => Upsert(
            "certificates", ["member_id", "certification_id", "from_at", "until_at", "ended_at"], c.Code, c,
            [c.MemberId, c.CertificationId, c.From.ToUnixTimeMilliseconds(), c.Until?.ToUnixTimeMilliseconds(), c.EndedAt?.ToUnixTimeMilliseconds()], cancellation),
        PassportChanged { Entry: { } e } => Upsert(
            "log_entries", ["member_id", "trainer_id", "certification_id", "start_at", "state"], e.Id, e,
            [e.MemberId, e.TrainerId, e.CertificationId, e.Slot.Start.ToUnixTimeMilliseconds(), e.State.ToString()], cancellation),
        _ => Task.CompletedTask,
    };

    private async Task Also(string toolId, Guid bookingId, CancellationToken cancellation)
    {
        await using var command = Command("INSERT INTO booking_tools (tool_id, booking_id) VALUES (@tool, @booking) ON CONFLICT DO NOTHING", ("tool", toolId), ("booking", bookingId));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task Upsert<T>(string table, string[] columns, object id, T view, object?[] values, CancellationToken cancellation)
    {
        var json = connection is NpgsqlConnection ? "CAST(@data AS jsonb)" : "@data";
        await using var command = Command(
            $"""
            INSERT INTO {table} (id, {string.Join(", ", columns)}, data) VALUES (@id, {string.Join(", ", columns.Select(c => "@" + c))}, {json})
            ON CONFLICT (id) DO UPDATE SET {string.Join(", ", columns.Append("data").Select(c => $"{c} = excluded.{c}"))}
            """,
            [("id", id), ("data", JsonSerializer.Serialize(view, StoredJson.Options)), .. columns.Zip(values, (c, v) => (c, v))]);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task Execute(string sql, CancellationToken cancellation)
    {
        await using var command = Command(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private DbCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.Command(sql, parameters);
        command.Transaction = transaction;
        return command;
    }
}
