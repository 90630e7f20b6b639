using System.Numerics;

namespace Makerspace.Tests.Linearizability;

/// <summary>
/// Whether a concurrent history of one calendar can be explained: is there one order of its calls, each at an instant between its question and its
/// answer, in which a calendar that does one thing after the other gives just these answers? The search of Wing and Gong, with Lowe's memory of what
/// was tried: the set of calls placed and the calendar they led to.
/// </summary>
internal static class LinearizabilityCheck
{
    /// <summary>Null where the history can be explained; else the smallest part of it found that cannot, as text.</summary>
    public static string? Fault(IReadOnlyCollection<Call> history)
    {
        if (IsLinearizable(history)) return null;
        return "No order of these calls explains their answers:\n" + Histories.Text(Smallest([.. history]));
    }

    public static bool IsLinearizable(IReadOnlyCollection<Call> history)
    {
        Call[] calls = [.. history.OrderBy(c => c.Asked)];
        return Search(calls, BigInteger.Zero, (BigInteger.One << calls.Length) - 1, ToolCalendar.Empty, []);
    }

    private static bool Search(Call[] calls, BigInteger placed, BigInteger all, ToolCalendar calendar, HashSet<(BigInteger, string)> tried)
    {
        if (placed == all) return true;
        if (!tried.Add((placed, calendar.Key))) return false;
        foreach (var (i, call) in Next(calls, placed))
            foreach (var after in calendar.After(call))
                if (Search(calls, placed | (BigInteger.One << i), all, after, tried)) return true;
        return false;
    }

    // Only what was asked before the first answer that is not placed yet can come next.
    private static List<(int Index, Call Call)> Next(Call[] calls, BigInteger placed)
    {
        var open = calls.Select((call, i) => (i, call)).Where(c => ((placed >> c.i) & 1).IsZero).ToList();
        var first = open.Min(c => c.call.Answered);
        return [.. open.Where(c => c.call.Asked <= first)];
    }

    // Only steps that make no explainable history unexplainable: so what is left over is wrong in itself.
    private static List<Call> Smallest(List<Call> history)
    {
        history = ShortestPrefix(history);
        foreach (var call in history.Where(c => c.Heard is Heard.Taken or Heard.Refused || c.Doing == Doing.Read).ToList())
            Without(ref history, c => c == call);
        foreach (var booking in history.Select(c => c.Booking).Distinct().ToList())
            if (!Explains(history, booking)) Without(ref history, c => c.Booking == booking);
        return history;
    }

    // Up to an answer; what was under way then may have been done or not.
    private static List<Call> ShortestPrefix(List<Call> history)
    {
        foreach (var end in history.Select(c => c.Answered).Order())
        {
            var prefix = history.Where(c => c.Asked <= end).Select(c => c.Answered <= end ? c : c with { Heard = Heard.Nothing }).ToList();
            if (!IsLinearizable(prefix)) return [.. prefix.Where(c => c.Doing != Doing.Read || c.Heard != Heard.Nothing)];
        }
        return history;
    }

    // Its claims may be why somebody else was refused.
    private static bool Explains(List<Call> history, Guid booking) => history.Any(refused => refused.Heard == Heard.Taken
        && history.Any(c => c.Booking == booking && c.Hours is { } hours && hours.Overlaps(refused.Hours!.Value)));

    private static void Without(ref List<Call> history, Predicate<Call> which)
    {
        var less = history.Where(c => !which(c)).ToList();
        if (!IsLinearizable(less)) history = less;
    }
}
