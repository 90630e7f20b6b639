using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Makerspace.Web.Http;

/// <summary>One page of a list.</summary>
/// <param name="Items">At most <c>limit</c> of them.</param>
/// <param name="Next">The address of the page after it; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Where a page starts: the sort keys of the last item of the page before, opaque to clients.</summary>
internal static class Cursor
{
    public const int DefaultLimit = 50;
    public const int MostLimit = 200;

    public static string Of(params string[] keys) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(keys));

    /// <summary>The sort keys, or null where there is no cursor or it is malformed (which is a fault).</summary>
    public static string[]? Read(Faults faults, string? after, int keys)
    {
        if (string.IsNullOrEmpty(after)) return null;
        try
        {
            var parts = JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(after));
            if (parts?.Length == keys && parts.All(p => p is not null && !p.Contains('\0'))) return parts;
        }
        catch (Exception e) when (e is FormatException or JsonException or DecoderFallbackException) { /* the fault below says so */ }
        faults.Add("after", "malformed-cursor", "after is not a cursor of this list.");
        return null;
    }

    public static int Limit(Faults faults, string? limit) => faults.Number("limit", limit, 1, MostLimit) ?? DefaultLimit;

    /// <summary>A page of the rows read: one more than <paramref name="limit"/> was asked for, to see whether there is another page.</summary>
    public static Page<T> Page<T>(HttpRequest request, IReadOnlyList<T> rows, int limit, Func<T, string> cursorOf)
    {
        if (rows.Count <= limit) return new Page<T>(rows, null);
        var query = request.Query.Where(q => q.Key is not "after").Select(q => KeyValuePair.Create(q.Key, q.Value.ToString()));
        var next = QueryString.Create(query!).Add("after", cursorOf(rows[limit - 1]));
        return new Page<T>([.. rows.Take(limit)], request.Path + next.ToString());
    }
}
