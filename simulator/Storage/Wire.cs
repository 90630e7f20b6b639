using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Makerspace.PaymentSimulator.Storage;

/// <summary>How resources are written: whole for the store, without what is inner for the wire.</summary>
internal static class Wire
{
    private static readonly JsonSerializerOptions Whole = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private static readonly JsonSerializerOptions Told = new(Whole)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { WithoutInner } },
    };

    private static readonly Dictionary<string, Type> Types = typeof(Wire).Assembly.GetTypes()
        .Where(t => t is { IsAbstract: false } && t.IsSubclassOf(typeof(Resource)))
        .ToDictionary(t => ((Resource)Activator.CreateInstance(t)!).Object, t => t, StringComparer.Ordinal);

    /// <summary>The name of a type on the wire.</summary>
    public static string Name<T>() where T : Resource => Names<T>.Name;

    public static string Store(Resource resource) => JsonSerializer.Serialize(resource, resource.GetType(), Whole);

    public static Resource Load(string type, string data) => (Resource)JsonSerializer.Deserialize(data, Types[type], Whole)!;

    public static JsonObject Tell(object value) => JsonSerializer.SerializeToNode(value, value.GetType(), Told)!.AsObject();

    public static string Text(JsonNode node) => node.ToJsonString(Whole);

    private static void WithoutInner(JsonTypeInfo info)
    {
        for (var i = info.Properties.Count - 1; i >= 0; i--)
        {
            if (info.Properties[i].AttributeProvider?.IsDefined(typeof(InnerAttribute), inherit: true) == true) info.Properties.RemoveAt(i);
        }
    }

    private static class Names<T> where T : Resource
    {
        public static readonly string Name = Types.First(t => t.Value == typeof(T)).Key;
    }
}
