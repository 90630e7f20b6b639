using Makerspace.Billing;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>What the space sells.</summary>
/// <param name="Currency">Of all prices.</param>
/// <param name="TaxPercent">As in 19 or 7.7.</param>
/// <param name="PricesIncludeTax">Prices contain the tax; else it is added.</param>
public sealed record OffersModel(string Currency, decimal TaxPercent, string? TaxName, bool PricesIncludeTax, IReadOnlyList<PlanOfferModel> Plans, IReadOnlyList<ProductOfferModel> Products);

/// <summary>A plan on sale.</summary>
/// <param name="Price">Each interval; of a company's plan each seat.</param>
/// <param name="TrialDays">Days free before the first payment.</param>
/// <param name="IncludedHours">In each period, of tools that cost money.</param>
/// <param name="Categories">Covered; null: all that <paramref name="Tools"/> does not narrow.</param>
public sealed record PlanOfferModel(
    string Id, string Name, string? Description, Money Price, BillingInterval Interval, int TrialDays, bool ForCompanies, Duration? IncludedHours, IReadOnlyList<string>? IncludedCategories,
    IReadOnlyList<string>? Tools, IReadOnlyList<string>? Categories, bool AllHours);

/// <summary>A pack or a day pass on sale.</summary>
public sealed record ProductOfferModel(
    string Id, string Name, string? Description, ProductKind Kind, Money Price, Duration? Hours, IReadOnlyList<string>? Categories, int? ValidDays, string? PlanId);

/// <summary>What is on sale, for visitors too.</summary>
internal static class Offers
{
    /// <summary>Plans on sale, the cheapest first, those for people before those for companies.</summary>
    public static IEnumerable<(string Id, Plan Plan)> Plans(SpaceFacts space) => space.Billing is null ? [] : space.Plans
        .Where(p => p.Value is { Offered: true, Price: not null })
        .OrderBy(p => p.Value.ForCompanies).ThenBy(p => Monthly(p.Value.Price!)).ThenBy(p => p.Key, StringComparer.Ordinal).Select(p => (p.Key, p.Value));

    /// <summary>Packs and day passes on sale, the cheapest first.</summary>
    public static IEnumerable<(string Id, Product Product)> Products(SpaceFacts space, ProductKind? kind = null) => space.Billing is null ? [] : space.Products
        .Where(p => p.Value.Offered && (kind is null || p.Value.Kind == kind))
        .OrderBy(p => p.Value.Kind).ThenBy(p => p.Value.Price.Amount).ThenBy(p => p.Key, StringComparer.Ordinal).Select(p => (p.Key, p.Value));

    public static async Task<Ok<OffersModel>> List(IGrainFactory grains)
    {
        var space = await grains.Space();
        var settings = space.Billing ?? BillingSettings.Default;
        return TypedResults.Ok(new OffersModel(
            space.Currency, settings.TaxBasisPoints / 100m, settings.TaxBasisPoints == 0 ? null : settings.TaxName, settings.PricesIncludeTax,
            [.. Plans(space).Select(p => Of(p.Id, p.Plan))], [.. Products(space).Select(p => Of(p.Id, p.Product))]));
    }

    private static long Monthly(PlanPrice price) => price.Interval == BillingInterval.Year ? price.Amount.Amount / 12 : price.Amount.Amount;

    private static PlanOfferModel Of(string id, Plan plan) => new(
        id, plan.Name, plan.Description, plan.Price!.Amount, plan.Price.Interval, plan.Price.TrialDays, plan.ForCompanies, plan.IncludedHours, plan.IncludedCategories, plan.Tools, plan.Categories, plan.AllHours);

    private static ProductOfferModel Of(string id, Product product) =>
        new(id, product.Name, product.Description, product.Kind, product.Price, product.Hours, product.Categories, product.ValidDays, product.PlanId);
}
