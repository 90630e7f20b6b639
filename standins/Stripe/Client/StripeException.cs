using System.Net;

namespace Stripe;

/// <summary>Stripe said no, or something that cannot be read. That it could not be reached is an <see cref="HttpRequestException"/>.</summary>
public class StripeException : Exception
{
    public StripeException()
    {
    }

    public StripeException(string message) : base(message)
    {
    }

    public StripeException(string message, Exception err) : base(message, err)
    {
    }

    public StripeException(HttpStatusCode httpStatusCode, StripeError stripeError, string message) : base(message)
    {
        HttpStatusCode = httpStatusCode;
        StripeError = stripeError;
    }

    public HttpStatusCode HttpStatusCode { get; set; }
    public StripeError StripeError { get; set; }
    public StripeResponse StripeResponse { get; set; }
}
