using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Makerspace.Tests.Linearizability;

/// <summary>What a client asks of one tool's calendar.</summary>
internal enum Doing
{
    Book,
    Move,
    Extend,
    Cancel,
    Read,
}

/// <summary>What the client heard.</summary>
internal enum Heard
{
    /// <summary>It is done.</summary>
    Accepted,

    /// <summary>The slot is not free: it must have been so at some instant between question and answer.</summary>
    Taken,

    /// <summary>Refused for another reason: nothing was done.</summary>
    Refused,

    /// <summary>The answer was lost: it was done before <see cref="Call.Answered"/>, or never.</summary>
    Nothing,
}

/// <summary>Hours [From, To) of a tool.</summary>
internal readonly record struct Hours(int From, int To)
{
    public bool Overlaps(Hours other) => From < other.To && other.From < To;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From}–{To}");
}

/// <summary>One question and its answer.</summary>
/// <param name="Client">Who asked.</param>
/// <param name="Booking">Of which booking.</param>
/// <param name="Doing">What.</param>
/// <param name="Hours">The slot asked for; of a reading, the slot found (null: the booking has none).</param>
/// <param name="Heard">The answer.</param>
/// <param name="Asked">When the question left.</param>
/// <param name="Answered">When the answer came; of a lost one, from when on it could no longer take effect.</param>
internal sealed record Call(int Client, Guid Booking, Doing Doing, Hours? Hours, Heard Heard, long Asked, long Answered);

/// <summary>The sequential truth: what one tool's calendar does with one call after the other. Plain on purpose.</summary>
internal sealed record ToolCalendar(ImmutableSortedDictionary<Guid, Hours> Claims)
{
    public static readonly ToolCalendar Empty = new(ImmutableSortedDictionary<Guid, Hours>.Empty);

    /// <summary>Every calendar there may be after the call, had it come just now with that answer; none where that is impossible.</summary>
    public IEnumerable<ToolCalendar> After(Call call)
    {
        if (call.Heard == Heard.Accepted && Done(call) is { } done) yield return done;
        if (call.Heard == Heard.Taken && IsTaken(call)) yield return this;
        if (call.Heard == Heard.Refused) yield return this;
        if (call.Heard != Heard.Nothing) yield break;
        if (Done(call) is { } perhaps) yield return perhaps;
        yield return this;
    }

    /// <summary>The same text for the same calendar.</summary>
    public string Key => string.Join(' ', Claims.Select(c => $"{c.Key:N}:{c.Value}"));

    private ToolCalendar? Done(Call call)
    {
        var has = Claims.TryGetValue(call.Booking, out var standing);
        return call.Doing switch
        {
            Doing.Read => (has ? standing : null) == call.Hours ? this : null,
            Doing.Cancel => has ? new ToolCalendar(Claims.Remove(call.Booking)) : null,
            _ => has != (call.Doing == Doing.Book) && !Full(call) ? new ToolCalendar(Claims.SetItem(call.Booking, call.Hours!.Value)) : null,
        };
    }

    private bool IsTaken(Call call) => Claims.ContainsKey(call.Booking) != (call.Doing == Doing.Book) && Full(call);

    private bool Full(Call call) => Claims.Any(c => c.Key != call.Booking && c.Value.Overlaps(call.Hours!.Value));
}

/// <summary>Histories as people read them.</summary>
internal static class Histories
{
    public static string Text(IEnumerable<Call> history)
    {
        var calls = history.OrderBy(c => c.Asked).ToList();
        var instants = calls.SelectMany(c => new[] { c.Asked, c.Answered }).Distinct().Order().ToList();
        var names = calls.Select(c => c.Booking).Distinct().ToList();
        var text = new StringBuilder();
        foreach (var call in calls)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"  {instants.IndexOf(call.Asked),3} … {instants.IndexOf(call.Answered),3}  client {call.Client}: {call.Doing.ToString().ToLowerInvariant(),-6} booking {names.IndexOf(call.Booking) + 1} {call.Hours,-7} {Answer(call)}");
        }
        return text.ToString();
    }

    private static string Answer(Call call) => call.Heard switch
    {
        Heard.Accepted => call.Doing == Doing.Read ? call.Hours is null ? "found nothing" : "found" : "accepted",
        Heard.Taken => "refused: slot-taken",
        Heard.Refused => "refused",
        _ => "no answer",
    };
}
