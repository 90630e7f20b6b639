using System.Net;
using System.Security.Cryptography;

namespace Stripe;

public interface IHttpClient
{
    Task<StripeResponse> MakeRequestAsync(StripeRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Sends a request, and again under the same idempotency key where the network or the server failed. Sends no telemetry.</summary>
public class SystemNetHttpClient : IHttpClient
{
    private static readonly Lazy<HttpClient> Default = new(BuildDefaultSystemNetHttpClient);
    private readonly HttpClient _client;
    private readonly AppInfo _app;

    public SystemNetHttpClient(HttpClient httpClient = null, int maxNetworkRetries = 2, AppInfo appInfo = null, bool enableTelemetry = true)
    {
        _client = httpClient ?? Default.Value;
        _app = appInfo;
        MaxNetworkRetries = maxNetworkRetries;
        EnableTelemetry = enableTelemetry;
    }

    public static TimeSpan DefaultHttpTimeout => TimeSpan.FromSeconds(80);
    public static TimeSpan MaxNetworkRetriesDelay => TimeSpan.FromSeconds(5);
    public static TimeSpan MinNetworkRetriesDelay => TimeSpan.FromMilliseconds(500);
    public int MaxNetworkRetries { get; }
    public bool EnableTelemetry { get; }

    public static HttpClient BuildDefaultSystemNetHttpClient() => new() { Timeout = DefaultHttpTimeout };

    public async Task<StripeResponse> MakeRequestAsync(StripeRequest request, CancellationToken cancellationToken = default)
    {
        for (var retry = 0; ; retry++)
        {
            var mayRetry = retry < MaxNetworkRetries;
            try
            {
                using var response = await _client.SendAsync(Message(request), cancellationToken);
                if (!mayRetry || !IsWorthARetry(response)) return new(response.StatusCode, response.Headers, await response.Content.ReadAsStringAsync(cancellationToken));
            }
            catch (HttpRequestException) when (mayRetry)
            {
            }
            catch (OperationCanceledException) when (mayRetry && !cancellationToken.IsCancellationRequested)
            {
                // The client's own time-out.
            }
            await Task.Delay(Pause(retry), cancellationToken);
        }
    }

    private HttpRequestMessage Message(StripeRequest request)
    {
        var message = new HttpRequestMessage(request.Method, request.Uri) { Content = request.Content };
        message.Headers.TryAddWithoutValidation("User-Agent", $"Stripe/V1 .NetBindings/{StripeConfiguration.StripeNetVersion} {_app?.Name}".TrimEnd());
        message.Headers.Authorization = request.AuthorizationHeader;
        foreach (var (name, value) in request.StripeHeaders) message.Headers.Add(name, value);
        return message;
    }

    // The server's word first; without it, what another try may change.
    private static bool IsWorthARetry(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Stripe-Should-Retry", out var said) && said.First() is "true" or "false"
            ? said.First() == "true"
            : response.StatusCode == HttpStatusCode.Conflict || (int)response.StatusCode >= 500;

    private static TimeSpan Pause(int retry)
    {
        var longest = MinNetworkRetriesDelay * Math.Pow(2, retry);
        if (longest > MaxNetworkRetriesDelay) longest = MaxNetworkRetriesDelay;
        var pause = longest * (RandomNumberGenerator.GetInt32(75, 101) / 100.0);
        return pause < MinNetworkRetriesDelay ? MinNetworkRetriesDelay : pause;
    }
}

/// <summary>Whose program it is that asks.</summary>
public class AppInfo
{
    public string Name { get; set; }
}
