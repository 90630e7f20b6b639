using System.Net.Http.Headers;

namespace Stripe;

public class RequestOptions
{
    /// <summary>What makes a repeated POST the same request; null: a random one.</summary>
    public string IdempotencyKey { get; set; }
}

/// <summary>One request: parameters in the query of a GET or DELETE, in the body of a POST.</summary>
public class StripeRequest
{
    private readonly BaseOptions _options;

    public StripeRequest(IStripeClient client, HttpMethod method, string path, BaseOptions options, RequestOptions requestOptions)
    {
        if (client.ApiKey is null) throw new StripeException("No API key provided. Set your API key using `var client = new Stripe.StripeClient(\"<API-KEY>\")`.");
        _options = options;
        Method = method;
        var query = method == HttpMethod.Post ? "" : FormEncoding.Query(options);
        Uri = new(client.ApiBase + path + (query.Length == 0 ? "" : "?" + query));
        AuthorizationHeader = new("Bearer", client.ApiKey);
        StripeHeaders = new Dictionary<string, string>(StringComparer.Ordinal) { ["Stripe-Version"] = StripeConfiguration.ApiVersion };
        if (!string.IsNullOrEmpty(requestOptions?.IdempotencyKey)) StripeHeaders.Add("Idempotency-Key", requestOptions.IdempotencyKey);
        else if (method == HttpMethod.Post) StripeHeaders.Add("Idempotency-Key", Guid.NewGuid().ToString());
    }

    public HttpMethod Method { get; }
    public Uri Uri { get; }
    public AuthenticationHeaderValue AuthorizationHeader { get; }
    public IDictionary<string, string> StripeHeaders { get; }

    /// <summary>Made anew for every attempt. A POST without parameters has an empty form, so that its type is told.</summary>
    public HttpContent Content => Method == HttpMethod.Post ? new StringContent(FormEncoding.Query(_options), new MediaTypeHeaderValue("application/x-www-form-urlencoded", "utf-8")) : null;
}
