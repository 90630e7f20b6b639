using System.Collections.Immutable;
using System.Globalization;
using Makerspace.ReadModels;
using Makerspace.Tools;
using Makerspace.Web.Spaces;
using Makerspace.Web.Tools;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Policies;

/// <summary>How a setting is typed.</summary>
public enum SettingKind
{
    Length,
    Count,
    Money,
    YesNo,
}

/// <summary>One setting of the rules as a form shows it.</summary>
/// <param name="Name">The form field, as the API names it.</param>
/// <param name="Label">What it is called.</param>
/// <param name="Sentence">What it does, for who has never seen it.</param>
/// <param name="Get">The setting as text that can be typed, or null where it is not set.</param>
/// <param name="Set">The policy with the setting read from a text; null where the text cannot be read.</param>
/// <param name="Kind">How it is typed.</param>
/// <param name="Otherwise">What holds where it is set nowhere; null: no limit.</param>
public sealed record PolicySetting(string Name, string Label, string Sentence, Func<Policy, string?> Get, Func<Policy, string?, Policy?> Set, SettingKind Kind, string? Otherwise = null);

/// <summary>Settings that belong together.</summary>
public sealed record PolicyGroup(string Title, IReadOnlyList<PolicySetting> Settings);

/// <summary>Every setting of the rules, with its sentence. Peak hours and certifications have fields of their own (PolicyForm).</summary>
public static class PolicySettings
{
    public static IReadOnlyList<PolicyGroup> Groups(IStringLocalizer<Texts> t, string currency) =>
    [
        new(t["How long, and when"],
        [
            Length("minDuration", t["Shortest booking"], t["A booking must be at least this long."], p => p.MinDuration, (p, v) => p with { MinDuration = v }),
            Length("maxDuration", t["Longest booking"], t["A booking may be at most this long; where peak hours are set, only they count."], p => p.MaxDuration, (p, v) => p with { MaxDuration = v }),
            Length("grid", t["Time grid"], t["Bookings start and end on multiples of this."], p => p.Grid, (p, v) => p with { Grid = v }) with { Otherwise = "5 min" },
            Length("horizon", t["How far ahead"], t["A booking may start at most this far from now."], p => p.Horizon, (p, v) => p with { Horizon = v }),
            Length("notice", t["Notice"], t["A booking must be made at least this long before it starts."], p => p.Notice, (p, v) => p with { Notice = v }),
        ]),
        new(t["How much one member may book"],
        [
            Count("maxBookingsPerDay", t["Bookings a day"], t["How often one member may book it for one day."], 0, 1000, p => p.MaxBookingsPerDay, (p, v) => p with { MaxBookingsPerDay = v }),
            Length("maxHoursPerDay", t["Time a day"], t["How long one member may use it on one day, all bookings together."], p => p.MaxHoursPerDay, (p, v) => p with { MaxHoursPerDay = v }),
            Count("maxBookingsPerWeek", t["Bookings a week"], t["How often one member may book it for one week, Monday to Sunday."], 0, 1000, p => p.MaxBookingsPerWeek, (p, v) => p with { MaxBookingsPerWeek = v }),
            Length("maxHoursPerWeek", t["Time a week"], t["How long one member may use it in one week, all bookings together."], p => p.MaxHoursPerWeek, (p, v) => p with { MaxHoursPerWeek = v }),
            Count("maxFutureBookings", t["Bookings ahead"], t["How many bookings one member may have that have not begun."], 0, 1000, p => p.MaxFutureBookings, (p, v) => p with { MaxFutureBookings = v }),
            Length("maxFutureHours", t["Time booked ahead"], t["How much time one member may have booked and not yet begun."], p => p.MaxFutureHours, (p, v) => p with { MaxFutureHours = v }),
            Length("minimumGap", t["Pause between"], t["At least this much time between two bookings of one member."], p => p.MinimumGap, (p, v) => p with { MinimumGap = v }),
            YesNo("oneAtATime", t["One thing at a time"], t["A member with another booking at that time, of whatever tool, may not book it."], t, p => p.OneAtATime, (p, v) => p with { OneAtATime = v }),
        ]),
        new(t["How it is shared"],
        [
            Count("concurrency", t["People at once"], t["How many bookings may share the same time."], 1, 1000, p => p.Concurrency, (p, v) => p with { Concurrency = v }) with { Otherwise = "1" },
            Length("buffer", t["Clearing up"], t["Time kept free between two members' bookings, to set up and clean."], p => p.Buffer, (p, v) => p with { Buffer = v }),
            Count("maxUpcoming", t["Bookings to come"], t["How many bookings of all members may lie ahead."], 1, 500, p => p.MaxUpcoming, (p, v) => p with { MaxUpcoming = v }) with { Otherwise = "500" },
        ]),
        new(t["Who may use it"],
        [
            YesNo("waiverRequired", t["Signed waiver"], t["Only members who have signed the waiver may book."], t, p => p.WaiverRequired, (p, v) => p with { WaiverRequired = v }),
            YesNo("approvalRequired", t["Approval by staff"], t["A booking waits until staff approve it; meanwhile it holds the time."], t, p => p.ApprovalRequired, (p, v) => p with { ApprovalRequired = v }),
            YesNo("staffRequired", t["Only with staff"], t["It may be booked only while staff are there."], t, p => p.StaffRequired, (p, v) => p with { StaffRequired = v }),
            YesNo("hazardous", t["Never alone"], t["While no staff are there, somebody else who is certified must be booked in the area."], t, p => p.Hazardous, (p, v) => p with { Hazardous = v }),
            Count("maxStrikes", t["Strikes"], t["From so many missed bookings on a member cannot book."], 1, 100, p => p.MaxStrikes, (p, v) => p with { MaxStrikes = v }),
            Length("strikeExpiry", t["A strike counts for"], t["After this long a missed booking is forgotten."], p => p.StrikeExpiry, (p, v) => p with { StrikeExpiry = v }) with { Otherwise = "90 d" },
        ]),
        new(t["Coming, and not coming"],
        [
            Length("checkInOpens", t["Check-in opens"], t["So long before the start a member can check in."], p => p.CheckInOpens, (p, v) => p with { CheckInOpens = v }) with { Otherwise = "15 min" },
            Length("noShowGrace", t["Time to check in"], t["Who has not checked in so long after the start loses the booking and gets a strike."], p => p.NoShowGrace, (p, v) => p with { NoShowGrace = v }) with { Otherwise = t["nobody needs to check in"] },
            Length("lateCancelThreshold", t["Late to cancel"], t["Cancelling later than this before the start is late."], p => p.LateCancelThreshold, (p, v) => p with { LateCancelThreshold = v }) with { Otherwise = t["never late"] },
            Money("lateCancelFee", t["Fee for cancelling late"], t["What a late cancellation costs, unless somebody else takes the time."], currency, p => p.LateCancelFee, (p, v) => p with { LateCancelFee = v }) with { Otherwise = t["nothing"] },
        ]),
        new(t["What it costs"],
        [
            Money("hourlyRate", t["Price of an hour"], t["What an hour costs; where peak hours are set, one of them."], currency, p => p.HourlyRate, (p, v) => p with { HourlyRate = v }) with { Otherwise = t["nothing"] },
            Money("offPeakHourlyRate", t["Price of an hour off-peak"], t["What an hour outside peak hours costs."], currency, p => p.OffPeakHourlyRate, (p, v) => p with { OffPeakHourlyRate = v }) with { Otherwise = t["the same as in peak hours"] },
            Money("deposit", t["Deposit"], t["Held on the payer's card before the booking stands; what is not used of it is let go when it is over."], currency, p => p.Deposit, (p, v) => p with { Deposit = v }) with { Otherwise = t["nothing"] },
            Money("noShowFee", t["Fee for not coming"], t["What it costs when nobody comes."], currency, p => p.NoShowFee, (p, v) => p with { NoShowFee = v }) with { Otherwise = t["what a late cancellation costs, else the booked time"] },
        ]),
    ];

    /// <summary>Limits over several tools: a category's, a plan's, a company's. Their fields begin with <c>limits.</c>.</summary>
    public static IReadOnlyList<PolicySetting> Limited(IStringLocalizer<Texts> t) =>
    [
        Limit("limits.maxBookingsPerDay", t["Bookings a day"], t["How many bookings may touch one day, all these tools together."], l => l.MaxBookingsPerDay, (l, v) => l with { MaxBookingsPerDay = v }),
        LimitLength("limits.maxHoursPerDay", t["Time a day"], t["How much time on one day, all these tools together."], l => l.MaxHoursPerDay, (l, v) => l with { MaxHoursPerDay = v }),
        Limit("limits.maxBookingsPerWeek", t["Bookings a week"], t["How many bookings may touch one week, all these tools together."], l => l.MaxBookingsPerWeek, (l, v) => l with { MaxBookingsPerWeek = v }),
        LimitLength("limits.maxHoursPerWeek", t["Time a week"], t["How much time in one week, all these tools together."], l => l.MaxHoursPerWeek, (l, v) => l with { MaxHoursPerWeek = v }),
        Limit("limits.maxFutureBookings", t["Bookings ahead"], t["How many bookings that have not begun, all these tools together."], l => l.MaxFutureBookings, (l, v) => l with { MaxFutureBookings = v }),
        LimitLength("limits.maxFutureHours", t["Time booked ahead"], t["How much time booked and not yet begun, all these tools together."], l => l.MaxFutureHours, (l, v) => l with { MaxFutureHours = v }),
    ];

    /// <summary>What a setting is called; the name itself where it has none.</summary>
    public static string Label(string name, IStringLocalizer<Texts> t) => name switch
    {
        "peak" => t["Peak hours"], "requiredCertifications" => t["Certifications"], "capacity" => t["People at most"], "coverage" => t["What the plan covers"],
        _ => (name.StartsWith("limits.", StringComparison.Ordinal) ? Limited(t) : Groups(t, "").SelectMany(g => g.Settings)).FirstOrDefault(s => s.Name == name)?.Label ?? name,
    };

    /// <summary>Reads the whole form over what was set; each text that cannot be read is reported with its field.</summary>
    public static RuleSet Read(RuleSet before, Func<string, string?> typed, IEnumerable<string> certifications, bool limits, bool capacity, IStringLocalizer<Texts> t, string currency, Layout.Faults faults)
    {
        var policy = before.Policy;
        foreach (var setting in Groups(t, currency).SelectMany(g => g.Settings)) policy = One(setting, policy, typed, t, faults);
        var chosen = certifications.ToImmutableArray();
        var set = before with { Policy = policy with { Peak = Peak(typed, t, faults), RequiredCertifications = typed("no-certification") == "1" ? [] : chosen.IsEmpty ? null : chosen } };
        if (limits) set = set with { Limits = ReadLimits(before.Limits, typed, t, faults) };
        return capacity ? set with { Capacity = ReadCapacity(typed("capacity"), t, faults) } : set;
    }

    /// <summary>Reads limits alone.</summary>
    public static Limits ReadLimits(Limits before, Func<string, string?> typed, IStringLocalizer<Texts> t, Layout.Faults faults) =>
        AsLimits(Limited(t).Aggregate(AsPolicy(before), (policy, setting) => One(setting, policy, typed, t, faults)));

    private static Policy One(PolicySetting setting, Policy policy, Func<string, string?> typed, IStringLocalizer<Texts> t, Layout.Faults faults)
    {
        var text = typed(setting.Name) is { Length: > 0 } some ? some : null;
        if (setting.Set(policy, text) is { } next) return next;
        faults.Add(setting.Name, setting.Kind switch
        {
            SettingKind.Length => t["{0}: enter a time like 1 h 30 min", setting.Label],
            SettingKind.Money => t["{0}: enter an amount like 12.50", setting.Label],
            _ => t["{0}: enter a whole number", setting.Label],
        });
        return policy;
    }

    private static int? ReadCapacity(string? text, IStringLocalizer<Texts> t, Layout.Faults faults)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var people) && people is > 0 and <= 100_000) return people;
        faults.Add("capacity", t["Enter a whole number of people"]);
        return null;
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
        (p, text) => text is null ? set(p, null) : LengthText.Parse(text) is { } length ? set(p, length) : null, SettingKind.Length);

    private static PolicySetting Count(string name, string label, string sentence, int least, int most, Func<Policy, int?> get, Func<Policy, int?, Policy> set) => new(
        name, label, sentence, p => get(p)?.ToString(CultureInfo.InvariantCulture),
        (p, text) => text is null ? set(p, null) : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= least && count <= most ? set(p, count) : null,
        SettingKind.Count);

    private static PolicySetting YesNo(string name, string label, string sentence, IStringLocalizer<Texts> t, Func<Policy, bool?> get, Func<Policy, bool?, Policy> set) => new(
        name, label, sentence, p => get(p) is { } yes ? yes ? "yes" : "no" : null,
        (p, text) => text switch { null => set(p, null), "yes" => set(p, true), "no" => set(p, false), _ => null }, SettingKind.YesNo, t["no"]);

    private static PolicySetting Money(string name, string label, string sentence, string currency, Func<Policy, Money?> get, Func<Policy, Money?, Policy> set) => new(
        name, label, sentence, p => get(p) is { } money ? (money.Amount / 100m).ToString("0.00", CultureInfo.InvariantCulture) : null,
        (p, text) => text is null ? set(p, null) : decimal.TryParse(text.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount is >= 0 and <= 1_000_000
            ? set(p, new Money((long)Math.Round(amount * 100), get(p)?.Currency ?? currency)) : null, SettingKind.Money);

    // Limits are typed as a policy's settings of the same names are.
    private static PolicySetting Limit(string name, string label, string sentence, Func<Limits, int?> get, Func<Limits, int?, Limits> set) =>
        Count(name, label, sentence, 0, 1000, p => get(AsLimits(p)), (p, v) => AsPolicy(set(AsLimits(p), v)));

    private static PolicySetting LimitLength(string name, string label, string sentence, Func<Limits, Duration?> get, Func<Limits, Duration?, Limits> set) =>
        Length(name, label, sentence, p => get(AsLimits(p)), (p, v) => AsPolicy(set(AsLimits(p), v)));

    internal static Policy AsPolicy(Limits l) => new()
    {
        MaxBookingsPerDay = l.MaxBookingsPerDay, MaxHoursPerDay = l.MaxHoursPerDay, MaxBookingsPerWeek = l.MaxBookingsPerWeek, MaxHoursPerWeek = l.MaxHoursPerWeek,
        MaxFutureBookings = l.MaxFutureBookings, MaxFutureHours = l.MaxFutureHours,
    };

    private static Limits AsLimits(Policy p) => new()
    {
        MaxBookingsPerDay = p.MaxBookingsPerDay, MaxHoursPerDay = p.MaxHoursPerDay, MaxBookingsPerWeek = p.MaxBookingsPerWeek, MaxHoursPerWeek = p.MaxHoursPerWeek,
        MaxFutureBookings = p.MaxFutureBookings, MaxFutureHours = p.MaxFutureHours,
    };
}
