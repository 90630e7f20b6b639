using NodaTime;

namespace Makerspace.Time;

/// <summary>The injected <see cref="TimeProvider"/> in NodaTime's words. In Development the clock can be moved.</summary>
public static class Clock
{
    /// <summary>The instant it is now by <paramref name="time"/>.</summary>
    public static Instant Now(this TimeProvider time) => Instant.FromDateTimeOffset(time.GetUtcNow());
}
