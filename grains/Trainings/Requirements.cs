using System.Collections.Immutable;
using Makerspace.Members;
using NodaTime;

namespace Makerspace.Trainings;

/// <summary>Which of the things that lead to a certification somebody has done. Pure: facts in, answer out.</summary>
public static class Requirements
{
    /// <summary>Everything that the certification asks for, each met or not.</summary>
    /// <remarks>
    /// What led to one certificate does not lead to the next: training, quiz and sign-off count from the last grant, or revocation, on.
    /// Hours are experience and stay; what is to be held before has to be held now.
    /// </remarks>
    public static ImmutableArray<Requirement> Of(GrantFacts facts, Instant now)
    {
        var (wanted, passport, since) = (facts.Wanted.Definition, facts.Passport, facts.Since);
        var id = facts.Wanted.Id;
        var all = ImmutableArray.CreateBuilder<Requirement>();
        foreach (var before in wanted.Prerequisites)
            all.Add(new Requirement(RequirementKind.Prerequisite, IsHeld(facts, before, now)) { CertificationId = before });
        if (wanted.Training) all.Add(Done(RequirementKind.Training, LastAttended(passport, id), since));
        if (wanted.Quiz is not null) all.Add(Done(RequirementKind.Quiz, passport.QuizOf(id)?.PassedAt, since));
        if (wanted.SignOff) all.Add(Done(RequirementKind.SignOff, passport.SignOffOf(id)?.At, since));
        if (wanted.SupervisedHours is { } hours)
            all.Add(new Requirement(RequirementKind.Hours, passport.HoursOf(id) >= hours) { Needed = hours, Had = passport.HoursOf(id) });
        return all.ToImmutable();
    }

    /// <summary>Whether a certificate follows by itself from what was done since the last: everything is met, and something of it is new.</summary>
    /// <remarks>Nothing follows from hours alone where one was revoked: whoever revoked it is asked again.</remarks>
    public static bool GrantFollows(GrantFacts facts, Instant now)
    {
        if (Of(facts, now).Any(r => !r.Met)) return false;
        var (id, passport, since) = (facts.Wanted.Id, facts.Passport, facts.Since);
        if (since is null && passport.HoursOf(id) > Duration.Zero && facts.Wanted.Definition.SupervisedHours is not null) return true;
        return new[] { LastAttended(passport, id), passport.QuizOf(id)?.PassedAt, passport.SignOffOf(id)?.At }.Any(at => at is not null && !(at <= since));
    }

    /// <summary>The level that confirmed hours come to, and the next.</summary>
    public static (Level? Reached, Level? Next) LevelOf(CertificationDefinition certification, Duration hours) =>
        (certification.Levels.LastOrDefault(l => l.Hours <= hours), certification.Levels.FirstOrDefault(l => l.Hours > hours));

    /// <summary>Who is named on the certificate: whoever signed off or marked the training, the system where nobody did.</summary>
    public static string GrantedBy(GrantFacts facts) =>
        facts.Passport.SignOffOf(facts.Wanted.Id)?.By ?? facts.Passport.Attended.LastOrDefault(a => a.CertificationId == facts.Wanted.Id)?.By ?? Actors.System;

    private static Instant? LastAttended(PassportView passport, string id) =>
        passport.Attended.Where(a => a.CertificationId == id).Select(a => (Instant?)a.At).Max();

    private static Requirement Done(RequirementKind kind, Instant? at, Instant? since) => new(kind, at is not null && !(at <= since)) { MetAt = at };

    private static bool IsHeld(GrantFacts facts, string id, Instant now) =>
        facts.Member.Certifications.FirstOrDefault(c => c.Id == id) is { } held && held.From <= now && !(held.Until <= now)
        && !(facts.Lapses.TryGetValue(id, out var after) && Lapsing.At(held, facts.LastUsed.TryGetValue(id, out var used) ? used : null, after) <= now);
}

/// <summary>When a certification lapses because nothing that asks for it was used.</summary>
public static class Lapsing
{
    /// <summary>So long after it was granted, or last used.</summary>
    /// <param name="held">What is held.</param>
    /// <param name="used">When a tool that asks for it was last used; null: never.</param>
    /// <param name="after">After how long of disuse it lapses.</param>
    public static Instant At(Certification held, Instant? used, Duration after) => At(held.From, used, after);

    /// <summary>So long after <paramref name="from"/>, when it was granted, or after it was last used.</summary>
    public static Instant At(Instant from, Instant? used, Duration after) => (used is { } at ? Instant.Max(at, from) : from) + after;
}

/// <summary>What a grant is decided from.</summary>
/// <param name="Wanted">The certification.</param>
/// <param name="Passport">What was done.</param>
/// <param name="Member">What is held.</param>
/// <param name="LastUsed">When what asks for a certification was last used.</param>
/// <param name="Lapses">After how long of disuse certifications lapse.</param>
public sealed record GrantFacts(
    CertificationView Wanted, PassportView Passport, MemberView Member, ImmutableDictionary<string, Instant> LastUsed, ImmutableDictionary<string, Duration> Lapses)
{
    /// <summary>The last time it was granted or revoked: what was done before is spent. From when it holds is another matter, which staff may date back or ahead.</summary>
    public Instant? Since => new[]
    {
        Member.Certifications.Where(c => c.Id == Wanted.Id).Select(c => c.GrantedAt ?? (Instant?)c.From).FirstOrDefault(), Member.Revocations.FirstOrDefault(r => r.CertificationId == Wanted.Id)?.At,
    }.Max();
}

/// <summary>One thing that leads to a certification.</summary>
public sealed record Requirement(RequirementKind Kind, bool Met)
{
    /// <summary>What is to be held before.</summary>
    public string? CertificationId { get; init; }
    public Instant? MetAt { get; init; }
    public Duration? Needed { get; init; }
    public Duration? Had { get; init; }

    /// <summary>As the API and the journal name it.</summary>
    public string Code => Kind switch
    {
        RequirementKind.Prerequisite => "prerequisite:" + CertificationId, RequirementKind.SignOff => "sign-off", RequirementKind.Hours => "hours",
        RequirementKind.Quiz => "quiz", _ => "training",
    };
}

/// <summary>Kinds of things that lead to a certification.</summary>
public enum RequirementKind
{
    Prerequisite,
    Training,
    Quiz,
    SignOff,
    Hours,
}
