using System.Buffers.Text;
using System.Text.Json;
using Makerspace.Access;
using Makerspace.Time;
using Makerspace.Web.Signing;
using NodaTime;

namespace Makerspace.Web.Access;

/// <summary>Signs permit lists, and says by which keys.</summary>
public sealed class PermitSigner(SigningKeys keys, TimeProvider time)
{
    /// <summary>A retired key is believed as long as a list may be good that it has signed.</summary>
    private static readonly Duration Believed = Duration.FromDays(8);

    public async Task<SignedPermits> Sign(PermitList list, CancellationToken cancellation)
    {
        var key = "";
        var (payload, signature) = await keys.Sign(SigningKeys.Permits, id => { key = id; return JsonSerializer.SerializeToUtf8Bytes(list, StoredJson.Options); }, cancellation);
        return new SignedPermits(key, Base64Url.EncodeToString(payload), Base64Url.EncodeToString(signature));
    }

    /// <summary>The public halves that a device is to believe.</summary>
    public async Task<IReadOnlyList<TrustedKey>> Trusted(CancellationToken cancellation)
    {
        var since = time.Now() - Believed;
        return [.. (await keys.All(SigningKeys.Permits, cancellation)).Where(k => k.RetiredAt is null || k.RetiredAt > since).OrderBy(k => k.MadeAt).Select(k => new TrustedKey(k.Id, k.PublicKey))];
    }

    /// <summary>A new key signs from now on.</summary>
    public async Task<string> Rotate(CancellationToken cancellation) => (await keys.Rotate(SigningKeys.Permits, cancellation)).Id;
}
