using System.Collections.Immutable;
using Makerspace.Reservations;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Mentors;

// What a mentor's own word refuses; Rules/MentorRules.cs decides.

/// <summary>Part of the slot lies outside the hours that the mentor offers.</summary>
/// <param name="Outside">Which parts.</param>
/// <param name="NextHours">When the mentor's next hours after the asked start begin, if they do within four weeks.</param>
[GenerateSerializer, Immutable, Alias("refusal.mentor-unavailable")]
public sealed record MentorUnavailable([property: Id(0)] ImmutableArray<Slot> Outside, [property: Id(1)] Instant? NextHours) : Refusal
{
    public override string Code => "mentor-unavailable";
}

/// <summary>The mentor takes no more sessions on that day or in that week.</summary>
/// <param name="Day">The day, or the week's Monday, in the mentor's zone.</param>
/// <param name="Weekly">It is the week's limit.</param>
/// <param name="Limit">How many sessions are taken.</param>
[GenerateSerializer, Immutable, Alias("refusal.mentor-booked-up")]
public sealed record MentorBookedUp([property: Id(0)] LocalDate Day, [property: Id(1)] bool Weekly, [property: Id(2)] int Limit) : Refusal
{
    public override string Code => "mentor-booked-up";
}
