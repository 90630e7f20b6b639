namespace Stripe;

/// <summary>Money given back.</summary>
public class Refund : StripeEntity<Refund>, IHasId
{
    public string Id { get; set; }
    public long Amount { get; set; }
    public string FailureReason { get; set; }
    public Dictionary<string, string> Metadata { get; set; }
    [Link] public string PaymentIntentId { get; set; }
    public string Status { get; set; }
}

public class RefundCreateOptions : BaseOptions
{
    public long? Amount { get; set; }
    public Dictionary<string, string> Metadata { get; set => field = this.Set(value); }
    public string PaymentIntent { get; set; }
}

public class RefundListOptions : ListOptions
{
    public AnyOf<DateTime?, DateRangeOptions> Created { get; set; }
    public string PaymentIntent { get; set; }
}

public class RefundService(IStripeClient client) : Service(client)
{
    public virtual Task<Refund> CreateAsync(RefundCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<Refund>("/v1/refunds", options, requestOptions, cancellationToken);

    public virtual IAsyncEnumerable<Refund> ListAutoPagingAsync(RefundListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Pages<Refund>("/v1/refunds", options, requestOptions, cancellationToken);
}
