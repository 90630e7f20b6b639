using Makerspace.Maintenance;
using Makerspace.ReadModels;
using Makerspace.Web.Tools;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Maintenance;

/// <summary>What an order may be about, for pages: tools, resources and areas by one key.</summary>
internal static class WorkTargets
{
    public static string Key(WorkTarget target, string id) => $"{target}:{id}";

    public static (WorkTarget Target, string Id)? Read(string? key) =>
        key?.IndexOf(':', StringComparison.Ordinal) is > 0 and var at && Enum.TryParse<WorkTarget>(key[..at], out var target) && Enum.IsDefined(target) ? (target, key[(at + 1)..]) : null;

    /// <summary>Names by <see cref="Key"/>.</summary>
    public static async Task<Dictionary<string, string>> Names(MakerspaceDb db, Catalogue catalogue, CancellationToken cancellation)
    {
        var names = (await catalogue.Tools(cancellation, hiddenToo: true)).ToDictionary(t => Key(WorkTarget.Tool, t.Id), t => t.Name, StringComparer.Ordinal);
        foreach (var resource in await db.Resources.AsNoTracking().Select(r => new { r.Id, r.Name }).ToListAsync(cancellation)) names[Key(WorkTarget.Resource, resource.Id)] = resource.Name;
        foreach (var (id, area) in await catalogue.Areas(cancellation)) names[Key(WorkTarget.Area, id)] = area.Definition.Name;
        return names;
    }
}
