using System.Security.Cryptography;
using System.Text;
using Stripe;
using Plan = Makerspace.Spaces.Plan;

namespace Makerspace.Billing;

/// <summary>
/// What is sold, as the provider wants to have it: a product for a plan, and a price for each content that the plan's price ever had. A price is never changed:
/// whoever pays by an older one goes on paying by it.
/// </summary>
internal sealed class PlanPrices(PaymentProvider provider)
{
    private const string Prefix = "plan-";

    /// <summary>The price of a plan as it is sold now; made where there is none.</summary>
    public async Task<string> Ensure(string planId, Plan plan, BillingSettings settings, CancellationToken cancellation)
    {
        var client = await provider.Client(cancellation);
        var price = plan.Price ?? throw new ArgumentException($"The plan {planId} costs nothing.", nameof(plan));
        var key = KeyOf(planId, price, settings.PricesIncludeTax);
        return await Find(client, key, cancellation) ?? await Make(client, planId, plan, price, key, settings, cancellation);
    }

    /// <summary>The tax as it is taken now; null where none is.</summary>
    public Task<string?> Tax(BillingSettings settings, CancellationToken cancellation) =>
        Tax(settings.TaxBasisPoints, settings.PricesIncludeTax, settings.TaxName, cancellation);

    /// <summary>A tax by its content; made where there is none. Those who subscribed under an older one keep it until the plan is changed.</summary>
    public async Task<string?> Tax(int basisPoints, bool included, string name, CancellationToken cancellation)
    {
        if (basisPoints == 0) return null;
        var client = await provider.Client(cancellation);
        var percent = basisPoints / 100m;
        await foreach (var rate in client.V1.TaxRates.ListAutoPagingAsync(new TaxRateListOptions { Active = true, Inclusive = included, Limit = 100 }, null, cancellation))
            if (rate.Percentage == percent && rate.DisplayName == name) return rate.Id;
        var options = new TaxRateCreateOptions { DisplayName = name, Percentage = percent, Inclusive = included };
        return (await client.V1.TaxRates.CreateAsync(options, Once($"tax-{Hash($"{basisPoints} {included} {name}")}"), cancellation)).Id;
    }

    /// <summary>The plan that a price's lookup key names; null where it names none.</summary>
    public static string? KeyNames(string? lookupKey) =>
        lookupKey?.StartsWith(Prefix, StringComparison.Ordinal) == true && lookupKey.LastIndexOf('-') is var end && end > Prefix.Length ? lookupKey[Prefix.Length..end] : null;

    /// <summary><c>plan-ID-HASH</c>: the same content has the same key.</summary>
    public static string KeyOf(string planId, PlanPrice price, bool includesTax) =>
        $"{Prefix}{planId}-{Hash($"{price.Amount.Amount} {price.Amount.Currency} {price.Interval} {includesTax}")}";

    private static async Task<string?> Find(StripeClient client, string key, CancellationToken cancellation)
    {
        var prices = await client.V1.Prices.ListAsync(new PriceListOptions { LookupKeys = [key], Active = true, Limit = 1 }, null, cancellation);
        return prices.Data.FirstOrDefault()?.Id;
    }

    private static async Task<string> Make(
        StripeClient client, string planId, Plan plan, PlanPrice price, string key, BillingSettings settings, CancellationToken cancellation)
    {
        var options = new PriceCreateOptions
        {
            Product = await Product(client, planId, plan, cancellation), LookupKey = key, Currency = price.Amount.Currency, UnitAmount = price.Amount.Amount,
            Recurring = new PriceRecurringOptions { Interval = price.Interval == BillingInterval.Year ? "year" : "month" },
            TaxBehavior = settings.PricesIncludeTax ? "inclusive" : "exclusive", Metadata = new() { [Marks.Plan] = planId },
        };
        return (await client.V1.Prices.CreateAsync(options, Once("price-" + key), cancellation)).Id;
    }

    private static async Task<string> Product(StripeClient client, string planId, Plan plan, CancellationToken cancellation)
    {
        var id = "makerspace-plan-" + planId;
        try
        {
            var known = await client.V1.Products.GetAsync(id, null, null, cancellation);
            if (known.Name != plan.Name && plan.Name.Length > 0) await client.V1.Products.UpdateAsync(id, new ProductUpdateOptions { Name = plan.Name }, null, cancellation);
            return known.Id;
        }
        catch (StripeException failure) when (failure.IsMissing())
        {
            var name = plan.Name.Length > 0 ? plan.Name : planId;
            return (await client.V1.Products.CreateAsync(new ProductCreateOptions { Id = id, Name = name, Metadata = new() { [Marks.Plan] = planId } }, Once("product-" + Hash(id + name)), cancellation)).Id;
        }
    }

    private static RequestOptions Once(string key) => new() { IdempotencyKey = key };

    private static string Hash(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..12];
}
