using System.Buffers.Text;
using System.Collections.Concurrent;
using Makerspace.Accounts;
using Makerspace.ReadModels;
using Makerspace.Time;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace Makerspace.Web.Signing;

/// <summary>A key's public half.</summary>
/// <param name="Id">Named in what it signs.</param>
/// <param name="PublicKey">32 bytes, base64url.</param>
/// <param name="RetiredAt">Since when another signs; what this one signed is still good.</param>
public sealed record PublicKeyInfo(string Id, string PublicKey, Instant MadeAt, Instant? RetiredAt);

/// <summary>Ed25519 keys in the database, the private halves sealed by data protection. The first use makes one.</summary>
public sealed class SigningKeys(IDbContextFactory<MakerspaceDb> databases, IDataProtectionProvider protection, TimeProvider time)
{
    public const string Certificates = "certificates";
    public const string Permits = "permits";

    private readonly ConcurrentDictionary<string, Ed25519PublicKeyParameters> known = new(StringComparer.Ordinal);

    /// <summary>Signs with the key of the purpose that signs now.</summary>
    /// <param name="purpose">What for.</param>
    /// <param name="message">What is signed, made with the id of the key.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<(byte[] Message, byte[] Signature)> Sign(string purpose, Func<string, byte[]> message, CancellationToken cancellation)
    {
        var row = await Current(purpose, cancellation);
        var sealedKey = Protector(purpose).Unprotect(Base64Url.DecodeFromChars(row.Sealed));
        var (signer, signed) = (new Ed25519Signer(), message(row.Id));
        signer.Init(forSigning: true, new Ed25519PrivateKeyParameters(sealedKey));
        var whole = Said(purpose, signed);
        signer.BlockUpdate(whole, 0, whole.Length);
        return (signed, signer.GenerateSignature());
    }

    /// <summary>Whether the key of that purpose signed the message. False also where there is no such key.</summary>
    public async Task<bool> Verifies(string purpose, string keyId, byte[] message, byte[] signature, CancellationToken cancellation)
    {
        if (signature.Length != Ed25519PrivateKeyParameters.SignatureSize || await Find(purpose, keyId, cancellation) is not { } key) return false;
        var (verifier, whole) = (new Ed25519Signer(), Said(purpose, message));
        verifier.Init(forSigning: false, key);
        verifier.BlockUpdate(whole, 0, whole.Length);
        return verifier.VerifySignature(signature);
    }

    /// <summary>From now on another key signs. What the old one signed is still verified.</summary>
    public async Task<PublicKeyInfo> Rotate(string purpose, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = time.Now();
        await db.SigningKeys.Where(k => k.Purpose == purpose && k.RetiredAt == null).ExecuteUpdateAsync(set => set.SetProperty(k => k.RetiredAt, now), cancellation);
        return Info(await Make(db, purpose, cancellation));
    }

    /// <summary>All that ever signed, newest first.</summary>
    public async Task<IReadOnlyList<PublicKeyInfo>> All(string purpose, CancellationToken cancellation)
    {
        await Current(purpose, cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return [.. (await db.SigningKeys.AsNoTracking().Where(k => k.Purpose == purpose).OrderByDescending(k => k.MadeAt).ToListAsync(cancellation)).Select(Info)];
    }

    // Two nodes may each make a first one: both read the same as the first from then on.
    private async Task<SigningKeyRow> Current(string purpose, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await First() ?? await Made();

        Task<SigningKeyRow?> First() => db.SigningKeys.AsNoTracking().Where(k => k.Purpose == purpose && k.RetiredAt == null)
            .OrderBy(k => k.MadeAt).ThenBy(k => k.Id).FirstOrDefaultAsync(cancellation);

        async Task<SigningKeyRow> Made()
        {
            await Make(db, purpose, cancellation);
            return (await First())!;
        }
    }

    private async Task<SigningKeyRow> Make(MakerspaceDb db, string purpose, CancellationToken cancellation)
    {
        var key = new Ed25519PrivateKeyParameters(new SecureRandom());
        var row = new SigningKeyRow
        {
            Id = Ids.Random("k"), Purpose = purpose, MadeAt = time.Now(), Sealed = Base64Url.EncodeToString(Protector(purpose).Protect(key.GetEncoded())),
            PublicKey = Base64Url.EncodeToString(key.GeneratePublicKey().GetEncoded()),
        };
        db.SigningKeys.Add(row);
        await db.SaveChangesAsync(cancellation);
        return row;
    }

    private async Task<Ed25519PublicKeyParameters?> Find(string purpose, string keyId, CancellationToken cancellation)
    {
        if (!Ids.IsSlug(keyId)) return null;
        if (known.TryGetValue(purpose + "/" + keyId, out var key)) return key;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.SigningKeys.AsNoTracking().FirstOrDefaultAsync(k => k.Id == keyId && k.Purpose == purpose, cancellation) is not { } row) return null;
        return known[purpose + "/" + keyId] = new Ed25519PublicKeyParameters(Base64Url.DecodeFromChars(row.PublicKey));
    }

    /// <summary>What is signed begins with what it is for: a signature of one kind is none of another.</summary>
    public static byte[] Said(string purpose, byte[] message) => [.. System.Text.Encoding.UTF8.GetBytes($"makerspace {purpose} 1\n"), .. message];

    private IDataProtector Protector(string purpose) => protection.CreateProtector("Makerspace.SigningKeys", purpose);

    private static PublicKeyInfo Info(SigningKeyRow row) => new(row.Id, row.PublicKey, row.MadeAt, row.RetiredAt);
}
