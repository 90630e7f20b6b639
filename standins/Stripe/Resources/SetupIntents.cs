namespace Stripe;

/// <summary>A card that is saved without a payment.</summary>
public class SetupIntent : StripeEntity<SetupIntent>, IHasId
{
    public string Id { get; set; }
    [Link] public string PaymentMethodId { get; set; }
}

public class SetupIntentGetOptions : BaseOptions;

public class SetupIntentService(IStripeClient client) : Service(client)
{
    public virtual Task<SetupIntent> GetAsync(string id, SetupIntentGetOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Get<SetupIntent>($"/v1/setup_intents/{Id(id)}", options, requestOptions, cancellationToken);
}
