using System.Collections.Immutable;
using System.Globalization;
using Makerspace.Tools;
using Makerspace.Web.Tools;
using Makerspace.Web.Spaces;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Policies;

/// <summary>One setting of the rules as a form shows it.</summary>
/// <param name="Name">The form field.</param>
/// <param name="Label">What it is called.</param>
/// <param name="Sentence">What it does, for who has never seen it.</param>
/// <param name="Get">The setting as text, or null where it is not set.</param>
/// <param name="Set">The policy with the setting read from a text; null where the text cannot be read.</param>
/// <param name="IsLength">Whether it is a length of time, not a number.</param>
/// <param name="Otherwise">What holds where it is set nowhere; null: no limit.</param>
public sealed record PolicySetting(string Name, string Label, string Sentence, Func<Policy, string?> Get, Func<Policy, string?, Policy?> Set, bool IsLength, string? Otherwise = null);

/// <summary>The settings that the rules enforce today; the others of <see cref="Policy"/> are kept as they are.</summary>
public static class PolicySettings
{
    public static IReadOnlyList<PolicySetting> All(IStringLocalizer<Texts> t) =>
    [
        Length("minDuration", t["Shortest booking"], t["A booking must be at least this long."], p => p.MinDuration, (p, v) => p with { MinDuration = v }),
        Length("maxDuration", t["Longest booking"], t["A booking may be at most this long; where peak hours are set, only they count."], p => p.MaxDuration, (p, v) => p with { MaxDuration = v }),
        Length("horizon", t["How far ahead"], t["A booking may start at most this far from now."], p => p.Horizon, (p, v) => p with { Horizon = v }),
        Length("minimumGap", t["Pause between"], t["At least this much time between two bookings of one member."], p => p.MinimumGap, (p, v) => p with { MinimumGap = v }),
        Count("maxBookingsPerDay", t["Bookings a day"], t["How often one member may book it for one day."], 0, 1000, p => p.MaxBookingsPerDay, (p, v) => p with { MaxBookingsPerDay = v }),
        Length("maxHoursPerDay", t["Time a day"], t["How long one member may use it on one day, all bookings together."], p => p.MaxHoursPerDay, (p, v) => p with { MaxHoursPerDay = v }),
        Length("maxFutureHours", t["Time booked ahead"], t["How much time one member may have booked and not yet begun."], p => p.MaxFutureHours, (p, v) => p with { MaxFutureHours = v }),
        Count("concurrency", t["People at once"], t["How many bookings may share the same time."], 1, 1000, p => p.Concurrency, (p, v) => p with { Concurrency = v }) with { Otherwise = "1" },
        Length("grid", t["Time grid"], t["Bookings start and end on multiples of this."], p => p.Grid, (p, v) => p with { Grid = v }) with { Otherwise = "5 min" },
        Count("maxUpcoming", t["Bookings to come"], t["How many bookings of all members may lie ahead."], 1, 500, p => p.MaxUpcoming, (p, v) => p with { MaxUpcoming = v }) with { Otherwise = "500" },
    ];

    /// <summary>Reads the whole form over what the policy was; each text that cannot be read is reported with its field.</summary>
    public static Policy Read(Policy before, Func<string, string?> typed, IStringLocalizer<Texts> t, Layout.Faults faults)
    {
        var policy = before;
        foreach (var setting in All(t))
        {
            var text = typed(setting.Name) is { Length: > 0 } some ? some : null;
            if (setting.Set(policy, text) is { } next) policy = next;
            else faults.Add(setting.Name, setting.IsLength ? t["{0}: enter a time like 1 h 30 min", setting.Label] : t["{0}: enter a whole number", setting.Label]);
        }
        return policy with { Peak = Peak(typed, t, faults) };
    }

    /// <summary>The peak hours of a weekday as text.</summary>
    public static string PeakOf(Policy policy, IsoDayOfWeek day) =>
        WeekText.Of((policy.Peak ?? []).Where(w => w.Days.Contains(day)).Select(w => (w.From, w.To)));

    private static ImmutableArray<PeakWindow>? Peak(Func<string, string?> typed, IStringLocalizer<Texts> t, Layout.Faults faults)
    {
        var windows = new List<(IsoDayOfWeek Day, LocalTime From, LocalTime To)>();
        foreach (var day in WeekText.Days)
        {
            if (WeekText.Parse(typed("peak-" + (int)day) ?? "") is { } parsed) windows.AddRange(parsed.Select(p => (day, p.From, p.To)));
            else faults.Add("peak-" + (int)day, t["{0}: enter hours like 09:00–17:00", WeekText.Name(day)]);
        }
        if (windows.Count == 0) return null;
        return [.. windows.GroupBy(w => (w.From, w.To)).Select(g => new PeakWindow([.. g.Select(w => w.Day)], g.Key.From, g.Key.To))];
    }

    private static PolicySetting Length(string name, string label, string sentence, Func<Policy, Duration?> get, Func<Policy, Duration?, Policy> set) => new(
        name, label, sentence, p => get(p) is { } length ? LengthText.Of(length) : null,
        (p, text) => text is null ? set(p, null) : LengthText.Parse(text) is { } length ? set(p, length) : null, IsLength: true);

    private static PolicySetting Count(string name, string label, string sentence, int least, int most, Func<Policy, int?> get, Func<Policy, int?, Policy> set) => new(
        name, label, sentence, p => get(p)?.ToString(CultureInfo.InvariantCulture),
        (p, text) => text is null ? set(p, null) : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= least && count <= most ? set(p, count) : null,
        IsLength: false);
}
