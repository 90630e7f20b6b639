using System.Buffers.Text;
using System.Text.Json;
using Makerspace.Access;
using Makerspace.Web.Signing;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Makerspace.Web.Access;

/// <summary>A permit list as it travels and as a device keeps it.</summary>
/// <param name="KeyId">The key that signed it.</param>
/// <param name="Payload">The list as JSON, base64url: what is signed is these bytes.</param>
/// <param name="Signature">Ed25519, base64url.</param>
public sealed record SignedPermits(string KeyId, string Payload, string Signature);

/// <summary>A key whose lists are believed.</summary>
/// <param name="PublicKey">Raw Ed25519, base64url.</param>
public sealed record TrustedKey(string Id, string PublicKey);

/// <summary>Signing and believing permit lists.</summary>
public static class PermitSignature
{
    public static SignedPermits Sign(PermitList list, string keyId, byte[] privateKey)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(list, StoredJson.Options);
        var signature = new byte[Ed25519.SignatureSize];
        var signed = SigningKeys.Said(SigningKeys.Permits, payload);
        Ed25519.Sign(privateKey, 0, signed, 0, signed.Length, signature, 0);
        return new SignedPermits(keyId, Base64Url.EncodeToString(payload), Base64Url.EncodeToString(signature));
    }

    /// <summary>The list, where it was signed by one of the keys, is this device's and no older than one it has had; else why not, a code.</summary>
    public static (PermitList? List, string? Fault) Read(SignedPermits signed, IReadOnlyList<TrustedKey> keys, string deviceId, long newestKnown)
    {
        if (keys.FirstOrDefault(k => k.Id == signed.KeyId) is not { } key || Verified(signed, key) is not { } payload) return (null, "permits-forged");
        if (Parsed(payload) is not { } list) return (null, "permits-forged");
        if (list.DeviceId != deviceId) return (null, "permits-of-another-device");
        return list.Sequence < newestKnown ? (null, "permits-replayed") : (list, null);
    }

    public static byte[] PublicOf(byte[] privateKey) => new Ed25519PrivateKeyParameters(privateKey).GeneratePublicKey().GetEncoded();

    // Nothing of the payload is looked at before its signature is good.
    private static byte[]? Verified(SignedPermits signed, TrustedKey key)
    {
        if (!TryDecode(signed.Payload, out var payload) || !TryDecode(signed.Signature, out var signature) || !TryDecode(key.PublicKey, out var publicKey)) return null;
        if (signature.Length != Ed25519.SignatureSize || publicKey.Length != Ed25519.PublicKeySize) return null;
        var text = SigningKeys.Said(SigningKeys.Permits, payload);
        return Ed25519.Verify(signature, 0, publicKey, 0, text, 0, text.Length) ? payload : null;
    }

    private static PermitList? Parsed(byte[] payload)
    {
        try
        {
            return JsonSerializer.Deserialize<PermitList>(payload, StoredJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool TryDecode(string? text, out byte[] bytes)
    {
        bytes = [];
        if (text is null || !Base64Url.IsValid(text)) return false;
        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }
}
