using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Trainings;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Spaces;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Rules = Makerspace.Trainings.Requirements;

namespace Makerspace.Web.Trainings;

/// <summary>The one door to passports, for pages and API alike: who may see them, sign off, confirm, grant and revoke.</summary>
public sealed class PassportDesk(IGrainFactory grains, MakerspaceDb db, Certifier certifier, TrainerRights rights, TimeProvider time)
{
    /// <summary>How a member stands with every certification of the space, by name; none where there is no such member.</summary>
    public async Task<IReadOnlyList<Progress>> Read(string memberId)
    {
        if (!Ids.IsSlug(memberId)) return [];
        var (space, now) = (await grains.Space(), time.Now());
        var facts = await certifier.Facts(memberId, space.Certifications.OrderBy(c => c.Value, StringComparer.CurrentCulture).Select(c => c.Key));
        return [.. facts.Select(f => Progress.Of(f, space, now))];
    }

    public Task<PassportView> View(string memberId) => grains.GetGrain<IPassportGrain>(Keys.Passport(memberId)).View();

    /// <summary>Their owner, staff, and whoever trains for anything.</summary>
    public async Task<bool> MaySee(ClaimsPrincipal user, string memberId, CancellationToken cancellation) =>
        Caller.Of(user).MaySee(memberId) || await rights.Any(user, cancellation);

    /// <summary>A trainer says that somebody can do it. Nobody signs off themselves.</summary>
    /// <returns>Whether the certification was granted by it.</returns>
    public async Task<bool> SignOff(string memberId, string certificationId, string? note, string actor)
    {
        await grains.GetGrain<IPassportGrain>(Keys.Passport(memberId)).SignOff(certificationId, note, actor);
        return await certifier.Settle(memberId, certificationId);
    }

    /// <summary>Writes hours into a logbook, for the trainee or for the trainer who looked on.</summary>
    public async Task<PassportAnswer> Log(string memberId, LogWish wish, string actor, CancellationToken cancellation)
    {
        if (!(await rights.For(wish.CertificationId, cancellation)).Contains(wish.TrainerId)) return new PassportAnswer(await View(memberId), [new NotLoggable("no-trainer")]);
        return await grains.GetGrain<IPassportGrain>(Keys.Passport(memberId)).Log(wish, actor);
    }

    public async Task<PassportAnswer> Confirm(string memberId, Guid entryId, string actor)
    {
        var answer = await grains.GetGrain<IPassportGrain>(Keys.Passport(memberId)).Confirm(entryId, actor);
        if (answer.Passport.Entry(entryId) is { State: LogState.Confirmed } entry) await certifier.Settle(memberId, entry.CertificationId);
        return answer;
    }

    public Task<PassportAnswer> Decline(string memberId, Guid entryId, string? reason, string actor) =>
        grains.GetGrain<IPassportGrain>(Keys.Passport(memberId)).Decline(entryId, reason, actor);

    /// <summary>Entries that wait for the trainer to confirm them, oldest first.</summary>
    public async Task<IReadOnlyList<LogEntry>> WaitingFor(string trainerId, CancellationToken cancellation)
    {
        var rows = await db.LogEntries.AsNoTracking().Where(e => e.TrainerId == trainerId && e.State == LogState.WaitsForTrainer).OrderBy(e => e.Start).Take(100).ToListAsync(cancellation);
        return [.. rows.Select(r => r.View())];
    }

    public Task<ImmutableArray<Refusal>> Grant(string memberId, Certification granted, string actor, string? reason) => certifier.Grant(memberId, granted, actor, reason);

    public Task<bool> Revoke(string memberId, string certificationId, string actor, string reason) =>
        grains.GetGrain<IMemberGrain>(Keys.Member(memberId)).Revoke(certificationId, actor, reason);

    /// <summary>The certificate of what a member holds; one from before there were certificates is made now.</summary>
    public async Task<string?> Code(string memberId, string certificationId)
    {
        var member = grains.GetGrain<IMemberGrain>(Keys.Member(memberId));
        while (await member.View() is { } view && Held(view, certificationId) is { } held)
        {
            if (held.Code is { } code) return code;
            await member.Certify(held, held.GrantedBy, expectedVersion: view.Version);   // null: changed meanwhile, perhaps revoked
        }
        return null;
    }

    private static Certification? Held(MemberView? member, string certificationId) => member?.Certifications.FirstOrDefault(c => c.Id == certificationId);
}

/// <summary>How somebody stands with one certification.</summary>
/// <param name="Certification">What leads to it.</param>
/// <param name="Name">As people call it.</param>
/// <param name="Standing">Whether it is held.</param>
/// <param name="Held">What is held, also where it has ended.</param>
/// <param name="Until">When it ends or lapses, whichever is first; null: never.</param>
/// <param name="ByDisuse">That end is a lapse, which using it puts off.</param>
/// <param name="Requirements">What it asks for. For whoever holds it: for the next time.</param>
/// <param name="Hours">Confirmed, under supervision.</param>
public sealed record Progress(
    CertificationView Certification, string Name, Holding Standing, Certification? Held, Instant? Until, bool ByDisuse, ImmutableArray<Requirement> Requirements, Duration Hours)
{
    public Level? Level { get; init; }
    public Level? NextLevel { get; init; }
    public Revocation? Revoked { get; init; }
    public QuizStanding? Quiz { get; init; }
    public bool Complete => Requirements.All(r => r.Met);

    /// <summary>Something of it was done.</summary>
    public bool Begun => Hours > Duration.Zero || Quiz is not null || Requirements.Any(r => r.Met && r.Kind != RequirementKind.Prerequisite);

    /// <summary>It ends, or lapses, within a month.</summary>
    public bool EndsSoon { get; init; }

    /// <summary>There is nothing to do for it now: it is held, and for longer than a month.</summary>
    public bool IsSettled => Standing == Holding.Valid && !EndsSoon;

    /// <summary>Its quiz would lead on.</summary>
    public bool AsksForQuiz => !IsSettled && Requirements.Any(r => r is { Kind: RequirementKind.Quiz, Met: false });

    internal static Progress Of(GrantFacts facts, SpaceFacts space, Instant now)
    {
        var id = facts.Wanted.Id;
        var held = facts.Member.Certifications.FirstOrDefault(c => c.Id == id);
        Instant? lapse = held is not null && space.Lapses.TryGetValue(id, out var after) ? Lapsing.At(held, facts.LastUsed.TryGetValue(id, out var used) ? used : null, after) : null;
        var byDisuse = lapse is not null && !(held!.Until <= lapse);
        var until = byDisuse ? lapse : held?.Until;
        var hours = facts.Passport.HoursOf(id);
        var (level, next) = Rules.LevelOf(facts.Wanted.Definition, hours);
        return new Progress(
            facts.Wanted, space.Certifications.GetValueOrDefault(id, id), held is null ? Holding.Not : until <= now ? byDisuse ? Holding.Lapsed : Holding.Expired : Holding.Valid,
            held, until, byDisuse, Rules.Of(facts, now), hours)
        {
            Level = level, NextLevel = next, Revoked = facts.Member.Revocations.FirstOrDefault(r => r.CertificationId == id), Quiz = facts.Passport.QuizOf(id),
            EndsSoon = until - now < Duration.FromDays(30),
        };
    }
}

/// <summary>Whether a certification is held.</summary>
public enum Holding
{
    Not,
    Valid,
    Expired,
    Lapsed,
}
