using System.Buffers.Text;
using System.Security.Cryptography;
using Makerspace.Access;
using Makerspace.ReadModels;
using Makerspace.Time;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Access;

/// <summary>The keys that permit lists are signed with. The private half is sealed by data protection, whose keys lie beside the database.</summary>
public sealed class PermitSigner(IDbContextFactory<MakerspaceDb> databases, IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>A retired key is believed as long as a list may be good that it has signed.</summary>
    private static readonly Duration Believed = Duration.FromDays(8);

    private readonly IDataProtector protector = protection.CreateProtector("makerspace.permit-keys");

    public async Task<SignedPermits> Sign(PermitList list, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var key = await db.PermitKeys.AsNoTracking().Where(k => k.RetiredAt == null).OrderByDescending(k => k.MadeAt).FirstOrDefaultAsync(cancellation) ?? await Make(db, cancellation);
        return PermitSignature.Sign(list, key.Id, Convert.FromBase64String(protector.Unprotect(key.SealedKey)));
    }

    /// <summary>The public halves that a device is to believe.</summary>
    public async Task<IReadOnlyList<TrustedKey>> Trusted(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await db.PermitKeys.AnyAsync(k => k.RetiredAt == null, cancellation)) await Make(db, cancellation);
        var since = time.Now() - Believed;
        var rows = await db.PermitKeys.AsNoTracking().Where(k => k.RetiredAt == null || k.RetiredAt > since).OrderBy(k => k.MadeAt).ToListAsync(cancellation);
        return [.. rows.Select(k => new TrustedKey(k.Id, Base64Url.EncodeToString(Convert.FromBase64String(k.PublicKey))))];
    }

    /// <summary>A new key signs from now on.</summary>
    public async Task<string> Rotate(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var made = await Make(db, cancellation);
        var now = time.Now();
        await db.PermitKeys.Where(k => k.RetiredAt == null && k.Id != made.Id).ExecuteUpdateAsync(u => u.SetProperty(k => k.RetiredAt, now), cancellation);
        return made.Id;
    }

    private async Task<PermitKeyRow> Make(MakerspaceDb db, CancellationToken cancellation)
    {
        var seed = RandomNumberGenerator.GetBytes(32);
        var row = new PermitKeyRow
        {
            Id = Ids.Random("key"), PublicKey = Convert.ToBase64String(PermitSignature.PublicOf(seed)), SealedKey = protector.Protect(Convert.ToBase64String(seed)), MadeAt = time.Now(),
        };
        db.PermitKeys.Add(row);
        await db.SaveChangesAsync(cancellation);
        return row;
    }
}
