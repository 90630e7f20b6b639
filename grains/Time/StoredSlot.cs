using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Time;

/// <summary>
/// A slot in stored JSON: its start and end as Unix milliseconds, <c>[1796119200000,1796122800000]</c>. A tool keeps hundreds and each write holds
/// them all, so they are short and quick to read. An instant between two milliseconds is written as text rather than rounded.
/// </summary>
internal sealed class StoredSlot : JsonConverter<Slot>
{
    public override Slot Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("A stored slot is an array of two instants.");
        reader.Read();
        var start = Instant(ref reader);
        reader.Read();
        var end = Instant(ref reader);
        reader.Read();
        return reader.TokenType == JsonTokenType.EndArray ? new Slot(start, end) : throw new JsonException("A stored slot is an array of two instants.");
    }

    public override void Write(Utf8JsonWriter writer, Slot value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        Write(writer, value.Start);
        Write(writer, value.End);
        writer.WriteEndArray();
    }

    private static Instant Instant(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number
            ? NodaTime.Instant.FromUnixTimeMilliseconds(reader.GetInt64())
            : InstantPattern.ExtendedIso.Parse(reader.GetString() ?? throw new JsonException("An instant of a stored slot is null.")).GetValueOrThrow();

    private static void Write(Utf8JsonWriter writer, Instant instant)
    {
        var milliseconds = instant.ToUnixTimeMilliseconds();
        if (NodaTime.Instant.FromUnixTimeMilliseconds(milliseconds) == instant) writer.WriteNumberValue(milliseconds);
        else writer.WriteStringValue(InstantPattern.ExtendedIso.Format(instant));
    }
}
