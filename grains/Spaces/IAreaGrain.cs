using System.Collections.Immutable;
using Makerspace.Reservations;
using Makerspace.Tools;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Spaces;

/// <summary>A room or zone in the space, and its outages.</summary>
[Alias("makerspace.area")]
public interface IAreaGrain : IGrainWithStringKey
{
    /// <summary>Makes the area, or changes its name, place and capacity. The same definition again changes nothing.</summary>
    [Alias("define")] Task<AreaView> Define(AreaDefinition definition, string actor);

    /// <summary>The area, or null if it was never defined.</summary>
    [ReadOnly, Alias("view")] Task<AreaView?> View();

    /// <summary>Why the area cannot be used as asked; empty where it can.</summary>
    [ReadOnly, Alias("check")] Task<ImmutableArray<Refusal>> Check(ClaimRequest request);

    /// <summary>Takes a place in the area, moves it, or refuses. The same booking and slot again answers as before. While a booking moves, both its slots count.</summary>
    [Alias("claim")] Task<ImmutableArray<Refusal>> Claim(ClaimRequest request);

    /// <summary>Makes the claim agree with the booking: <paramref name="claim"/> is what it has, null where it is over. Nothing happens where it agrees already.</summary>
    [Alias("settle")] Task Settle(Guid bookingId, Claim? claim);

    /// <summary>The claims from <paramref name="from"/> on, for who is in and for checks.</summary>
    [ReadOnly, Alias("claims")] Task<ImmutableArray<Claim>> Claims(Instant from);

    /// <summary>Plans an outage of the area: every tool in it, or in an area inside it, is out of use. The same id again changes it.</summary>
    [Alias("place-outage")] Task<AreaView> PlaceOutage(Outage outage, string actor);

    /// <summary>Ends an outage now: one under way is cut, one to come is dropped.</summary>
    /// <returns>False if there is no such outage.</returns>
    [Alias("close-outage")] Task<bool> CloseOutage(string outageId, string actor);
}

/// <summary>What staff say of an area.</summary>
[GenerateSerializer, Immutable, Alias("area-definition")]
public sealed record AreaDefinition
{
    [Id(0)] public string Name { get; init; } = "";

    /// <summary>The area around this one, or null.</summary>
    [Id(1)] public string? Inside { get; init; }

    /// <summary>How many people it may hold at once; null means no limit.</summary>
    [Id(2)] public int? Capacity { get; init; }

    /// <summary>Settings for the tools in the area and in areas inside it.</summary>
    [Id(3)] public Policy Policy { get; init; } = Policy.None;

    /// <summary>There are hazardous tools in it, so it must know who is booked (<c>buddy-required</c>).</summary>
    [Id(4)] public bool Watched { get; init; }
}

/// <summary>An area as it is.</summary>
[GenerateSerializer, Immutable, Alias("area-view")]
public sealed record AreaView(
    [property: Id(0)] string Id, [property: Id(1)] AreaDefinition Definition, [property: Id(2)] ImmutableArray<Outage> Outages);
