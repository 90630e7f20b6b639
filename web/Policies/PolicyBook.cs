using System.Collections.Immutable;
using System.Text.Json;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Policies;

/// <summary>Where something is set: a level, and of which area, category, tool, plan or company; of the space the id is empty.</summary>
public sealed record PolicyPlace(SettingLevel Level, string Id)
{
    public static readonly PolicyPlace Space = new(SettingLevel.Space, "");

    /// <summary>As in an address: <c>space</c>, <c>tool</c>.</summary>
    public string Word => Level.ToString().ToLowerInvariant();

    /// <summary>The place that an address names; null where it names none.</summary>
    public static PolicyPlace? Read(string? level, string? id)
    {
        if (level is null || !Enum.TryParse<SettingLevel>(level, ignoreCase: true, out var known) || !level.All(char.IsAsciiLetter)) return null;
        if (known == SettingLevel.Space) return string.IsNullOrEmpty(id) ? Space : null;
        return string.IsNullOrEmpty(id) ? null : new PolicyPlace(known, id);
    }
}

/// <summary>Everything that is set anywhere, so that what a change comes to can be seen before it is made. A value: a change makes another.</summary>
public sealed record PolicyBook(SpaceFacts Space, ImmutableArray<ToolView> Tools, ImmutableDictionary<string, int?> Capacities)
{
    public static async Task<PolicyBook> Read(MakerspaceDb db, SpaceFacts space, CancellationToken cancellation)
    {
        var tools = await db.Tools.AsNoTracking().Where(t => t.MentorId == null).OrderBy(t => t.Id).Select(t => t.Data).ToListAsync(cancellation);
        var areas = (await db.Areas.AsNoTracking().Select(a => a.Data).ToListAsync(cancellation)).Select(a => JsonSerializer.Deserialize<AreaView>(a, StoredJson.Options)!);
        return new PolicyBook(space, [.. tools.Select(t => JsonSerializer.Deserialize<ToolView>(t, StoredJson.Options)!)],
            areas.ToImmutableDictionary(a => a.Id, a => a.Definition.Capacity));
    }

    /// <summary>What is set at a place itself; null where there is no such place.</summary>
    public RuleSet? Of(PolicyPlace place) => place.Level switch
    {
        SettingLevel.Space => new RuleSet { Policy = Space.Defaults },
        SettingLevel.Area when Space.Areas.ContainsKey(place.Id) => new RuleSet
        {
            Policy = Space.AreaRules.GetValueOrDefault(place.Id)?.Policy ?? Policy.None, Capacity = Capacities.GetValueOrDefault(place.Id),
        },
        SettingLevel.Category when Space.Categories.TryGetValue(place.Id, out var rules) => new RuleSet { Policy = rules.Policy, Limits = rules.Limits },
        SettingLevel.Category when Tools.Any(t => t.Definition.Category == place.Id) => RuleSet.None,
        SettingLevel.Tool => Tools.FirstOrDefault(t => t.Id == place.Id) is { } tool ? new RuleSet { Policy = tool.Definition.Policy } : null,
        SettingLevel.Plan when Space.Plans.TryGetValue(place.Id, out var plan) =>
            new RuleSet { Policy = plan.Policy, Limits = plan.Limits, Coverage = PlanCoverage.Of(plan) },
        _ => null,
    };

    /// <summary>The book with something else set at one place.</summary>
    public PolicyBook With(PolicyPlace place, RuleSet set) => place.Level switch
    {
        SettingLevel.Space => this with { Space = Space with { Defaults = set.Policy } },
        SettingLevel.Area => this with
        {
            Space = Space with { AreaRules = Space.AreaRules.SetItem(place.Id, new AreaRules(set.Policy, Space.AreaRules.GetValueOrDefault(place.Id)?.KeepsClaims == true)) },
            Capacities = Capacities.SetItem(place.Id, set.Capacity),
        },
        SettingLevel.Category => this with { Space = Space with { Categories = Space.Categories.SetItem(place.Id, new CategoryRules(set.Policy, set.Limits)) } },
        SettingLevel.Tool => this with { Tools = [.. Tools.Select(t => t.Id == place.Id ? t with { Definition = t.Definition with { Policy = set.Policy } } : t)] },
        SettingLevel.Plan => this with { Space = Space with { Plans = Space.Plans.SetItem(place.Id, Covering(Space.Plans.GetValueOrDefault(place.Id, new Plan()), set)) } },
        _ => this,
    };

    /// <summary>The book with a tool as it is to be.</summary>
    public PolicyBook With(string id, ToolDefinition tool) => this with { Tools = [.. Tools.Where(t => t.Id != id), new ToolView(id, tool, [], 0)] };

    /// <summary>A plan with what is set for it.</summary>
    public static Plan Covering(Plan plan, RuleSet set) => plan with
    {
        Policy = set.Policy, Limits = set.Limits, Tools = set.Coverage?.Tools, Categories = set.Coverage?.Categories, Hours = set.Coverage?.Hours, AllHours = set.Coverage?.AllHours == true,
    };

    /// <summary>The tools that a setting at the place bears on.</summary>
    public IEnumerable<ToolView> Reached(PolicyPlace place) => place.Level switch
    {
        SettingLevel.Area => Tools.Where(t => Space.AreaChain(t.Definition.AreaId).Contains(place.Id)),
        SettingLevel.Category => Tools.Where(t => t.Definition.Category == place.Id),
        SettingLevel.Tool => Tools.Where(t => t.Id == place.Id),
        SettingLevel.Plan => Tools.Where(t => Covers(Space.Plans.GetValueOrDefault(place.Id), t)),
        SettingLevel.Company => [],
        _ => Tools,
    };

    /// <summary>What is set for one tool, for members of one plan.</summary>
    public PolicyLevels Levels(ToolView tool, string? planId) =>
        PolicyLevels.Of(tool.Id, tool.Definition.AreaId, tool.Definition.Category, tool.Definition.Policy, planId, Space);

    /// <summary>Plans under which somebody may come to a tool: those that set anything, and none at all.</summary>
    public IEnumerable<string?> PlansFor(ToolView tool) =>
        Space.Plans.Where(p => p.Value.Policy != Policy.None && Covers(p.Value, tool)).Select(p => (string?)p.Key).Prepend(null);

    private static bool Covers(Plan? plan, ToolView tool) =>
        plan is null or { Tools: null, Categories: null } || plan.Tools?.Contains(tool.Id) == true
        || (tool.Definition.Category is { } category && plan.Categories?.Contains(category) == true);
}

/// <summary>The settings that hold for a tool.</summary>
internal static class EffectivePolicy
{
    /// <summary>The strongest of each setting, for members without a plan of their own.</summary>
    public static Policy Effective(this ToolView tool, SpaceFacts space) => tool.Definition.Effective(tool.Id, space);

    public static Policy Effective(this ToolDefinition tool, string id, SpaceFacts space) =>
        PolicyLevels.Of(id, tool.AreaId, tool.Category, tool.Policy, null, space).Effective;
}
