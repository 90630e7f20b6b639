namespace Stripe;

/// <summary>A card, an account, …</summary>
public class PaymentMethod : StripeEntity<PaymentMethod>, IHasId
{
    public string Id { get; set; }
    public PaymentMethodCard Card { get; set; }
    public string Type { get; set; }
}

public class PaymentMethodCard : StripeEntity<PaymentMethodCard>
{
    public string Brand { get; set; }
    public long ExpMonth { get; set; }
    public long ExpYear { get; set; }
    public string Last4 { get; set; }
}
