using System.Collections.Immutable;
using NodaTime;

namespace Makerspace.Trainings;

/// <summary>Questions to answer before a certification. The right answers are told to staff and to nobody else.</summary>
[GenerateSerializer, Immutable, Alias("quiz")]
public sealed record Quiz
{
    [Id(0)] public ImmutableArray<QuizQuestion> Questions { get; init; } = [];

    /// <summary>Per cent of the questions to answer right.</summary>
    [Id(1)] public int PassMark { get; init; } = 80;

    /// <summary>How long to wait after an attempt that failed: so that nobody finds the answers by trying.</summary>
    [Id(2)] public Duration RetryAfter { get; init; } = Duration.FromMinutes(10);

    /// <summary>How many answers were right; a question is, where just its right options were chosen.</summary>
    /// <param name="answers">Of each question, in their order, the options chosen. One that is missing is wrong.</param>
    public int Right(ImmutableArray<ImmutableArray<int>> answers) =>
        Questions.Where((question, i) => i < answers.Length && question.Right.ToImmutableHashSet().SetEquals(answers[i])).Count();

    /// <summary>Whether so many right answers pass.</summary>
    public bool Passes(int right) => Questions.Length > 0 && right * 100 >= PassMark * Questions.Length;
}

/// <summary>One question.</summary>
/// <param name="Text">What is asked.</param>
/// <param name="Options">What may be chosen.</param>
/// <param name="Right">Places of the right options, from 0; at least one.</param>
[GenerateSerializer, Immutable, Alias("quiz-question")]
public sealed record QuizQuestion(
    [property: Id(0)] string Text, [property: Id(1)] ImmutableArray<string> Options, [property: Id(2)] ImmutableArray<int> Right);
