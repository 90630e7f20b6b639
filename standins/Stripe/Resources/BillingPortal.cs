namespace Stripe.BillingPortal;

/// <summary>A page of Stripe's on which a payer changes cards and sees invoices.</summary>
public class Session : StripeEntity<Session>, IHasId
{
    public string Id { get; set; }
    public string Url { get; set; }
}

public class SessionCreateOptions : BaseOptions
{
    public string Customer { get; set; }
    public string ReturnUrl { get; set; }
}

public class SessionService(IStripeClient client) : Service(client)
{
    public virtual Task<Session> CreateAsync(SessionCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<Session>("/v1/billing_portal/sessions", options, requestOptions, cancellationToken);
}
