using System.Net;
using System.Text.Json;

namespace Stripe;

public interface IStripeClient
{
    string ApiBase { get; }
    string ApiKey { get; }

    Task<T> RequestAsync<T>(HttpMethod method, string path, BaseOptions options, RequestOptions requestOptions, CancellationToken cancellationToken = default) where T : IStripeEntity;
}

public class StripeClientOptions
{
    public string ApiKey { get; set; }

    /// <summary>Where the API is; null: Stripe's own.</summary>
    public string ApiBase { get; set; }
    public IHttpClient HttpClient { get; set; }
}

/// <summary>Sends requests with one key to one address, and makes objects or exceptions of the answers.</summary>
public class StripeClient : IStripeClient
{
    public StripeClient(StripeClientOptions options)
    {
        if (options.ApiKey is { Length: 0 }) throw new ArgumentException("API key cannot be the empty string.", nameof(options));
        if (options.ApiKey is { } key && key.Any(char.IsWhiteSpace)) throw new ArgumentException("API key cannot contain whitespace.", nameof(options));
        ApiKey = options.ApiKey;
        ApiBase = options.ApiBase ?? "https://api.stripe.com";
        HttpClient = options.HttpClient ?? new SystemNetHttpClient();
        V1 = new(this);
    }

    public virtual string ApiBase { get; }
    public virtual string ApiKey { get; }
    public IHttpClient HttpClient { get; }
    public virtual V1Services V1 { get; }

    public virtual async Task<T> RequestAsync<T>(HttpMethod method, string path, BaseOptions options, RequestOptions requestOptions, CancellationToken cancellationToken = default) where T : IStripeEntity
    {
        var response = await HttpClient.MakeRequestAsync(new(this, method, path, options, requestOptions), cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK) throw Refused(response);
        try
        {
            var entity = JsonSerializer.Deserialize<T>(response.Content, Wire.Options);
            entity.StripeResponse = response;
            return entity;
        }
        catch (JsonException)
        {
            throw Unreadable(response);
        }
    }

    private static StripeException Refused(StripeResponse response)
    {
        try
        {
            using var answer = JsonDocument.Parse(response.Content);
            if (!answer.RootElement.TryGetProperty("error", out var body)) return Unreadable(response);
            var error = body.Deserialize<StripeError>(Wire.Options);
            error.StripeResponse = response;
            return new(response.StatusCode, error, error.Message) { StripeResponse = response };
        }
        catch (JsonException)
        {
            return Unreadable(response);
        }
    }

    private static StripeException Unreadable(StripeResponse response) =>
        new(response.StatusCode, null, $"Invalid response object from API: \"{response.Content}\"") { StripeResponse = response };
}
