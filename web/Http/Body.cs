using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace Makerspace.Web.Http;

/// <summary>An argument that may turn out malformed; <see cref="WellFormed"/> answers for the endpoint then.</summary>
internal interface IMayBeMalformed
{
    ProblemHttpResult? Problem { get; }
}

/// <summary>Marks a body that may be left out: all its members are optional.</summary>
internal interface IOptionalBody;

/// <summary>A JSON body, read strictly.</summary>
public sealed class Body<T> : IMayBeMalformed, IEndpointParameterMetadataProvider where T : class
{
    private readonly T? _value;
    private readonly ProblemHttpResult? _problem;

    private Body(T? value, ProblemHttpResult? problem) => (_value, _problem) = (value, problem);

    public T Value => _value ?? throw new InvalidOperationException("A malformed body was not answered by the filter.");

    ProblemHttpResult? IMayBeMalformed.Problem => _problem;

    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (MayBeAbsent && context.Request is { ContentLength: 0 } or { ContentType: null, ContentLength: null }) return new Body<T>(Activator.CreateInstance<T>(), null);
        var (json, problem) = await JsonBody.Read(context.Request);
        if (json is null) return new Body<T>(null, problem);
        using (json)
        {
            var (value, fault) = JsonBody.To<T>(json.RootElement);
            return new Body<T>(value, fault is null ? null : Http.Problem.Malformed([fault]));
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), MayBeAbsent));

    private static bool MayBeAbsent => typeof(IOptionalBody).IsAssignableFrom(typeof(T));
}

/// <summary>A JSON merge patch (RFC 7396) of a <typeparamref name="T"/>: what it does not name stays, null takes away.</summary>
public sealed class MergePatch<T> : IMayBeMalformed, IEndpointParameterMetadataProvider where T : class
{
    private readonly JsonObject? _patch;
    private readonly ProblemHttpResult? _problem;

    private MergePatch(JsonObject? patch, ProblemHttpResult? problem) => (_patch, _problem) = (patch, problem);

    ProblemHttpResult? IMayBeMalformed.Problem => _problem;

    /// <summary>The patched value, or what is wrong with the patch.</summary>
    public (T? Value, Fault? Fault) Apply(T current)
    {
        var merged = Merge(JsonSerializer.SerializeToNode(current, ApiJson.Strict), _patch)!;
        using var json = JsonDocument.Parse(merged.ToJsonString());
        return JsonBody.To<T>(json.RootElement);
    }

    public static async ValueTask<MergePatch<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var (json, problem) = await JsonBody.Read(context.Request);
        if (json is null) return new MergePatch<T>(null, problem);
        using (json)
        {
            if (JsonBody.IsTorn(json.RootElement)) return new MergePatch<T>(null, JsonBody.Torn);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? new MergePatch<T>(JsonObject.Create(json.RootElement.Clone()), null)
                : new MergePatch<T>(null, Http.Problem.Malformed(null, "malformed-body", "A merge patch is a JSON object."));
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/merge-patch+json", "application/json"], typeof(T)));

    private static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes) return patch?.DeepClone();
        var result = target as JsonObject ?? [];
        foreach (var (name, value) in changes)
        {
            // A null stays in, so that an unknown name is still seen; for a known one null and absent are the same.
            result[name] = value is null ? null : Merge(result[name]?.DeepClone(), value);
        }
        return result;
    }
}

/// <summary>From bytes to a JSON document to a typed value, each fault with its own code.</summary>
internal static class JsonBody
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public static async Task<(JsonDocument? Json, ProblemHttpResult? Problem)> Read(HttpRequest request)
    {
        if (!request.HasJsonContentType())
            return (null, Http.Problem.Of(StatusCodes.Status415UnsupportedMediaType, "content-type-not-supported", "Send the body as application/json."));
        try
        {
            return (await JsonDocument.ParseAsync(request.Body, Reading, request.HttpContext.RequestAborted), null);
        }
        catch (JsonException e)
        {
            var where = e.LineNumber is { } line ? $" at line {line + 1}, byte {e.BytePositionInLine + 1}" : "";
            return (null, Http.Problem.Of(StatusCodes.Status400BadRequest, "malformed-json", $"The body is not the JSON that is taken here: broken, doubled or too deep{where}."));
        }
        catch (InvalidOperationException)
        {
            // Half a character in a name, found when names are compared.
            return (null, Torn);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, Http.Problem.Of(e.StatusCode, "body-too-large", "The body is larger than this address takes."));
        }
    }

    public static ProblemHttpResult Torn => Http.Problem.Malformed(null, "malformed-text", "The body has half a character in it.");

    /// <summary>Whether some text has half a character in it, which cannot be written out again.</summary>
    public static bool IsTorn(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object) return json.EnumerateObject().Any(m => IsTorn(m.Value));
        if (json.ValueKind == JsonValueKind.Array) return json.EnumerateArray().Any(IsTorn);
        if (json.ValueKind != JsonValueKind.String) return false;
        try
        {
            json.GetString();
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    public static (T? Value, Fault? Fault) To<T>(JsonElement json) where T : class
    {
        if (Unknown(json, ApiJson.Strict.GetTypeInfo(typeof(T)), "") is { } field)
            return (null, new Fault(field, "unknown-field", $"There is no field {field} here."));
        try
        {
            return json.Deserialize<T>(ApiJson.Strict) is { } value
                ? (value, null)
                : (null, new Fault(null, "malformed-body", "The body is null."));
        }
        catch (MalformedValueException e)
        {
            return (null, new Fault(Field(e), e.Code, e.Message));
        }
        catch (JsonException e)
        {
            return (null, new Fault(Field(e), Field(e) is null ? "malformed-body" : "malformed-field", $"{Field(e) ?? "The body"} is not of the type it should be."));
        }
    }

    private static string? Field(JsonException e) => e.Path is { Length: > 2 } path ? path[2..] : null;

    /// <summary>The path of the first member that the type does not have.</summary>
    private static string? Unknown(JsonElement json, JsonTypeInfo type, string path)
    {
        if (json.ValueKind == JsonValueKind.Array && type is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element })
            return json.EnumerateArray().Select((item, i) => Unknown(item, ApiJson.Strict.GetTypeInfo(element), $"{path}[{i}]")).FirstOrDefault(f => f is not null);
        if (json.ValueKind != JsonValueKind.Object || type.Kind != JsonTypeInfoKind.Object) return null;
        var prefix = path.Length == 0 ? "" : path + ".";
        foreach (var member in json.EnumerateObject())
        {
            var property = type.Properties.FirstOrDefault(p => p.Name == member.Name);
            if (property is null) return prefix + member.Name;
            if (Unknown(member.Value, ApiJson.Strict.GetTypeInfo(property.PropertyType), prefix + member.Name) is { } inner) return inner;
        }
        return null;
    }
}
