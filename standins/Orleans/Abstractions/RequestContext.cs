using System.Collections.Immutable;

namespace Orleans.Runtime;

/// <summary>Values that travel with the calls made from here, and with those made by them; never back.</summary>
public static class RequestContext
{
    private static readonly AsyncLocal<ImmutableDictionary<string, object>?> Current = new();

    /// <summary>The keys present.</summary>
    public static IEnumerable<string> Keys => Values?.Keys ?? [];

    /// <summary>The keys and values present.</summary>
    public static IEnumerable<KeyValuePair<string, object>> Entries => Values ?? Enumerable.Empty<KeyValuePair<string, object>>();

    internal static ImmutableDictionary<string, object>? Values
    {
        get => Current.Value;
        set => Current.Value = value;
    }

    /// <summary>The value under a key, or null.</summary>
    public static object? Get(string key) => Values?.GetValueOrDefault(key);

    /// <summary>Puts a value under a key.</summary>
    public static void Set(string key, object value) => Values = (Values ?? ImmutableDictionary<string, object>.Empty).SetItem(key, value);

    /// <summary>Takes the value under a key away; false if there was none.</summary>
    public static bool Remove(string key)
    {
        if (Values is not { } values || !values.ContainsKey(key)) return false;
        Values = values.Remove(key);
        return true;
    }

    /// <summary>Takes all values away.</summary>
    public static void Clear() => Values = null;
}
