using System.Collections.Immutable;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Mentors;

/// <summary>What a mentor offers and when. A mentor's time is a claimable like a tool: kept by a tool grain (<see cref="Keys.MentorTime"/>), under the same rules.</summary>
[GenerateSerializer, Immutable, Alias("mentor-profile")]
public sealed record MentorProfile
{
    /// <summary>The member who mentors.</summary>
    [Id(0)] public string MemberId { get; init; } = "";

    /// <summary>Skills as people search for them, e.g. "PCB design".</summary>
    [Id(1)] public ImmutableArray<string> Skills { get; init; } = [];

    /// <summary>Languages by their ISO 639 codes, e.g. <c>de</c>.</summary>
    [Id(2)] public ImmutableArray<string> Languages { get; init; } = [];

    /// <summary>Where sessions take place.</summary>
    [Id(3)] public MentorPlace Place { get; init; }

    /// <summary>Of a video session: where to join. Told only to whoever has booked.</summary>
    [Id(4)] public string? VideoLink { get; init; }

    /// <summary>The zone in which the mentor's hours are meant, by its tz database name.</summary>
    [Id(5)] public string TimeZone { get; init; } = "Etc/UTC";

    /// <summary>The weekly hours, in <see cref="TimeZone"/>. None: only <see cref="Extra"/>.</summary>
    [Id(6)] public ImmutableArray<OpeningWindow> Weekly { get; init; } = [];

    /// <summary>Days on which the weekly hours do not hold.</summary>
    [Id(7)] public ImmutableArray<AwayDays> Away { get; init; } = [];

    /// <summary>Hours beside the weekly ones; they hold on days away too.</summary>
    [Id(8)] public ImmutableArray<ExtraHours> Extra { get; init; } = [];

    /// <summary>Sessions that touch one local day, at the most.</summary>
    [Id(9)] public int? MaxPerDay { get; init; }

    /// <summary>Sessions that touch one ISO week, at the most.</summary>
    [Id(10)] public int? MaxPerWeek { get; init; }

    /// <summary>What whoever books is asked.</summary>
    [Id(11)] public string? Question { get; init; }

    /// <summary>The zone itself.</summary>
    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) ?? DateTimeZone.Utc;

    /// <summary>When the mentor takes sessions inside <paramref name="window"/>; whether the space is open is another question.</summary>
    public ImmutableArray<Slot> Hours(Slot window)
    {
        if (!window.IsValid) return [];
        var zone = Zone;
        var weekly = Weekly.SelectMany(w => OpenHours.Occurrences(w.Day, w.From, w.To, window, zone));
        var held = Intervals.Subtract(weekly, Away.Select(a => a.Slot(zone)));
        return [.. Intervals.Union(held.Concat(Extra.Select(e => e.Slot(zone)))).Select(s => s.Intersect(window)).OfType<Slot>()];
    }

    /// <summary>The same where sessions in the space also need it to be open.</summary>
    /// <param name="window">What is looked at.</param>
    /// <param name="open">The space's open hours in it.</param>
    public ImmutableArray<Slot> Hours(Slot window, ImmutableArray<Slot> open)
    {
        var hours = Hours(window);
        return Place == MentorPlace.Space ? Intervals.Subtract(hours, Intervals.Subtract([window], open)) : hours;
    }
}

/// <summary>Where a mentor's sessions take place.</summary>
[GenerateSerializer, Alias("mentor-place")]
public enum MentorPlace
{
    /// <summary>In the space, while it is open.</summary>
    Space,

    /// <summary>By video, at any hour the mentor offers.</summary>
    Video,
}

/// <summary>Days away, both included, in the mentor's zone.</summary>
[GenerateSerializer, Immutable, Alias("away-days")]
public sealed record AwayDays([property: Id(0)] LocalDate From, [property: Id(1)] LocalDate Until)
{
    internal Slot Slot(DateTimeZone zone) => new(zone.AtStartOfDay(From).ToInstant(), zone.AtStartOfDay(Until.PlusDays(1)).ToInstant());
}

/// <summary>Hours on one day; a window that ends no later than it starts runs past midnight.</summary>
[GenerateSerializer, Immutable, Alias("extra-hours")]
public sealed record ExtraHours([property: Id(0)] LocalDate Day, [property: Id(1)] LocalTime From, [property: Id(2)] LocalTime To)
{
    internal Slot Slot(DateTimeZone zone) => new(
        Day.At(From).InZoneLeniently(zone).ToInstant(), (To <= From ? Day.PlusDays(1) : Day).At(To).InZoneLeniently(zone).ToInstant());
}

/// <summary>Mentors book their own time for what they hold themselves: an event, office hours.</summary>
internal static class OwnTime
{
    /// <summary>What holds of the booking: what a mentor asks of others they do not ask of themselves, nor does it cost them anything.</summary>
    public static Policy Of(ToolDefinition tool, string memberId, Policy policy) => tool.Mentor is not { } mentor || mentor.MemberId != memberId ? policy : policy with
    {
        MinDuration = null, MaxDuration = null, Notice = null, Horizon = null, ApprovalRequired = null, HourlyRate = null, OffPeakHourlyRate = null, Deposit = null, NoShowFee = null,
        LateCancelThreshold = null, LateCancelFee = null,
    };
}
