using System.Collections.Immutable;
using Makerspace.Billing;
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

    /// <summary>When staff are there; null means whenever the space is open.</summary>
    [Id(9)] public ImmutableArray<OpeningWindow>? StaffedHours { get; init; }

    /// <summary>The plans, by id. A membership may name a plan that is not here: it then changes nothing.</summary>
    [Id(10)] public ImmutableDictionary<string, Plan> Plans { get; init; } = ImmutableDictionary<string, Plan>.Empty;

    /// <summary>What is set for tools of a category, by the category's name.</summary>
    [Id(11)] public ImmutableDictionary<string, CategoryRules> Categories { get; init; } = ImmutableDictionary<string, CategoryRules>.Empty;

    /// <summary>What is set for the tools in an area, and whether the area keeps claims, by area.</summary>
    [Id(12)] public ImmutableDictionary<string, AreaRules> AreaRules { get; init; } = ImmutableDictionary<string, AreaRules>.Empty;

    /// <summary>Certifications that lapse when the tools that ask for them were not used for so long, by id.</summary>
    [Id(13)] public ImmutableDictionary<string, Duration> Lapses { get; init; } = ImmutableDictionary<string, Duration>.Empty;

    /// <summary>The plan of whoever joins without one being named; null: <c>standard</c>.</summary>
    [Id(14)] public string? DefaultPlan { get; init; }

    /// <summary>How the space takes money; null: it sells nothing, and no account is ever asked.</summary>
    [Id(15)] public BillingSettings? Billing { get; init; }

    /// <summary>Packs and day passes, by id.</summary>
    [Id(16)] public ImmutableDictionary<string, Product> Products { get; init; } = ImmutableDictionary<string, Product>.Empty;

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

/// <summary>What a membership allows. Its policy overrides the tool's for the plan's members; its limits count over all tools.</summary>
[GenerateSerializer, Immutable, Alias("plan")]
public sealed record Plan
{
    [Id(0)] public string Name { get; init; } = "";

    /// <summary>Settings that win over the tool's.</summary>
    [Id(1)] public Policy Policy { get; init; } = Policy.None;

    /// <summary>Limits of one member over all tools.</summary>
    [Id(2)] public Limits Limits { get; init; } = Limits.None;

    /// <summary>The tools covered; null: all that <see cref="Categories"/> does not narrow.</summary>
    [Id(3)] public ImmutableArray<string>? Tools { get; init; }

    /// <summary>The categories covered; null: all. A tool is covered by either list; where both are null every tool is.</summary>
    [Id(4)] public ImmutableArray<string>? Categories { get; init; }

    /// <summary>The hours covered, in the space's zone; null: all. A window whose end is not after its start runs past midnight.</summary>
    [Id(5)] public ImmutableArray<OpeningWindow>? Hours { get; init; }

    /// <summary>May use the space outside opening hours.</summary>
    [Id(6)] public bool AllHours { get; init; }

    /// <summary>Rises with every change.</summary>
    [Id(7)] public long Version { get; init; }

    /// <summary>What it costs; null: nothing, staff assign it.</summary>
    [Id(8)] public PlanPrice? Price { get; init; }

    /// <summary>On the public page, for whoever wants to join.</summary>
    [Id(9)] public bool Offered { get; init; }
    [Id(10)] public string? Description { get; init; }

    /// <summary>Hours of tools that cost money, included in each period; of a company's plan each seat's, pooled.</summary>
    [Id(11)] public Duration? IncludedHours { get; init; }

    /// <summary>What the included hours pay for; null: every category.</summary>
    [Id(12)] public ImmutableArray<string>? IncludedCategories { get; init; }

    /// <summary>What an hour costs on this plan.</summary>
    [Id(13)] public ImmutableArray<PlanRate> Rates { get; init; } = [];

    /// <summary>Checked out early, only the time had is charged.</summary>
    [Id(14)] public bool BillsUsedTime { get; init; }

    /// <summary>Sold to companies, by the seat.</summary>
    [Id(15)] public bool ForCompanies { get; init; }
}

/// <summary>What is set for the tools of a category. The limits count over the category, for tools that set no such limit themselves.</summary>
[GenerateSerializer, Immutable, Alias("category-rules")]
public sealed record CategoryRules([property: Id(0)] Policy Policy, [property: Id(1)] Limits Limits);

/// <summary>What is set for the tools in an area and in areas inside it.</summary>
/// <param name="Policy">Settings between the space's and the category's.</param>
/// <param name="KeepsClaims">Bookings there are claimed at the area too: it has a capacity, or hazardous tools whose users need a buddy.</param>
[GenerateSerializer, Immutable, Alias("area-rules")]
public sealed record AreaRules([property: Id(0)] Policy Policy, [property: Id(1)] bool KeepsClaims);
