using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Storage;
using Makerspace.Tools;
using NodaTime;
using Npgsql;

namespace Makerspace.Maintenance;

/// <summary>Writes problems, work orders, upkeep and the times in which tools were down, inside the projector's transaction.</summary>
internal sealed class MaintenanceTables(DbConnection connection, DbTransaction transaction)
{
    private string Json => connection is NpgsqlConnection ? "CAST(@data AS jsonb)" : "@data";

    public async Task Apply(IEnumerable<JournalRow> rows, CancellationToken cancellation)
    {
        foreach (var row in rows.Where(r => r.Type is "problem-changed" or "work-order-changed" or "upkeep-changed" or "tool-changed"))
            await Apply(JournalEntry.Read(row.Type, row.Data), row.Seq, cancellation);
    }

    private Task Apply(DomainEvent happened, long seq, CancellationToken cancellation) => happened switch
    {
        ProblemChanged { Problem: var p } => Upsert(
            "problems", p.Id, p, cancellation, ("tool_id", p.Report.ToolId), ("state", p.State.ToString()), ("at", p.ReportedAt.ToUnixTimeMilliseconds()), ("reported_by", p.ReportedBy)),
        WorkOrderChanged { Order: var o } => Upsert(
            "work_orders", o.Id, o, cancellation, ("target", o.Definition.Target.ToString()), ("target_id", o.Definition.TargetId), ("state", o.State.ToString()),
            ("at", o.MadeAt.ToUnixTimeMilliseconds()), ("closed_at", o.ClosedAt?.ToUnixTimeMilliseconds()), ("cost", o.Definition.Cost), ("assignee_id", o.Definition.AssigneeId)),
        UpkeepChanged { Upkeep: var u } => Upsert("upkeep", u.ToolId, u, cancellation, ("look_at", u.LookAt?.ToUnixTimeMilliseconds())),
        ToolChanged tool => Apply(tool, seq, cancellation),
        _ => Task.CompletedTask,
    };

    private async Task Apply(ToolChanged changed, long seq, CancellationToken cancellation)
    {
        var tool = changed.Tool;
        var known = await Known(tool.Id, changed.At, cancellation);
        var broken = known.Find(d => d is { Kind: DowntimeKind.Broken, End: null });
        if (tool.Definition.OutOfService && broken is null)
            await Write(new DowntimeRow { ToolId = tool.Id, Kind = DowntimeKind.Broken, Cause = seq.ToString(CultureInfo.InvariantCulture), Start = changed.At, Title = "" }, cancellation);
        if (!tool.Definition.OutOfService && broken is not null)
        {
            broken.End = changed.At;
            await Write(broken, cancellation);
        }
        await ApplyOutages(changed, known.Where(d => d.Kind == DowntimeKind.Outage).ToDictionary(d => d.Cause, StringComparer.Ordinal), cancellation);
    }

    // One that has gone before it began was dropped; one that has gone after its end is only forgotten by the tool.
    private async Task ApplyOutages(ToolChanged changed, Dictionary<string, DowntimeRow> known, CancellationToken cancellation)
    {
        foreach (var outage in changed.Tool.Outages)
        {
            if (known.Remove(outage.Id, out var there) && (there.Start, there.End, there.Title) == (outage.Slot.Start, outage.Slot.End, outage.Title)) continue;
            await Write(RowOf(changed.Tool.Id, outage), cancellation);
        }
        foreach (var gone in known.Values.Where(d => d.Start >= changed.At))
            await Execute("DELETE FROM downtimes WHERE tool_id = @tool AND kind = 'Outage' AND cause = @cause", cancellation, ("tool", gone.ToolId), ("cause", gone.Cause));
    }

    private static DowntimeRow RowOf(string toolId, Outage outage) => new()
    {
        ToolId = toolId, Kind = DowntimeKind.Outage, Cause = outage.Id, Start = outage.Slot.Start, End = outage.Slot.End, Title = outage.Title,
    };

    private async Task<List<DowntimeRow>> Known(string toolId, Instant at, CancellationToken cancellation)
    {
        await using var command = connection.Command(
            "SELECT kind, cause, start_at, end_at, title FROM downtimes WHERE tool_id = @tool AND (end_at IS NULL OR end_at >= @at)", ("tool", toolId), ("at", at.ToUnixTimeMilliseconds()));
        command.Transaction = transaction;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<DowntimeRow>();
        while (await reader.ReadAsync(cancellation)) rows.Add(Read(toolId, reader));
        return rows;
    }

    private static DowntimeRow Read(string toolId, DbDataReader reader) => new()
    {
        ToolId = toolId, Kind = Enum.Parse<DowntimeKind>(reader.GetString(0)), Cause = reader.GetString(1), Start = Instant.FromUnixTimeMilliseconds(reader.GetInt64(2)),
        End = reader.IsDBNull(3) ? null : Instant.FromUnixTimeMilliseconds(reader.GetInt64(3)), Title = reader.GetString(4),
    };

    private Task Write(DowntimeRow row, CancellationToken cancellation) => Execute(
        """
        INSERT INTO downtimes (tool_id, kind, cause, start_at, end_at, title) VALUES (@tool, @kind, @cause, @start, @end, @title)
        ON CONFLICT (tool_id, kind, cause) DO UPDATE SET start_at = excluded.start_at, end_at = excluded.end_at, title = excluded.title
        """,
        cancellation,
        ("tool", row.ToolId), ("kind", row.Kind.ToString()), ("cause", row.Cause), ("start", row.Start.ToUnixTimeMilliseconds()), ("end", row.End?.ToUnixTimeMilliseconds()), ("title", row.Title));

    private Task Upsert<T>(string table, object id, T view, CancellationToken cancellation, params (string Name, object? Value)[] columns)
    {
        var names = columns.Select(c => c.Name).ToArray();
        return Execute(
            $"""
            INSERT INTO {table} (id, {string.Join(", ", names)}, data) VALUES (@id, {string.Join(", ", names.Select(n => "@" + n))}, {Json})
            ON CONFLICT (id) DO UPDATE SET {string.Join(", ", names.Append("data").Select(n => $"{n} = excluded.{n}"))}
            """,
            cancellation, [("id", id), ("data", JsonSerializer.Serialize(view, StoredJson.Options)), .. columns]);
    }

    private async Task Execute(string sql, CancellationToken cancellation, params (string Name, object? Value)[] parameters)
    {
        await using var command = connection.Command(sql, parameters);
        command.Transaction = transaction;
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
