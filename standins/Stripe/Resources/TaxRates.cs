namespace Stripe;

public class TaxRate : StripeEntity<TaxRate>, IHasId
{
    public string Id { get; set; }
    public string DisplayName { get; set; }
    public decimal Percentage { get; set; }
}

public class TaxRateCreateOptions : BaseOptions
{
    public string DisplayName { get; set; }
    public bool? Inclusive { get; set; }
    public decimal? Percentage { get; set; }
}

public class TaxRateListOptions : ListOptions
{
    public bool? Active { get; set; }
    public bool? Inclusive { get; set; }
}

public class TaxRateService(IStripeClient client) : Service(client)
{
    public virtual Task<TaxRate> CreateAsync(TaxRateCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<TaxRate>("/v1/tax_rates", options, requestOptions, cancellationToken);

    public virtual IAsyncEnumerable<TaxRate> ListAutoPagingAsync(TaxRateListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Pages<TaxRate>("/v1/tax_rates", options, requestOptions, cancellationToken);
}
