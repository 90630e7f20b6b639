namespace Makerspace.Tests.Model;

/// <summary>Smaller histories: without a stretch of operations, without one of them, with a simpler one.</summary>
internal static class Shrinking
{
    public static IEnumerable<History> Of(History history)
    {
        for (var length = history.Ops.Count / 2; length > 0; length /= 2)
            for (var from = history.Ops.Count - length; from >= 0; from -= length)
                yield return history with { Ops = [.. history.Ops.Take(from), .. history.Ops.Skip(from + length)] };
        for (var i = 0; i < history.Ops.Count; i++)
            foreach (var simpler in Simpler(history.Ops[i]))
                yield return history with { Ops = [.. history.Ops.Take(i), simpler, .. history.Ops.Skip(i + 1)] };
    }

    private static IEnumerable<Op> Simpler(Op op)
    {
        if (op is Book { ByStaff: true } staff) yield return staff with { ByStaff = false };
        if (op is Book { VersionsLate: not null } late) yield return late with { VersionsLate = null };
        if (op is Book { Tools.Count: > 1 } bundle)
            foreach (var tool in bundle.Tools) yield return bundle with { Tools = [tool] };
        if (op is Book { Slot: var slot } book && slot.End - slot.Start > 60) yield return book with { Slot = slot with { End = slot.Start + 60 } };
        if (op is Move { ByStaff: true } move) yield return move with { ByStaff = false };
        if (op is CheckIn { ByStaff: true } here) yield return here with { ByStaff = false };
        if (op is Pass { Minutes: > 1440 } pass) yield return new Pass(pass.Minutes - 1440);
    }
}
