using System.Data.Common;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Storage;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Numbers;

/// <summary>Writes <c>unusable_times</c> inside the projector's transaction: when tools, areas and resources could not be used. Each entry of the journal may come again: it comes to the same.</summary>
internal sealed class UnusableTimes(DbTransaction transaction)
{
    public async Task Apply(IEnumerable<JournalRow> rows, CancellationToken cancellation)
    {
        foreach (var row in rows.Where(r => r.Type is "tool-changed" or "area-changed" or "resource-changed"))
            await Apply(row, JournalEntry.Read(row.Type, row.Data), cancellation);
    }

    private Task Apply(JournalRow row, DomainEvent happened, CancellationToken cancellation) => happened switch
    {
        ToolChanged { Tool: var tool } => Apply(Keys.Tool(tool.Id), row, tool.Definition.OutOfService, tool.Outages, cancellation),
        AreaChanged { Area: var area } => Apply(Keys.Area(area.Id), row, outOfService: false, area.Outages, cancellation),
        ResourceChanged { Resource: var resource } => Apply(Keys.Resource(resource.Id), row, resource.Definition.OutOfService, resource.Outages, cancellation),
        _ => Task.CompletedTask,
    };

    private async Task Apply(string thing, JournalRow row, bool outOfService, IReadOnlyList<Outage> outages, CancellationToken cancellation)
    {
        var at = row.At.ToUnixTimeMilliseconds();
        if (!outOfService) await transaction.Execute("UPDATE unusable_times SET end_at = @at WHERE thing = @thing AND kind = 'Broken' AND end_at IS NULL", cancellation, ("at", at), ("thing", thing));
        else if (await IsWhole(thing, cancellation)) await Put(thing, $"broken-{row.Seq}", UnusableKind.Broken, null, row.At, null, cancellation);
        foreach (var outage in outages) await Put(thing, outage.Id, UnusableKind.Outage, outage.Title, outage.Slot.Start, outage.Slot.End, cancellation);
        // Planned and called off again, or ended before its time: the list says so by leaving it out. What was over before stays as it was.
        foreach (var gone in (await Planned(thing, at, cancellation)).Where(id => outages.All(o => o.Id != id)))
        {
            await transaction.Execute("DELETE FROM unusable_times WHERE thing = @thing AND id = @id AND start_at >= @at", cancellation, ("thing", thing), ("id", gone), ("at", at));
            await transaction.Execute("UPDATE unusable_times SET end_at = @at WHERE thing = @thing AND id = @id", cancellation, ("thing", thing), ("id", gone), ("at", at));
        }
    }

    private async Task<bool> IsWhole(string thing, CancellationToken cancellation)
    {
        await using var command = transaction.Command("SELECT count(*) FROM unusable_times WHERE thing = @thing AND kind = 'Broken' AND end_at IS NULL", ("thing", thing));
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellation), System.Globalization.CultureInfo.InvariantCulture) == 0;
    }

    private async Task<List<string>> Planned(string thing, long at, CancellationToken cancellation)
    {
        await using var command = transaction.Command("SELECT id FROM unusable_times WHERE thing = @thing AND kind = 'Outage' AND end_at > @at", ("thing", thing), ("at", at));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var ids = new List<string>();
        while (await reader.ReadAsync(cancellation)) ids.Add(reader.GetString(0));
        return ids;
    }

    private Task Put(string thing, string id, UnusableKind kind, string? title, Instant start, Instant? end, CancellationToken cancellation) => transaction.Execute(
        """
        INSERT INTO unusable_times (thing, id, kind, title, start_at, end_at) VALUES (@thing, @id, @kind, @title, @start, @end)
        ON CONFLICT (thing, id) DO UPDATE SET title = excluded.title, start_at = excluded.start_at, end_at = excluded.end_at
        """,
        cancellation, ("thing", thing), ("id", id), ("kind", kind.ToString()), ("title", title), ("start", start.ToUnixTimeMilliseconds()), ("end", end?.ToUnixTimeMilliseconds()));
}
