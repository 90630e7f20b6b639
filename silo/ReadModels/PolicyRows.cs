using System.Collections.Immutable;
using Makerspace.Spaces;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.ReadModels;

/// <summary>One company. <see cref="Data"/> is the whole <see cref="Companies.CompanyView"/> as JSON.</summary>
public sealed class CompanyRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string Data { get; set; } = "";
}

/// <summary>One resource. <see cref="Data"/> is the whole <see cref="Resources.ResourceView"/> as JSON.</summary>
public sealed class ResourceRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string Data { get; set; } = "";
}

/// <summary>What was set somewhere from a moment on. <see cref="Data"/> is a <see cref="RuleSet"/> as JSON.</summary>
public sealed class PolicyVersionRow
{
    /// <summary>A <see cref="SettingLevel"/>, as in <c>Tool</c>.</summary>
    public string Level { get; set; } = "";

    /// <summary>Of the area, category, tool, plan or company; empty for the space.</summary>
    public string ThingId { get; set; } = "";

    /// <summary>Where in the journal.</summary>
    public long Seq { get; set; }
    public Instant At { get; set; }

    /// <summary>Who did it: a member id, or <c>system</c>.</summary>
    public string Actor { get; set; } = "";
    public string Data { get; set; } = "";
}

/// <summary>Everything that is set at one place: the unit that is edited, simulated, kept as a version and put back.</summary>
public sealed record RuleSet
{
    /// <summary>Nothing set.</summary>
    public static readonly RuleSet None = new();

    public Policy Policy { get; init; } = Policy.None;

    /// <summary>Of a category, a plan or a company.</summary>
    public Limits Limits { get; init; } = Limits.None;

    /// <summary>Of an area: people at the most.</summary>
    public int? Capacity { get; init; }

    /// <summary>Of a plan: what it covers.</summary>
    public PlanCoverage? Coverage { get; init; }
}

/// <summary>What a plan covers; null is everything.</summary>
public sealed record PlanCoverage
{
    public ImmutableArray<string>? Tools { get; init; }
    public ImmutableArray<string>? Categories { get; init; }
    public ImmutableArray<OpeningWindow>? Hours { get; init; }
    public bool AllHours { get; init; }

    public static PlanCoverage Of(Plan plan) => new() { Tools = plan.Tools, Categories = plan.Categories, Hours = plan.Hours, AllHours = plan.AllHours };
}
