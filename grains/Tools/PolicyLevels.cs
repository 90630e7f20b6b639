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
        foreach (var area in space.AreaChain(areaId).Reverse())
            if (space.AreaRules.TryGetValue(area, out var rules)) levels.Add(new(SettingLevel.Area, area, rules.Policy));
        if (category is not null && space.Categories.TryGetValue(category, out var of)) levels.Add(new(SettingLevel.Category, category, of.Policy));
        levels.Add(new(SettingLevel.Tool, toolId, own));
        if (planId is not null && space.Plans.TryGetValue(planId, out var plan)) levels.Add(new(SettingLevel.Plan, planId, plan.Policy));
        return new PolicyLevels(levels.DrainToImmutable());
    }

    /// <summary>What holds: of each setting the strongest level that sets it.</summary>
    public Policy Effective => Levels.Aggregate(Policy.None, (weaker, level) => ReferenceEquals(level.Policy, Policy.None) ? weaker : level.Policy.Over(weaker));

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
