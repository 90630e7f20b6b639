using System.Collections.Immutable;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Access;

/// <summary>Who is in, in which area. Whoever it answers first has the last place of an area that is full.</summary>
[Alias("makerspace.presence")]
public interface IPresenceGrain : IGrainWithStringKey
{
    /// <summary>Somebody comes into an area, from outside or from another one. Where they are already, nothing changes; nor where something later is known of them.</summary>
    /// <param name="memberId">Who.</param>
    /// <param name="areaId">Where.</param>
    /// <param name="limits">Of that area and those around it, the ones with a capacity: how many each holds, and which areas lie in it.</param>
    /// <param name="via">The device, or <c>kiosk</c>, <c>staff</c>, <c>tool</c>.</param>
    /// <param name="at">When: what is told late, by a door that had no network, does not undo what happened since.</param>
    /// <param name="actor">Who says so.</param>
    /// <returns>False where an area is full; they are not counted in then.</returns>
    [Alias("enter")] Task<bool> Enter(string memberId, string areaId, ImmutableArray<AreaLimit> limits, string via, Instant at, string actor);

    /// <summary>Somebody has left. Who is not in stays so, and who was seen later stays in.</summary>
    [Alias("leave")] Task Leave(string memberId, string via, Instant at, string actor);

    /// <summary>Who is in now, the longest first. Whoever was last heard of <see cref="Forgotten"/> ago has left without a badge.</summary>
    [ReadOnly, Alias("people")] Task<ImmutableArray<Presence>> People();

    /// <summary>Who has left within that time, and has not come back: also who was in only by what they are checked in on.</summary>
    [ReadOnly, Alias("gone")] Task<ImmutableArray<Presence>> Gone();

    /// <summary>After so long nobody is believed to be in still.</summary>
    static readonly Duration Forgotten = Duration.FromHours(18);
}

/// <summary>Somebody who is in.</summary>
/// <param name="MemberId">Who.</param>
/// <param name="AreaId">Where; null: has left.</param>
/// <param name="Since">When they came.</param>
/// <param name="Via">How that is known: a device's id, <c>kiosk</c>, <c>staff</c>.</param>
[GenerateSerializer, Immutable, Alias("presence")]
public sealed record Presence(
    [property: Id(0)] string MemberId, [property: Id(1)] string? AreaId, [property: Id(2)] Instant Since, [property: Id(3)] string Via)
{
    /// <summary>When they were seen there again; null: not since they came.</summary>
    [Id(4)] public Instant? SeenAt { get; init; }

    /// <summary>The last that is known of them.</summary>
    [System.Text.Json.Serialization.JsonIgnore] public Instant LastAt => SeenAt ?? Since;
}

/// <summary>An area that holds only so many people.</summary>
/// <param name="Capacity">How many.</param>
/// <param name="Areas">It and all that lie in it.</param>
[GenerateSerializer, Immutable, Alias("area-limit")]
public sealed record AreaLimit([property: Id(0)] string AreaId, [property: Id(1)] int Capacity, [property: Id(2)] ImmutableArray<string> Areas);
