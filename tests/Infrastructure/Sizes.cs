using System.Globalization;

namespace Makerspace.Tests.Infrastructure;

/// <summary>How much is tried where more is always better: little at a developer's desk, in CI what <c>.ci/run</c> says.</summary>
internal static class Sizes
{
    /// <summary>Rounds of a race for one thing.</summary>
    public static int Rounds { get; } = Of("MAKERSPACE_ROUNDS", 20);

    /// <summary>How often the product is killed, on each database.</summary>
    public static int Kills { get; } = Of("MAKERSPACE_KILLS", 2);

    /// <summary>Histories in which the product is held against the model.</summary>
    public static int Histories { get; } = Of("MAKERSPACE_HISTORIES", 4_000);

    /// <summary>Payers for whom everything goes wrong that can.</summary>
    public static int MoneyRuns { get; } = Of("MAKERSPACE_MONEY_RUNS", 20);

    /// <summary>Sessions with mentors in the quarter whose reminders are checked.</summary>
    public static int NoticeSessions { get; } = Of("MAKERSPACE_NOTICE_SESSIONS", 100);

    /// <summary>Whether every page is looked at in each size in each colour, and not in one of the four, page by page another; and, in the runner, nothing may be left out for want of a program.</summary>
    public static bool Everything { get; } = Environment.GetEnvironmentVariable("MAKERSPACE_TEST_EVERYTHING") is "1";

    private static int Of(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } number ? int.Parse(number, CultureInfo.InvariantCulture) : otherwise;
}
