using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Makerspace.Access;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Makerspace.Web.Access;

/// <summary>A device's secret: <c>msd_&lt;device&gt;.&lt;random&gt;</c>. It says which device it is of; only its hash is kept.</summary>
internal static class DeviceSecret
{
    public const string Prefix = "msd_";

    public static string Make(string deviceId) => $"{Prefix}{deviceId}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>The device that the secret is of; null where it is none, or void.</summary>
    public static async Task<string?> Recognise(string? secret, IGrainFactory grains)
    {
        if (secret is not { Length: < 150 } || !secret.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var id = secret[Prefix.Length..].Split('.')[0];
        return Ids.IsSlug(id) && await grains.GetGrain<IDeviceGrain>(Keys.Device(id)).Recognise(Hash(secret)) ? id : null;
    }
}

/// <summary><c>Authorization: Bearer msd_…</c>, on the device's own routes alone: anywhere else a device's secret is no secret at all.</summary>
internal sealed class DeviceAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IGrainFactory grains)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "Device";

    /// <summary>The claim that holds the device's id. There is no account and no member behind it.</summary>
    public const string DeviceClaim = "device";

    /// <summary>What a device may ask for.</summary>
    public const string Routes = "/api/v1/devices/me";

    private const string Bearer = "Bearer ";

    public static bool Concerns(HttpRequest request) =>
        request.Path.StartsWithSegments(Routes, StringComparison.Ordinal)
        && request.Headers.Authorization.ToString().StartsWith(Bearer + DeviceSecret.Prefix, StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!Concerns(Request) || await DeviceSecret.Recognise(header[Bearer.Length..].Trim(), grains) is not { } id) return AuthenticateResult.Fail("No such device.");
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(DeviceClaim, id)], Scheme)), Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return base.HandleChallengeAsync(properties);
    }
}
