using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Makerspace.PaymentSimulator.Events;

/// <summary>The header <c>Stripe-Signature</c>: a time, and a signature by each secret while secrets are rotated.</summary>
public static class Signature
{
    /// <summary>Signs a body.</summary>
    /// <param name="body">The body, exactly as it is sent.</param>
    /// <param name="secrets">The endpoint's secrets, <c>whsec_…</c>.</param>
    /// <param name="at">Unix seconds.</param>
    public static string Header(string body, IEnumerable<string> secrets, long at)
    {
        var time = at.ToString(CultureInfo.InvariantCulture);
        return $"t={time}," + string.Join(',', secrets.Select(secret => "v1=" + Of($"{time}.{body}", secret)));
    }

    private static string Of(string signed, string secret) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed)));
}
