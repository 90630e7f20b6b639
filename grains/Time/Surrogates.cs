using NodaTime;

namespace Makerspace.Time;

// How NodaTime's values travel between silos: as their smallest exact number.

[GenerateSerializer, Immutable, Alias("noda-instant")]
public readonly record struct InstantSurrogate([property: Id(0)] long Ticks);

[RegisterConverter]
public sealed class InstantConverter : IConverter<Instant, InstantSurrogate>
{
    public Instant ConvertFromSurrogate(in InstantSurrogate surrogate) => Instant.FromUnixTimeTicks(surrogate.Ticks);
    public InstantSurrogate ConvertToSurrogate(in Instant value) => new(value.ToUnixTimeTicks());
}

[GenerateSerializer, Immutable, Alias("noda-duration")]
public readonly record struct DurationSurrogate([property: Id(0)] long Ticks);

[RegisterConverter]
public sealed class DurationConverter : IConverter<Duration, DurationSurrogate>
{
    public Duration ConvertFromSurrogate(in DurationSurrogate surrogate) => Duration.FromTicks(surrogate.Ticks);
    public DurationSurrogate ConvertToSurrogate(in Duration value) => new(value.BclCompatibleTicks);
}

[GenerateSerializer, Immutable, Alias("noda-local-time")]
public readonly record struct LocalTimeSurrogate([property: Id(0)] long TickOfDay);

[RegisterConverter]
public sealed class LocalTimeConverter : IConverter<LocalTime, LocalTimeSurrogate>
{
    public LocalTime ConvertFromSurrogate(in LocalTimeSurrogate surrogate) => LocalTime.FromTicksSinceMidnight(surrogate.TickOfDay);
    public LocalTimeSurrogate ConvertToSurrogate(in LocalTime value) => new(value.TickOfDay);
}

[GenerateSerializer, Immutable, Alias("noda-local-date")]
public readonly record struct LocalDateSurrogate([property: Id(0)] int Year, [property: Id(1)] int Month, [property: Id(2)] int Day);

[RegisterConverter]
public sealed class LocalDateConverter : IConverter<LocalDate, LocalDateSurrogate>
{
    public LocalDate ConvertFromSurrogate(in LocalDateSurrogate surrogate) => new(surrogate.Year, surrogate.Month, surrogate.Day);
    public LocalDateSurrogate ConvertToSurrogate(in LocalDate value) => new(value.Year, value.Month, value.Day);
}
