using System.Collections.Immutable;
using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Resources;

/// <summary>Something tools depend on (dust extraction, compressor). Not bookable; its outages and breakdowns stop those tools.</summary>
[Alias("makerspace.resource")]
public interface IResourceGrain : IGrainWithStringKey
{
    /// <summary>The resource, or null if never defined.</summary>
    [ReadOnly, Alias("view")] Task<ResourceView?> View();

    /// <summary>Makes the resource or replaces what is said of it. The same definition again changes nothing.</summary>
    [Alias("define")] Task<ResourceView> Define(ResourceDefinition definition, string actor);

    /// <summary>Why tools that depend on it cannot be used in that slot; empty where they can.</summary>
    [ReadOnly, Alias("check")] Task<ImmutableArray<Refusal>> Check(Slot slot);

    /// <summary>Plans an outage, or changes the one with this id.</summary>
    [Alias("place-outage")] Task<ResourceView> PlaceOutage(Outage outage, string actor);

    /// <summary>Ends an outage now: one under way is cut, one to come is dropped.</summary>
    /// <returns>False if there is no such outage.</returns>
    [Alias("close-outage")] Task<bool> CloseOutage(string outageId, string actor);
}

/// <summary>What staff say of a resource.</summary>
[GenerateSerializer, Immutable, Alias("resource-definition")]
public sealed record ResourceDefinition
{
    [Id(0)] public string Name { get; init; } = "";

    /// <summary>Broken now.</summary>
    [Id(1)] public bool OutOfService { get; init; }

    /// <summary>When a broken resource is expected back; null means nobody knows.</summary>
    [Id(2)] public Instant? ExpectedBack { get; init; }
}

/// <summary>A resource as it is.</summary>
[GenerateSerializer, Immutable, Alias("resource-view")]
public sealed record ResourceView(
    [property: Id(0)] string Id, [property: Id(1)] ResourceDefinition Definition, [property: Id(2)] ImmutableArray<Outage> Outages);
