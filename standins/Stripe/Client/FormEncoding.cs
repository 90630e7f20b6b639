using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Reflection;

namespace Stripe;

/// <summary>
/// Parameters as Stripe reads them: <c>a[b]=1</c> for nested ones, <c>a[0]=1</c> for lists. What was never set is left out; what was set to null, and may be,
/// is sent empty, which clears it; so is an empty list.
/// </summary>
internal static class FormEncoding
{
    private static readonly ConcurrentDictionary<Type, (PropertyInfo Property, string Name)[]> Known = new();

    public static string Query(BaseOptions options) =>
        options is null ? "" : string.Join("&", Flatten("", options).Select(pair => $"{Escape(pair.Key)}={Escape(pair.Value)}"));

    private static string Escape(string text) => WebUtility.UrlEncode(text).Replace("%5B", "[", StringComparison.Ordinal).Replace("%5D", "]", StringComparison.Ordinal);

    private static IEnumerable<(string Key, string Value)> Flatten(string key, object value) => value switch
    {
        null => [(key, "")],
        AnyOf { Value: null } => [],
        AnyOf either => Flatten(key, either.Value),
        INestedOptions options => Parameters(key, options),
        IDictionary dictionary => Entries(key, dictionary),
        string text => [(key, text)],
        IEnumerable list => Elements(key, list),
        DateTime time => [(key, ((DateTimeOffset)time).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture))],
        bool flag => [(key, flag ? "true" : "false")],
        _ => [(key, string.Create(CultureInfo.InvariantCulture, $"{value}"))],
    };

    private static IEnumerable<(string Key, string Value)> Parameters(string key, INestedOptions options)
    {
        foreach (var (property, name) in Known.GetOrAdd(options.GetType(), Of))
        {
            var value = property.GetValue(options);
            if (value is null && !options.WasSetToNull(property.Name)) continue;
            foreach (var pair in Flatten(Within(key, name), value)) yield return pair;
        }
    }

    private static (PropertyInfo, string)[] Of(Type type) => [.. type.GetProperties().Select(property => (property, Wire.NameOf(property)))];

    private static IEnumerable<(string Key, string Value)> Entries(string key, IDictionary dictionary)
    {
        foreach (DictionaryEntry entry in dictionary)
            foreach (var pair in Flatten(Within(key, (string)entry.Key), entry.Value)) yield return pair;
    }

    private static (string Key, string Value)[] Elements(string key, IEnumerable list)
    {
        var pairs = list.Cast<object>().SelectMany((element, index) => Flatten($"{key}[{index}]", element)).ToArray();
        return pairs.Length == 0 ? [(key, "")] : pairs;
    }

    private static string Within(string outer, string name) => outer.Length == 0 ? name : $"{outer}[{name}]";
}
