using Makerspace.Companies;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;

namespace Makerspace.Web.Policies;

/// <summary>Changes what is set anywhere: one way for API and pages, with one set of checks.</summary>
public sealed class PolicyDesk(MakerspaceDb db, IReadModels models, IGrainFactory grains)
{
    /// <summary>Everything that is set now.</summary>
    public async Task<PolicyBook> Book(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        return await PolicyBook.Read(db, await grains.Space(), cancellation);
    }

    /// <summary>What is set at a place; null where there is no such place. A company is asked itself: no tool depends on it.</summary>
    public async Task<RuleSet?> Of(PolicyPlace place, PolicyBook book)
    {
        if (place.Level != SettingLevel.Company) return book.Of(place);
        return Ids.IsSlug(place.Id) && await grains.GetGrain<ICompanyGrain>(Keys.Company(place.Id)).View() is { } company ? new RuleSet { Limits = company.Definition.Limits } : null;
    }

    /// <summary>What is wrong with a change, field by field; nothing where it may be made.</summary>
    public static Faults Check(PolicyBook book, PolicyPlace place, RuleSet set, string policyPrefix = "policy.", string limitsPrefix = "limits.")
    {
        var faults = new Faults();
        PolicyChecks.Check(faults, set.Policy, policyPrefix);
        PolicyChecks.Check(faults, set.Limits, limitsPrefix);
        faults.Range("capacity", set.Capacity, 1, 100_000);
        if (!faults.Any) PolicyChecks.Check(faults, book, book.With(place, set), place, policyPrefix);
        return faults;
    }

    /// <summary>Sets it. Bookings already made stay.</summary>
    /// <param name="place">Where.</param>
    /// <param name="set">Everything that is to be set there.</param>
    /// <param name="expected">What was set when the change was thought of.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Gives up before the write.</param>
    /// <returns>False where something else is set by now.</returns>
    public async Task<bool> Save(PolicyPlace place, RuleSet set, RuleSet expected, string actor, CancellationToken cancellation)
    {
        var book = await Book(cancellation);
        if (await Of(place, book) is not { } now || !StoredJson.Same(now, expected)) return false;
        await Certifications.Know(grains, set.Policy.RequiredCertifications, actor);
        var saved = place.Level switch
        {
            SettingLevel.Tool => await SaveTool(place.Id, set.Policy, expected.Policy, actor),
            SettingLevel.Area => await SaveArea(place.Id, set, actor),
            SettingLevel.Company => await SaveCompany(place.Id, set.Limits, actor),
            _ => await grains.GetGrain<ISpaceGrain>(Keys.Space).Change(Change(book.Space, place, set), actor) is not null,
        };
        if (saved) await Watch(book.With(place, set), actor);
        return saved;
    }

    private static SpaceChange Change(SpaceFacts space, PolicyPlace place, RuleSet set) => place.Level switch
    {
        SettingLevel.Category => new SpaceChange { Categories = new SpaceChange().Categories.Add(place.Id, new CategoryRules(set.Policy, set.Limits)) },
        SettingLevel.Plan => new SpaceChange { Plans = new SpaceChange().Plans.Add(place.Id, PolicyBook.Covering(space.Plans[place.Id], set)) },
        _ => new SpaceChange { Defaults = set.Policy },
    };

    private async Task<bool> SaveTool(string id, Policy policy, Policy expected, string actor)
    {
        var tool = grains.GetGrain<IToolGrain>(Keys.Tool(id));
        return await tool.View() is { } known && StoredJson.Same(known.Definition.Policy, expected)
            && await tool.Define(known.Definition with { Policy = policy }, actor, known.Version) is not null;
    }

    private async Task<bool> SaveArea(string id, RuleSet set, string actor)
    {
        var area = grains.GetGrain<IAreaGrain>(Keys.Area(id));
        if (await area.View() is not { } known) return false;
        await area.Define(known.Definition with { Policy = set.Policy, Capacity = set.Capacity }, actor);
        return true;
    }

    private async Task<bool> SaveCompany(string id, Limits limits, string actor)
    {
        var company = grains.GetGrain<ICompanyGrain>(Keys.Company(id));
        return await company.View() is { } known && await company.Define(known.Definition with { Limits = limits }, actor, known.Version) is not null;
    }

    /// <summary>Has every area with a hazardous tool know who is booked in it, so that a buddy can be found. It stays so: who was booked meanwhile would be missing.</summary>
    public async Task Watch(PolicyBook book, string actor)
    {
        var areas = book.Tools.Where(t => t.Definition.AreaId is { } area && book.Space.AreaRules.GetValueOrDefault(area)?.KeepsClaims != true && IsHazardous(book, t))
            .Select(t => t.Definition.AreaId!).Distinct(StringComparer.Ordinal);
        foreach (var id in areas)
        {
            var area = grains.GetGrain<IAreaGrain>(Keys.Area(id));
            if (await area.View() is { Definition.Watched: false } known) await area.Define(known.Definition with { Watched = true }, actor);
        }
    }

    /// <summary>Whether members of any plan need a buddy at it.</summary>
    public static bool IsHazardous(PolicyBook book, ToolView tool) => book.PlansFor(tool).Any(plan => book.Levels(tool, plan).Effective.Hazardous == true);
}
