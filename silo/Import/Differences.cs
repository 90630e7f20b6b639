using System.Text.Json;
using System.Text.Json.Nodes;

namespace Makerspace.Import;

/// <summary>Whether two definitions say the same, compared as they are stored: lists by their items, not by who made them.</summary>
internal static class Differences
{
    /// <summary>Names of the fields in which the two differ; empty where they are equal.</summary>
    public static IReadOnlyList<string> Between<T>(T before, T after)
    {
        var (old, now) = (AsObject(before), AsObject(after));
        return [.. old.Select(f => f.Key).Union(now.Select(f => f.Key)).Where(k => !JsonNode.DeepEquals(old[k], now[k]))];
    }

    /// <summary>Made where there was nothing, else changed or unchanged, and in what.</summary>
    public static (ImportOutcome Outcome, string Detail) Verdict<T>(T? before, T after) where T : class
    {
        if (before is null) return (ImportOutcome.Made, "");
        var fields = Between(before, after);
        return fields.Count == 0 ? (ImportOutcome.Unchanged, "") : (ImportOutcome.Changed, "changes " + string.Join(", ", fields));
    }

    private static JsonObject AsObject<T>(T value) => JsonSerializer.SerializeToNode(value, StoredJson.Options)!.AsObject();
}
