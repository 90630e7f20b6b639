using System.Text.Json;
using Makerspace.ReadModels;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Policies;

/// <summary>What was set at a place from a moment on, newest first.</summary>
/// <param name="Number">Its place in the journal.</param>
/// <param name="AuthorName">Null where it was nobody with a name.</param>
/// <param name="Changed">Names of the settings that differ from the version before; all that are set, of the first.</param>
public sealed record PolicyVersion(long Number, Instant At, string Author, string? AuthorName, RuleSet Set, IReadOnlyList<string> Changed);

/// <summary>The versions of what is set anywhere.</summary>
public static class PolicyVersions
{
    private const int Most = 100;

    public static async Task<IReadOnlyList<PolicyVersion>> Of(MakerspaceDb db, PolicyPlace place, CancellationToken cancellation)
    {
        var level = place.Level.ToString();
        var rows = await db.PolicyVersions.AsNoTracking().Where(v => v.Level == level && v.ThingId == place.Id)
            .OrderByDescending(v => v.Seq).Take(Most + 1).ToListAsync(cancellation);
        var authors = rows.Select(r => r.Actor).Distinct().ToList();
        var names = await db.Members.AsNoTracking().Where(m => authors.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, cancellation);
        var sets = rows.Select(r => JsonSerializer.Deserialize<RuleSet>(r.Data, StoredJson.Options)!).ToList();
        return
        [
            .. rows.Take(Most).Select((row, i) => new PolicyVersion(
                row.Seq, row.At, row.Actor, names.GetValueOrDefault(row.Actor), sets[i], [.. PolicyFields.Different(sets[i], i + 1 < sets.Count ? sets[i + 1] : RuleSet.None)])),
        ];
    }
}
