using System.Buffers.Text;
using System.Text.Json;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Trainings;
using Makerspace.Web.Accounts;
using Makerspace.Web.Signing;
using Makerspace.Web.Spaces;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Trainings;

/// <summary>What a certificate proves now.</summary>
public enum CertificateStanding
{
    /// <summary>It is held.</summary>
    Valid,

    /// <summary>It begins later.</summary>
    NotYet,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Nothing that asks for it was used for too long.</summary>
    Lapsed,

    /// <summary>It was taken away.</summary>
    Revoked,

    /// <summary>There is a newer one.</summary>
    Replaced,

    /// <summary>Nobody here signed this, or somebody has changed it since.</summary>
    Forged,

    /// <summary>There is no certificate with this code.</summary>
    Unknown,
}

/// <summary>The answer to somebody who verifies.</summary>
/// <param name="Standing">What it proves now.</param>
/// <param name="Certificate">As the space has it; null where it is forged or unknown.</param>
/// <param name="Certification">Its name.</param>
/// <param name="Since">When it was revoked, replaced, lapsed or expired.</param>
public sealed record Verification(CertificateStanding Standing, Certificate? Certificate, string Certification, Instant? Since)
{
    /// <summary>It came with a signature, and that is good.</summary>
    public bool Signed { get; init; }
}

/// <summary>
/// Certificates for others: a signed token that anybody may verify with the public key alone, and the register, which also knows what was revoked since.
/// </summary>
public sealed class CertificateVerification
{
    private readonly SigningKeys keys;
    private readonly MakerspaceDb db;
    private readonly IReadModels readModels;
    private readonly IGrainFactory grains;
    private readonly TimeProvider time;
    private readonly AccountLinks links;

    internal CertificateVerification(SigningKeys keys, MakerspaceDb db, IReadModels readModels, IGrainFactory grains, TimeProvider time, AccountLinks links) =>
        (this.keys, this.db, this.readModels, this.grains, this.time, this.links) = (keys, db, readModels, grains, time, links);

    /// <summary>The certificate with that code, as the register has it.</summary>
    public async Task<Certificate?> Find(string code, CancellationToken cancellation)
    {
        if (!Certificates.IsCode(code)) return null;
        await readModels.CaughtUp(cancellation);
        return (await db.Certificates.AsNoTracking().FirstOrDefaultAsync(c => c.Id == code, cancellation))?.View();
    }

    /// <summary>All of a member, newest first.</summary>
    public async Task<IReadOnlyList<Certificate>> Of(string memberId, CancellationToken cancellation) =>
        [.. (await db.Certificates.AsNoTracking().Where(c => c.MemberId == memberId).OrderByDescending(c => c.From).Take(100).ToListAsync(cancellation)).Select(c => c.View())];

    /// <summary>The address that opens what the certificate proves, with everything that is signed in it.</summary>
    public async Task<string> Address(Certificate certificate, CancellationToken cancellation) => links.Verify(await Token(certificate, cancellation));

    /// <summary>The certificate, signed.</summary>
    public async Task<string> Token(Certificate certificate, CancellationToken cancellation)
    {
        var space = await grains.Space();
        var (message, signature) = await keys.Sign(SigningKeys.Certificates, key => JsonSerializer.SerializeToUtf8Bytes(Claims.Of(certificate, space, key), StoredJson.Options), cancellation);
        return Base64Url.EncodeToString(message) + "." + Base64Url.EncodeToString(signature);
    }

    /// <summary>What a token, or a code that was typed, proves now.</summary>
    public async Task<Verification> Verify(string text, CancellationToken cancellation)
    {
        text = text.Trim();
        if (!text.Contains('.', StringComparison.Ordinal)) return await Standing(text.ToLowerInvariant(), null, cancellation);
        return await Read(text, cancellation) is { } claims ? await Standing(claims.Code, claims, cancellation) : new Verification(CertificateStanding.Forged, null, "", null);
    }

    private async Task<Claims?> Read(string token, CancellationToken cancellation)
    {
        var parts = token.Split('.');
        if (parts.Length != 2 || token.Length > 2000) return null;
        try
        {
            var (message, signature) = (Base64Url.DecodeFromChars(parts[0]), Base64Url.DecodeFromChars(parts[1]));
            // Read for the key's name only; what else it says counts once the signature is good.
            if (JsonSerializer.Deserialize<Claims>(message, StoredJson.Options) is not { Key.Length: > 0 } claims) return null;
            return await keys.Verifies(SigningKeys.Certificates, claims.Key, message, signature, cancellation) ? claims : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private async Task<Verification> Standing(string code, Claims? claims, CancellationToken cancellation)
    {
        var (space, now) = (await grains.Space(), time.Now());
        if (await Find(code, cancellation) is not { } certificate) return new Verification(CertificateStanding.Unknown, null, "", null) { Signed = claims is not null };
        var (standing, since) = certificate switch
        {
            { End: CertificateEnd.Revoked } => (CertificateStanding.Revoked, certificate.EndedAt),
            { End: CertificateEnd.Replaced } => (CertificateStanding.Replaced, certificate.EndedAt),
            { Until: { } until } when until <= now => (CertificateStanding.Expired, until),
            { From: var from } when from > now => (CertificateStanding.NotYet, from),
            _ when await LapsedAt(certificate, space) is { } lapse && lapse <= now => (CertificateStanding.Lapsed, lapse),
            _ => (CertificateStanding.Valid, (Instant?)null),
        };
        return new Verification(standing, certificate, space.Certifications.GetValueOrDefault(certificate.CertificationId, certificate.CertificationId), since) { Signed = claims is not null };
    }

    private async Task<Instant?> LapsedAt(Certificate certificate, SpaceFacts space)
    {
        if (!space.Lapses.TryGetValue(certificate.CertificationId, out var after)) return null;
        var used = await grains.GetGrain<IMemberGrain>(Keys.Member(certificate.MemberId)).LastUsed();
        var held = new Certification(certificate.CertificationId, certificate.From, certificate.Until, certificate.GrantedBy);
        return Lapsing.At(held, used.TryGetValue(held.Id, out var at) ? at : null, after);
    }

    /// <summary>What a token says. Short names: all of it has to fit into a code that a phone reads from paper.</summary>
    private sealed record Claims(string Key, string Code, string Name, string Certification, string Space, Instant From, Instant? Until)
    {
        public static Claims Of(Certificate c, SpaceFacts space, string key) => new(
            key, c.Code, c.Name, space.Certifications.GetValueOrDefault(c.CertificationId, c.CertificationId), space.Name, c.From, c.Until);
    }
}
