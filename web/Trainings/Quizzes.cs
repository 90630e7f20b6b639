using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Reservations;
using Makerspace.Trainings;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Makerspace.Web.Trainings;

/// <summary>A quiz as those who take it see it.</summary>
/// <param name="Version">To be sent with the answers.</param>
/// <param name="PassMark">Per cent.</param>
/// <param name="NextAt">From when the caller may try; null: now.</param>
/// <param name="PassedAt">When the caller last passed it.</param>
public sealed record QuizModel(int Version, int PassMark, IReadOnlyList<QuestionModel> Questions, OffsetDateTime? NextAt, OffsetDateTime? PassedAt);

/// <summary>A question, without the answer.</summary>
public sealed record QuestionModel(string Text, IReadOnlyList<string> Options);

/// <summary>Answers to a quiz.</summary>
public sealed record AnswersBody
{
    /// <summary>Of the quiz that was shown.</summary>
    public int? Version { get; init; }

    /// <summary>For each question the places of the chosen options, from 0.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? Answers { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="NextAt">From when another attempt may be made; null where it is passed.</param>
/// <param name="Granted">The certification was granted by it.</param>
public sealed record QuizResultModel(bool Passed, OffsetDateTime? NextAt, bool Granted);

/// <summary>Takes quizzes, for pages and API alike. Answers are marked here and go nowhere else.</summary>
public sealed class QuizDesk(IGrainFactory grains, CertificationCatalogue catalogue, Certifier certifier)
{
    /// <summary>The certification, where it has a quiz.</summary>
    public async Task<CertificationView?> Find(string id) => await catalogue.Find(id) is { Definition.Quiz: not null } found ? found : null;

    public async Task<QuizStanding?> Standing(string memberId, string id) => (await grains.GetGrain<IPassportGrain>(Keys.Passport(memberId)).View()).QuizOf(id);

    public async Task<(QuizStanding? Standing, bool Granted, ImmutableArray<Refusal> Refusals)> Answer(
        string memberId, CertificationView certification, int version, ImmutableArray<ImmutableArray<int>> answers)
    {
        var quiz = certification.Definition.Quiz!;
        if (version != certification.QuizVersion) return (null, false, [new ChangedMeanwhile("quiz")]);
        var right = quiz.Right(answers);
        var attempt = new QuizAttempt(certification.Id, version, right, quiz.Questions.Length, quiz.Passes(right), quiz.RetryAfter);
        var answer = await grains.GetGrain<IPassportGrain>(Keys.Passport(memberId)).Answered(attempt, memberId);
        if (!answer.Refusals.IsEmpty) return (null, false, answer.Refusals);
        return (answer.Passport.QuizOf(certification.Id), attempt.Passed && await certifier.Settle(memberId, certification.Id), []);
    }
}

internal static class QuizEndpoints
{
    public static async Task<Results<Ok<QuizModel>, ProblemHttpResult>> Read(string id, ClaimsPrincipal user, QuizDesk desk, IGrainFactory grains, TimeProvider time)
    {
        if (await desk.Find(id) is not { } found) return Problem.Unknown("quiz");
        var (space, standing, now) = (await grains.Space(), await desk.Standing(Caller.Of(user).MemberId, id), Makerspace.Time.Clock.Now(time));
        return TypedResults.Ok(new QuizModel(
            found.QuizVersion, found.Definition.Quiz!.PassMark, [.. found.Definition.Quiz.Questions.Select(q => new QuestionModel(q.Text, q.Options))],
            standing?.NextAt > now ? standing.NextAt.In(space) : null, standing?.PassedAt?.In(space)));
    }

    public static async Task<Results<Ok<QuizResultModel>, ProblemHttpResult>> Answer(
        string id, Body<AnswersBody> body, ClaimsPrincipal user, QuizDesk desk, IGrainFactory grains, RefusalText text)
    {
        var faults = new Faults();
        var version = faults.Required("version", body.Value.Version);
        if (body.Value.Answers is not { Count: <= 50 } given) faults.Add("answers", "missing-field", "Send for each question the places of the chosen options.");
        if (faults.Any) return faults.Problem;
        if (await desk.Find(id) is not { } found) return Problem.Unknown("quiz");
        ImmutableArray<ImmutableArray<int>> answers = [.. body.Value.Answers!.Select(a => (a ?? []).Take(10).ToImmutableArray())];
        var (standing, granted, refusals) = await desk.Answer(Caller.Of(user).MemberId, found, version, answers);
        var space = await grains.Space();
        if (standing is null) return BookingAnswers.Declined(refusals, space, text);
        var passed = standing.PassedAt == standing.LastAt;
        return TypedResults.Ok(new QuizResultModel(passed, passed ? null : standing.NextAt.In(space), granted));
    }
}
