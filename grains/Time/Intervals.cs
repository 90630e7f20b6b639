using System.Collections.Immutable;
using NodaTime;

namespace Makerspace.Time;

/// <summary>Arithmetic on lists of slots. Results are sorted, do not overlap and do not touch.</summary>
public static class Intervals
{
    /// <summary>Every instant that any of the slots covers.</summary>
    public static ImmutableArray<Slot> Union(IEnumerable<Slot> slots)
    {
        var result = ImmutableArray.CreateBuilder<Slot>();
        foreach (var slot in slots.Where(s => s.IsValid).OrderBy(s => s.Start))
        {
            if (result.Count > 0 && slot.Start <= result[^1].End)
                result[^1] = new Slot(result[^1].Start, Instant.Max(result[^1].End, slot.End));
            else
                result.Add(slot);
        }
        return result.DrainToImmutable();
    }

    /// <summary>Every instant of <paramref name="from"/> that none of <paramref name="taken"/> covers.</summary>
    public static ImmutableArray<Slot> Subtract(IEnumerable<Slot> from, IEnumerable<Slot> taken)
    {
        var holes = Union(taken);
        var result = ImmutableArray.CreateBuilder<Slot>();
        foreach (var slot in Union(from))
        {
            var start = slot.Start;
            foreach (var hole in holes)
            {
                if (hole.End <= start) continue;
                if (hole.Start >= slot.End) break;
                if (hole.Start > start) result.Add(new Slot(start, hole.Start));
                start = hole.End;
            }
            if (start < slot.End) result.Add(new Slot(start, slot.End));
        }
        return result.DrainToImmutable();
    }

    /// <summary>Every instant that at least <paramref name="depth"/> of the slots cover.</summary>
    public static ImmutableArray<Slot> Deeper(IEnumerable<Slot> slots, int depth)
    {
        // At one instant ends come before starts: slots are half-open.
        var steps = slots.Where(s => s.IsValid).SelectMany(s => new[] { (At: s.Start, Step: 1), (At: s.End, Step: -1) })
            .OrderBy(s => s.At).ThenBy(s => s.Step);
        var result = new List<Slot>();
        var (count, since) = (0, default(Instant));
        foreach (var (at, step) in steps)
        {
            if (step == 1 && ++count == depth) since = at;
            if (step == -1 && count-- == depth) result.Add(new Slot(since, at));
        }
        return Union(result);
    }
}
