using NodaTime;

namespace Makerspace.Time;

/// <summary>A half-open interval [start, end) of instants: 10–11 and 11–12 do not overlap.</summary>
/// <remarks>A request may carry a slot that ends before it starts; the rule <c>slot-invalid</c> refuses it. Nothing else looks inside one.</remarks>
[GenerateSerializer, Immutable, Alias("slot")]
public readonly record struct Slot([property: Id(0)] Instant Start, [property: Id(1)] Instant End)
{
    /// <summary>The longest slot anybody may ask for: a bound, so that one request cannot cost a century of arithmetic.</summary>
    public static readonly Duration Longest = Duration.FromDays(366);

    /// <summary>True where the end lies after the start.</summary>
    public bool IsValid => End > Start;

    /// <summary>Valid, and no longer than <see cref="Longest"/>: the rules can look at it.</summary>
    public bool IsBookable => IsValid && Duration <= Longest;

    /// <summary>Real (elapsed) time between start and end, whatever the clocks on the wall did.</summary>
    public Duration Duration => End - Start;

    /// <summary>Whether the two share any instant.</summary>
    public bool Overlaps(Slot other) => Start < other.End && other.Start < End;

    /// <summary>Whether <paramref name="instant"/> lies inside; the end does not.</summary>
    public bool Contains(Instant instant) => Start <= instant && instant < End;

    /// <summary>The part of this slot that lies inside <paramref name="other"/>, or null if there is none.</summary>
    public Slot? Intersect(Slot other) =>
        Overlaps(other) ? new Slot(Instant.Max(Start, other.Start), Instant.Min(End, other.End)) : null;

    /// <summary>This slot and another as slots that share no instant: one around both where they meet.</summary>
    public (Slot One, Slot? Other) With(Slot? other) => other switch
    {
        null => (this, null),
        { } o when Start <= o.End && o.Start <= End => (new Slot(Instant.Min(Start, o.Start), Instant.Max(End, o.End)), null),
        _ => (this, other),
    };

    /// <summary>The same length, beginning at <paramref name="start"/>.</summary>
    public Slot StartingAt(Instant start) => new(start, start + Duration);
}
