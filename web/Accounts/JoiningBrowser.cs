using Microsoft.AspNetCore.DataProtection;

namespace Makerspace.Web.Accounts;

/// <summary>
/// Remembers, for a day and in that browser alone, with which address somebody signed up there: so that whoever opens the mailed link in the same
/// browser is signed in and goes on, and a link that was sent to somebody else signs nobody into a stranger's account.
/// </summary>
public sealed class JoiningBrowser(IDataProtectionProvider protection)
{
    private const string Cookie = "makerspace.joining";
    private static readonly TimeSpan For = TimeSpan.FromHours(24);
    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("Makerspace.Joining").ToTimeLimitedDataProtector();

    public void Remember(HttpContext http, string email) => http.Response.Cookies.Append(
        Cookie, protector.Protect(email, For), new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, MaxAge = For, Path = "/confirm", IsEssential = true });

    /// <summary>The address; null where this browser has none.</summary>
    public string? Recall(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 0 } kept) return null;
        try { return protector.Unprotect(kept); }
        catch (System.Security.Cryptography.CryptographicException) { return null; }
    }
}
