using System.Text.Json;
using System.Text.Json.Serialization;
using Makerspace.Time;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;

namespace Makerspace;

/// <summary>How grain states, journal events and the bodies of read-model rows are written as JSON. Stored data: change only by adding.</summary>
public static class StoredJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    /// <summary>Whether two values are stored alike: what record equality would say if it looked inside arrays.</summary>
    public static bool Same<T>(T one, T other) => JsonSerializer.Serialize(one, Options) == JsonSerializer.Serialize(other, Options);

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            AllowOutOfOrderMetadataProperties = true,
            // What is computed from other properties is not stored.
            IgnoreReadOnlyProperties = true,
        };
        options.Converters.Add(new JsonStringEnumConverter());
        options.Converters.Add(new StoredSlot());
        return options.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);
    }
}
