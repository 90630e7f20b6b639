using Makerspace.Billing;
using Makerspace.ReadModels;
using Makerspace.Tools;
using Makerspace.Web.Http;
using NodaTime;

namespace Makerspace.Web.Policies;

/// <summary>Whether settings are possible in themselves, and whether a change makes settings that hold together contradict each other.</summary>
internal static class PolicyChecks
{
    private const int MinutesADay = 24 * 60;

    /// <summary>Each setting by itself.</summary>
    public static void Check(Faults faults, Policy policy, string prefix)
    {
        Positive(faults, prefix + "minDuration", policy.MinDuration);
        Positive(faults, prefix + "maxDuration", policy.MaxDuration);
        Positive(faults, prefix + "horizon", policy.Horizon);
        Positive(faults, prefix + "maxHoursPerDay", policy.MaxHoursPerDay);
        Positive(faults, prefix + "maxHoursPerWeek", policy.MaxHoursPerWeek);
        Positive(faults, prefix + "maxFutureHours", policy.MaxFutureHours);
        Positive(faults, prefix + "strikeExpiry", policy.StrikeExpiry);
        NotNegative(faults, prefix, policy);
        faults.Range(prefix + "maxBookingsPerDay", policy.MaxBookingsPerDay, 0, 1000);
        faults.Range(prefix + "maxBookingsPerWeek", policy.MaxBookingsPerWeek, 0, 1000);
        faults.Range(prefix + "maxFutureBookings", policy.MaxFutureBookings, 0, 1000);
        faults.Range(prefix + "concurrency", policy.Concurrency, 1, 1000);
        faults.Range(prefix + "maxUpcoming", policy.MaxUpcoming, 1, 500);
        faults.Range(prefix + "maxStrikes", policy.MaxStrikes, 1, 100);
        Amounts(faults, prefix, policy);
        Grid(faults, prefix + "grid", policy.Grid);
        Peak(faults, prefix + "peak", policy);
        Certifications(faults, prefix + "requiredCertifications", policy);
    }

    /// <summary>Limits by themselves.</summary>
    public static void Check(Faults faults, Limits limits, string prefix)
    {
        Positive(faults, prefix + "maxHoursPerDay", limits.MaxHoursPerDay);
        Positive(faults, prefix + "maxHoursPerWeek", limits.MaxHoursPerWeek);
        Positive(faults, prefix + "maxFutureHours", limits.MaxFutureHours);
        faults.Range(prefix + "maxBookingsPerDay", limits.MaxBookingsPerDay, 0, 1000);
        faults.Range(prefix + "maxBookingsPerWeek", limits.MaxBookingsPerWeek, 0, 1000);
        faults.Range(prefix + "maxFutureBookings", limits.MaxFutureBookings, 0, 1000);
        foreach (var found in Contradictions.Of(limits)) faults.Add(prefix + found.Fields[0], "contradiction", found.Message);
    }

    /// <summary>
    /// What the change would make contradictory, over what holds together for each tool and plan. What contradicted itself before is not held against a
    /// change of something else. The fault stands beside a setting of this place where one takes part.
    /// </summary>
    public static void Check(Faults faults, PolicyBook before, PolicyBook after, PolicyPlace place, string prefix)
    {
        var (was, set) = (before.Of(place)?.Policy ?? Policy.None, after.Of(place)?.Policy ?? Policy.None);
        foreach (var (field, money) in MoneyOf(set).Except(MoneyOf(was))) Billing.PriceChecks.Currency(faults, prefix + field, money, after.Space.Currency);
        var known = before.Tools.ToDictionary(t => t.Id);
        var found = Combined(after, place).Where(c => known.GetValueOrDefault(c.Tool?.Id ?? "") is not { } old || !Contradictions.Of(before.Levels(old, c.Plan).Effective).Any(o => o.Message == c.Found.Message));
        foreach (var one in found.DistinctBy(c => c.Found.Message))
            faults.Add(prefix + Field(one.Found, was, set), "contradiction", one.Found.Message);
    }

    private static IEnumerable<(ToolView? Tool, string? Plan, Contradiction Found)> Combined(PolicyBook book, PolicyPlace place)
    {
        var any = false;
        foreach (var tool in book.Reached(place))
        {
            any = true;
            foreach (var plan in place.Level == SettingLevel.Plan ? [place.Id] : book.PlansFor(tool))
                foreach (var found in Contradictions.Of(book.Levels(tool, plan).Effective)) yield return (tool, plan, found);
        }
        // Nothing is reached yet: what is set here must agree with itself and the space.
        if (!any)
            foreach (var found in Contradictions.Of((book.Of(place)?.Policy ?? Policy.None).Over(book.Space.Defaults))) yield return (null, null, found);
    }

    private static string Field(Contradiction found, Policy was, Policy set) =>
        found.Fields.FirstOrDefault(f => PolicyFields.Value(f, set) is not null && !Equals(PolicyFields.Value(f, set), PolicyFields.Value(f, was)))
        ?? found.Fields.FirstOrDefault(f => !Equals(PolicyFields.Value(f, set), PolicyFields.Value(f, was))) ?? found.Fields[0];

    private static void NotNegative(Faults faults, string prefix, Policy policy)
    {
        (string, Duration?)[] all =
        [
            ("buffer", policy.Buffer), ("notice", policy.Notice), ("minimumGap", policy.MinimumGap), ("lateCancelThreshold", policy.LateCancelThreshold),
            ("noShowGrace", policy.NoShowGrace), ("checkInOpens", policy.CheckInOpens),
        ];
        foreach (var (field, value) in all)
            if (value < Duration.Zero) faults.Add(prefix + field, "out-of-range", $"{prefix}{field} is negative.");
    }

    private static void Amounts(Faults faults, string prefix, Policy policy)
    {
        foreach (var (field, money) in MoneyOf(policy))
            if (money is { Amount: < 0 or > Billing.PriceChecks.Most }) faults.Add(prefix + field, "out-of-range", $"{prefix}{field} lies outside 0 to {Billing.PriceChecks.Most} minor units.");
        Billing.PriceChecks.Moves(faults, prefix + "deposit", policy.Deposit);
        if (policy.Deposit is { Amount: > 0 and var held, Currency: var currency } && held < Currencies.Least(currency))
            faults.Add(prefix + "deposit", "out-of-range", $"{prefix}deposit is less than a card holds: {Currencies.Least(currency)} minor units.");
    }

    private static (string Field, Money? Money)[] MoneyOf(Policy policy) =>
    [
        ("lateCancelFee", policy.LateCancelFee), ("hourlyRate", policy.HourlyRate), ("offPeakHourlyRate", policy.OffPeakHourlyRate), ("deposit", policy.Deposit), ("noShowFee", policy.NoShowFee),
    ];

    private static void Positive(Faults faults, string field, Duration? value)
    {
        if (value <= Duration.Zero) faults.Add(field, "out-of-range", $"{field} has to be longer than nothing; null means no limit.");
    }

    /// <summary>The grid divides a day, so that it starts anew at each midnight.</summary>
    private static void Grid(Faults faults, string field, Duration? grid)
    {
        if (grid is not { } step) return;
        var minutes = step.TotalMinutes;
        if (minutes < 1 || minutes > MinutesADay || minutes != Math.Floor(minutes) || MinutesADay % (int)minutes != 0)
            faults.Add(field, "out-of-range", $"{field} has to be whole minutes that divide a day, such as PT5M or PT1H.");
    }

    private static void Peak(Faults faults, string field, Policy policy)
    {
        if (policy.Peak is not { } windows) return;
        if (windows.Length > 50) faults.Add(field, "out-of-range", $"{field} has more than 50 windows.");
        if (windows.Any(w => w is null || w.Days.IsDefaultOrEmpty)) faults.Add(field, "missing-field", "Each peak window names its days.");
    }

    private static void Certifications(Faults faults, string field, Policy policy)
    {
        if (policy.RequiredCertifications is not { } ids) return;
        if (ids.Length > 20) faults.Add(field, "out-of-range", $"{field} names more than 20 certifications.");
        if (ids.Any(id => id is null || !Ids.IsSlug(id))) faults.Add(field, "malformed-id", $"{field} are ids: lower-case letters, digits and hyphens.");
    }
}

/// <summary>Settings by their names in the API.</summary>
internal static class PolicyFields
{
    private static readonly Dictionary<string, System.Reflection.PropertyInfo> Properties = typeof(Policy).GetProperties()
        .ToDictionary(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..], StringComparer.Ordinal);

    private static readonly Dictionary<string, System.Reflection.PropertyInfo> OfLimits = typeof(Limits).GetProperties()
        .ToDictionary(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..], StringComparer.Ordinal);

    public static IEnumerable<string> Names => Properties.Keys;

    public static IEnumerable<string> LimitNames => OfLimits.Keys;

    public static object? Value(string name, Policy policy) => Properties[name].GetValue(policy);

    public static object? Value(string name, Limits limits) => OfLimits[name].GetValue(limits);

    /// <summary>Names of the settings that differ; those of limits after <c>limits.</c>.</summary>
    public static IEnumerable<string> Different(RuleSet one, RuleSet other) =>
        Names.Where(n => !StoredJson.Same(Value(n, one.Policy), Value(n, other.Policy)))
            .Concat(LimitNames.Where(n => !StoredJson.Same(Value(n, one.Limits), Value(n, other.Limits))).Select(n => "limits." + n))
            .Concat(one.Capacity != other.Capacity ? ["capacity"] : [])
            .Concat(StoredJson.Same(one.Coverage, other.Coverage) ? [] : ["coverage"]);
}
