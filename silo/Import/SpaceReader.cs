using System.Collections.Immutable;
using System.Text.Json;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Import;

/// <summary>Reads the space as it is, for a plan. A plan from old rows does no harm: its steps name the versions they saw.</summary>
internal sealed class SpaceReader(IGrainFactory grains, IDbContextFactory<MakerspaceDb> databases, IReadModels readModels, TimeProvider time)
{
    // Nothing stands of these: a later import may try again.
    private static readonly BookingState[] Nothing = [BookingState.Refused, BookingState.Expired];

    public async Task<SpaceAsItIs> Read(CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return new()
        {
            Now = time.Now(),
            Space = await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts(),
            Tools = Parsed<ToolView>(await db.Tools.OrderBy(t => t.Id).Select(t => t.Data).ToListAsync(cancellation)),
            Areas = Parsed<AreaView>(await db.Areas.OrderBy(a => a.Id).Select(a => a.Data).ToListAsync(cancellation)),
            Members = Parsed<MemberView>(await db.Members.OrderBy(m => m.Id).Select(m => m.Data).ToListAsync(cancellation)),
            Accounts = await Accounts(db, cancellation),
            Bookings = [.. await db.Bookings.Where(b => !Nothing.Contains(b.State)).Select(b => b.Id).ToListAsync(cancellation)],
        };
    }

    private static ImmutableArray<T> Parsed<T>(List<string> rows) => [.. rows.Select(r => JsonSerializer.Deserialize<T>(r, StoredJson.Options)!)];

    private static async Task<ImmutableArray<AccountAsItIs>> Accounts(MakerspaceDb db, CancellationToken cancellation)
    {
        var roles = (await db.UserRoles.Join(db.Roles, u => u.RoleId, r => r.Id, (u, r) => new { u.UserId, r.Name }).ToListAsync(cancellation))
            .ToLookup(r => r.UserId, r => r.Name ?? "");
        var accounts = await db.Users.Where(u => u.Email != null).Select(u => new { u.Id, u.Email, u.MemberId }).ToListAsync(cancellation);
        return [.. accounts.Select(a => new AccountAsItIs(a.Email!, a.MemberId, [.. roles[a.Id]]))];
    }
}
