using System.Globalization;
using System.Net;

namespace Makerspace.PaymentSimulator.Http;

/// <summary>
/// A request's parameters: <c>a[b][0][c]=v</c> as a tree. What a handler reads is noted, so that what nobody reads can be refused as unknown.
/// </summary>
internal sealed class Params
{
    private readonly OrderedDictionary<string, Params> _children = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly string _path;
    private string? _value;

    private Params(string path) => _path = path;

    public IEnumerable<string> Names => _children.Keys;

    /// <summary>A value, not a tree.</summary>
    public string? Value => _value;

    public static Params Parse(string form)
    {
        var root = new Params("");
        foreach (var pair in form.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var cut = pair.IndexOf('=', StringComparison.Ordinal);
            var name = WebUtility.UrlDecode(cut < 0 ? pair : pair[..cut]);
            root.Set(name, cut < 0 ? "" : WebUtility.UrlDecode(pair[(cut + 1)..]));
        }
        return root;
    }

    public string Name(string name) => _path.Length == 0 ? name : $"{_path}[{name}]";

    /// <summary>It was sent, be it empty.</summary>
    public bool Has(string name) => _children.ContainsKey(name);

    /// <summary>It was sent empty: take the value away.</summary>
    public bool Unsets(string name) => Read(name) is { _value: "" };

    public string? Text(string name) => Read(name)?._value is { Length: > 0 } value ? value.Length <= 5000 ? value : throw ApiException.Invalid($"Invalid string: {Name(name)} is too long", Name(name)) : null;

    public string Required(string name) => Text(name) ?? throw ApiException.Required(Name(name));

    public long? Long(string name) => Text(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
        : throw ApiException.Invalid($"Invalid integer: {text}", Name(name), "parameter_invalid_integer");

    public decimal? Number(string name) => Text(name) is not { } text ? null
        : decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var value) ? value
        : throw ApiException.Invalid($"Invalid decimal: {text}", Name(name));

    public bool? Bool(string name) => Text(name) switch
    {
        null => null, "true" or "1" => true, "false" or "0" => false, var other => throw ApiException.Invalid($"Invalid boolean: {other}", Name(name)),
    };

    /// <summary>One of some words.</summary>
    public string? OneOf(string name, params ReadOnlySpan<string> words)
    {
        if (Text(name) is not { } text) return null;
        return words.Contains(text) ? text : throw ApiException.Invalid($"Invalid {Name(name)}: must be one of {string.Join(", ", words)}", Name(name));
    }

    /// <summary>A positive amount of money in minor units.</summary>
    public long? Amount(string name, long least = 0)
    {
        if (Long(name) is not { } value) return null;
        if (value < least) throw ApiException.Invalid($"Invalid integer: {Name(name)} must be at least {least}", Name(name), "parameter_invalid_integer");
        return value <= 99_999_999 ? value : throw ApiException.Invalid("Amount must be no more than 999,999.99", Name(name), "amount_too_large");
    }

    public string? Currency(string name = "currency")
    {
        if (Text(name)?.ToLowerInvariant() is not { } currency) return null;
        return Payments.Money.IsKnown(currency) ? currency : throw ApiException.Invalid($"Invalid currency: {currency}", Name(name));
    }

    public Params? Child(string name) => Read(name) is { } child && child._children.Count > 0 ? child : null;

    /// <summary>The items of an array, in the order of their numbers.</summary>
    public IReadOnlyList<Params> List(string name)
    {
        if (Child(name) is not { } list) return [];
        list._read.UnionWith(list._children.Keys);
        return list._children.OrderBy(c => int.TryParse(c.Key, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue).Select(c => c.Value).ToList();
    }

    public IReadOnlyList<string> Texts(string name) => List(name).Select(item => item._value ?? "").ToList();

    /// <summary>A tree that the simulator accepts and does nothing with.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names) Read(name)?.TakeAll();
    }

    /// <summary>Keys and values as they are to be after this request: sent empty a key goes, all empty all go.</summary>
    public void Metadata(Dictionary<string, string> metadata, string name = "metadata")
    {
        if (Unsets(name)) metadata.Clear();
        if (Child(name) is not { } sent) return;
        foreach (var (key, value) in sent._children)
        {
            sent._read.Add(key);
            if (string.IsNullOrEmpty(value._value)) metadata.Remove(key);
            else metadata[key] = value._value.Length <= 500 ? value._value : throw ApiException.Invalid($"Metadata values can have up to 500 characters: {key}", sent.Name(key));
            if (key.Length > 40) throw ApiException.Invalid($"Metadata keys can have up to 40 characters: {key}", sent.Name(key));
        }
        if (metadata.Count > 50) throw ApiException.Invalid("Metadata can have up to 50 keys", name);
    }

    public Dictionary<string, string> Metadata()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        Metadata(metadata);
        return metadata;
    }

    /// <summary>The same, without some that were read already.</summary>
    public Params Without(params ReadOnlySpan<string> names)
    {
        var rest = new Params("");
        foreach (var (key, child) in _children)
        {
            _read.Add(key);
            if (names.Contains(key)) continue;
            foreach (var (path, value) in child.Leaves("")) rest.Set(key + path, value);
        }
        TakeAll();
        return rest;
    }

    /// <summary>
    /// These parameters as part of a larger request: what belongs to an item goes to <c>name[index]</c>, with more values; what belongs to the request stays.
    /// </summary>
    public Params Under(string name, string index, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var moved = new Params("");
        foreach (var (key, value) in more) moved.Set($"{name}[{index}][{key}]", value);
        foreach (var key in _children.Keys.ToList())
        {
            var stays = key is "proration_behavior" or "proration_date" or "payment_behavior" or "off_session" or "billing_cycle_anchor";
            foreach (var (path, value) in Read(key)!.Leaves("")) moved.Set(stays ? key + path : $"{name}[{index}][{key}]{path}", value);
        }
        TakeAll();
        return moved;
    }

    /// <summary>What was sent and nobody read.</summary>
    public IEnumerable<string> Unread() => _children.SelectMany(c => _read.Contains(c.Key) ? c.Value.Unread() : [c.Value._path]);

    public void RefuseUnread()
    {
        if (Unread().FirstOrDefault() is { } unknown) throw ApiException.Invalid($"Received unknown parameter: {unknown}", unknown, "parameter_unknown");
    }

    private Params? Read(string name)
    {
        _read.Add(name);
        return _children.GetValueOrDefault(name);
    }

    private IEnumerable<(string Path, string Value)> Leaves(string path) =>
        _children.Count == 0 ? [(path, _value ?? "")] : _children.SelectMany(c => c.Value.Leaves($"{path}[{c.Key}]"));

    private void TakeAll()
    {
        foreach (var (name, child) in _children)
        {
            _read.Add(name);
            child.TakeAll();
        }
    }

    private void Set(string name, string value)
    {
        var at = this;
        foreach (var step in Steps(name))
        {
            var key = step.Length == 0 ? at._children.Count.ToString(CultureInfo.InvariantCulture) : step;
            if (!at._children.TryGetValue(key, out var child)) at._children[key] = child = new Params(at.Name(key));
            at = child;
        }
        at._value = value;
    }

    private static IEnumerable<string> Steps(string name)
    {
        var open = name.IndexOf('[', StringComparison.Ordinal);
        if (open < 0) return [name];
        return [name[..open], .. name[open..].Split('[', StringSplitOptions.RemoveEmptyEntries).Select(part => part.TrimEnd(']'))];
    }
}
