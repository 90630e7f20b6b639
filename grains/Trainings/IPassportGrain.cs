using System.Collections.Immutable;
using Makerspace.Reservations;
using Makerspace.Time;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Trainings;

/// <summary>
/// What a member has done towards certifications: trainings attended, quizzes, sign-offs, and the logbook of hours under supervision. It grants nothing:
/// what is held is the Member's. It calls no other grain.
/// </summary>
[Alias("makerspace.passport")]
public interface IPassportGrain : IGrainWithStringKey
{
    /// <summary>All that is known.</summary>
    [ReadOnly, Alias("view")] Task<PassportView> View();

    /// <summary>Writes down that the member came to a training, or takes it back. The same again changes nothing.</summary>
    [Alias("attended")] Task<PassportView> Attended(Attendance attendance, bool came, string actor);

    /// <summary>A trainer says that the member can do it.</summary>
    [Alias("sign-off")] Task<PassportView> SignOff(string certificationId, string? note, string actor);

    /// <summary>Takes an attempt at a quiz that was marked, or refuses it where the last one was a moment ago. Refused, it counts as not made.</summary>
    [Alias("answered")] Task<PassportAnswer> Answered(QuizAttempt attempt, string actor);

    /// <summary>Writes hours into the logbook, confirmed by the side that enters them. The same id again changes nothing.</summary>
    [Alias("log")] Task<PassportAnswer> Log(LogWish wish, string actor);

    /// <summary>The other side confirms an entry; with both, it counts. Again, nothing changes.</summary>
    /// <param name="entryId">Which.</param>
    /// <param name="actor">The trainee, or the trainer the entry names.</param>
    [Alias("confirm")] Task<PassportAnswer> Confirm(Guid entryId, string actor);

    /// <summary>One of the two says that it was not so. An entry that counts stays.</summary>
    [Alias("decline")] Task<PassportAnswer> Decline(Guid entryId, string? reason, string actor);
}

/// <summary>What a member has done towards certifications.</summary>
[GenerateSerializer, Immutable, Alias("passport-view")]
public sealed record PassportView
{
    [Id(0)] public string MemberId { get; init; } = "";

    /// <summary>The newest hundred, oldest first.</summary>
    [Id(1)] public ImmutableArray<Attendance> Attended { get; init; } = [];

    /// <summary>The last of each certification.</summary>
    [Id(2)] public ImmutableArray<SignedOff> SignOffs { get; init; } = [];

    /// <summary>One for each quiz that was ever tried.</summary>
    [Id(3)] public ImmutableArray<QuizStanding> Quizzes { get; init; } = [];

    /// <summary>Entries that wait for a side, and the newest of those that do not; oldest first.</summary>
    [Id(4)] public ImmutableArray<LogEntry> Log { get; init; } = [];

    /// <summary>Confirmed hours by certification, also of entries that are in the log no more.</summary>
    [Id(5)] public ImmutableDictionary<string, Duration> Hours { get; init; } = ImmutableDictionary<string, Duration>.Empty;

    public Duration HoursOf(string certificationId) => Hours.GetValueOrDefault(certificationId, Duration.Zero);

    public SignedOff? SignOffOf(string certificationId) => SignOffs.FirstOrDefault(s => s.CertificationId == certificationId);

    public QuizStanding? QuizOf(string certificationId) => Quizzes.FirstOrDefault(q => q.CertificationId == certificationId);

    public LogEntry? Entry(Guid id) => Log.FirstOrDefault(e => e.Id == id);
}

/// <summary>That somebody came to a training.</summary>
[GenerateSerializer, Immutable, Alias("attendance")]
public sealed record Attendance(
    [property: Id(0)] Guid TrainingId, [property: Id(1)] string CertificationId, [property: Id(2)] Instant At, [property: Id(3)] string By);

/// <summary>That a trainer has seen somebody do it.</summary>
[GenerateSerializer, Immutable, Alias("signed-off")]
public sealed record SignedOff(
    [property: Id(0)] string CertificationId, [property: Id(1)] string By, [property: Id(2)] Instant At, [property: Id(3)] string? Note);

/// <summary>An attempt at a quiz, marked.</summary>
/// <param name="CertificationId">Whose quiz.</param>
/// <param name="QuizVersion">Which version of it.</param>
/// <param name="Right">How many answers were right.</param>
/// <param name="Of">Of how many.</param>
/// <param name="Passed">Whether that passes.</param>
/// <param name="RetryAfter">How long to wait after one that failed.</param>
[GenerateSerializer, Immutable, Alias("quiz-attempt")]
public sealed record QuizAttempt(
    [property: Id(0)] string CertificationId, [property: Id(1)] int QuizVersion, [property: Id(2)] int Right, [property: Id(3)] int Of, [property: Id(4)] bool Passed,
    [property: Id(5)] Duration RetryAfter);

/// <summary>How a member stands with a quiz.</summary>
/// <param name="CertificationId">Whose quiz.</param>
/// <param name="Attempts">So far.</param>
/// <param name="LastAt">When the last was.</param>
/// <param name="Right">Right answers of the last; for staff.</param>
/// <param name="Of">Of how many.</param>
/// <param name="NextAt">From when another attempt is taken.</param>
/// <param name="PassedAt">When it was last passed; null: never.</param>
[GenerateSerializer, Immutable, Alias("quiz-standing")]
public sealed record QuizStanding(
    [property: Id(0)] string CertificationId, [property: Id(1)] int Attempts, [property: Id(2)] Instant LastAt, [property: Id(3)] int Right, [property: Id(4)] int Of,
    [property: Id(5)] Instant NextAt, [property: Id(6)] Instant? PassedAt);

/// <summary>Hours under supervision to write down.</summary>
/// <param name="Id">Made by the client: the same again is the same entry.</param>
/// <param name="CertificationId">Towards which they count.</param>
/// <param name="TrainerId">Who looked on; the caller has checked that they may.</param>
/// <param name="Slot">When.</param>
/// <param name="ToolId">On which tool, where it matters.</param>
/// <param name="Note">What was done.</param>
[GenerateSerializer, Immutable, Alias("log-wish")]
public sealed record LogWish(
    [property: Id(0)] Guid Id, [property: Id(1)] string CertificationId, [property: Id(2)] string TrainerId, [property: Id(3)] Slot Slot,
    [property: Id(4)] string? ToolId, [property: Id(5)] string? Note);

/// <summary>An entry of the logbook. It counts once both have confirmed it.</summary>
[GenerateSerializer, Immutable, Alias("log-entry")]
public sealed record LogEntry
{
    [Id(0)] public Guid Id { get; init; }
    [Id(1)] public string MemberId { get; init; } = "";
    [Id(2)] public string TrainerId { get; init; } = "";
    [Id(3)] public string CertificationId { get; init; } = "";
    [Id(4)] public Slot Slot { get; init; }
    [Id(5)] public string? ToolId { get; init; }
    [Id(6)] public string? Note { get; init; }
    [Id(7)] public Instant? ByTrainee { get; init; }
    [Id(8)] public Instant? ByTrainer { get; init; }

    /// <summary>Who said that it was not so.</summary>
    [Id(9)] public string? DeclinedBy { get; init; }
    [Id(10)] public string? Reason { get; init; }

    public LogState State => DeclinedBy is not null ? LogState.Declined : (ByTrainee, ByTrainer) switch
    {
        (null, _) => LogState.WaitsForTrainee, (_, null) => LogState.WaitsForTrainer, _ => LogState.Confirmed,
    };
}

/// <summary>Whether an entry counts, or what it waits for.</summary>
[GenerateSerializer, Alias("log-state")]
public enum LogState
{
    WaitsForTrainee,
    WaitsForTrainer,
    Confirmed,
    Declined,
}

/// <summary>The passport after a wish, or why it was not followed.</summary>
[GenerateSerializer, Immutable, Alias("passport-answer")]
public sealed record PassportAnswer([property: Id(0)] PassportView Passport, [property: Id(1)] ImmutableArray<Refusal> Refusals)
{
    /// <summary>There is no such entry, or it is not the actor's to answer.</summary>
    [Id(2)] public bool Unknown { get; init; }
}
