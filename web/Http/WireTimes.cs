using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using System.Xml;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Web.Http;

/// <summary>RFC 3339 with an offset, between the years 2000 and 2100. A local time without an offset is no instant, so it is refused.</summary>
internal sealed class WireTime : JsonConverter<OffsetDateTime>
{
    public static bool TryParse(string text, out OffsetDateTime time, out Fault fault)
    {
        fault = new Fault(null, "malformed-time", "A time is RFC 3339 with an offset, such as 2026-12-01T10:00:00+01:00, and a real date.");
        var result = OffsetDateTimePattern.Rfc3339.Parse(text);
        if (!result.TryGetValue(default, out time)) return false;
        if (time.Year is >= 2000 and < 2100) return true;
        fault = new Fault(null, "time-out-of-range", "Times lie between the years 2000 and 2100.");
        return false;
    }

    public override OffsetDateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var fault = new Fault(null, "malformed-time", "A time is text: RFC 3339 with an offset.");
        if (reader.TokenType == JsonTokenType.String && TryParse(reader.GetString()!, out var time, out fault)) return time;
        throw new MalformedValueException(fault.Code, fault.Message);
    }

    // Lists of free time are thousands of whole minutes: those are written digit by digit, the rest as NodaTime writes it.
    public override void Write(Utf8JsonWriter writer, OffsetDateTime value, JsonSerializerOptions options)
    {
        if (value.NanosecondOfSecond != 0 || value.Year is < 1000 or > 9999 || value.Offset.Seconds % 60 != 0)
        {
            writer.WriteStringValue(OffsetDateTimePattern.Rfc3339.Format(value));
            return;
        }
        Span<byte> text = stackalloc byte[25];
        "0000-00-00T00:00:00+00:00"u8.CopyTo(text);
        Digits(text[..4], value.Year);
        Digits(text[5..7], value.Month);
        Digits(text[8..10], value.Day);
        Digits(text[11..13], value.Hour);
        Digits(text[14..16], value.Minute);
        Digits(text[17..19], value.Second);
        var offset = Math.Abs(value.Offset.Seconds) / 60;
        text[19] = (byte)(offset == 0 ? 'Z' : value.Offset.Seconds < 0 ? '-' : '+');
        Digits(text[20..22], offset / 60);
        Digits(text[23..], offset % 60);
        writer.WriteStringValue(offset == 0 ? text[..20] : text);
    }

    private static void Digits(Span<byte> text, int number)
    {
        for (var i = text.Length - 1; i >= 0; i--, number /= 10) text[i] = (byte)('0' + (number % 10));
    }
}

/// <summary>ISO 8601 durations of weeks, days, hours, minutes and seconds; a day is 24 hours. Months and years are no fixed time and refused.</summary>
internal sealed partial class WireDuration : JsonConverter<Duration>
{
    public static bool TryParse(string text, out Duration duration)
    {
        duration = default;
        if (text.Length > 40 || !Shape().IsMatch(text)) return false;
        if (text.EndsWith('W'))
        {
            if (!int.TryParse(text.AsSpan(1, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var weeks) || weeks > 5200) return false;
            duration = Duration.FromDays(7 * weeks);
            return true;
        }
        try { duration = Duration.FromTimeSpan(XmlConvert.ToTimeSpan(text)); }
        catch (Exception e) when (e is FormatException or OverflowException) { return false; }
        return duration <= Duration.FromDays(36_500);
    }

    public static string Text(Duration duration) => XmlConvert.ToString(duration.ToTimeSpan());

    public override Duration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString()!, out var duration)
            ? duration
            : throw new MalformedValueException("malformed-duration", "A duration is ISO 8601 such as PT90M or P14D, not negative, without months or years.");

    public override void Write(Utf8JsonWriter writer, Duration value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));

    [GeneratedRegex("^P([0-9]+W|(?=[0-9T])([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+S)?)?)\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Shape();
}

/// <summary>Times of day as <c>09:00</c>.</summary>
internal sealed class WireLocalTime : JsonConverter<LocalTime>
{
    private static readonly LocalTimePattern Pattern = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    public override LocalTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        // The end of the day may be written 24:00.
        if (text == "24:00") return LocalTime.Midnight;
        return Pattern.Parse(text).TryGetValue(default, out var time)
            ? time
            : throw new MalformedValueException("malformed-time-of-day", "A time of day is written 09:00.");
    }

    public override void Write(Utf8JsonWriter writer, LocalTime value, JsonSerializerOptions options) => writer.WriteStringValue(Pattern.Format(value));
}

/// <summary>Dates as <c>2026-12-01</c>.</summary>
internal sealed class WireLocalDate : JsonConverter<LocalDate>
{
    public override LocalDate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && LocalDatePattern.Iso.Parse(reader.GetString()!).TryGetValue(default, out var date)
            ? date
            : throw new MalformedValueException("malformed-date", "A date is written 2026-12-01.");

    public override void Write(Utf8JsonWriter writer, LocalDate value, JsonSerializerOptions options) => writer.WriteStringValue(LocalDatePattern.Iso.Format(value));
}
