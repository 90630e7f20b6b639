using NodaTime;

namespace Makerspace.Seats;

/// <summary>Whether somebody came.</summary>
/// <param name="MemberId">Who.</param>
/// <param name="Came">Or did not.</param>
/// <param name="At">When it was marked.</param>
/// <param name="By">Who marked it.</param>
[GenerateSerializer, Immutable, Alias("attendance-mark")]
public sealed record AttendanceMark(
    [property: Id(0)] string MemberId, [property: Id(1)] bool Came, [property: Id(2)] Instant At, [property: Id(3)] string By);
