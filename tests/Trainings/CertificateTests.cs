using System.Buffers.Text;
using System.Net;
using System.Text;
using Makerspace.Tests.Infrastructure;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace Makerspace.Tests.Trainings;

/// <summary>Certificates that others verify: good ones, and every kind of bad one.</summary>
public class CertificateTests(Lab lab) : IClassFixture<Lab>
{
    [Fact]
    public async Task A_good_certificate_is_valid_for_everybody_and_by_the_public_key_alone()
    {
        var (code, token) = await Certified("ada", "good");
        foreach (var text in new[] { token, code, code.ToUpperInvariant() })
        {
            var verified = await lab.Nobody.Json("/api/v1/certificates/verify?token=" + text);
            ((string)verified["standing"]!, (string)verified["name"]!, (bool)verified["signed"]!).ShouldBe(("Valid", "ada", text == token));
        }
        (await lab.Nobody.GetStringAsync("/verify/" + token, TestContext.Current.CancellationToken)).ShouldContain("data-standing=\"Valid\"");

        // Somebody else's program, with nothing but the key that is published.
        var (message, signature) = Parts(token);
        var key = (await lab.Nobody.Json("/api/v1/certificates/keys"))["items"]![0]!;
        var verifier = new Ed25519Signer();
        verifier.Init(forSigning: false, new Ed25519PublicKeyParameters(Base64Url.DecodeFromChars((string)key["publicKey"]!)));
        byte[] said = [.. Encoding.UTF8.GetBytes("makerspace certificates 1\n"), .. message];
        verifier.BlockUpdate(said, 0, said.Length);
        verifier.VerifySignature(signature).ShouldBeTrue();
    }

    [Fact]
    public async Task A_forged_one_is_none_whatever_was_changed_in_it()
    {
        var (_, token) = await Certified("ada", "forged");
        var (message, signature) = Parts(token);
        var text = Encoding.UTF8.GetString(message);
        string[] bad =
        [
            Token(text.Replace("\"ada\"", "\"eve\"", StringComparison.Ordinal), signature),          // another name
            Token(text.Replace("2026", "2036", StringComparison.Ordinal), signature),                // another time
            Token(text + " ", signature),                                                            // a byte more
            Token(text, [.. signature[..^1], (byte)(signature[^1] ^ 1)]),                             // a bit of the signature
            Token(text, signature[..^1]),                                                            // too short
            Token(text, []),
            Token(text, new byte[64]),
            Signed(text, "makerspace certificates 1\n"),                                             // by a key that nobody knows
            Token("{}", signature), Token("null", signature), Token("[", signature),
            token + "x", token + ".x", "." , "a.b", token.Split('.')[0] + ".", new string('a', 1500) + "." + new string('b', 100),
        ];
        foreach (var forged in bad)
        {
            var verified = await lab.Nobody.Json("/api/v1/certificates/verify?token=" + Uri.EscapeDataString(forged));
            ((string)verified["standing"]!).ShouldBe("Forged", forged);
            verified["name"].ShouldBeNull();
        }
        ((string)(await lab.Nobody.Json("/api/v1/certificates/verify?token=abcdefghjkmnpqrstuvw"))["standing"]!).ShouldBe("Unknown");
        (await lab.Nobody.GetStringAsync("/verify/" + bad[0], TestContext.Current.CancellationToken)).ShouldContain("data-standing=\"Forged\"");
    }

    [Fact]
    public async Task Expired_revoked_and_replaced_ones_say_so_and_why_is_nobodys_business()
    {
        var (_, revoked) = await Certified("ben", "taken");
        using (var gone = await lab.Staff.Post("/api/v1/members/ben/certifications/taken/revoke", """{"reason": "a private matter"}""")) gone.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Standing(revoked)).ShouldBe("Revoked");
        (await lab.Nobody.GetStringAsync("/api/v1/certificates/verify?token=" + revoked, TestContext.Current.CancellationToken)).ShouldNotContain("private");
        (await lab.Nobody.GetStringAsync("/verify/" + revoked, TestContext.Current.CancellationToken)).ShouldNotContain("private");

        var (_, first) = await Certified("ben", "renewed", "\"until\": \"2027-06-01T00:00:00Z\"");
        var (_, second) = await Certified("ben", "renewed", "\"until\": \"2027-07-01T00:00:00Z\"");
        (await Standing(first), await Standing(second)).ShouldBe(("Replaced", "Valid"));

        var until = lab.Server.Clock.GetUtcNow().AddMinutes(5).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        var (_, expired) = await Certified("ben", "short", $"\"until\": \"{until}\"");
        (await Standing(expired)).ShouldBe("Valid");
        using (var later = await lab.Admin.Post("/dev/clock", """{"advance": "PT6M"}""")) later.EnsureSuccessStatusCode();
        (await Standing(expired)).ShouldBe("Expired");
    }

    [Fact]
    public async Task A_new_key_signs_from_then_on_and_what_the_old_one_signed_stays_good()
    {
        var (_, old) = await Certified("ada", "rotated");
        using (var rotated = await lab.Admin.PostAsync("/api/v1/certificates/keys", null, TestContext.Current.CancellationToken)) rotated.EnsureSuccessStatusCode();
        var now = (string)(await lab.Ada.Json("/api/v1/members/ada/certifications/rotated/certificate"))["token"]!;
        Key(now).ShouldNotBe(Key(old));
        (await Standing(old), await Standing(now)).ShouldBe(("Valid", "Valid"));
        // No private key leaves the server, whoever asks.
        (await lab.Admin.GetStringAsync("/api/v1/certificates/keys", TestContext.Current.CancellationToken)).ShouldNotContain("sealed", Case.Insensitive);
    }

    private async Task<(string Code, string Token)> Certified(string member, string id, string? more = null)
    {
        using var granted = await lab.Staff.Post($"/api/v1/members/{member}/certifications", $$"""{"id": "{{id}}"{{(more is null ? "" : ", " + more)}}}""");
        granted.StatusCode.ShouldBe(HttpStatusCode.Created, await granted.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var certificate = await lab.Staff.Json($"/api/v1/members/{member}/certifications/{id}/certificate");
        return ((string)certificate["code"]!, (string)certificate["token"]!);
    }

    private async Task<string> Standing(string token) => (string)(await lab.Nobody.Json("/api/v1/certificates/verify?token=" + token))["standing"]!;

    private static (byte[] Message, byte[] Signature) Parts(string token)
    {
        var parts = token.Split('.');
        return (Base64Url.DecodeFromChars(parts[0]), Base64Url.DecodeFromChars(parts[1]));
    }

    private static string Key(string token) => (string)System.Text.Json.Nodes.JsonNode.Parse(Parts(token).Message)!["key"]!;

    private static string Token(string message, byte[] signature) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(message)) + "." + Base64Url.EncodeToString(signature);

    private static string Signed(string message, string purpose)
    {
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, new Ed25519PrivateKeyParameters(new SecureRandom()));
        var said = Encoding.UTF8.GetBytes(purpose + message);
        signer.BlockUpdate(said, 0, said.Length);
        return Token(message, signer.GenerateSignature());
    }
}
