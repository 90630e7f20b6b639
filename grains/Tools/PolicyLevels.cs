using System.Collections.Immutable;
using Makerspace.Reservations;
using Makerspace.Spaces;

namespace Makerspace.Tools;

/// <summary>Where a setting may be set. A later one wins over an earlier.</summary>
[GenerateSerializer, Alias("setting-level")]
public enum SettingLevel
{
    Space,
    Area,
    Category,
    Tool,
    Plan,
    Company,
}

/// <summary>A policy and where it is set.</summary>
public sealed record PolicyLevel(SettingLevel Level, string? Id, Policy Policy);

/// <summary>The policies that bear on one tool for one plan, weakest first: space, areas from the outermost in, category, tool, plan.</summary>
public sealed record PolicyLevels(ImmutableArray<PolicyLevel> Levels)
{
    public static PolicyLevels Of(string toolId, string? areaId, string? category, Policy own, string? planId, SpaceFacts space)
    {
        var levels = ImmutableArray.CreateBuilder<PolicyLevel>();
        levels.Add(new(SettingLevel.Space, null, space.Defaults));
        if (areaId is not null && !space.AreaRules.IsEmpty)
            foreach (var area in space.AreaChain(areaId).Reverse())
                if (space.AreaRules.TryGetValue(area, out var rules)) levels.Add(new(SettingLevel.Area, area, rules.Policy));
        if (category is not null && space.Categories.TryGetValue(category, out var of)) levels.Add(new(SettingLevel.Category, category, of.Policy));
        levels.Add(new(SettingLevel.Tool, toolId, own));
        if (planId is not null && space.Plans.TryGetValue(planId, out var plan)) levels.Add(new(SettingLevel.Plan, planId, plan.Policy));
        return new PolicyLevels(levels.DrainToImmutable());
    }

    /// <summary>What holds: of each setting the strongest level that sets it.</summary>
    public Policy Effective
    {
        get
        {
            // Asked with every decision: levels that set nothing cost nothing.
            var effective = Levels[0].Policy;
            foreach (var level in Levels.AsSpan(1..))
                if (!ReferenceEquals(level.Policy, Policy.None)) effective = level.Policy.Over(effective);
            return effective;
        }
    }

    /// <summary>Which level's setting holds.</summary>
    /// <param name="name">The setting as the API names it.</param>
    /// <param name="setting">Reads it.</param>
    /// <param name="counts">Of a limit, what it counts together.</param>
    public SettingSource SourceOf(string name, Func<Policy, object?> setting, LimitScope? counts = null)
    {
        var level = Levels.LastOrDefault(l => setting(l.Policy) is not null);
        return new SettingSource(name, level?.Level ?? SettingLevel.Space, level?.Id, counts);
    }
}

/// <summary>Policies as the rules read them.</summary>
internal static class PolicyReading
{
    extension(Policy policy)
    {
        /// <summary>Its limits by themselves.</summary>
        public Limits Limits => new()
        {
            MaxBookingsPerDay = policy.MaxBookingsPerDay,
            MaxHoursPerDay = policy.MaxHoursPerDay,
            MaxBookingsPerWeek = policy.MaxBookingsPerWeek,
            MaxHoursPerWeek = policy.MaxHoursPerWeek,
            MaxFutureBookings = policy.MaxFutureBookings,
            MaxFutureHours = policy.MaxFutureHours,
        };
    }

    /// <summary>Where each of the tool's settings may come from.</summary>
    public static PolicyLevels Levels(this ToolTerms tool, string? planId, SpaceFacts space) =>
        PolicyLevels.Of(tool.ToolId, tool.AreaId, tool.Category, tool.Own, planId, space);
}
