using NodaTime;

namespace Makerspace.Tests.Model;

/// <summary>Says what it was told to say. Timers go by real time.</summary>
internal sealed class HandClock : TimeProvider
{
    public Instant Now { get; set; }

    public override DateTimeOffset GetUtcNow() => Now.ToDateTimeOffset();
}
