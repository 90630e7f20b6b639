using System.Security.Claims;
using System.Security.Cryptography;
using Makerspace.Access;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Access;

/// <summary>A badge to give somebody.</summary>
public sealed record BadgeBody
{
    /// <summary>As a reader reads it: 4 to 64 letters and digits.</summary>
    public string? Badge { get; init; }

    /// <summary>What people call it, at most 50 characters.</summary>
    public string? Label { get; init; }
}

/// <summary>A badge; its number is kept nowhere.</summary>
public sealed record BadgeModel(Guid Id, string Label, OffsetDateTime Since, bool Blocked)
{
    internal static BadgeModel Of(BadgeRow b, SpaceFacts space) => new(b.Id, b.Label, b.MadeAt.In(space), b.BlockedAt is not null);
}

/// <summary>What to type at a kiosk.</summary>
/// <param name="Number">Says who.</param>
/// <param name="Pin">Says that it is they; shown this once.</param>
public sealed record PinModel(int Number, string Pin);

/// <summary>Badges and PINs: given, blocked, recognised.</summary>
public sealed class BadgeDesk(IDbContextFactory<MakerspaceDb> databases, IGrainFactory grains, TimeProvider time)
{
    private const int MostBadges = 10;
    private const int MostFailures = 5;
    private static readonly Duration LockedFor = Duration.FromMinutes(10);
    private static readonly PasswordHasher<PinRow> Hasher = new();

    public async Task<IReadOnlyList<BadgeRow>> Of(string memberId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Badges.AsNoTracking().Where(b => b.MemberId == memberId).OrderBy(b => b.MadeAt).ToListAsync(cancellation);
    }

    /// <summary>Gives a badge to a member. The same again changes nothing; one that is somebody else's stays theirs.</summary>
    public async Task<(BadgeRow? Badge, Faults Faults)> Give(string memberId, BadgeBody body, string actor, CancellationToken cancellation)
    {
        var faults = new Faults();
        var label = faults.Text("label", body.Label, 50);
        var hash = BadgeHash.Of(body.Badge);
        if (hash is null) faults.Add("badge", "malformed-badge", $"A badge is what a reader reads: 4 to {BadgeHash.Longest} letters and digits.");
        if (faults.Any) return (null, faults);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.Badges.SingleOrDefaultAsync(b => b.Hash == hash, cancellation) is { } there)
        {
            if (there.MemberId == memberId && there.BlockedAt is null) return (there, faults);
            faults.Add("badge", "badge-taken", there.MemberId == memberId ? "That badge was blocked. Give another one." : "That badge is somebody's already.");
            return (null, faults);
        }
        if (await db.Badges.CountAsync(b => b.MemberId == memberId && b.BlockedAt == null, cancellation) >= MostBadges)
        {
            faults.Add("badge", "too-many-badges", $"A member has {MostBadges} badges at the most.");
            return (null, faults);
        }
        var badge = new BadgeRow { Id = Guid.NewGuid(), MemberId = memberId, Hash = hash!, Label = label, MadeAt = time.Now(), MadeBy = actor };
        db.Badges.Add(badge);
        await db.SaveChangesAsync(cancellation);
        await Member(memberId).Noted("badge given: " + label, actor);
        return (badge, faults);
    }

    /// <summary>Blocks a badge that was lost, or taken back: devices refuse it from their next list on, the server at once.</summary>
    public async Task<bool> Block(string memberId, Guid badgeId, string actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.Badges.SingleOrDefaultAsync(b => b.Id == badgeId && b.MemberId == memberId, cancellation) is not { } badge) return false;
        if (badge.BlockedAt is not null) return true;
        badge.BlockedAt = time.Now();
        await db.SaveChangesAsync(cancellation);
        await Member(memberId).Noted("badge blocked: " + badge.Label, actor);
        return true;
    }

    /// <summary>A new PIN; the old one is void.</summary>
    public async Task<PinModel> NewPin(string memberId, string actor, CancellationToken cancellation)
    {
        var pin = RandomNumberGenerator.GetString("0123456789", 6);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var row = await db.Pins.SingleOrDefaultAsync(p => p.MemberId == memberId, cancellation);
        if (row is null) db.Pins.Add(row = new PinRow { MemberId = memberId, Number = await FreeNumber(db, cancellation) });
        (row.Hash, row.Failures, row.LockedUntil, row.MadeAt) = (Hasher.HashPassword(row, pin), 0, null, time.Now());
        await db.SaveChangesAsync(cancellation);
        await Member(memberId).Noted("kiosk PIN set", actor);
        return new PinModel(row.Number, pin);
    }

    public async Task<bool> DropPin(string memberId, string actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var dropped = await db.Pins.Where(p => p.MemberId == memberId).ExecuteDeleteAsync(cancellation) > 0;
        if (dropped) await Member(memberId).Noted("kiosk PIN taken away", actor);
        return dropped;
    }

    /// <summary>Who types number and PIN; null where nobody has these, or where it was tried too often.</summary>
    public async Task<string?> ByPin(int number, string pin, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = time.Now();
        foreach (var row in await db.Pins.Where(p => p.Number == number).ToListAsync(cancellation))
        {
            if (row.LockedUntil > now) continue;
            var right = Hasher.VerifyHashedPassword(row, row.Hash, pin) != PasswordVerificationResult.Failed;
            row.Failures = right ? 0 : row.Failures + 1;
            if (row.Failures >= MostFailures) (row.Failures, row.LockedUntil) = (0, now + LockedFor);
            await db.SaveChangesAsync(cancellation);
            if (right) return row.MemberId;
        }
        return null;
    }

    private static async Task<int> FreeNumber(MakerspaceDb db, CancellationToken cancellation)
    {
        while (true)
        {
            var number = RandomNumberGenerator.GetInt32(100_000, 1_000_000);
            if (!await db.Pins.AnyAsync(p => p.Number == number, cancellation)) return number;
        }
    }

    private IMemberGrain Member(string id) => grains.GetGrain<IMemberGrain>(Keys.Member(id));
}

/// <summary>What staff do with badges and PINs.</summary>
internal static class BadgeEndpoints
{
    public static void MapBadges(this RouteGroupBuilder api)
    {
        var member = api.MapGroup("/members/{id}").WithTags("Badges").RequireAuthorization(Allow.Staff);
        member.MapGet("/badges", List).WithSummary("A member's badges");
        member.MapPost("/badges", Give).WithSummary("Give a badge");
        member.MapPost("/badges/{badgeId:guid}/block", Block).WithSummary("Block a badge that was lost or taken back");
        member.MapPut("/pin", NewPin).WithSummary("A new number and PIN for the kiosk, shown this once");
        member.MapDelete("/pin", DropPin).WithSummary("Take the PIN away");
    }

    private static async Task<Results<Ok<IReadOnlyList<BadgeModel>>, ProblemHttpResult>> List(string id, BadgeDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        if (!await Exists(id, grains)) return Problem.Unknown("member");
        var space = await grains.Space();
        return TypedResults.Ok<IReadOnlyList<BadgeModel>>([.. (await desk.Of(id, cancellation)).Select(b => BadgeModel.Of(b, space))]);
    }

    private static async Task<Results<Created<BadgeModel>, ProblemHttpResult>> Give(
        string id, Body<BadgeBody> body, ClaimsPrincipal user, BadgeDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        if (!await Exists(id, grains)) return Problem.Unknown("member");
        var (badge, faults) = await desk.Give(id, body.Value, Caller.Of(user).MemberId, cancellation);
        return badge is null ? faults.Problem : TypedResults.Created($"/api/v1/members/{id}/badges", BadgeModel.Of(badge, await grains.Space()));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Block(string id, Guid badgeId, ClaimsPrincipal user, BadgeDesk desk, CancellationToken cancellation) =>
        await desk.Block(id, badgeId, Caller.Of(user).MemberId, cancellation) ? TypedResults.NoContent() : Problem.Unknown("badge");

    private static async Task<Results<Ok<PinModel>, ProblemHttpResult>> NewPin(string id, ClaimsPrincipal user, BadgeDesk desk, IGrainFactory grains, CancellationToken cancellation) =>
        await Exists(id, grains) ? TypedResults.Ok(await desk.NewPin(id, Caller.Of(user).MemberId, cancellation)) : Problem.Unknown("member");

    private static async Task<Results<NoContent, ProblemHttpResult>> DropPin(string id, ClaimsPrincipal user, BadgeDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        if (!await Exists(id, grains)) return Problem.Unknown("member");
        await desk.DropPin(id, Caller.Of(user).MemberId, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<bool> Exists(string id, IGrainFactory grains) => Ids.IsSlug(id) && await grains.GetGrain<IMemberGrain>(Keys.Member(id)).View() is not null;
}
