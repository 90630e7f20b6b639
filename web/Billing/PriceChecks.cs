using Makerspace.Billing;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Http;
using Makerspace.Web.Policies;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>Whether what is to be sold can be sold: one set of checks for API and pages.</summary>
internal static class PriceChecks
{
    /// <summary>Most that anything costs, in minor units.</summary>
    public const long Most = 100_000_000;
    public const int MostTrialDays = 730;
    public const int MostRates = 200;

    public static void Check(Faults faults, Plan plan, Plan? known, PolicyBook book)
    {
        faults.OptionalText("description", plan.Description, 2000);
        if (plan.Price is { } price) Check(faults, price, book.Space);
        else if (plan.Offered) faults.Add("offered", "contradiction", "Only a plan with a price can be offered; one without is given by staff.");
        Hours(faults, "includedHours", plan.IncludedHours);
        Categories(faults, "includedCategories", plan.IncludedCategories ?? [], known?.IncludedCategories ?? [], book);
        if (plan is { IncludedCategories: not null, IncludedHours: null }) faults.Add("includedCategories", "contradiction", "Without included hours there is nothing that the categories could narrow.");
        Rates(faults, plan, known, book);
    }

    public static void Check(Faults faults, Product product, Product? known, PolicyBook book)
    {
        faults.OptionalText("description", product.Description, 2000);
        Price(faults, "price", product.Price, book.Space);
        if (product.Price.Amount > 0 && product.Price.Amount < Currencies.Least(book.Space.Currency)) faults.Add("price", "out-of-range", $"price is less than a card is charged: {Currencies.Least(book.Space.Currency)} minor units.");
        if (known is not null && known.Kind != product.Kind) faults.Add("kind", "contradiction", "A pack stays a pack and a day pass a day pass: some may have been sold.");
        if (product.Kind == ProductKind.Pack) Pack(faults, product, known, book);
        else DayPass(faults, product, book.Space);
    }

    /// <summary>Money has to be in the space's currency.</summary>
    public static void Currency(Faults faults, string field, Money? money, string currency)
    {
        if (money is not null && money.Currency != currency) faults.Add(field, "wrong-currency", $"{field} is in {money.Currency}, and the space's currency is {currency}.");
    }

    /// <summary>The space's currency cannot become another while something has a price in the old one.</summary>
    public static void CheckCurrency(Faults faults, SpaceFacts space, string? wanted)
    {
        if (wanted == space.Currency) return;
        if (space.Plans.Values.Any(p => p.Price is not null || !p.Rates.IsEmpty) || !space.Products.IsEmpty)
            faults.Add("currency", "contradiction", $"Plans or products have prices in {space.Currency}: another currency would change what they cost.");
    }

    private static void Check(Faults faults, PlanPrice price, SpaceFacts space)
    {
        Price(faults, "price.amount", price.Amount, space);
        if (!Enum.IsDefined(price.Interval)) faults.Add("price.interval", "malformed-field", "price.interval is Month or Year.");
        if (price.TrialDays is < 0 or > MostTrialDays) faults.Add("price.trialDays", "out-of-range", $"price.trialDays lies outside 0 to {MostTrialDays}.");
    }

    private static void Price(Faults faults, string field, Money price, SpaceFacts space)
    {
        if (price.Currency.Length == 0) return; // missing, and said so
        Currency(faults, field, price, space.Currency);
        if (price.Amount is <= 0 or > Most) faults.Add(field, "out-of-range", $"{field} lies outside 1 to {Most} minor units; what costs nothing has no price.");
        Moves(faults, field, price with { Amount = PriceWords.WithTax(price.Amount, space) });
    }

    /// <summary>What is taken or held as it stands has to be an amount that the payment provider moves.</summary>
    public static void Moves(Faults faults, string field, Money? money)
    {
        if (money is { Currency: var currency, Amount: var amount } && Currencies.Movable(amount, currency) != amount)
            faults.Add(field, "out-of-range", $"{field}, with its tax, is no multiple of {Currencies.Step(currency)} minor units: nothing else moves in {currency}.");
    }

    private static void Hours(Faults faults, string field, Duration? hours)
    {
        if (hours is not { } length) return;
        if (length <= Duration.Zero || length > Duration.FromHours(1000) || length.TotalMinutes != Math.Floor(length.TotalMinutes))
            faults.Add(field, "out-of-range", $"{field} are whole minutes, more than none and at most 1000 hours.");
    }

    private static void Categories(Faults faults, string field, IReadOnlyCollection<string> categories, IReadOnlyCollection<string> before, PolicyBook book)
    {
        if (categories.Count > 200) faults.Add(field, "out-of-range", $"{field} names more than 200 categories.");
        foreach (var category in categories.Where(c => !Knows(book, c) && !before.Contains(c))) faults.Add(field, "unknown-category", $"No tool is of the category {Short(category)}.");
    }

    private static void Rates(Faults faults, Plan plan, Plan? known, PolicyBook book)
    {
        if (plan.Rates.Length > MostRates) faults.Add("rates", "out-of-range", $"There are more than {MostRates} rates.");
        for (var i = 0; i < plan.Rates.Length; i++) Rate(faults, $"rates[{i}]", plan.Rates[i], known, book);
        if (plan.Rates.DistinctBy(r => (r.ToolId, r.Category)).Count() < plan.Rates.Length) faults.Add("rates", "contradiction", "A tool or a category has two rates.");
    }

    // What was there before stays, also where its tool is gone by now.
    private static void Rate(Faults faults, string field, PlanRate rate, Plan? known, PolicyBook book)
    {
        var before = known?.Rates.Any(r => r.ToolId == rate.ToolId && r.Category == rate.Category) == true;
        if (rate is { ToolId: not null, Category: not null }) faults.Add(field, "contradiction", "A rate is a tool's or a category's, not both's.");
        if (rate.ToolId is { } tool && !before && book.Tools.All(t => t.Id != tool)) faults.Add(field + ".toolId", "unknown-tool", $"There is no tool {Short(tool)}.");
        if (rate.Category is { } category && !before && !Knows(book, category)) faults.Add(field + ".category", "unknown-category", $"No tool is of the category {Short(category)}.");
        if (rate.Hourly is < 0 or > Most || rate.OffPeak is < 0 or > Most) faults.Add(field, "out-of-range", $"A rate lies outside 0 to {Most} minor units.");
    }

    private static void Pack(Faults faults, Product pack, Product? known, PolicyBook book)
    {
        if (pack.Hours is null) faults.Add("hours", "missing-field", "A pack holds hours.");
        Hours(faults, "hours", pack.Hours);
        faults.Range("validDays", pack.ValidDays, 1, 3650);
        Categories(faults, "categories", pack.Categories ?? [], known?.Categories ?? [], book);
        if (pack.PlanId is not null) faults.Add("planId", "contradiction", "Only a day pass has a plan.");
    }

    private static void DayPass(Faults faults, Product pass, SpaceFacts space)
    {
        if (pass.Hours is not null || pass.ValidDays is not null || pass.Categories is not null) faults.Add("kind", "contradiction", "hours, categories and validDays are a pack's; a day pass is one day of a plan.");
        if (pass.PlanId is { } plan && plan != "standard" && !space.Plans.ContainsKey(plan)) faults.Add("planId", "unknown-plan", "There is no such plan.");
    }

    private static bool Knows(PolicyBook book, string category) => book.Space.Categories.ContainsKey(category) || book.Tools.Any(t => t.Definition.Category == category);

    private static string Short(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
