using System.Collections.Concurrent;

namespace Makerspace.Bench;

/// <summary>What became of the reminders that were due.</summary>
/// <param name="Due">How many there were.</param>
/// <param name="Arrived">Of how many something arrived.</param>
/// <param name="Doubled">How many arrived more than once, also under the Message-ID by which a reader's side shows them once.</param>
/// <param name="Astray">How many arrived at somebody else's address.</param>
/// <param name="Others">Mail of which nobody said beforehand that it would come.</param>
internal sealed record Tally(int Due, int Arrived, int Doubled, int Astray, int Others)
{
    public int Missing => Due - Arrived;
    public int Once => Arrived - Doubled - Astray;
    public bool IsRight => Once == Due;
}

/// <summary>Every message that a mail server took: its id, and for whom.</summary>
internal sealed class Arrivals
{
    private readonly ConcurrentQueue<(string Id, string To)> all = [];

    /// <summary>One was taken. Of a notice the Message-ID begins with the notice's own.</summary>
    public void Took(string messageId, string to) => all.Enqueue((messageId.Split('@')[0], to));

    /// <summary>Holds them against what was to come, by the notice's id to whom.</summary>
    public Tally Of(IReadOnlyDictionary<Guid, string> due)
    {
        var came = all.ToLookup(m => Guid.TryParseExact(m.Id, "N", out var id) && due.ContainsKey(id) ? id : (Guid?)null, m => m.To);
        var mine = came.Where(m => m.Key is not null).ToList();
        return new Tally(
            due.Count, mine.Count, mine.Count(m => m.Count() > 1), mine.Count(m => m.Count() == 1 && !m.Single().Equals(due[m.Key!.Value], StringComparison.OrdinalIgnoreCase)), came[null].Count());
    }
}
