namespace Stripe;

/// <summary>An attempt at a payment that reached the bank.</summary>
public class Charge : StripeEntity<Charge>, IHasId
{
    public string Id { get; set; }
    public bool Disputed { get; set; }
    public string ReceiptUrl { get; set; }
}
