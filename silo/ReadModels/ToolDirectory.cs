using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.ReadModels;

/// <summary>The tools by category, kept in memory until the journal has moved and a tool with it.</summary>
internal sealed class ToolDirectory(IDbContextFactory<MakerspaceDb> databases, Projector models) : IToolDirectory
{
    private Snapshot? snapshot;

    public async Task<IReadOnlyList<string>> Equivalents(string toolId, int most, CancellationToken cancellation)
    {
        var tools = await Current(cancellation);
        return tools.CategoryOf.TryGetValue(toolId, out var category) ? [.. tools.ByCategory[category].Where(id => id != toolId).Take(most)] : [];
    }

    private async Task<Snapshot> Current(CancellationToken cancellation)
    {
        var newest = models.ToolsChangedAt;
        if (Volatile.Read(ref snapshot) is { } kept && kept.Seq == newest) return kept;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var tools = await db.Tools.AsNoTracking().Where(t => t.Visible && t.Category != null)
            .OrderBy(t => t.Id).Select(t => new { t.Id, Category = t.Category! }).ToListAsync(cancellation);
        var made = new Snapshot(newest, tools.ToDictionary(t => t.Id, t => t.Category), tools.ToLookup(t => t.Category, t => t.Id));
        Volatile.Write(ref snapshot, made);
        return made;
    }

    private sealed record Snapshot(long Seq, Dictionary<string, string> CategoryOf, ILookup<string, string> ByCategory);
}
