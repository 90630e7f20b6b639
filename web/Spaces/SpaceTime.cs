using Makerspace.Spaces;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Web.Spaces;

/// <summary>Instants as the API writes them: with the offset that the space's zone has then.</summary>
public static class SpaceTime
{
    /// <summary>To the millisecond, as the read models keep it: a thing reads the same wherever it is read.</summary>
    public static OffsetDateTime In(this Instant instant, SpaceFacts space) =>
        Instant.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds()).InZone(space.Zone).ToOffsetDateTime();

    /// <summary>The same where the zone was looked up already.</summary>
    public static SlotModel In(this Slot slot, DateTimeZone zone) => new(slot.Start.In(zone), slot.End.In(zone));

    private static OffsetDateTime In(this Instant instant, DateTimeZone zone) => Instant.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds()).InZone(zone).ToOffsetDateTime();

    public static SlotModel In(this Slot slot, SpaceFacts space) => new(slot.Start.In(space), slot.End.In(space));

    /// <summary>The facts of the one space.</summary>
    public static Task<SpaceFacts> Space(this IGrainFactory grains) => grains.GetGrain<ISpaceGrain>(Keys.Space).Facts();
}

/// <summary>A half-open interval: the end is no longer part of it.</summary>
public sealed record SlotModel(OffsetDateTime Start, OffsetDateTime End);
