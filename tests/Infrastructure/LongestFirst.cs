using Makerspace.Tests.Infrastructure;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Makerspace.Tests.Infrastructure;

/// <summary>Begins with the classes that take minutes: begun last, one of them would run on alone.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        "Browser.EveryPageTests", "Browser", "Reservations.FaultTests", "Billing.Scenarios.MoneyFaultTests", "Linearizability.LinearizabilityTests", "Reservations.RaceTestsOnPostgres",
        "Reservations.RaceTestsOnSqlite", "Reservations.KillTests", "Billing.Gateway", "Billing.MemberMoney", "Billing.Scenarios.MoneyKillTests", "Browser.StaffMoneyPageTests", "Reservations.PartyRaceTests",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections) where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => Place(c.TestCollectionDisplayName)).ThenBy(c => c.TestCollectionDisplayName, StringComparer.Ordinal)];

    // A class without a collection of its own stands as "Test collection for" its name.
    private static int Place(string name) => Array.FindIndex(Long, l => name == l || name.Contains("Makerspace.Tests." + l, StringComparison.Ordinal)) is var at && at >= 0 ? at : Long.Length;
}
