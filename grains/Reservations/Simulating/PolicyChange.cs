using System.Reflection;
using Makerspace.Spaces;
using Makerspace.Tools;

namespace Makerspace.Reservations.Simulating;

/// <summary>A change of what is set at one place. Only what differs is changed: laid over the settings of any time, the others stay as they were then.</summary>
/// <param name="Level">Where.</param>
/// <param name="Id">Of which area, category, tool, plan or company; empty for the space.</param>
public sealed record PolicyChange(SettingLevel Level, string Id)
{
    private static readonly PropertyInfo[] Settings = typeof(Policy).GetProperties(BindingFlags.Public | BindingFlags.Instance);
    private static readonly PropertyInfo[] LimitSettings = typeof(Limits).GetProperties(BindingFlags.Public | BindingFlags.Instance);

    public Policy From { get; init; } = Policy.None;
    public Policy To { get; init; } = Policy.None;
    public Limits LimitsFrom { get; init; } = Limits.None;
    public Limits LimitsTo { get; init; } = Limits.None;

    /// <summary>Of an area: people at the most.</summary>
    public int? CapacityFrom { get; init; }
    public int? CapacityTo { get; init; }

    /// <summary>Of a plan: the new coverage, where it changes.</summary>
    public Plan? Coverage { get; init; }

    /// <summary>Nothing: the settings of the time.</summary>
    public static readonly PolicyChange None = new(SettingLevel.Space, "");

    /// <summary>Whether it bears on where people are, and so on what areas need to know.</summary>
    internal bool TouchesAreas => CapacityFrom != CapacityTo || From.Hazardous != To.Hazardous;

    internal Policy Over(Policy then) => Over(then, From, To, Settings);

    internal Limits Over(Limits then) => Over(then, LimitsFrom, LimitsTo, LimitSettings);

    internal SpaceFacts Over(SpaceFacts space) => Level switch
    {
        SettingLevel.Space => space with { Defaults = Over(space.Defaults) },
        SettingLevel.Category => space with { Categories = space.Categories.SetItem(Id, Over(space.Categories.GetValueOrDefault(Id) ?? new CategoryRules(Policy.None, Limits.None))) },
        SettingLevel.Area => space with { AreaRules = space.AreaRules.SetItem(Id, Over(space.AreaRules.GetValueOrDefault(Id) ?? new AreaRules(Policy.None, false))) },
        SettingLevel.Plan when space.Plans.TryGetValue(Id, out var plan) => space with { Plans = space.Plans.SetItem(Id, Over(plan)) },
        _ => space,
    };

    private CategoryRules Over(CategoryRules rules) => new(Over(rules.Policy), Over(rules.Limits));

    private AreaRules Over(AreaRules rules) => rules with { Policy = Over(rules.Policy) };

    private Plan Over(Plan plan)
    {
        var changed = plan with { Policy = Over(plan.Policy), Limits = Over(plan.Limits) };
        return Coverage is { } c ? changed with { Tools = c.Tools, Categories = c.Categories, Hours = c.Hours, AllHours = c.AllHours } : changed;
    }

    internal ToolDefinition Over(string toolId, ToolDefinition tool) => Level == SettingLevel.Tool && Id == toolId ? tool with { Policy = Over(tool.Policy) } : tool;

    internal AreaDefinition Over(string areaId, AreaDefinition area) =>
        Level == SettingLevel.Area && Id == areaId && CapacityFrom != CapacityTo ? area with { Capacity = CapacityTo } : area;

    internal Companies.CompanyDefinition Over(string companyId, Companies.CompanyDefinition company) =>
        Level == SettingLevel.Company && Id == companyId ? company with { Limits = Over(company.Limits) } : company;

    private static T Over<T>(T then, T from, T to, PropertyInfo[] settings) where T : class, new()
    {
        var result = new T();
        foreach (var setting in settings)
        {
            var (was, wanted) = (setting.GetValue(from), setting.GetValue(to));
            setting.SetValue(result, StoredJson.Same(was, wanted) ? setting.GetValue(then) : wanted);
        }
        return result;
    }
}
