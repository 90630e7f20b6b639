using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Web.Http;

/// <summary>JSON as it goes over the wire: camelCase, RFC 3339 times with offset, ISO 8601 durations.</summary>
internal static class ApiJson
{
    /// <summary>For reading requests: nothing unknown, nothing twice, nothing in another case, nothing deep.</summary>
    public static JsonSerializerOptions Strict { get; } = MakeStrict();

    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new WireTime());
        options.Converters.Add(new WireDuration());
        options.Converters.Add(new WireLocalTime());
        options.Converters.Add(new WireLocalDate());
        options.Converters.Add(new WireDay());
        options.Converters.Add(new WireMoney());
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
    }

    private static JsonSerializerOptions MakeStrict()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Strict)
        {
            MaxDepth = 16, AllowDuplicateProperties = false, PropertyNameCaseInsensitive = false,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
            RespectRequiredConstructorParameters = false,
        };
        Configure(options);
        options.Converters.Add(new WireText());
        options.MakeReadOnly();
        return options;
    }
}

/// <summary>A value of the right JSON kind that is not what it should be; carries the stable code.</summary>
internal sealed class MalformedValueException(string code, string message) : JsonException(message)
{
    public string Code { get; } = code;
}

/// <summary>Text without control characters (line breaks and tabs may be) and without halves of characters.</summary>
internal sealed class WireText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new MalformedValueException("malformed-text", "This is not text.");
        string text;
        try { text = reader.GetString()!; }
        catch (InvalidOperationException) { throw new MalformedValueException("malformed-text", "The text has half a character in it."); }
        if (text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
            throw new MalformedValueException("control-character", "The text has control characters in it.");
        return text;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary><c>{"amount": 1250, "currency": "usd"}</c>, in minor units.</summary>
internal sealed class WireMoney : JsonConverter<Money>
{
    private sealed record Shape(long? Amount, string? Currency);

    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (JsonSerializer.Deserialize<Shape>(ref reader, options) is { Amount: { } amount, Currency: { Length: 3 } currency }
            && amount is >= 0 and <= 100_000_000 && currency.All(char.IsAsciiLetterLower))
            return new Money(amount, currency);
        throw new MalformedValueException("malformed-money", "Money is {\"amount\": minor units from 0 to 100000000, \"currency\": \"usd\"}.");
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new Shape(value.Amount, value.Currency), options);
}

/// <summary>Days of the week as <c>mon</c> … <c>sun</c>.</summary>
internal sealed class WireDay : JsonConverter<IsoDayOfWeek>
{
    private static readonly string[] Names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    public override IsoDayOfWeek Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var index = reader.TokenType == JsonTokenType.String ? Array.IndexOf(Names, reader.GetString()) : -1;
        return index >= 0 ? (IsoDayOfWeek)(index + 1) : throw new MalformedValueException("malformed-day", "A day is one of mon, tue, wed, thu, fri, sat, sun.");
    }

    public override void Write(Utf8JsonWriter writer, IsoDayOfWeek value, JsonSerializerOptions options) => writer.WriteStringValue(Names[(int)value - 1]);
}
