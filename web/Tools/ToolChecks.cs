using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Http;
using NodaTime;

namespace Makerspace.Web.Tools;

/// <summary>What has to hold of a tool's settings before anything is written.</summary>
internal static class ToolChecks
{
    public static void Check(Faults faults, ToolSettings tool, SpaceFacts space)
    {
        faults.Text("name", tool.Name, 100);
        faults.OptionalText("description", tool.Description, 4000);
        faults.OptionalText("category", tool.Category, 100);
        faults.OptionalText("location", tool.Location, 200);
        if (faults.OptionalSlug("areaId", tool.AreaId) is { } area && Ids.IsSlug(area) && !space.Areas.ContainsKey(area))
            faults.Add("areaId", "unknown-area", "There is no such area.");
        if (tool is { ExpectedBack: not null, OutOfService: false })
            faults.Add("expectedBack", "contradiction", "Only a tool that is out of service is expected back.");
        if (tool.Policy is { } policy) PolicyChecks.Check(faults, policy, "policy.", space.Defaults);
    }
}

/// <summary>Whether the settings of the rules are possible and do not contradict each other.</summary>
internal static class PolicyChecks
{
    private const int MinutesADay = 24 * 60;

    public static void Check(Faults faults, Policy policy, string prefix, Policy defaults)
    {
        Positive(faults, prefix + "minDuration", policy.MinDuration);
        Positive(faults, prefix + "maxDuration", policy.MaxDuration);
        Positive(faults, prefix + "maxHoursPerDay", policy.MaxHoursPerDay);
        Positive(faults, prefix + "maxHoursPerWeek", policy.MaxHoursPerWeek);
        faults.Range(prefix + "maxBookingsPerDay", policy.MaxBookingsPerDay, 0, 1000);
        faults.Range(prefix + "maxFutureBookings", policy.MaxFutureBookings, 0, 1000);
        faults.Range(prefix + "concurrency", policy.Concurrency, 1, 1000);
        faults.Range(prefix + "maxUpcoming", policy.MaxUpcoming, 1, 500);
        Grid(faults, prefix + "grid", policy.Grid);
        Peak(faults, prefix + "peak", policy);
        Certifications(faults, prefix + "requiredCertifications", policy);
        Contradictions(faults, prefix, policy.Over(defaults));
    }

    private static void Contradictions(Faults faults, string prefix, Policy policy)
    {
        if (policy.MinDuration > policy.MaxDuration && policy.Peak is null)
            faults.Add(prefix + "minDuration", "contradiction", "The shortest booking is longer than the longest.");
        if (policy.MinDuration > policy.MaxHoursPerDay)
            faults.Add(prefix + "maxHoursPerDay", "contradiction", "The shortest booking is longer than the hours of a day.");
        if (policy.Notice > policy.Horizon)
            faults.Add(prefix + "notice", "contradiction", "The notice is longer than the horizon: nothing could be booked.");
    }

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
