using System.Data.Common;
using System.Text.Json;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Storage;
using Npgsql;

namespace Makerspace.Maintenance;

/// <summary>Writes problems, work orders and upkeep, inside the projector's transaction.</summary>
internal sealed class MaintenanceTables(DbConnection connection, DbTransaction transaction)
{
    private string Json => connection is NpgsqlConnection ? "CAST(@data AS jsonb)" : "@data";

    public async Task Apply(IEnumerable<JournalRow> rows, CancellationToken cancellation)
    {
        foreach (var row in rows.Where(r => r.Type is "problem-changed" or "work-order-changed" or "upkeep-changed"))
            await Apply(JournalEntry.Read(row.Type, row.Data), cancellation);
    }

    private Task Apply(DomainEvent happened, CancellationToken cancellation) => happened switch
    {
        ProblemChanged { Problem: var p } => Upsert(
            "problems", p.Id, p, cancellation, ("tool_id", p.Report.ToolId), ("state", p.State.ToString()), ("at", p.ReportedAt.ToUnixTimeMilliseconds()), ("reported_by", p.ReportedBy)),
        WorkOrderChanged { Order: var o } => Upsert(
            "work_orders", o.Id, o, cancellation, ("target", o.Definition.Target.ToString()), ("target_id", o.Definition.TargetId), ("state", o.State.ToString()),
            ("at", o.MadeAt.ToUnixTimeMilliseconds()), ("closed_at", o.ClosedAt?.ToUnixTimeMilliseconds()), ("cost", o.Definition.Cost), ("assignee_id", o.Definition.AssigneeId)),
        UpkeepChanged { Upkeep: var u } => Upsert("upkeep", u.ToolId, u, cancellation, ("look_at", u.LookAt?.ToUnixTimeMilliseconds())),
        _ => Task.CompletedTask,
    };

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
