namespace Stripe;

/// <summary>What a product costs, once or each period.</summary>
public class Price : StripeEntity<Price>, IHasId
{
    public string Id { get; set; }
    public string Currency { get; set; }
    public string LookupKey { get; set; }
    public Dictionary<string, string> Metadata { get; set; }
    public long? UnitAmount { get; set; }
}

public class PriceCreateOptions : BaseOptions
{
    public string Currency { get; set; }
    public string LookupKey { get; set; }
    public Dictionary<string, string> Metadata { get; set; }
    public string Product { get; set; }
    public PriceRecurringOptions Recurring { get; set; }
    public string TaxBehavior { get; set; }
    public long? UnitAmount { get; set; }
}

public class PriceListOptions : ListOptions
{
    public bool? Active { get; set; }
    public List<string> LookupKeys { get; set; }
}

public class PriceRecurringOptions : INestedOptions
{
    public string Interval { get; set; }
}

public class PriceService(IStripeClient client) : Service(client)
{
    public virtual Task<Price> CreateAsync(PriceCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<Price>("/v1/prices", options, requestOptions, cancellationToken);

    public virtual Task<StripeList<Price>> ListAsync(PriceListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Get<StripeList<Price>>("/v1/prices", options, requestOptions, cancellationToken);
}
