using System.Net;
using System.Net.Http.Headers;

namespace Stripe;

public abstract class StripeResponseBase(HttpStatusCode statusCode, HttpResponseHeaders headers)
{
    public HttpStatusCode StatusCode => statusCode;
    public HttpResponseHeaders Headers => headers;

    /// <summary>What Stripe calls this request; to be told to its support.</summary>
    public string RequestId => Header("Request-Id");
    public string IdempotencyKey => Header("Idempotency-Key");

    private string Header(string name) => headers is not null && headers.TryGetValues(name, out var values) ? values.First() : null;
}

public class StripeResponse(HttpStatusCode statusCode, HttpResponseHeaders headers, string content) : StripeResponseBase(statusCode, headers)
{
    public string Content => content;
}
