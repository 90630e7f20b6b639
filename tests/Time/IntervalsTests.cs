using FsCheck;
using FsCheck.Fluent;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Tests.Time;

/// <summary>The interval arithmetic against the plainest model there is: sets of minutes.</summary>
public class IntervalsTests
{
    private static readonly Gen<Slot> SomeSlot =
        from start in Gen.Choose(0, 60)
        from length in Gen.Choose(-3, 30)
        select new Slot(Minute(start), Minute(start + length));

    private static readonly Arbitrary<(Slot[] One, Slot[] Other)> Two = Arb.From(
        from one in Gen.ArrayOf(SomeSlot)
        from other in Gen.ArrayOf(SomeSlot)
        select (one, other));

    [Fact]
    public void A_union_covers_what_any_of_them_does() =>
        Prop.ForAll(Two, two => Minutes(Intervals.Union(two.One)).SetEquals(Minutes(two.One)) && Tidy(Intervals.Union(two.One))).QuickCheckThrowOnFailure();

    [Fact]
    public void A_difference_covers_what_only_the_first_does() =>
        Prop.ForAll(Two, two =>
        {
            var result = Intervals.Subtract(two.One, two.Other);
            return Minutes(result).SetEquals(Minutes(two.One).Except(Minutes(two.Other))) && Tidy(result);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_depth_covers_what_that_many_do() =>
        Prop.ForAll(Two, Arb.From(Gen.Choose(1, 4)), (two, depth) =>
        {
            var result = Intervals.Deeper(two.One, depth);
            var expected = Enumerable.Range(-5, 110).Where(m => two.One.Count(s => s.IsValid && s.Contains(Minute(m))) >= depth);
            return Minutes(result).SetEquals(expected) && Tidy(result);
        }).QuickCheckThrowOnFailure();

    private static bool Tidy(IReadOnlyList<Slot> slots) =>
        slots.All(s => s.IsValid) && slots.Zip(slots.Skip(1)).All(pair => pair.First.End < pair.Second.Start);

    private static HashSet<int> Minutes(IEnumerable<Slot> slots) =>
        [.. slots.Where(s => s.IsValid).SelectMany(s => Enumerable.Range(-5, 110).Where(m => s.Contains(Minute(m))))];

    private static Instant Minute(int minute) => Instant.FromUtc(2026, 1, 1, 0, 0) + Duration.FromMinutes(minute);
}
