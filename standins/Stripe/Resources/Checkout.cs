namespace Stripe.Checkout;

/// <summary>A page of Stripe's on which something is paid or a card is saved.</summary>
public class Session : StripeEntity<Session>, IHasId
{
    public string Id { get; set; }
    public DateTime Created { get; set; }
    [Link] public string CustomerId { get; set; }
    public DateTime ExpiresAt { get; set; }
    public Dictionary<string, string> Metadata { get; set; }
    [Link] public string PaymentIntentId { get; set; }
    public string PaymentStatus { get; set; }
    [Link] public string SetupIntentId { get; set; }
    public string Status { get; set; }
    [Link] public string SubscriptionId { get; set; }
    public string Url { get; set; }
}

public class SessionCreateOptions : BaseOptions
{
    public bool? AllowPromotionCodes { get; set; }
    public string CancelUrl { get; set; }
    public string ClientReferenceId { get; set; }
    public string Currency { get; set; }
    public string Customer { get; set; }
    public DateTime? ExpiresAt { get; set; }
    public List<SessionLineItemOptions> LineItems { get; set; }
    public Dictionary<string, string> Metadata { get; set; }
    public string Mode { get; set; }
    public SessionPaymentIntentDataOptions PaymentIntentData { get; set; }
    public string PaymentMethodCollection { get; set; }
    public SessionSetupIntentDataOptions SetupIntentData { get; set; }
    public SessionSubscriptionDataOptions SubscriptionData { get; set; }
    public string SuccessUrl { get; set; }
}

public class SessionExpireOptions : BaseOptions;

public class SessionGetOptions : BaseOptions;

public class SessionLineItemOptions : INestedOptions
{
    public string Price { get; set; }
    public SessionLineItemPriceDataOptions PriceData { get; set; }
    public long? Quantity { get; set; }
    public List<string> TaxRates { get; set => field = this.Set(value); }
}

public class SessionLineItemPriceDataOptions : INestedOptions
{
    public string Currency { get; set; }
    public SessionLineItemPriceDataProductDataOptions ProductData { get; set; }
    public long? UnitAmount { get; set; }
}

public class SessionLineItemPriceDataProductDataOptions : INestedOptions
{
    public string Name { get; set; }
}

public class SessionListOptions : ListOptions
{
    public string Customer { get; set; }
}

public class SessionPaymentIntentDataOptions : INestedOptions
{
    public string CaptureMethod { get; set; }
    public Dictionary<string, string> Metadata { get; set => field = this.Set(value); }
    public string SetupFutureUsage { get; set => field = this.Set(value); }
}

public class SessionSetupIntentDataOptions : INestedOptions
{
    public Dictionary<string, string> Metadata { get; set; }
}

public class SessionSubscriptionDataOptions : INestedOptions
{
    public List<string> DefaultTaxRates { get; set; }
    public Dictionary<string, string> Metadata { get; set; }
    public long? TrialPeriodDays { get; set; }
}

public class SessionService(IStripeClient client) : Service(client)
{
    public virtual Task<Session> CreateAsync(SessionCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<Session>("/v1/checkout/sessions", options, requestOptions, cancellationToken);

    public virtual Task<Session> ExpireAsync(string id, SessionExpireOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<Session>($"/v1/checkout/sessions/{Id(id)}/expire", options, requestOptions, cancellationToken);

    public virtual Task<Session> GetAsync(string id, SessionGetOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Get<Session>($"/v1/checkout/sessions/{Id(id)}", options, requestOptions, cancellationToken);

    public virtual Task<StripeList<Session>> ListAsync(SessionListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Get<StripeList<Session>>("/v1/checkout/sessions", options, requestOptions, cancellationToken);
}
