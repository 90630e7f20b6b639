namespace Stripe;

/// <summary>Money that a payer's bank wants back.</summary>
public class Dispute : StripeEntity<Dispute>, IHasId
{
    public string Id { get; set; }
    public long Amount { get; set; }
    [Link] public string PaymentIntentId { get; set; }
    public string Reason { get; set; }
    public string Status { get; set; }
}

public class DisputeListOptions : ListOptions
{
    public AnyOf<DateTime?, DateRangeOptions> Created { get; set; }
    public string PaymentIntent { get; set; }
}

public class DisputeService(IStripeClient client) : Service(client)
{
    public virtual Task<StripeList<Dispute>> ListAsync(DisputeListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Get<StripeList<Dispute>>("/v1/disputes", options, requestOptions, cancellationToken);

    public virtual IAsyncEnumerable<Dispute> ListAutoPagingAsync(DisputeListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Pages<Dispute>("/v1/disputes", options, requestOptions, cancellationToken);
}
