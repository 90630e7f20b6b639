using System.Buffers;
using System.Text.Json;
using Orleans.Storage;

namespace Makerspace.Storage;

/// <summary>
/// Grain state as JSON in an envelope that says in which version it was written: <c>{"v":1,"s":{…}}</c>.
/// Yesterday's rows still open: tests/Storage keeps one of every kind.
/// </summary>
public sealed class StatePayload : IGrainStorageSerializer
{
    /// <summary>The version written. A newer program may raise it and must then still read the older ones.</summary>
    public const int Version = 1;

    public BinaryData Serialize<T>(T? input) => new(Write(input));

    public T Deserialize<T>(BinaryData input) => Read<T>(input.ToMemory().Span);

    internal static ReadOnlyMemory<byte> Write<T>(T state)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteNumber("v"u8, Version);
        writer.WritePropertyName("s"u8);
        JsonSerializer.Serialize(writer, state, StoredJson.Options);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    internal static T Read<T>(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        Expect(reader.Read() && reader.ValueTextEquals("v"u8) && reader.Read());
        var version = reader.GetInt32();
        if (version > Version) throw new JsonException($"A grain state was written by a newer program (version {version}; this one knows {Version}).");
        Expect(reader.Read() && reader.ValueTextEquals("s"u8) && reader.Read());
        return JsonSerializer.Deserialize<T>(ref reader, StoredJson.Options) ?? throw new JsonException("A stored grain state is null.");
    }

    private static void Expect(bool asWritten)
    {
        if (!asWritten) throw new JsonException("A grain state is not in the envelope {\"v\":…,\"s\":…}.");
    }
}
