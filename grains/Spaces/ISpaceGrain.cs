using System.Collections.Immutable;
using Makerspace.Billing;
using Makerspace.Tools;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Spaces;

/// <summary>The space: opening hours, closures, the directory of areas and certifications. Takes no part in a claim.</summary>
[Alias("makerspace.space")]
public interface ISpaceGrain : IGrainWithStringKey
{
    /// <summary>What decisions need to know of the space.</summary>
    [ReadOnly, Alias("facts")] Task<SpaceFacts> Facts();

    /// <summary>Applies the change whole or, where <see cref="SpaceChange"/> contradicts itself, not at all.</summary>
    /// <returns>The space after it.</returns>
    [Alias("change")] Task<SpaceFacts> Change(SpaceChange change, string actor);
}

/// <summary>What to change of a space; null leaves a thing as it is.</summary>
[GenerateSerializer, Immutable, Alias("space-change")]
public sealed record SpaceChange
{
    [Id(0)] public string? Name { get; init; }
    [Id(1)] public string? TimeZone { get; init; }

    /// <summary>The new weekly hours, where <see cref="SetOpeningHours"/>; null then means always open.</summary>
    [Id(2)] public ImmutableArray<OpeningWindow>? OpeningHours { get; init; }
    [Id(3)] public bool SetOpeningHours { get; init; }
    [Id(4)] public Policy? Defaults { get; init; }

    /// <summary>The whole list of closures; null leaves them.</summary>
    [Id(5)] public ImmutableArray<Closure>? Closures { get; init; }

    /// <summary>Certifications to add or rename, by id.</summary>
    [Id(6)] public ImmutableDictionary<string, string> Certifications { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Areas to add or move, with the area around each. Set by the Area when it is defined.</summary>
    [Id(7)] public ImmutableDictionary<string, string?> Areas { get; init; } = ImmutableDictionary<string, string?>.Empty;
    [Id(8)] public string? Currency { get; init; }

    /// <summary>The new staffed hours, where <see cref="SetStaffedHours"/>; null then means whenever the space is open.</summary>
    [Id(9)] public ImmutableArray<OpeningWindow>? StaffedHours { get; init; }
    [Id(10)] public bool SetStaffedHours { get; init; }

    /// <summary>Plans to add or replace, by id. Their <see cref="Plan.Version"/> is the space's business.</summary>
    [Id(11)] public ImmutableDictionary<string, Plan> Plans { get; init; } = ImmutableDictionary<string, Plan>.Empty;

    /// <summary>What is set for categories, to add or replace.</summary>
    [Id(12)] public ImmutableDictionary<string, CategoryRules> Categories { get; init; } = ImmutableDictionary<string, CategoryRules>.Empty;

    /// <summary>What is set for areas, to add or replace. Set by the Area when it is defined.</summary>
    [Id(13)] public ImmutableDictionary<string, AreaRules> AreaRules { get; init; } = ImmutableDictionary<string, AreaRules>.Empty;

    /// <summary>After how long of disuse certifications lapse, to add or replace; null takes a lapse away.</summary>
    [Id(14)] public ImmutableDictionary<string, Duration?> Lapses { get; init; } = ImmutableDictionary<string, Duration?>.Empty;

    /// <summary>The plan of whoever joins without one being named.</summary>
    [Id(15)] public string? DefaultPlan { get; init; }

    /// <summary>How the space takes money; null leaves it.</summary>
    [Id(16)] public BillingSettings? Billing { get; init; }

    /// <summary>Packs and day passes to add or replace, by id. Their <see cref="Product.Version"/> is the space's business.</summary>
    [Id(17)] public ImmutableDictionary<string, Product> Products { get; init; } = ImmutableDictionary<string, Product>.Empty;
}
