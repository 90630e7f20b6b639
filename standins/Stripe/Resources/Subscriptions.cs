namespace Stripe;

/// <summary>Prices that a payer owes each period.</summary>
public class Subscription : StripeEntity<Subscription>, IHasId
{
    public string Id { get; set; }
    public DateTime? CancelAt { get; set; }
    public bool CancelAtPeriodEnd { get; set; }
    public string Currency { get; set; }
    [Link] public string CustomerId { get; set; }
    [Link] public string DefaultPaymentMethodId { get; set; }
    public DateTime? EndedAt { get; set; }
    public StripeList<SubscriptionItem> Items { get; set; }
    [Link] public string LatestInvoiceId { get; set; }
    public Dictionary<string, string> Metadata { get; set; }
    public SubscriptionPauseCollection PauseCollection { get; set; }
    public DateTime StartDate { get; set; }
    public string Status { get; set; }
    public DateTime? TrialEnd { get; set; }
}

public class SubscriptionItem : StripeEntity<SubscriptionItem>, IHasId
{
    public string Id { get; set; }
    public DateTime CurrentPeriodEnd { get; set; }
    public DateTime CurrentPeriodStart { get; set; }
    public Price Price { get; set; }
    public long Quantity { get; set; }
}

public class SubscriptionPauseCollection : StripeEntity<SubscriptionPauseCollection>;

public class SubscriptionCancelOptions : BaseOptions
{
    public bool? InvoiceNow { get; set; }
    public bool? Prorate { get; set; }
}

public class SubscriptionCreateOptions : BaseOptions
{
    public string Customer { get; set; }
    public List<SubscriptionItemOptions> Items { get; set; }
    public Dictionary<string, string> Metadata { get; set => field = this.Set(value); }
}

public class SubscriptionGetOptions : BaseOptions;

public class SubscriptionItemOptions : INestedOptions
{
    public string Id { get; set; }
    public string Price { get; set; }
    public long? Quantity { get; set; }
}

public class SubscriptionListOptions : ListOptions
{
    public string Customer { get; set; }
}

public class SubscriptionPauseCollectionOptions : INestedOptions
{
    public string Behavior { get; set; }
}

public class SubscriptionUpdateOptions : BaseOptions
{
    public bool? CancelAtPeriodEnd { get; set; }
    public string DefaultPaymentMethod { get; set; }
    public List<string> DefaultTaxRates { get; set => field = this.Set(value); }
    public List<SubscriptionItemOptions> Items { get; set; }
    public Dictionary<string, string> Metadata { get; set => field = this.Set(value); }
    public SubscriptionPauseCollectionOptions PauseCollection { get; set => field = this.Set(value); }
    public string ProrationBehavior { get; set; }
}

public class SubscriptionService(IStripeClient client) : Service(client)
{
    public virtual Task<Subscription> CancelAsync(string id, SubscriptionCancelOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Delete<Subscription>($"/v1/subscriptions/{Id(id)}", options, requestOptions, cancellationToken);

    public virtual Task<Subscription> CreateAsync(SubscriptionCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<Subscription>("/v1/subscriptions", options, requestOptions, cancellationToken);

    public virtual Task<Subscription> GetAsync(string id, SubscriptionGetOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Get<Subscription>($"/v1/subscriptions/{Id(id)}", options, requestOptions, cancellationToken);

    public virtual Task<StripeList<Subscription>> ListAsync(SubscriptionListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Get<StripeList<Subscription>>("/v1/subscriptions", options, requestOptions, cancellationToken);

    public virtual IAsyncEnumerable<Subscription> ListAutoPagingAsync(SubscriptionListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Pages<Subscription>("/v1/subscriptions", options, requestOptions, cancellationToken);

    public virtual Task<Subscription> UpdateAsync(string id, SubscriptionUpdateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<Subscription>($"/v1/subscriptions/{Id(id)}", options, requestOptions, cancellationToken);
}
