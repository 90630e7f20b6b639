using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Web.Policies;

/// <summary>Two settings of one policy that cannot both be meant.</summary>
/// <param name="Fields">As the API names them; the first is the likelier to be wrong.</param>
/// <param name="Message">What is wrong, in English: the pages translate it.</param>
public sealed record Contradiction(string[] Fields, string Message);

/// <summary>What contradicts what, over the settings that hold together. Pure.</summary>
public static class Contradictions
{
    public static IEnumerable<Contradiction> Of(Policy p)
    {
        if (p.MinDuration > p.MaxDuration && p.Peak is not { IsEmpty: false })
            yield return new(["minDuration", "maxDuration"], "The shortest booking is longer than the longest.");
        if (p.MinDuration is { } shortest && p.Grid is { } grid && grid > Duration.Zero && shortest.BclCompatibleTicks % grid.BclCompatibleTicks != 0)
            yield return new(["grid", "minDuration"], "The shortest booking is no multiple of the time grid.");
        if (p.MaxDuration < p.Grid) yield return new(["grid", "maxDuration"], "The time grid is longer than the longest booking.");
        if (p.Notice > p.Horizon) yield return new(["notice", "horizon"], "The notice is longer than the horizon: nothing could be booked.");
        if (p.LateCancelThreshold > p.Horizon) yield return new(["lateCancelThreshold", "horizon"], "Every cancellation would be late: the threshold lies beyond the horizon.");
        if (p.NoShowGrace > (p.MinDuration ?? p.Grid)) yield return new(["noShowGrace", "minDuration"], "The time to check in is longer than the shortest booking.");
        foreach (var found in Limits(p.MinDuration, p.MaxHoursPerDay, p.MaxHoursPerWeek, p.MaxFutureHours, p.MaxBookingsPerDay, p.MaxBookingsPerWeek)) yield return found;
        if (p.LateCancelFee is { Amount: > 0 } && p.LateCancelThreshold is null)
            yield return new(["lateCancelFee", "lateCancelThreshold"], "A fee for late cancelling needs the time from which it is late.");
    }

    public static IEnumerable<Contradiction> Of(Limits limits) =>
        Limits(null, limits.MaxHoursPerDay, limits.MaxHoursPerWeek, null, limits.MaxBookingsPerDay, limits.MaxBookingsPerWeek);

    private static IEnumerable<Contradiction> Limits(Duration? shortest, Duration? day, Duration? week, Duration? ahead, int? perDay, int? perWeek)
    {
        if (shortest > day) yield return new(["maxHoursPerDay", "minDuration"], "The shortest booking is longer than the hours of a day.");
        if (shortest > week) yield return new(["maxHoursPerWeek", "minDuration"], "The shortest booking is longer than the hours of a week.");
        if (shortest > ahead) yield return new(["maxFutureHours", "minDuration"], "The shortest booking is longer than the hours booked ahead.");
        if (day > week) yield return new(["maxHoursPerDay", "maxHoursPerWeek"], "The hours of a day are more than the hours of a week.");
        if (perDay > perWeek) yield return new(["maxBookingsPerDay", "maxBookingsPerWeek"], "The bookings of a day are more than the bookings of a week.");
    }
}
