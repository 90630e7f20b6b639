using System.Collections.Immutable;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Spaces;

/// <summary>What every decision needs to know of the space; read often, written rarely.</summary>
[GenerateSerializer, Immutable, Alias("space-facts")]
public sealed record SpaceFacts
{
    [Id(0)] public string Name { get; init; } = "Makerspace";

    /// <summary>IANA name of the zone in which civil time (opening hours, "per day") is meant, e.g. <c>Europe/Berlin</c>.</summary>
    [Id(1)] public string TimeZone { get; init; } = "Etc/UTC";

    /// <summary>Weekly opening hours; null means always open, an empty list never.</summary>
    [Id(2)] public ImmutableArray<OpeningWindow>? OpeningHours { get; init; }

    /// <summary>Closures not yet over, sorted by start.</summary>
    [Id(3)] public ImmutableArray<Closure> Closures { get; init; } = [];

    /// <summary>Settings that a tool inherits where it sets none of its own.</summary>
    [Id(4)] public Policy Defaults { get; init; } = Policy.None;

    /// <summary>Area and, for each, the area around it (null at the top).</summary>
    [Id(5)] public ImmutableDictionary<string, string?> Areas { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>The certifications the space knows, by id, with the name people read.</summary>
    [Id(6)] public ImmutableDictionary<string, string> Certifications { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Rises with every change.</summary>
    [Id(7)] public long Version { get; init; }

    /// <summary>ISO 4217 currency of the space's money, lower case, as in <c>usd</c>.</summary>
    [Id(8)] public string Currency { get; init; } = "usd";

    /// <summary>The zone itself.</summary>
    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb[TimeZone];

    /// <summary>The area and those around it, innermost first. An unknown area is alone.</summary>
    public IEnumerable<string> AreaChain(string? area)
    {
        for (var depth = 0; area is not null && depth < 16; depth++)
        {
            yield return area;
            area = Areas.GetValueOrDefault(area);
        }
    }
}

/// <summary>Open on one weekday from a local time to another; a window whose end is not after its start runs past midnight (00:00–00:00 is the whole day).</summary>
[GenerateSerializer, Immutable, Alias("opening-window")]
public sealed record OpeningWindow(
    [property: Id(0)] IsoDayOfWeek Day, [property: Id(1)] LocalTime From, [property: Id(2)] LocalTime To);

/// <summary>A time in which the space is shut whatever the opening hours say.</summary>
[GenerateSerializer, Immutable, Alias("closure")]
public sealed record Closure([property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] Slot Slot);
