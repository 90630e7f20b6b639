using System.Collections.Immutable;
using NodaTime;

namespace Makerspace.Tools;

/// <summary>
/// The settings of the reservation rules. Null means: not set here. What is set nowhere (tool, then space) is no limit.
/// </summary>
/// <remarks>Where each is set, and which setting wins, is told by <see cref="PolicyLevels"/>; only <see cref="HourlyRate"/> is kept without being read yet.</remarks>
[GenerateSerializer, Immutable, Alias("policy")]
public sealed record Policy
{
    /// <summary>Nothing set.</summary>
    public static readonly Policy None = new();

    /// <summary>Shortest booking, real time (<c>too-short</c>).</summary>
    [Id(0)] public Duration? MinDuration { get; init; }

    /// <summary>Longest booking, real time inside peak hours, or at any hour where <see cref="Peak"/> is not set (<c>too-long</c>).</summary>
    [Id(1)] public Duration? MaxDuration { get; init; }

    /// <summary>How far ahead of now a booking may start (<c>too-far-ahead</c>).</summary>
    [Id(2)] public Duration? Horizon { get; init; }

    /// <summary>How long before its start a booking must be made (<c>too-late</c>).</summary>
    [Id(3)] public Duration? Notice { get; init; }

    /// <summary>Set-up and cleaning between two members' bookings (<c>buffer</c>).</summary>
    [Id(4)] public Duration? Buffer { get; init; }

    /// <summary>Least time between two bookings of the tool by the same member (<c>minimum-gap</c>).</summary>
    [Id(5)] public Duration? MinimumGap { get; init; }

    /// <summary>Bookings of the tool by one member touching one local day (<c>daily-limit</c>).</summary>
    [Id(6)] public int? MaxBookingsPerDay { get; init; }

    /// <summary>Hours on the tool by one member within one local day (<c>daily-limit</c>).</summary>
    [Id(7)] public Duration? MaxHoursPerDay { get; init; }

    /// <summary>Hours on the tool by one member within an ISO week (<c>weekly-limit</c>).</summary>
    [Id(8)] public Duration? MaxHoursPerWeek { get; init; }

    /// <summary>Bookings of the tool by one member that have not begun (<c>future-bookings-limit</c>).</summary>
    [Id(9)] public int? MaxFutureBookings { get; init; }

    /// <summary>Hours on the tool, booked by one member, that have not begun (<c>future-hours-limit</c>).</summary>
    [Id(10)] public Duration? MaxFutureHours { get; init; }

    /// <summary>How many bookings may share an instant; 1 where not set (<c>slot-taken</c>).</summary>
    [Id(11)] public int? Concurrency { get; init; }

    /// <summary>Certifications the member must hold over the whole slot (<c>not-certified</c>, <c>certification-expired</c>).</summary>
    [Id(12)] public ImmutableArray<string>? RequiredCertifications { get; init; }

    /// <summary>Only while staff are there (<c>staff-required</c>).</summary>
    [Id(13)] public bool? StaffRequired { get; init; }

    /// <summary>Needs a buddy outside staffed hours (<c>buddy-required</c>).</summary>
    [Id(14)] public bool? Hazardous { get; init; }

    /// <summary>Peak hours in the space's zone; only they count toward <see cref="MaxDuration"/>.</summary>
    [Id(15)] public ImmutableArray<PeakWindow>? Peak { get; init; }

    /// <summary>A cancellation later than this before the start is late.</summary>
    [Id(16)] public Duration? LateCancelThreshold { get; init; }

    /// <summary>What a late cancellation costs.</summary>
    [Id(17)] public Money? LateCancelFee { get; init; }

    /// <summary>Time after the start until a booking nobody checked in to is a no-show; where not set nobody needs to check in.</summary>
    [Id(18)] public Duration? NoShowGrace { get; init; }

    /// <summary>Time before the start from which check-in is open; 15 minutes where not set.</summary>
    [Id(19)] public Duration? CheckInOpens { get; init; }

    /// <summary>Starts and ends fall on multiples of this since local midnight; 5 minutes where not set (<c>slot-invalid</c>).</summary>
    [Id(20)] public Duration? Grid { get; init; }

    /// <summary>Price of an hour, in peak hours or at any time where there are none.</summary>
    [Id(21)] public Money? HourlyRate { get; init; }

    /// <summary>How many bookings to come the tool takes at the most; 500 where not set, and never more (<c>schedule-full</c>).</summary>
    [Id(22)] public int? MaxUpcoming { get; init; }

    /// <summary>Bookings of the tool by one member touching one ISO week (<c>weekly-limit</c>).</summary>
    [Id(23)] public int? MaxBookingsPerWeek { get; init; }

    /// <summary>A booking waits for staff to approve it; meanwhile it holds the slot.</summary>
    [Id(24)] public bool? ApprovalRequired { get; init; }

    /// <summary>The member must have signed the waiver (<c>waiver-missing</c>).</summary>
    [Id(25)] public bool? WaiverRequired { get; init; }

    /// <summary>From so many unexpired strikes on the member is <c>suspended</c>.</summary>
    [Id(26)] public int? MaxStrikes { get; init; }

    /// <summary>How long a no-show's strike counts; 90 days where not set.</summary>
    [Id(27)] public Duration? StrikeExpiry { get; init; }

    /// <summary>The member may not have another booking at the same time, on whatever tool (<c>member-elsewhere</c>).</summary>
    [Id(28)] public bool? OneAtATime { get; init; }

    /// <summary>Price of an hour outside peak hours; <see cref="HourlyRate"/> where not set.</summary>
    [Id(29)] public Money? OffPeakHourlyRate { get; init; }

    /// <summary>Authorised on the payer's card before the booking stands; captured in part or whole when it is over.</summary>
    [Id(30)] public Money? Deposit { get; init; }

    /// <summary>What nobody coming costs; what the slot costs where not set.</summary>
    [Id(31)] public Money? NoShowFee { get; init; }

    /// <summary>These settings where they are set, else those of <paramref name="defaults"/>.</summary>
    public Policy Over(Policy defaults) => new()
    {
        MinDuration = MinDuration ?? defaults.MinDuration,
        MaxDuration = MaxDuration ?? defaults.MaxDuration,
        Horizon = Horizon ?? defaults.Horizon,
        Notice = Notice ?? defaults.Notice,
        Buffer = Buffer ?? defaults.Buffer,
        MinimumGap = MinimumGap ?? defaults.MinimumGap,
        MaxBookingsPerDay = MaxBookingsPerDay ?? defaults.MaxBookingsPerDay,
        MaxHoursPerDay = MaxHoursPerDay ?? defaults.MaxHoursPerDay,
        MaxHoursPerWeek = MaxHoursPerWeek ?? defaults.MaxHoursPerWeek,
        MaxFutureBookings = MaxFutureBookings ?? defaults.MaxFutureBookings,
        MaxFutureHours = MaxFutureHours ?? defaults.MaxFutureHours,
        Concurrency = Concurrency ?? defaults.Concurrency,
        RequiredCertifications = RequiredCertifications ?? defaults.RequiredCertifications,
        StaffRequired = StaffRequired ?? defaults.StaffRequired,
        Hazardous = Hazardous ?? defaults.Hazardous,
        Peak = Peak ?? defaults.Peak,
        LateCancelThreshold = LateCancelThreshold ?? defaults.LateCancelThreshold,
        LateCancelFee = LateCancelFee ?? defaults.LateCancelFee,
        NoShowGrace = NoShowGrace ?? defaults.NoShowGrace,
        CheckInOpens = CheckInOpens ?? defaults.CheckInOpens,
        Grid = Grid ?? defaults.Grid,
        HourlyRate = HourlyRate ?? defaults.HourlyRate,
        MaxUpcoming = MaxUpcoming ?? defaults.MaxUpcoming,
        MaxBookingsPerWeek = MaxBookingsPerWeek ?? defaults.MaxBookingsPerWeek,
        ApprovalRequired = ApprovalRequired ?? defaults.ApprovalRequired,
        WaiverRequired = WaiverRequired ?? defaults.WaiverRequired,
        MaxStrikes = MaxStrikes ?? defaults.MaxStrikes,
        StrikeExpiry = StrikeExpiry ?? defaults.StrikeExpiry,
        OneAtATime = OneAtATime ?? defaults.OneAtATime,
        OffPeakHourlyRate = OffPeakHourlyRate ?? defaults.OffPeakHourlyRate,
        Deposit = Deposit ?? defaults.Deposit,
        NoShowFee = NoShowFee ?? defaults.NoShowFee,
    };
}

/// <summary>Hours of heavy demand on some weekdays; a window whose end is not after its start runs past midnight.</summary>
[GenerateSerializer, Immutable, Alias("peak-window")]
public sealed record PeakWindow(
    [property: Id(0)] ImmutableArray<IsoDayOfWeek> Days, [property: Id(1)] LocalTime From, [property: Id(2)] LocalTime To);

/// <summary>An amount in the currency's minor unit (cents) and its ISO 4217 code, lower case.</summary>
[GenerateSerializer, Immutable, Alias("money")]
public sealed record Money([property: Id(0)] long Amount, [property: Id(1)] string Currency);
