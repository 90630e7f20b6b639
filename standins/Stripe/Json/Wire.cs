using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Stripe.Json;

/// <summary>
/// How resources are written: names in snake_case, times as seconds, and a link to another resource as its id or, expanded, as the whole of it.
/// What has no property here is passed over.
/// </summary>
internal static class Wire
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        MaxDepth = 128,
        Converters = { new UnixTime() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { ReadLinks } },
    };

    public static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    // A link has two properties, X and XId, and one name, x.
    private static void ReadLinks(JsonTypeInfo type)
    {
        foreach (var id in type.Type.GetProperties().Where(p => p.GetCustomAttribute<LinkAttribute>() is not null))
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(id.Name[..^2]);
            foreach (var replaced in type.Properties.Where(p => p.Name == name || p.Name == NameOf(id)).ToArray()) type.Properties.Remove(replaced);
            var whole = type.Type.GetProperty(id.Name[..^2]);
            var link = type.CreateJsonPropertyInfo(typeof(JsonElement), name);
            link.Set = (owner, value) => Follow(owner, (JsonElement)value, id, whole);
            type.Properties.Add(link);
        }
    }

    private static void Follow(object owner, JsonElement value, PropertyInfo id, PropertyInfo whole)
    {
        if (value.ValueKind == JsonValueKind.Null) return;
        if (value.ValueKind == JsonValueKind.String)
        {
            id.SetValue(owner, value.GetString());
            return;
        }
        id.SetValue(owner, value.GetProperty("id").GetString());
        whole?.SetValue(owner, value.Deserialize(whole.PropertyType, Options));
    }
}

/// <summary>The id of a linked resource; beside it, named without Id, the resource itself where it was asked for.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LinkAttribute : Attribute;

internal sealed class UnixTime : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => DateTime.UnixEpoch.AddSeconds(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) => writer.WriteNumberValue(((DateTimeOffset)value).ToUnixTimeSeconds());
}
