using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Reservations;
using Makerspace.Time;

namespace Makerspace.Trainings;

/// <summary>What a passport keeps: its view. Bounded: what counts and is old leaves the log for its sum, see <see cref="Logbook"/>.</summary>
internal sealed record PassportState : IHasOutbox
{
    public PassportView Passport { get; init; } = new();

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];
}

[GrainType("passport")]
internal sealed class PassportGrain([PersistentState("passport")] IPersistentState<PassportState> state, TimeProvider time)
    : SavingGrain<PassportState>(state), IPassportGrain
{
    private const int MostAttended = 100;

    private PassportView Passport => State.Passport with { MemberId = Keys.Id(this.GetPrimaryKeyString()) };

    public Task<PassportView> View() => Task.FromResult(Passport);

    public async Task<PassportView> Attended(Attendance attendance, bool came, string actor)
    {
        var known = Passport.Attended.FirstOrDefault(a => a.TrainingId == attendance.TrainingId);
        if (came == known is not null) return Passport;
        var attended = known is null ? Passport.Attended.Add(attendance) : Passport.Attended.Remove(known);
        if (attended.Length > MostAttended) attended = attended.RemoveAt(0);
        return await Save(Passport with { Attended = attended }, actor, null);
    }

    public Task<PassportView> SignOff(string certificationId, string? note, string actor)
    {
        var others = Passport.SignOffs.RemoveAll(s => s.CertificationId == certificationId);
        return Save(Passport with { SignOffs = others.Add(new SignedOff(certificationId, actor, time.Now(), note)) }, actor, null);
    }

    public async Task<PassportAnswer> Answered(QuizAttempt attempt, string actor)
    {
        var (now, known) = (time.Now(), Passport.QuizOf(attempt.CertificationId));
        if (known is not null && known.NextAt > now) return Answer(new QuizTooSoon(known.NextAt));
        var standing = new QuizStanding(
            attempt.CertificationId, (known?.Attempts ?? 0) + 1, now, attempt.Right, attempt.Of, attempt.Passed ? now : now + attempt.RetryAfter,
            attempt.Passed ? now : known?.PassedAt);
        var others = Passport.Quizzes.RemoveAll(q => q.CertificationId == attempt.CertificationId);
        return new PassportAnswer(await Save(Passport with { Quizzes = others.Add(standing) }, actor, null), []);
    }

    public async Task<PassportAnswer> Log(LogWish wish, string actor)
    {
        if (Passport.Entry(wish.Id) is not null) return Answer();
        var now = time.Now();
        if (Logbook.Refusal(Passport, wish, actor, now) is { } refusal) return Answer(refusal);
        var entry = Logbook.Entered(Passport, wish, actor, now);
        return await Changed(entry, actor);
    }

    public async Task<PassportAnswer> Confirm(Guid entryId, string actor)
    {
        if (Passport.Entry(entryId) is not { } entry || !Logbook.IsTheirs(entry, actor)) return Answer() with { Unknown = true };
        if (entry.State == LogState.Declined) return Answer(new NotLoggable("declined"));
        var confirmed = Logbook.Confirmed(entry, actor, time.Now());
        return confirmed == entry ? Answer() : await Changed(confirmed, actor);
    }

    public async Task<PassportAnswer> Decline(Guid entryId, string? reason, string actor)
    {
        if (Passport.Entry(entryId) is not { } entry || !Logbook.IsTheirs(entry, actor)) return Answer() with { Unknown = true };
        if (entry.State == LogState.Confirmed) return Answer(new NotLoggable("confirmed"));
        return entry.State == LogState.Declined ? Answer() : await Changed(entry with { DeclinedBy = actor, Reason = reason }, actor);
    }

    private async Task<PassportAnswer> Changed(LogEntry entry, string actor) => new(await Save(Logbook.With(Passport, entry), actor, entry), []);

    private async Task<PassportView> Save(PassportView next, string actor, LogEntry? entry)
    {
        await Save(State with { Passport = next, Outbox = [new PassportChanged(time.Now(), actor, next) { Entry = entry }] });
        return Passport;
    }

    private PassportAnswer Answer(params ImmutableArray<Refusal> refusals) => new(Passport, refusals);
}
