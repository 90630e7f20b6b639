using System.Data.Common;
using System.Text.Json;
using Makerspace.Journal;
using Makerspace.Storage;
using Makerspace.Tools;
using Npgsql;

namespace Makerspace.ReadModels;

/// <summary>
/// Writes companies, resources and the versions of what is set, inside the projector's transaction. A version is known by its place in the
/// journal, so that reading the journal again comes to the same.
/// </summary>
internal sealed class PolicyTables(DbConnection connection, DbTransaction transaction)
{
    private readonly Dictionary<(SettingLevel, string), RuleSet?> latest = [];

    private string Json => connection is NpgsqlConnection ? "CAST(@data AS jsonb)" : "@data";

    public async Task Apply(IEnumerable<JournalRow> rows, CancellationToken cancellation)
    {
        foreach (var row in rows.Where(r => r.Type is "tool-changed" or "area-changed" or "space-changed" or "company-changed" or "resource-changed"))
            await Apply(row, JournalEntry.Read(row.Data), cancellation);
    }

    private Task Apply(JournalRow row, DomainEvent happened, CancellationToken cancellation) => happened switch
    {
        ToolChanged { Tool: var tool } => Version(row, SettingLevel.Tool, tool.Id, new RuleSet { Policy = tool.Definition.Policy }, cancellation),
        AreaChanged { Area: var area } => Version(
            row, SettingLevel.Area, area.Id, new RuleSet { Policy = area.Definition.Policy, Capacity = area.Definition.Capacity }, cancellation),
        SpaceChanged { Space: var space } => Apply(row, space, cancellation),
        CompanyChanged { Company: var company } => Apply(row, company, cancellation),
        ResourceChanged { Resource: var resource } => Upsert("resources", resource.Id, resource.Definition.Name, resource, cancellation),
        _ => Task.CompletedTask,
    };

    private async Task Apply(JournalRow row, Companies.CompanyView company, CancellationToken cancellation)
    {
        await Upsert("companies", company.Id, company.Definition.Name, company, cancellation);
        await Version(row, SettingLevel.Company, company.Id, new RuleSet { Limits = company.Definition.Limits }, cancellation);
    }

    private async Task Apply(JournalRow row, Spaces.SpaceFacts space, CancellationToken cancellation)
    {
        await Version(row, SettingLevel.Space, "", new RuleSet { Policy = space.Defaults }, cancellation);
        foreach (var (id, plan) in space.Plans)
            await Version(row, SettingLevel.Plan, id, new RuleSet { Policy = plan.Policy, Limits = plan.Limits, Coverage = PlanCoverage.Of(plan) }, cancellation);
        foreach (var (name, rules) in space.Categories)
            await Version(row, SettingLevel.Category, name, new RuleSet { Policy = rules.Policy, Limits = rules.Limits }, cancellation);
    }

    // An event tells a thing whole; a version is made only where what is set differs.
    private async Task Version(JournalRow row, SettingLevel level, string id, RuleSet set, CancellationToken cancellation)
    {
        if (!latest.TryGetValue((level, id), out var before)) before = await Before(level, id, row.Seq, cancellation);
        latest[(level, id)] = set;
        if (before is not null && StoredJson.Same(before, set)) return;
        await using var command = Command(
            $"""
            INSERT INTO policy_versions (level, thing_id, seq, at, actor, data) VALUES (@level, @id, @seq, @at, @actor, {Json})
            ON CONFLICT (level, thing_id, seq) DO NOTHING
            """,
            ("level", level.ToString()), ("id", id), ("seq", row.Seq), ("at", row.At.ToUnixTimeMilliseconds()), ("actor", row.Actor),
            ("data", JsonSerializer.Serialize(set, StoredJson.Options)));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<RuleSet?> Before(SettingLevel level, string id, long seq, CancellationToken cancellation)
    {
        await using var command = Command(
            "SELECT data FROM policy_versions WHERE level = @level AND thing_id = @id AND seq < @seq ORDER BY seq DESC LIMIT 1",
            ("level", level.ToString()), ("id", id), ("seq", seq));
        return await command.ExecuteScalarAsync(cancellation) is string data ? JsonSerializer.Deserialize<RuleSet>(data, StoredJson.Options) : null;
    }

    private async Task Upsert<T>(string table, string id, string name, T view, CancellationToken cancellation)
    {
        await using var command = Command(
            $"INSERT INTO {table} (id, name, data) VALUES (@id, @name, {Json}) ON CONFLICT (id) DO UPDATE SET name = excluded.name, data = excluded.data",
            ("id", id), ("name", name), ("data", JsonSerializer.Serialize(view, StoredJson.Options)));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private DbCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.Command(sql, parameters);
        command.Transaction = transaction;
        return command;
    }
}
