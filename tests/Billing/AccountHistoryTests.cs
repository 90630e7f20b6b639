using FsCheck;
using FsCheck.Fluent;
using Makerspace.Billing;

namespace Makerspace.Tests.Billing;

/// <summary>Whatever happens, in whatever order, as often as it likes: the book is right in the end, and never wrong on the way.</summary>
public class AccountHistoryTests
{
    private static readonly Gen<Step> SomeStep =
        from what in Gen.Choose(0, AccountHistory.Kinds - 1)
        from one in Gen.Choose(0, 250)
        from other in Gen.Choose(0, 250)
        select new Step(what, one, other);

    private static readonly Arbitrary<Step[]> Steps = Arb.From(Gen.ArrayOf(SomeStep), Shorter);

    [Theory]
    [InlineData(UsageBilling.PerBooking, Book.Currency), InlineData(UsageBilling.Monthly, Book.Currency), InlineData(UsageBilling.PerBooking, "kwd")]
    public void The_book_comes_right_whatever_happens(UsageBilling usage, string currency) =>
        Prop.ForAll(Steps, steps => new AccountHistory(usage, currency).Run(steps)).Check(Config.QuickThrowOnFailure.WithMaxTest(Runs).WithEndSize(120));

    private static int Runs => int.TryParse(Environment.GetEnvironmentVariable("ACCOUNT_HISTORIES"), out var runs) ? runs : 150;

    private static IEnumerable<Step[]> Shorter(Step[] steps)
    {
        for (var size = steps.Length / 2; size > 0; size /= 2)
        {
            for (var from = 0; from + size <= steps.Length; from += size) yield return [.. steps[..from], .. steps[(from + size)..]];
        }
    }
}
