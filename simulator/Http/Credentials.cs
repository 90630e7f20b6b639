using System.Text;

namespace Makerspace.PaymentSimulator.Http;

/// <summary>Any secret test key will do: <c>sk_test_…</c>, as a bearer token or as the user of Basic authentication.</summary>
internal static class Credentials
{
    public static void Check(string header)
    {
        var key = Key(header) ?? throw new ApiException(401, "invalid_request_error", "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').");
        if (!key.StartsWith("sk_test_", StringComparison.Ordinal)) throw new ApiException(401, "invalid_request_error", $"Invalid API Key provided: {Veiled(key)}. The simulator takes test keys only: sk_test_…");
    }

    private static string? Key(string header)
    {
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return header[7..].Trim();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        var bytes = new byte[header.Length];
        return Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length).Split(':')[0] : null;
    }

    private static string Veiled(string key) => key.Length <= 12 ? "****" : key[..8] + "****" + key[^4..];
}
