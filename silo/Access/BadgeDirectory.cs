using System.Collections.Immutable;
using System.Text.Json;
using Makerspace.Accounts;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Access;

/// <summary>Badges as the table has them, with their holders as the read models do.</summary>
internal sealed class BadgeDirectory(IDbContextFactory<MakerspaceDb> databases, IReadModels models) : IBadgeDirectory
{
    public async Task<BadgeHolder?> Find(string hash, CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return (await Read(db, db.Badges.Where(b => b.Hash == hash), cancellation)).FirstOrDefault();
    }

    public async Task<ImmutableArray<BadgeHolder>> All(CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return [.. (await Read(db, db.Badges, cancellation)).OrderBy(h => !h.Staff)];
    }

    // Of one that was let go of nobody has the time any more; of an offer, nobody yet.
    private static readonly BookingState[] Had = [BookingState.Confirmed, BookingState.CheckedIn, BookingState.Completed, BookingState.NoShow];

    public async Task<Guid?> BookingAt(string toolId, string memberId, string? companyId, Instant at, CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        // Their own before a colleague's, which they may check in on too.
        return await db.Bookings.AsNoTracking().Where(b => b.MemberId == memberId || (companyId != null && b.CompanyId == companyId))
            .Where(b => b.ToolId == toolId || db.BookingTools.Any(t => t.BookingId == b.Id && t.ToolId == toolId)).Where(b => Had.Contains(b.State)).Within(at, at + Duration.FromMilliseconds(1))
            .OrderBy(b => b.MemberId != memberId).ThenBy(b => b.Start).Select(b => (Guid?)b.Id).FirstOrDefaultAsync(cancellation);
    }

    private static async Task<List<BadgeHolder>> Read(MakerspaceDb db, IQueryable<BadgeRow> badges, CancellationToken cancellation)
    {
        var rows = await badges.AsNoTracking().OrderBy(b => b.MadeAt).Take(IBadgeDirectory.MostBadges)
            .Join(db.Members, b => b.MemberId, m => m.Id, (b, m) => new { b.Hash, b.MemberId, Blocked = b.BlockedAt != null, m.Data }).ToListAsync(cancellation);
        var staff = await Staff(db, cancellation);
        return [.. rows.Select(r => Holder(r.Hash, r.Data, staff.Contains(r.MemberId), r.Blocked))];
    }

    private static BadgeHolder Holder(string hash, string data, bool staff, bool blocked)
    {
        var member = JsonSerializer.Deserialize<MemberView>(data, StoredJson.Options)!;
        return new BadgeHolder(hash, member.Id, member.Definition, staff, blocked) { Certifications = member.Certifications };
    }

    private static async Task<HashSet<string>> Staff(MakerspaceDb db, CancellationToken cancellation)
    {
        var members =
            from account in db.Users
            join held in db.UserRoles on account.Id equals held.UserId
            join role in db.Roles on held.RoleId equals role.Id
            where role.Name == Roles.Staff || role.Name == Roles.Admin
            select account.MemberId;
        return await members.ToHashSetAsync(StringComparer.Ordinal, cancellation);
    }
}
