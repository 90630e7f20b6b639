using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Stripe;

/// <summary>Whether what comes to a webhook was sent by somebody who knows its secret, and lately.</summary>
public static class EventUtility
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Throws unless a signature is good.</summary>
    /// <param name="json">The body, as it came.</param>
    /// <param name="stripeSignatureHeader">Header <c>Stripe-Signature</c>: <c>t=…,v1=…</c>, with several signatures while a secret is changed.</param>
    /// <param name="secret">The webhook's.</param>
    /// <param name="tolerance">Seconds that the signature may be old, or ahead.</param>
    /// <param name="utcNow">Unix seconds.</param>
    public static void ValidateSignature(string json, string stripeSignatureHeader, string secret, long tolerance, long utcNow)
    {
        var parts = stripeSignatureHeader.Trim().Split(',').Select(Part).ToLookup(part => part.Name, part => part.Value, StringComparer.Ordinal);
        var time = parts["t"].FirstOrDefault();
        var signature = Sign(secret, time, json);
        if (!parts["v1"].Any(claimed => AreEqual(claimed, signature)))
            throw new StripeException("The expected signature was not found in the Stripe-Signature header. Make sure you're using the correct webhook secret (whsec_) and confirm the incoming request came from Stripe.");
        if (Math.Abs(utcNow - Convert.ToInt32(time, CultureInfo.InvariantCulture)) > tolerance)
            throw new StripeException("The webhook cannot be processed because the current timestamp is outside of the allowed tolerance.");
    }

    /// <summary>What Stripe would send with a body.</summary>
    public static string GenerateSignatureHeader(string payload, string secret, long? timestamp = null)
    {
        var time = (timestamp ?? TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()).ToString(CultureInfo.InvariantCulture);
        return $"t={time},v1={ComputeSignature(secret, time, payload)}";
    }

    public static string ComputeSignature(string secret, string timestamp, string payload) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Strict.GetBytes(secret), Strict.GetBytes($"{timestamp}.{payload}")));

    private static string Sign(string secret, string timestamp, string payload)
    {
        try
        {
            return ComputeSignature(secret, timestamp, payload);
        }
        catch (EncoderFallbackException e)
        {
            throw new StripeException("The webhook cannot be processed because the signature cannot be safely calculated.", e);
        }
    }

    private static (string Name, string Value) Part(string item) =>
        item.Trim().Split('=', 2) is [var name, var value] ? (name, value) : throw new StripeException("The signature header format is unexpected.");

    private static bool AreEqual(string a, string b) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}
