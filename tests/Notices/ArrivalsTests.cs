using Makerspace.Bench;

namespace Makerspace.Tests.Notices;

/// <summary>The bench says that every reminder arrived, and once: it has to notice where that is not so.</summary>
public class ArrivalsTests
{
    private static readonly Dictionary<Guid, string> Due = Enumerable.Range(1, 100).ToDictionary(i => new Guid(i, 0, 0, new byte[8]), i => $"m-{i}@example.org");

    [Fact]
    public void Each_that_came_once_to_whom_it_was_for_is_right_whatever_else_came() =>
        Come([.. Due, KeyValuePair.Create(Guid.NewGuid(), "m-1@example.org")]).ShouldSatisfyAllConditions(a => a.IsRight.ShouldBeTrue(), a => a.Once.ShouldBe(100), a => a.Others.ShouldBe(1));

    [Fact]
    public void One_that_is_missing_doubled_or_astray_is_noticed()
    {
        var first = Due.First();
        Come(Due.Skip(1)).ShouldSatisfyAllConditions(a => a.IsRight.ShouldBeFalse(), a => a.Missing.ShouldBe(1));
        Come([.. Due, first]).ShouldSatisfyAllConditions(a => a.IsRight.ShouldBeFalse(), a => a.Doubled.ShouldBe(1), a => a.Missing.ShouldBe(0));
        Come([.. Due.Skip(1), KeyValuePair.Create(first.Key, "m-2@example.org")]).ShouldSatisfyAllConditions(a => a.IsRight.ShouldBeFalse(), a => a.Astray.ShouldBe(1));
        // One too many makes up for none that is missing.
        Come([.. Due.Skip(2), .. Due.Skip(2).Take(2)]).ShouldSatisfyAllConditions(a => a.IsRight.ShouldBeFalse(), a => a.Missing.ShouldBe(2), a => a.Doubled.ShouldBe(2));
    }

    private static Tally Come(IEnumerable<KeyValuePair<Guid, string>> came)
    {
        var arrivals = new Arrivals();
        foreach (var (id, to) in came) arrivals.Took($"{id:N}@localhost", to);
        return arrivals.Of(Due);
    }
}
