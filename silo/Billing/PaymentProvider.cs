using Stripe;

namespace Makerspace.Billing;

/// <summary>The way to the payment provider. Retries nothing itself: whoever calls knows whether a call may be repeated, and under which key.</summary>
public sealed class PaymentProvider : IDisposable
{
    /// <summary>A call that takes longer has an unknown outcome.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>At start, how long the simulator may take to be there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource<StripeClient> client = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Longest };

    public PaymentProvider(PaymentSettings settings)
    {
        Settings = settings;
        Pages = settings.ApiBase?.GetLeftPart(UriPartial.Authority) ?? "https://checkout.stripe.com https://billing.stripe.com";
        if (settings is { Enabled: true, ApiKey: { } key }) client.SetResult(Connected(key, settings.ApiBase));
    }

    /// <summary>Who it is.</summary>
    public PaymentSettings Settings { get; }

    /// <summary>Where its pages are that payers are sent to, for the Content-Security-Policy: a browser follows a form's redirect only where that lets it.</summary>
    public string Pages { get; private set; }

    /// <summary>The simulator listens there.</summary>
    public void Connect(Uri simulator)
    {
        Pages = simulator.GetLeftPart(UriPartial.Authority);
        client.TrySetResult(Connected(PaymentSettings.SimulatorKey, simulator));
    }

    /// <summary>Stripe.net's client.</summary>
    /// <exception cref="PaymentsUnavailableException">Nobody takes payments here, or the simulator is not there.</exception>
    public async Task<StripeClient> Client(CancellationToken cancellation)
    {
        if (!Settings.Enabled) throw new PaymentsUnavailableException("No payments are taken here.", null);
        try
        {
            return await client.Task.WaitAsync(Patience, TimeProvider.System, cancellation);
        }
        catch (TimeoutException late)
        {
            throw new PaymentsUnavailableException("The payment simulator has not started.", late);
        }
    }

    public void Dispose() => http.Dispose();

    private StripeClient Connected(string key, Uri? address) => new(new StripeClientOptions
    {
        ApiKey = key, ApiBase = address?.ToString().TrimEnd('/'),
        HttpClient = new SystemNetHttpClient(http, maxNetworkRetries: 0, appInfo: new AppInfo { Name = "Makerspace" }, enableTelemetry: false),
    });
}

/// <summary>The payment provider cannot be asked now; what was begun stands, and the same request again goes on with it.</summary>
public sealed class PaymentsUnavailableException(string message, Exception? inner) : Exception(message, inner);
