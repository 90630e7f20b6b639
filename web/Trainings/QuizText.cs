using Makerspace.Trainings;

namespace Makerspace.Web.Trainings;

/// <summary>A quiz as staff type it: a line for each question, below it its options, the right ones with a plus.</summary>
internal static class QuizText
{
    public static string Write(Quiz? quiz) => quiz is null ? "" : string.Join(
        "\n\n", quiz.Questions.Select(q => string.Join('\n', q.Options.Select((o, i) => (q.Right.Contains(i) ? "+ " : "- ") + o).Prepend(q.Text))));

    /// <summary>The questions; null where one has no right option, or not two to ten.</summary>
    public static IReadOnlyList<QuestionBody>? Read(string text)
    {
        var blocks = text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var questions = blocks.Select(Question).ToList();
        return questions.TrueForAll(q => q is { Options.Count: >= 2 and <= 10, Right.Count: > 0 }) ? questions : null;
    }

    private static QuestionBody Question(string block)
    {
        var lines = block.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var options = lines.Skip(1).ToList();
        return new QuestionBody(lines[0], [.. options.Select(o => o.TrimStart('+', '-', ' '))], [.. options.Index().Where(o => o.Item.StartsWith('+')).Select(o => o.Index)]);
    }
}
