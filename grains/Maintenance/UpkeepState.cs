using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Journal;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Maintenance;

/// <summary>What is kept of a tool's upkeep. Bounded: readings of late and the last causes; their history is in the journal.</summary>
internal sealed record UpkeepState : IHasOutbox
{
    /// <summary>Causes remembered, so that one told twice feeds once.</summary>
    internal const int MostCauses = 500;

    public ImmutableArray<MeterState> Meters { get; init; } = [];
    public ImmutableArray<PlanView> Plans { get; init; } = [];
    public ImmutableArray<string> Causes { get; init; } = [];
    public BusyHours Busy { get; init; } = new();

    /// <summary>Windows given back that the tool may still have.</summary>
    public ImmutableArray<string> Stale { get; init; } = [];

    /// <summary>How many outages were named: no two have one id.</summary>
    public int Named { get; init; }

    /// <summary>When to look at the plans although nothing happens.</summary>
    public Instant? LookAt { get; init; }

    [JsonIgnore] public ImmutableArray<DomainEvent> Outbox { get; init; } = [];

    [JsonIgnore] public bool Exists => !Meters.IsEmpty || !Plans.IsEmpty;

    public MeterState? Meter(string? id) => Meters.FirstOrDefault(m => m.Definition.Id == id);

    public PlanView? Plan(string id) => Plans.FirstOrDefault(p => p.Definition.Id == id);

    public UpkeepState With(MeterState meter) => this with { Meters = Meters.RemoveAll(m => m.Definition.Id == meter.Definition.Id).Add(meter) };

    public UpkeepState With(PlanView plan) => this with { Plans = [.. Plans.Select(p => p.Definition.Id == plan.Definition.Id ? plan : p)] };

    /// <summary>The first reading of a meter is where it begins, and nothing that was used: its plans are counted from there.</summary>
    public UpkeepState BeganAt(MeterState meter, decimal reading) => With(meter with { Value = reading }) with
    {
        Plans = [.. Plans.Select(p => p.Definition.MeterId == meter.Definition.Id && p.Reading == meter.Value ? p with { Reading = reading } : p)],
    };

    public UpkeepState Knowing(string cause) => this with { Causes = [.. Causes.TakeLast(MostCauses - 1), cause] };

    public UpkeepView View(string toolId, Instant now) => new(
        toolId, [.. Meters.Select(m => new MeterView(m.Definition, m.Value, Math.Round(m.PerDay(now), 2)))], Plans) { LookAt = LookAt };

    // Once a day; and when a window comes near, or is over without the work being done.
    public Instant? NextLook(Instant now)
    {
        if (Plans.IsEmpty) return null;
        var soon = Plans.SelectMany(p => p.Window is { } window ? [window.Slot.Start - Planning.OrderAhead, window.Slot.End + Planning.Overdue] : Array.Empty<Instant>());
        return soon.Where(at => at > now).Append(now + Duration.FromDays(1)).Min();
    }
}

/// <summary>A meter and how it went on of late.</summary>
internal sealed record MeterState
{
    private const int DaysKept = 28;

    public MeterDefinition Definition { get; init; } = new("", "", MeterKind.Hours, null, false);
    public decimal Value { get; init; }

    /// <summary>Since when it is watched.</summary>
    public Instant Since { get; init; }

    /// <summary>What each of the last days added; in UTC, which is exact enough for an average.</summary>
    public ImmutableArray<DayUse> Days { get; init; } = [];

    public MeterState Fed(decimal amount, Instant now)
    {
        var today = now.InUtc().Date;
        var sum = amount + Days.Where(d => d.Day == today).Sum(d => d.Amount);
        return this with { Value = Value + amount, Days = [.. Days.Where(d => d.Day < today && d.Day > today.PlusDays(-DaysKept)), new DayUse(today, sum)] };
    }

    /// <summary>The average day of the last four weeks, or of as long as it is watched, a week at the least.</summary>
    public decimal PerDay(Instant now)
    {
        var since = now.InUtc().Date.PlusDays(-DaysKept);
        var watched = Math.Clamp((now - Since).TotalDays, 7, DaysKept);
        return Math.Max(0, Days.Where(d => d.Day > since).Sum(d => d.Amount)) / (decimal)watched;
    }
}

/// <summary>What a meter went on by in one day.</summary>
internal sealed record DayUse(LocalDate Day, decimal Amount);

/// <summary>How much a tool is used in each hour of the week, the last weeks weighing most.</summary>
internal sealed record BusyHours
{
    private const int Hours = 7 * 24;

    /// <summary>Minutes, from Monday midnight; empty before the first use.</summary>
    public ImmutableArray<int> Minutes { get; init; } = [];

    /// <summary>The Monday of the week that was counted last.</summary>
    public LocalDate Week { get; init; }

    public BusyHours With(Slot used, DateTimeZone zone)
    {
        var minutes = Aged(Monday(used.Start, zone));
        foreach (var (hour, length) in Parts(used, zone)) minutes[hour] += (int)Math.Round(length.TotalMinutes);
        return new BusyHours { Minutes = [.. minutes], Week = LocalDate.Max(Week, Monday(used.Start, zone)) };
    }

    /// <summary>How busy the tool is in that slot, by the weeks before: the less the better a time to take it away.</summary>
    public double In(Slot slot, DateTimeZone zone) => Minutes.IsEmpty ? 0 : Parts(slot, zone).Sum(part => Minutes[part.Hour] * part.Length.TotalHours);

    // A week ago weighs fifteen sixteenths of what this one does.
    private int[] Aged(LocalDate monday)
    {
        var minutes = Minutes.IsEmpty ? new int[Hours] : [.. Minutes];
        for (var week = Week; !Minutes.IsEmpty && week < monday && week > monday.PlusDays(-7 * 52); week = week.PlusDays(7))
            for (var i = 0; i < minutes.Length; i++) minutes[i] = minutes[i] * 15 / 16;
        return minutes;
    }

    private static LocalDate Monday(Instant at, DateTimeZone zone)
    {
        var date = at.InZone(zone).Date;
        return date.PlusDays(1 - (int)date.DayOfWeek);
    }

    private static IEnumerable<(int Hour, Duration Length)> Parts(Slot slot, DateTimeZone zone)
    {
        for (var at = slot.Start; at < slot.End;)
        {
            var local = at.InZone(zone);
            var end = Instant.Min(slot.End, at + Duration.FromMinutes(60 - local.Minute) - Duration.FromSeconds(local.Second));
            if (end <= at) end = Instant.Min(slot.End, at + Duration.FromMinutes(1));
            yield return ((((int)local.DayOfWeek - 1) * 24) + local.Hour, end - at);
            at = end;
        }
    }
}
