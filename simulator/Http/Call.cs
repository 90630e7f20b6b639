using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Http;

/// <summary>One call of the API, as its handler sees it.</summary>
internal sealed class Call(Params parameters, Work work, Func<string, string> route)
{
    public Params Params { get; } = parameters;
    public Work Work { get; } = work;

    /// <summary>A piece of the path.</summary>
    public string this[string name] => route(name);

    public string Id => route("id");

    /// <summary>The answer shows what would be: nothing of the work is kept.</summary>
    public bool KeepsNothing { get; set; }

    /// <summary>All of a type, newest first, filtered by parameters that are named as the fields.</summary>
    public List<T> Listed<T>(params string[] filters) where T : Resource => Work.Newest<T>([.. filters.Select(name => (name, Params.Text(name)))]);
}

/// <summary>What answers a call: a resource, a <see cref="Page"/>, or something already told.</summary>
internal delegate object Handler(Call call);

/// <summary>A part of a list, newest first.</summary>
internal sealed record Page(IReadOnlyList<Resource> Items, bool HasMore, string Url)
{
    /// <summary>The page that <c>limit</c>, <c>starting_after</c> and <c>ending_before</c> ask for.</summary>
    public static Page Of<T>(Call call, IEnumerable<T> all, string url) where T : Resource
    {
        var limit = call.Params.Long("limit") ?? 10;
        if (limit is < 1 or > 100) throw ApiException.Invalid("limit must be from 1 to 100", "limit", "parameter_invalid_integer");
        var (after, before) = (call.Params.Text("starting_after"), call.Params.Text("ending_before"));
        if (after is not null && before is not null) throw ApiException.Invalid("You cannot set both starting_after and ending_before", "starting_after");
        var items = all.ToList();
        if (after is not null) items = items[(Index(items, after, "starting_after") + 1)..];
        if (before is not null)
        {
            var earlier = items[..Index(items, before, "ending_before")];
            return new([.. earlier.TakeLast((int)limit)], earlier.Count > limit, url);
        }
        return new([.. items.Take((int)limit)], items.Count > limit, url);
    }

    private static int Index<T>(List<T> items, string id, string param) where T : Resource
    {
        var at = items.FindIndex(item => item.Id == id);
        return at >= 0 ? at : throw ApiException.Missing(Wire.Name<T>(), id, param);
    }
}

/// <summary>Filters that lists share.</summary>
internal static class Filters
{
    /// <summary><c>created</c>: a time, or <c>gt</c>, <c>gte</c>, <c>lt</c>, <c>lte</c>.</summary>
    public static Func<long, bool> Created(this Call call)
    {
        if (call.Params.Child("created") is { } range)
        {
            var (gt, gte, lt, lte) = (range.Long("gt"), range.Long("gte"), range.Long("lt"), range.Long("lte"));
            return at => at > (gt ?? long.MinValue) && at >= (gte ?? long.MinValue) && at < (lt ?? long.MaxValue) && at <= (lte ?? long.MaxValue);
        }
        return call.Params.Long("created") is { } exact ? at => at == exact : _ => true;
    }

    /// <summary>Where the parameter was not sent, everything passes.</summary>
    public static Func<string?, bool> Equal(this Call call, string name) => call.Params.Text(name) is { } wanted ? value => value == wanted : _ => true;
}
