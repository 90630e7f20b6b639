using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Makerspace.Billing;

/// <summary>Who takes payments, and how they are reached.</summary>
/// <remarks>
/// Read from configuration: <c>Stripe:ApiKey</c> or <c>STRIPE_API_KEY</c>; <c>Stripe:WebhookSecrets</c> or <c>STRIPE_WEBHOOK_SECRETS</c> (separated by commas: while a
/// secret is changed over, both); <c>Stripe:ApiBase</c> (another address than Stripe's own). Without a key the simulator takes payments, at
/// <c>Makerspace:PaymentSimulator:Urls</c>. <c>Makerspace:Payments:Enabled=false</c>: nobody does.
/// </remarks>
public sealed record PaymentSettings
{
    /// <summary>The key that the simulator takes.</summary>
    public const string SimulatorKey = "sk_test_simulator";

    /// <summary>False: no payments are taken here, and no simulator is started.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Null: the simulator takes payments.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Null: Stripe's own.</summary>
    public Uri? ApiBase { get; init; }

    /// <summary>What webhooks may be signed with; any of them does.</summary>
    public ImmutableArray<string> WebhookSecrets { get; init; } = [];

    /// <summary>Where the simulator listens; null: beside the main address.</summary>
    public string? SimulatorUrls { get; init; }

    /// <summary>The simulator in this process takes payments.</summary>
    public bool Simulated => Enabled && ApiKey is null;

    /// <summary>As it reads in <c>/health</c>.</summary>
    public string Provider => this switch
    {
        { Enabled: false } => "none",
        { ApiKey: null or SimulatorKey } => "simulated",
        { ApiKey: var key } when key.Contains("_live_", StringComparison.Ordinal) => "Stripe (live)",
        _ => "Stripe (test)",
    };

    /// <summary>Reads them from the configuration of a host.</summary>
    /// <exception cref="StartRefusedException">A setting is not what it should be.</exception>
    public static PaymentSettings From(IConfiguration configuration)
    {
        var settings = new PaymentSettings
        {
            Enabled = configuration.GetValue("Makerspace:Payments:Enabled", true),
            ApiKey = Given(configuration, "Stripe:ApiKey", "STRIPE_API_KEY"),
            ApiBase = Address(Given(configuration, "Stripe:ApiBase", "STRIPE_API_BASE")),
            WebhookSecrets = [.. (Given(configuration, "Stripe:WebhookSecrets", "STRIPE_WEBHOOK_SECRETS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
            SimulatorUrls = Given(configuration, "Makerspace:PaymentSimulator:Urls", "MAKERSPACE_PAYMENT_SIMULATOR_URLS"),
        };
        if (settings.ApiKey is { } key && !IsSecretKey(key))
            throw new StartRefusedException("Stripe:ApiKey is no secret key: those begin with sk_ or rk_.");
        // The simulator signs with what we are told here; nobody else can know it.
        return settings is { Simulated: true, WebhookSecrets: [] } ? settings with { WebhookSecrets = ["whsec_" + RandomNumberGenerator.GetHexString(48, lowercase: true)] } : settings;
    }

    /// <summary>The record's own would print the key.</summary>
    public override string ToString() => Provider;

    private static bool IsSecretKey(string key) => key.StartsWith("sk_", StringComparison.Ordinal) || key.StartsWith("rk_", StringComparison.Ordinal);

    private static string? Given(IConfiguration configuration, string key, string variable) =>
        configuration[key] is { Length: > 0 } set ? set : configuration[variable] is { Length: > 0 } inherited ? inherited : null;

    private static Uri? Address(string? text)
    {
        if (text is null) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https")
            ? address
            : throw new StartRefusedException($"Stripe:ApiBase is no address: {text}");
    }
}
