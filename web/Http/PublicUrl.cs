namespace Makerspace.Web.Http;

/// <summary>How this site is called from outside: <c>Makerspace:PublicUrl</c>, where it is told.</summary>
internal static class PublicUrlSetting
{
    /// <summary>For messages, without a slash at the end. Never from a request's Host header: whoever asks could choose where a message leads.</summary>
    public static string PublicUrl(this IConfiguration configuration) => (Told(configuration) ?? configuration[WebHostDefaults.ServerUrlsKey]?.Split(';')[0] ?? "").TrimEnd('/');

    /// <summary>For the browser that asks, which comes back to where it asked.</summary>
    public static string PublicUrl(this IConfiguration configuration, HttpRequest request) => (Told(configuration) ?? $"{request.Scheme}://{request.Host}").TrimEnd('/');

    private static string? Told(IConfiguration configuration) => configuration["Makerspace:PublicUrl"] is { Length: > 0 } told ? told : null;
}
