using Makerspace.ReadModels;
using Makerspace.Reservations.Simulating;
using Makerspace.Spaces;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Simulating;

/// <summary>What is to be tried on which past.</summary>
/// <param name="Level">Where the change would be made.</param>
/// <param name="Id">Of which area, category, tool, plan or company; empty for the space.</param>
/// <param name="Before">What is set there now.</param>
/// <param name="After">What would be set.</param>
/// <param name="From">Bookings asked for from then on …</param>
/// <param name="To">… and before then are looked at.</param>
public sealed record SimulationRequest(SettingLevel Level, string Id, RuleSet Before, RuleSet After, Instant From, Instant To)
{
    /// <summary>What differs.</summary>
    public PolicyChange Change => new(Level, Id)
    {
        From = Before.Policy, To = After.Policy, LimitsFrom = Before.Limits, LimitsTo = After.Limits, CapacityFrom = Before.Capacity, CapacityTo = After.Capacity,
        Coverage = StoredJson.Same(Before.Coverage, After.Coverage) || After.Coverage is not { } c
            ? null
            : new Plan { Tools = c.Tools, Categories = c.Categories, Hours = c.Hours, AllHours = c.AllHours },
    };
}
