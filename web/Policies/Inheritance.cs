using Makerspace.Tools;
using Microsoft.Extensions.Localization;

namespace Makerspace.Web.Policies;

/// <summary>Where a setting comes from where it is not set, and who sets it otherwise. For one place of a book.</summary>
public sealed class Inheritance(PolicyBook book, PolicyPlace place, IReadOnlyDictionary<string, string> areaNames, IStringLocalizer<Texts> t)
{
    private const int MostNamed = 3;

    private readonly List<PolicyLevel> weaker = [.. Weaker(book, place)];
    private readonly List<PolicyLevel> stronger = [.. Stronger(book, place)];

    /// <summary>The setting that holds where this place sets none: the nearest level's, and what that is called; null where it is set nowhere.</summary>
    public (string Value, string From)? Given(PolicySetting setting) =>
        weaker.LastOrDefault(l => setting.Get(l.Policy) is not null) is { } level ? (setting.Get(level.Policy)!, Named(level)) : null;

    /// <summary>The nearest level that sets something which has no text, as peak hours.</summary>
    public string? GivenFrom(Func<Policy, object?> setting) => weaker.LastOrDefault(l => setting(l.Policy) is not null) is { } level ? Named(level) : null;

    public Policy Weaker() => weaker.Aggregate(Policy.None, (all, level) => level.Policy.Over(all));

    /// <summary>Who sets it otherwise and so wins: "Laser (2 h), plan Student (30 min) and 4 more"; null where nobody does.</summary>
    public string? Overridden(PolicySetting setting)
    {
        var all = stronger.Where(l => setting.Get(l.Policy) is not null).ToList();
        if (all.Count == 0) return null;
        var named = string.Join(", ", all.Take(MostNamed).Select(l => $"{Named(l)} ({Shown(setting, setting.Get(l.Policy)!)})"));
        return all.Count > MostNamed ? t["{0} and {1} more", named, all.Count - MostNamed] : named;
    }

    /// <summary>A setting's text as it is read, not typed.</summary>
    public string Shown(PolicySetting setting, string text) => setting.Kind == SettingKind.YesNo ? text == "yes" ? t["yes"] : t["no"] : text;

    /// <summary>What a place is called: "the area Wood shop".</summary>
    public string Named(PolicyLevel level) => Name(book, new PolicyPlace(level.Level, level.Id ?? ""), areaNames, t);

    public static string Name(PolicyBook book, PolicyPlace place, IReadOnlyDictionary<string, string> areaNames, IStringLocalizer<Texts> t) => place.Level switch
    {
        SettingLevel.Space => t["the space"],
        SettingLevel.Area => t["the area {0}", areaNames.GetValueOrDefault(place.Id, place.Id)],
        SettingLevel.Category => t["the category {0}", place.Id],
        SettingLevel.Plan => t["the plan {0}", book.Space.Plans.TryGetValue(place.Id, out var plan) ? plan.Name : place.Id],
        _ => book.Tools.FirstOrDefault(x => x.Id == place.Id)?.Definition.Name ?? place.Id,
    };

    private static IEnumerable<PolicyLevel> Weaker(PolicyBook book, PolicyPlace place)
    {
        if (place.Level == SettingLevel.Tool && book.Tools.FirstOrDefault(t => t.Id == place.Id) is { } tool)
            return book.Levels(tool, null).Levels.Where(l => l.Level != SettingLevel.Tool);
        var space = new PolicyLevel(SettingLevel.Space, null, book.Space.Defaults);
        var around = place.Level == SettingLevel.Area ? book.Space.AreaChain(place.Id).Skip(1).Reverse().Select(a => AreaOf(book, a)) : [];
        return place.Level == SettingLevel.Space ? [] : around.Prepend(space);
    }

    // Of one tool the plans; of the others whoever reaches a tool that this place reaches too.
    private static IEnumerable<PolicyLevel> Stronger(PolicyBook book, PolicyPlace place)
    {
        var plans = book.Space.Plans.Where(_ => place.Level < SettingLevel.Plan).Select(p => new PolicyLevel(SettingLevel.Plan, p.Key, p.Value.Policy)).OrderBy(p => p.Id, StringComparer.Ordinal);
        if (place.Level >= SettingLevel.Tool) return plans;
        var reached = book.Reached(place).ToList();
        var tools = reached.Select(t => new PolicyLevel(SettingLevel.Tool, t.Id, t.Definition.Policy));
        if (place.Level == SettingLevel.Category) return tools.Concat(plans);
        var categories = reached.Select(t => t.Definition.Category).OfType<string>().Distinct(StringComparer.Ordinal).Where(book.Space.Categories.ContainsKey)
            .Select(c => new PolicyLevel(SettingLevel.Category, c, book.Space.Categories[c].Policy));
        var areas = book.Space.Areas.Keys.Where(a => place.Level == SettingLevel.Space || (a != place.Id && book.Space.AreaChain(a).Contains(place.Id))).Select(a => AreaOf(book, a));
        return areas.Concat(categories).Concat(tools).Concat(plans);
    }

    private static PolicyLevel AreaOf(PolicyBook book, string id) => new(SettingLevel.Area, id, book.Space.AreaRules.GetValueOrDefault(id)?.Policy ?? Policy.None);
}
