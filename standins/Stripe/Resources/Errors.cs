namespace Stripe;

/// <summary>Why a request was refused.</summary>
public class StripeError : StripeEntity<StripeError>
{
    public string Code { get; set; }
    public string DeclineCode { get; set; }
    public string Message { get; set; }
    public PaymentIntent PaymentIntent { get; set; }
    public string Type { get; set; }
}
