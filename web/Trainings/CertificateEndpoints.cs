using System.Security.Claims;
using Makerspace.Spaces;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Signing;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Makerspace.Web.Trainings;

/// <summary>A certificate to show to others.</summary>
/// <param name="Code">To be typed.</param>
/// <param name="Token">Signed: anybody may verify it with the public key alone.</param>
/// <param name="Address">Opens what it proves now; what the square code holds.</param>
public sealed record CertificateModel(string Code, string Token, string Address);

/// <summary>What a certificate proves now. Why it was revoked is nobody's business but the member's and the staff's.</summary>
/// <param name="Standing">What it proves now.</param>
/// <param name="Signed">It came with a good signature; a code that was typed has none.</param>
/// <param name="Since">When it was revoked, replaced, lapsed or expired.</param>
public sealed record VerificationModel(
    CertificateStanding Standing, bool Signed, string? Name, string? Certification, string? Space, OffsetDateTime? From, OffsetDateTime? Until, OffsetDateTime? Since)
{
    internal static VerificationModel Of(Verification v, SpaceFacts space) => new(
        v.Standing, v.Signed, v.Certificate?.Name, v.Certificate is null ? null : v.Certification, v.Certificate is null ? null : space.Name, v.Certificate?.From.In(space),
        v.Certificate?.Until?.In(space), v.Since?.In(space));
}

/// <summary>A public key, to verify certificates without asking.</summary>
public sealed record KeyModel(string Id, string Algorithm, string PublicKey, OffsetDateTime MadeAt, OffsetDateTime? RetiredAt);

/// <summary>Certificates: what they prove, and the keys that sign them.</summary>
internal static class CertificateEndpoints
{
    public static void MapCertificates(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/certificates").WithTags("Certifications");
        group.MapGet("/verify", Verify).AllowAnonymous().WithSummary("What a certificate proves now").WithDescription("token is a certificate's token, or its code.");
        group.MapGet("/keys", List).AllowAnonymous().WithSummary("The public keys that certificates are signed with");
        group.MapPost("/keys", Rotate).RequireAuthorization(Allow.Admin).WithSummary("Sign with a new key from now on").WithDescription("What older keys signed is still verified.");
    }

    public static async Task<Results<Ok<CertificateModel>, ProblemHttpResult>> Of(
        string id, string certificationId, ClaimsPrincipal user, PassportDesk passports, CertificateVerification certificates, CancellationToken cancellation)
    {
        if (!Caller.Of(user).MaySee(id) || !Ids.IsSlug(id)) return Problem.Unknown("member");
        if (await passports.Code(id, certificationId) is not { } code || await certificates.Find(code, cancellation) is not { } certificate) return Problem.Unknown("certificate");
        return TypedResults.Ok(new CertificateModel(code, await certificates.Token(certificate, cancellation), await certificates.Address(certificate, cancellation)));
    }

    private static async Task<Results<Ok<VerificationModel>, ProblemHttpResult>> Verify(
        string? token, CertificateVerification certificates, IGrainFactory grains, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(token)) return Problem.Malformed("token", "missing-field", "token is a certificate's token, or its code.");
        return TypedResults.Ok(VerificationModel.Of(await certificates.Verify(token, cancellation), await grains.Space()));
    }

    private static async Task<Ok<Page<KeyModel>>> List(SigningKeys keys, IGrainFactory grains, CancellationToken cancellation)
    {
        var space = await grains.Space();
        return TypedResults.Ok(new Page<KeyModel>([.. (await keys.All(SigningKeys.Certificates, cancellation)).Select(k => Of(k, space))], null));
    }

    private static async Task<Ok<KeyModel>> Rotate(SigningKeys keys, IGrainFactory grains, CancellationToken cancellation) =>
        TypedResults.Ok(Of(await keys.Rotate(SigningKeys.Certificates, cancellation), await grains.Space()));

    private static KeyModel Of(PublicKeyInfo key, SpaceFacts space) => new(key.Id, "Ed25519", key.PublicKey, key.MadeAt.In(space), key.RetiredAt?.In(space));
}
