using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Billing;
using Makerspace.Web.Http;
using Makerspace.Web.Policies;
using Makerspace.Web.Tools;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Makerspace.Web.Spaces;

/// <summary>A plan as the API tells it.</summary>
/// <param name="Policy">Settings that win over the tool's, for the plan's members.</param>
/// <param name="Limits">Over all tools of one member.</param>
/// <param name="Tools">Tools covered; null: all that <paramref name="Categories"/> does not narrow.</param>
/// <param name="Categories">Categories covered; null: all.</param>
/// <param name="Hours">Hours covered; null: all.</param>
/// <param name="AllHours">May use the space outside opening hours.</param>
public sealed record PlanModel(
    string Id, string Name, Policy Policy, Limits Limits, IReadOnlyList<string>? Tools, IReadOnlyList<string>? Categories,
    IReadOnlyList<OpeningHoursModel>? Hours, bool AllHours, long Version)
{
    /// <summary>What it costs; null: nothing, staff assign it.</summary>
    public PlanPriceModel? Price { get; init; }

    /// <summary>On sale to whoever wants to join.</summary>
    public bool Offered { get; init; }
    public string? Description { get; init; }

    /// <summary>Of tools that cost money, in each period; of a company's plan each seat's, pooled.</summary>
    public Duration? IncludedHours { get; init; }

    /// <summary>What the included hours pay for; null: every category.</summary>
    public IReadOnlyList<string>? IncludedCategories { get; init; }

    /// <summary>What an hour costs on this plan.</summary>
    public IReadOnlyList<PlanRateModel> Rates { get; init; } = [];

    /// <summary>Checked out early, only the time had is charged.</summary>
    public bool BillsUsedTime { get; init; }

    /// <summary>Sold to companies, by the seat.</summary>
    public bool ForCompanies { get; init; }

    internal static PlanModel Of(string id, Plan plan, string currency) =>
        new(id, plan.Name, plan.Policy, plan.Limits, plan.Tools, plan.Categories, OpeningHoursModel.Of(plan.Hours), plan.AllHours, plan.Version)
        {
            Price = PlanPriceModel.Of(plan.Price), Offered = plan.Offered, Description = plan.Description, IncludedHours = plan.IncludedHours, IncludedCategories = plan.IncludedCategories,
            Rates = PlanRateModel.Of(plan.Rates, currency), BillsUsedTime = plan.BillsUsedTime, ForCompanies = plan.ForCompanies,
        };
}

/// <summary>What staff say of a plan; also a merge patch of it.</summary>
public record PlanSettings
{
    /// <summary>At most 100 characters.</summary>
    public string? Name { get; init; }
    public Policy? Policy { get; init; }
    public Limits? Limits { get; init; }
    public IReadOnlyList<string>? Tools { get; init; }
    public IReadOnlyList<string>? Categories { get; init; }
    public IReadOnlyList<OpeningHoursModel>? Hours { get; init; }
    public bool AllHours { get; init; }

    /// <summary>Null: nothing, staff assign it.</summary>
    public PlanPriceModel? Price { get; init; }

    /// <summary>On sale to whoever wants to join; it needs a price for that.</summary>
    public bool Offered { get; init; }

    /// <summary>At most 2000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Whole minutes, at most 1000 hours.</summary>
    public Duration? IncludedHours { get; init; }
    public IReadOnlyList<string>? IncludedCategories { get; init; }

    /// <summary>At most 200, of each tool and category one.</summary>
    public IReadOnlyList<PlanRateModel>? Rates { get; init; }
    public bool BillsUsedTime { get; init; }
    public bool ForCompanies { get; init; }

    internal static PlanSettings Of(Plan plan, string currency) => new()
    {
        Name = plan.Name, Policy = plan.Policy, Limits = plan.Limits, Tools = plan.Tools, Categories = plan.Categories,
        Hours = OpeningHoursModel.Of(plan.Hours), AllHours = plan.AllHours,
        Price = PlanPriceModel.Of(plan.Price), Offered = plan.Offered, Description = plan.Description, IncludedHours = plan.IncludedHours, IncludedCategories = plan.IncludedCategories,
        Rates = PlanRateModel.Of(plan.Rates, currency), BillsUsedTime = plan.BillsUsedTime, ForCompanies = plan.ForCompanies,
    };

    internal Plan Read(Faults faults, PolicyBook book, Plan? known)
    {
        if (Tools?.Count > 1000) faults.Add("tools", "out-of-range", "There are more than 1000 tools.");
        if (Categories?.Count > 200) faults.Add("categories", "out-of-range", "There are more than 200 categories.");
        foreach (var tool in (Tools ?? []).Where(id => book.Tools.All(t => t.Id != id))) faults.Add("tools", "unknown-tool", $"There is no tool {tool ?? "null"}.");
        if (Categories?.Any(c => string.IsNullOrWhiteSpace(c) || c.Length > 100) == true) faults.Add("categories", "malformed-text", "A category is 1 to 100 characters.");
        var plan = new Plan
        {
            Name = faults.Text("name", Name, 100), Policy = Policy ?? Policy.None, Limits = Limits ?? Limits.None,
            Tools = Tools?.Distinct(StringComparer.Ordinal).ToImmutableArray(), Categories = Categories?.Distinct(StringComparer.Ordinal).ToImmutableArray(),
            Hours = OpeningHoursModel.Read(faults, "hours", Hours), AllHours = AllHours,
            Price = Price?.Read(faults, "price."), Offered = Offered, Description = Description, IncludedHours = IncludedHours,
            IncludedCategories = IncludedCategories?.Where(c => c is not null).Distinct(StringComparer.Ordinal).ToImmutableArray(),
            Rates = PlanRateModel.Read(faults, Rates, book.Space.Currency), BillsUsedTime = BillsUsedTime, ForCompanies = ForCompanies,
        };
        PriceChecks.Check(faults, plan, known, book);
        return plan;
    }
}

/// <summary>A plan to add.</summary>
public sealed record NewPlanBody : PlanSettings
{
    /// <summary>Made from the name if absent.</summary>
    public string? Id { get; init; }
}

/// <summary>Plans: list, read, add, change.</summary>
internal static class Plans
{
    public static async Task<Ok<Page<PlanModel>>> List(IGrainFactory grains)
    {
        var space = await grains.Space();
        return TypedResults.Ok(new Page<PlanModel>([.. space.Plans.Select(p => PlanModel.Of(p.Key, p.Value, space.Currency)).OrderBy(p => p.Id, StringComparer.Ordinal)], null));
    }

    public static async Task<Results<Ok<PlanModel>, ProblemHttpResult>> Read(string id, IGrainFactory grains) =>
        await grains.Space() is var space && space.Plans.TryGetValue(id, out var plan) ? TypedResults.Ok(PlanModel.Of(id, plan, space.Currency)) : Problem.Unknown("plan");

    public static async Task<Results<Created<PlanModel>, ProblemHttpResult>> Add(
        Body<NewPlanBody> body, ClaimsPrincipal user, PolicyDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var (wanted, faults, book) = (body.Value, new Faults(), await desk.Book(cancellation));
        var plan = wanted.Read(faults, book, known: null);
        faults.OptionalSlug("id", wanted.Id);
        if (faults.Any) return faults.Problem;
        if (NewId.Candidates(wanted.Id, plan.Name, "plan").FirstOrDefault(c => !book.Space.Plans.ContainsKey(c)) is not { } id)
            return Problem.Of(StatusCodes.Status409Conflict, "id-taken", "There is a plan with this id already.");
        if (Checked(book, id, plan) is { } problem) return problem;
        return TypedResults.Created($"/api/v1/plans/{id}", await Save(id, plan, book, user, desk, grains));
    }

    public static async Task<Results<Ok<PlanModel>, ProblemHttpResult>> Change(
        string id, MergePatch<PlanSettings> patch, ClaimsPrincipal user, PolicyDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var (book, faults) = (await desk.Book(cancellation), new Faults());
        if (!book.Space.Plans.TryGetValue(id, out var known)) return Problem.Unknown("plan");
        var (wanted, fault) = patch.Apply(PlanSettings.Of(known, book.Space.Currency));
        if (wanted is null) return Problem.Malformed([fault!]);
        var plan = wanted.Read(faults, book, known);
        if (faults.Any) return faults.Problem;
        return Checked(book, id, plan) is { } problem ? problem : TypedResults.Ok(await Save(id, plan, book, user, desk, grains));
    }

    private static ProblemHttpResult? Checked(PolicyBook book, string id, Plan plan)
    {
        var faults = PolicyDesk.Check(book, new PolicyPlace(SettingLevel.Plan, id), RuleSetOf(plan));
        return faults.Any ? faults.Problem : null;
    }

    /// <summary>What a plan sets.</summary>
    public static RuleSet RuleSetOf(Plan plan) => new() { Policy = plan.Policy, Limits = plan.Limits, Coverage = PlanCoverage.Of(plan) };

    private static async Task<PlanModel> Save(string id, Plan plan, PolicyBook book, ClaimsPrincipal user, PolicyDesk desk, IGrainFactory grains)
    {
        var actor = Caller.Of(user).MemberId;
        await Certifications.Know(grains, plan.Policy.RequiredCertifications, actor);
        var space = await grains.GetGrain<ISpaceGrain>(Keys.Space).Change(new SpaceChange { Plans = ImmutableDictionary<string, Plan>.Empty.Add(id, plan) }, actor);
        await desk.Watch(book with { Space = space }, actor);
        return PlanModel.Of(id, space.Plans[id], space.Currency);
    }
}
