using System.Security.Cryptography;
using Makerspace.Notices;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.DataProtection;

namespace Makerspace.Web.Notices;

/// <summary>Addresses in messages. That of unsubscribing says, sealed, who takes themselves off what: it works without signing in, for that alone.</summary>
internal sealed class NoticeLinks(IConfiguration configuration, IDataProtectionProvider protection)
{
    private readonly IDataProtector seal = protection.CreateProtector("notices.unsubscribe");

    private string Base => configuration.PublicUrl();

    public string Settings => $"{Base}/me/notices";

    public string Today => $"{Base}/today";

    public string To(Appointment appointment) => appointment.Topic switch
    {
        Topic.Training => $"{Base}/trainings/{Guid.Parse(Keys.Id(appointment.About))}",
        Topic.Event => $"{Base}/events/{Guid.Parse(Keys.Id(appointment.About))}",
        _ => $"{Base}/bookings/{Guid.Parse(Keys.Id(appointment.About))}",
    };

    public string Token(string memberId, params NoticeKind[] kinds) => seal.Protect($"{string.Join(',', kinds)}|{memberId}");

    /// <summary>Where a person looks, and presses a button: whoever only looks changes nothing.</summary>
    public string Unsubscribe(string token) => $"{Base}/unsubscribe?token={token}";

    /// <summary>Where their mail program takes them off at one click.</summary>
    public string OneClick(string token) => $"{Base}/api/v1/notices/unsubscribe/{token}";

    /// <summary>Who, and what; null where the token is not one of ours.</summary>
    public (string MemberId, IReadOnlyList<NoticeKind> Kinds)? Read(string? token)
    {
        try
        {
            var parts = seal.Unprotect(token ?? "").Split('|', 2);
            var kinds = parts[0].Split(',').Select(k => Enum.TryParse<NoticeKind>(k, out var kind) ? kind : (NoticeKind?)null).OfType<NoticeKind>().ToList();
            return parts.Length == 2 && kinds.Count > 0 ? (parts[1], kinds) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
