namespace Stripe;

/// <summary>One payment, through all its attempts.</summary>
public class PaymentIntent : StripeEntity<PaymentIntent>, IHasId
{
    public string Id { get; set; }
    public long Amount { get; set; }
    public long AmountCapturable { get; set; }
    public long AmountReceived { get; set; }
    public string Currency { get; set; }
    [Link] public string CustomerId { get; set; }
    public StripeError LastPaymentError { get; set; }
    [Link] public string LatestChargeId { get; set; }
    public Charge LatestCharge { get; set; }
    public Dictionary<string, string> Metadata { get; set; }
    [Link] public string PaymentMethodId { get; set; }
    public string Status { get; set; }
}

public class PaymentIntentAutomaticPaymentMethodsOptions : INestedOptions
{
    public string AllowRedirects { get; set; }
    public bool? Enabled { get; set; }
}

public class PaymentIntentCancelOptions : BaseOptions;

public class PaymentIntentCaptureOptions : BaseOptions
{
    public long? AmountToCapture { get; set; }
}

public class PaymentIntentConfirmOptions : BaseOptions
{
    public bool? OffSession { get; set; }
    public string PaymentMethod { get; set; }
}

public class PaymentIntentCreateOptions : BaseOptions
{
    public long? Amount { get; set; }
    public PaymentIntentAutomaticPaymentMethodsOptions AutomaticPaymentMethods { get; set; }
    public string CaptureMethod { get; set; }
    public bool? Confirm { get; set; }
    public string Currency { get; set; }
    public string Customer { get; set; }
    public Dictionary<string, string> Metadata { get; set; }
    public bool? OffSession { get; set; }
    public string PaymentMethod { get; set; }
}

public class PaymentIntentGetOptions : BaseOptions;

public class PaymentIntentListOptions : ListOptions
{
    public AnyOf<DateTime?, DateRangeOptions> Created { get; set; }
    public string Customer { get; set; }
}

public class PaymentIntentService(IStripeClient client) : Service(client)
{
    public virtual Task<PaymentIntent> CancelAsync(string id, PaymentIntentCancelOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<PaymentIntent>($"/v1/payment_intents/{Id(id)}/cancel", options, requestOptions, cancellationToken);

    public virtual Task<PaymentIntent> CaptureAsync(string id, PaymentIntentCaptureOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<PaymentIntent>($"/v1/payment_intents/{Id(id)}/capture", options, requestOptions, cancellationToken);

    public virtual Task<PaymentIntent> ConfirmAsync(string id, PaymentIntentConfirmOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<PaymentIntent>($"/v1/payment_intents/{Id(id)}/confirm", options, requestOptions, cancellationToken);

    public virtual Task<PaymentIntent> CreateAsync(PaymentIntentCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<PaymentIntent>("/v1/payment_intents", options, requestOptions, cancellationToken);

    public virtual Task<PaymentIntent> GetAsync(string id, PaymentIntentGetOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Get<PaymentIntent>($"/v1/payment_intents/{Id(id)}", options, requestOptions, cancellationToken);

    public virtual IAsyncEnumerable<PaymentIntent> ListAutoPagingAsync(PaymentIntentListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Pages<PaymentIntent>("/v1/payment_intents", options, requestOptions, cancellationToken);
}
