using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Makerspace.Access;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Microsoft.AspNetCore.DataProtection;
using NodaTime;

namespace Makerspace.Web.Access;

/// <summary>Which kiosk a browser is, and who stands at it. The kiosk is known by a cookie that a device's secret was given for; a person by a slip that is good for three minutes.</summary>
public sealed class Kiosk : IDisposable
{
    public const string Cookie = "makerspace-kiosk";

    /// <summary>Who has shown a badge is forgotten after that.</summary>
    public static readonly Duration SlipHolds = Duration.FromMinutes(3);

    private readonly IGrainFactory grains;
    private readonly TimeProvider time;
    private readonly IDataProtector cookies;
    private readonly IDataProtector slips;

    // Badge numbers and PINs can be typed: so wrong ones are counted, by kiosk.
    private readonly PartitionedRateLimiter<string> wrong = PartitionedRateLimiter.Create<string, string>(kiosk =>
        RateLimitPartition.GetFixedWindowLimiter(kiosk, _ => new FixedWindowRateLimiterOptions { PermitLimit = 15, Window = TimeSpan.FromMinutes(10), QueueLimit = 0 }));

    public Kiosk(IGrainFactory grains, IDataProtectionProvider protection, TimeProvider time)
    {
        (this.grains, this.time) = (grains, time);
        cookies = protection.CreateProtector("makerspace.kiosk");
        slips = protection.CreateProtector("makerspace.kiosk.person");
    }

    /// <summary>The browser is that device's from now on. False where the secret is none of a kiosk's.</summary>
    public async Task<bool> Join(HttpContext http, string? secret)
    {
        if (await DeviceSecret.Recognise(secret?.Trim(), grains) is not { } id || await Grain(id).View() is not { Definition.Kind: DeviceKind.Kiosk }) return false;
        http.Response.Cookies.Append(Cookie, cookies.Protect($"{id}|{DeviceSecret.Hash(secret!.Trim())}"), new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/kiosk", MaxAge = TimeSpan.FromDays(400), IsEssential = true,
        });
        return true;
    }

    /// <summary>The kiosk that the browser is; null where it is none, or its secret is void.</summary>
    public async Task<DeviceView?> Of(HttpContext http)
    {
        if (Opened(cookies, http.Request.Cookies[Cookie])?.Split('|') is not [var id, var hash] || !await Grain(id).Recognise(hash)) return null;
        await Grain(id).Heartbeat(new Heartbeat(time.Now(), 0, null));
        return await Grain(id).View();
    }

    /// <summary>A slip that says who stands at the kiosk.</summary>
    public string Slip(string kioskId, string memberId) =>
        slips.Protect($"{kioskId}|{memberId}|{(time.Now() + SlipHolds).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Who the slip is of; null where it has run out, or is another kiosk's.</summary>
    public string? Holder(string kioskId, string? slip) =>
        Opened(slips, slip)?.Split('|') is [var kiosk, var member, var until] && kiosk == kioskId
        && long.TryParse(until, CultureInfo.InvariantCulture, out var seconds) && Instant.FromUnixTimeSeconds(seconds) > time.Now() ? member : null;

    public bool MayTry(string kioskId)
    {
        using var lease = wrong.AttemptAcquire(kioskId, 0);
        return lease.IsAcquired;
    }

    public void WasWrong(string kioskId) => wrong.AttemptAcquire(kioskId).Dispose();

    /// <summary>The person, for the one door to bookings: a member, and never more.</summary>
    public static ClaimsPrincipal Person(string memberId) => new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, "kiosk"), new Claim(Caller.MemberClaim, memberId)], "Kiosk"));

    public void Dispose() => wrong.Dispose();

    private IDeviceGrain Grain(string id) => grains.GetGrain<IDeviceGrain>(Keys.Device(id));

    private static string? Opened(IDataProtector protector, string? sealedText)
    {
        try
        {
            return string.IsNullOrEmpty(sealedText) ? null : protector.Unprotect(sealedText);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}
