using System.Collections.Immutable;

namespace Makerspace.Seats;

/// <summary>
/// Who has a seat, who waits for one, who came: the same of a training and of an event. Pure; whoever keeps it decides what else stands in the way. Nobody passes the line.
/// </summary>
/// <param name="Members">Who has a seat, in the order they took it.</param>
/// <param name="Waiting">Who waits for one, first come first.</param>
/// <param name="Marks">Who came and who did not, as far as it was marked.</param>
internal sealed record Seating(ImmutableArray<string> Members, ImmutableArray<string> Waiting, ImmutableArray<AttendanceMark> Marks)
{
    /// <summary>More in a line than these wait in vain.</summary>
    public const int MostWaiting = 100;

    public bool Has(string who) => Members.Contains(who);

    public bool Knows(string who) => Has(who) || Waiting.Contains(who);

    public int Left(int seats) => Math.Max(0, seats - Members.Length);

    /// <summary>Whether whoever asks now has a seat: one is left, and nobody waits for it.</summary>
    public bool IsOpen(int seats) => Left(seats) > 0 && Waiting.IsEmpty;

    public Seating Seated(string who) => this with { Members = Members.Add(who) };

    /// <summary>At the end of the line; where a seat is left, on it.</summary>
    public Seating Queued(string who, int seats) => (this with { Waiting = Waiting.Add(who) }).MovedUp(seats);

    /// <summary>Without them, and whoever waits first on their seat.</summary>
    public Seating Without(string who, int seats) => (this with { Members = Members.Remove(who), Waiting = Waiting.Remove(who) }).MovedUp(seats);

    /// <summary>With the seats that are left given to whoever waits first.</summary>
    /// <param name="seats">How many there are; none where it does not take place.</param>
    public Seating MovedUp(int seats)
    {
        var first = Waiting.Take(Left(seats)).ToList();
        return this with { Members = Members.AddRange(first), Waiting = Waiting.RemoveRange(first) };
    }

    /// <summary>Of those named as having come, who has no seat yet.</summary>
    public IReadOnlyList<string> Unseated(ImmutableArray<AttendanceMark> marks) =>
        [.. marks.Where(m => m.Came).Select(m => m.MemberId).Distinct(StringComparer.Ordinal).Except(Members, StringComparer.Ordinal)];

    /// <summary>With these marks; who came without a seat has one. Null where they say nothing that was not said before.</summary>
    public Seating? Marked(ImmutableArray<AttendanceMark> marks)
    {
        var late = Unseated(marks);
        var seated = Members.AddRange(late);
        // A mark that says what was said before stays as it was: what came of it is not new.
        var news = marks.Where(m => seated.Contains(m.MemberId) && Marks.FirstOrDefault(k => k.MemberId == m.MemberId)?.Came != m.Came).ToList();
        if (news.Count == 0) return null;
        var kept = Marks.RemoveAll(k => news.Exists(m => m.MemberId == k.MemberId));
        return new Seating(seated, Waiting.RemoveRange(late), kept.AddRange(news));
    }

    /// <summary>Who waited before and has a seat now, but for whoever did it themselves.</summary>
    public ImmutableArray<string> UpSince(Seating before, string actor) => [.. before.Waiting.Where(m => Has(m) && m != actor)];
}
