using System.Collections.Immutable;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>
/// Why a request was not accepted: a fact, with the data to act on it. Expected, so never an exception.
/// The catalogue is docs/rules.md; <see cref="Code"/> is stable and part of the API.
/// </summary>
[GenerateSerializer, Immutable, Alias("refusal")]
public abstract record Refusal
{
    /// <summary>Stable, kebab-case.</summary>
    public abstract string Code { get; }

    /// <summary>Whether staff may override it, giving a reason.</summary>
    public virtual bool Overridable => false;

    /// <summary>No other slot of the same tool would do: whoever looks for one can leave it.</summary>
    public virtual bool HoldsAtAnyTime => false;

    /// <summary>The setting that refuses, and where it was set; null where the rule has no setting.</summary>
    [Id(0)] public SettingSource? Setting { get; init; }

    /// <summary>Of a bundle: the tool that refuses; null where one tool is asked for, or where it is not one tool's refusal.</summary>
    [Id(1)] public string? OfTool { get; init; }
}

/// <summary>Which setting won, and where it was set.</summary>
/// <param name="Name">As in the API, e.g. <c>maxDuration</c>.</param>
/// <param name="Level">Where.</param>
/// <param name="Id">Of the area, category, tool, plan or company; null for the space, and for a default that is set nowhere.</param>
/// <param name="Counts">Of a limit: what is counted together. Null where nothing is counted.</param>
[GenerateSerializer, Immutable, Alias("setting-source")]
public sealed record SettingSource(
    [property: Id(0)] string Name, [property: Id(1)] SettingLevel Level, [property: Id(2)] string? Id, [property: Id(3)] LimitScope? Counts = null);

/// <summary>What a limit counts together.</summary>
[GenerateSerializer, Alias("limit-scope")]
public enum LimitScope
{
    /// <summary>The member's bookings of this tool.</summary>
    Tool,

    /// <summary>The member's bookings of tools of this category.</summary>
    Category,

    /// <summary>All the member's bookings.</summary>
    All,

    /// <summary>All bookings of the company's members.</summary>
    Company,
}

/// <summary>The end is not after the start, one of them is not on the tool's grid, or the slot is longer than <see cref="Slot.Longest"/>.</summary>
[GenerateSerializer, Immutable, Alias("refusal.slot-invalid")]
public sealed record SlotInvalid([property: Id(0)] Slot Slot, [property: Id(1)] Duration Grid) : Refusal
{
    public override string Code => "slot-invalid";
}

/// <summary>The start has passed; the grid step under way still counts as now.</summary>
[GenerateSerializer, Immutable, Alias("refusal.slot-in-the-past")]
public sealed record SlotInThePast([property: Id(0)] Instant Now) : Refusal
{
    public override string Code => "slot-in-the-past";
}

/// <summary>Somebody has it. <paramref name="NextFree"/>: the first start from which a slot of this length is free, if there is one.</summary>
[GenerateSerializer, Immutable, Alias("refusal.slot-taken")]
public sealed record SlotTaken(
    [property: Id(0)] ImmutableArray<Slot> TakenBy, [property: Id(1)] int Concurrency, [property: Id(2)] Instant? NextFree) : Refusal
{
    public override string Code => "slot-taken";
}

/// <summary>A planned outage of the tool, of a resource it depends on, or of an area around it.</summary>
[GenerateSerializer, Immutable, Alias("refusal.outage")]
public sealed record DuringOutage(
    [property: Id(0)] string OutageId, [property: Id(1)] string Title, [property: Id(2)] Slot Slot, [property: Id(3)] string? AreaId) : Refusal
{
    public override string Code => "outage";
    [Id(4)] public string? ResourceId { get; init; }
}

/// <summary>Broken, and not expected back by the start: the tool, or a resource it depends on.</summary>
[GenerateSerializer, Immutable, Alias("refusal.tool-out-of-service")]
public sealed record ToolOutOfService([property: Id(0)] Instant? ExpectedBack) : Refusal
{
    public override string Code => "tool-out-of-service";
    public override bool Overridable => true;
    [Id(1)] public string? ResourceId { get; init; }
}

/// <summary>Some part of the slot lies outside opening hours or in a closure.</summary>
[GenerateSerializer, Immutable, Alias("refusal.space-closed")]
public sealed record SpaceClosed(
    [property: Id(0)] ImmutableArray<Slot> ClosedDuring, [property: Id(1)] string? Closure, [property: Id(2)] Instant? OpensAt) : Refusal
{
    public override string Code => "space-closed";
    public override bool Overridable => true;
}

/// <summary>The membership does not cover the whole slot.</summary>
[GenerateSerializer, Immutable, Alias("refusal.membership-inactive")]
public sealed record MembershipInactive([property: Id(0)] Instant? From, [property: Id(1)] Instant? Until) : Refusal
{
    public override string Code => "membership-inactive";
    public override bool Overridable => true;
}

/// <summary>A certification that was never held, and the next training that would grant it in time.</summary>
[GenerateSerializer, Immutable, Alias("refusal.not-certified")]
public sealed record NotCertified([property: Id(0)] string CertificationId, [property: Id(1)] string Name) : Refusal
{
    public override string Code => "not-certified";
    public override bool HoldsAtAnyTime => true;

    /// <summary>The next training with a free seat that grants it; null where none is planned.</summary>
    [Id(2)] public TrainingOffer? NextTraining { get; init; }
}

/// <summary>A training somebody could join.</summary>
[GenerateSerializer, Immutable, Alias("training-offer")]
public sealed record TrainingOffer(
    [property: Id(0)] Guid Id, [property: Id(1)] string Title, [property: Id(2)] Slot Slot, [property: Id(3)] int SeatsLeft);

/// <summary>A certification that is held, but not over the whole slot.</summary>
[GenerateSerializer, Immutable, Alias("refusal.certification-expired")]
public sealed record CertificationExpired(
    [property: Id(0)] string CertificationId, [property: Id(1)] string Name, [property: Id(2)] Instant From, [property: Id(3)] Instant? Until) : Refusal
{
    public override string Code => "certification-expired";

    /// <summary>The tool was not used for so long that the certification lapsed (<see cref="Until"/> says when).</summary>
    [Id(4)] public bool ByDisuse { get; init; }

    /// <summary>The next training with a free seat that grants it; null where none is planned.</summary>
    [Id(5)] public TrainingOffer? NextTraining { get; init; }
}

[GenerateSerializer, Immutable, Alias("refusal.too-short")]
public sealed record TooShort([property: Id(0)] Duration Asked, [property: Id(1)] Duration Minimum) : Refusal
{
    public override string Code => "too-short";
    public override bool Overridable => true;
}

/// <summary><paramref name="Asked"/> is the part inside peak hours where the tool has any.</summary>
[GenerateSerializer, Immutable, Alias("refusal.too-long")]
public sealed record TooLong(
    [property: Id(0)] Duration Asked, [property: Id(1)] Duration Maximum, [property: Id(2)] bool PeakOnly) : Refusal
{
    public override string Code => "too-long";
    public override bool Overridable => true;
}

[GenerateSerializer, Immutable, Alias("refusal.too-far-ahead")]
public sealed record TooFarAhead([property: Id(0)] Duration Horizon, [property: Id(1)] Instant LatestStart) : Refusal
{
    public override string Code => "too-far-ahead";
    public override bool Overridable => true;
}

/// <summary>Bookings of the tool on a local day, this one included, over the limit.</summary>
[GenerateSerializer, Immutable, Alias("refusal.daily-limit")]
public sealed record DailyLimit([property: Id(0)] LocalDate Day, [property: Id(1)] int Limit, [property: Id(2)] int Used) : Refusal
{
    public override string Code => "daily-limit";
    public override bool Overridable => true;
}

/// <summary>Hours on the tool on a local day, this booking's share included, over the limit. The same code as <see cref="DailyLimit"/>.</summary>
[GenerateSerializer, Immutable, Alias("refusal.daily-hours-limit")]
public sealed record DailyHoursLimit(
    [property: Id(0)] LocalDate Day, [property: Id(1)] Duration Limit, [property: Id(2)] Duration Used, [property: Id(3)] Duration Asked) : Refusal
{
    public override string Code => "daily-limit";
    public override bool Overridable => true;
}

[GenerateSerializer, Immutable, Alias("refusal.future-hours-limit")]
public sealed record FutureHoursLimit(
    [property: Id(0)] Duration Limit, [property: Id(1)] Duration Used, [property: Id(2)] Duration Asked) : Refusal
{
    public override string Code => "future-hours-limit";
    public override bool Overridable => true;
}

/// <summary>Too near to the member's own booking of the tool. One refusal for each side.</summary>
[GenerateSerializer, Immutable, Alias("refusal.minimum-gap")]
public sealed record MinimumGap([property: Id(0)] Duration Gap, [property: Id(1)] Slot Other, [property: Id(2)] bool OtherIsBefore) : Refusal
{
    public override string Code => "minimum-gap";
    public override bool Overridable => true;
}

[GenerateSerializer, Immutable, Alias("refusal.schedule-full")]
public sealed record ScheduleFull([property: Id(0)] int Limit) : Refusal
{
    public override string Code => "schedule-full";
}

/// <summary>The request was made against something that is no longer so.</summary>
[GenerateSerializer, Immutable, Alias("refusal.changed-meanwhile")]
public sealed record ChangedMeanwhile([property: Id(0)] string What) : Refusal
{
    public override string Code => "changed-meanwhile";
}

/// <summary>Closer than the set-up and cleaning time to another member's booking.</summary>
[GenerateSerializer, Immutable, Alias("refusal.buffer")]
public sealed record BufferNeeded([property: Id(0)] Duration Buffer, [property: Id(1)] Slot Other, [property: Id(2)] bool OtherIsBefore) : Refusal
{
    public override string Code => "buffer";
    public override bool Overridable => true;
}

/// <summary>The room that contains the tool, or a tool inside the booked room, is claimed.</summary>
/// <param name="RoomId">The room in question.</param>
/// <param name="TakenBy">When.</param>
[GenerateSerializer, Immutable, Alias("refusal.resource-conflict")]
public sealed record ResourceConflict([property: Id(0)] string RoomId, [property: Id(1)] ImmutableArray<Slot> TakenBy) : Refusal
{
    public override string Code => "resource-conflict";
}

/// <summary>The tool needs staff present, and part of the slot is outside staffed hours.</summary>
[GenerateSerializer, Immutable, Alias("refusal.staff-required")]
public sealed record StaffRequired([property: Id(0)] ImmutableArray<Slot> Unstaffed, [property: Id(1)] Instant? StaffedFrom) : Refusal
{
    public override string Code => "staff-required";
    public override bool Overridable => true;
}

/// <summary>The member's plan does not cover this tool.</summary>
[GenerateSerializer, Immutable, Alias("refusal.plan-excludes-tool")]
public sealed record PlanExcludesTool([property: Id(0)] string PlanId, [property: Id(1)] string PlanName) : Refusal
{
    public override string Code => "plan-excludes-tool";
    public override bool HoldsAtAnyTime => true;
    public override bool Overridable => true;
}

/// <summary>The member's plan does not cover these hours.</summary>
[GenerateSerializer, Immutable, Alias("refusal.plan-excludes-time")]
public sealed record PlanExcludesTime(
    [property: Id(0)] string PlanId, [property: Id(1)] string PlanName, [property: Id(2)] ImmutableArray<Slot> Excluded) : Refusal
{
    public override string Code => "plan-excludes-time";
    public override bool Overridable => true;
}

[GenerateSerializer, Immutable, Alias("refusal.waiver-missing")]
public sealed record WaiverMissing : Refusal
{
    public override string Code => "waiver-missing";
    public override bool HoldsAtAnyTime => true;
    public override bool Overridable => true;
}

/// <summary>The member or the company is suspended at the slot: by staff, or by <paramref name="Strikes"/> unexpired strikes.</summary>
[GenerateSerializer, Immutable, Alias("refusal.suspended")]
public sealed record Suspended(
    [property: Id(0)] string? Reason, [property: Id(1)] Instant? Until, [property: Id(2)] int? Strikes, [property: Id(3)] string? CompanyId) : Refusal
{
    public override string Code => "suspended";
    public override bool Overridable => true;
}

[GenerateSerializer, Immutable, Alias("refusal.balance-due")]
public sealed record BalanceDue([property: Id(0)] Money? Amount, [property: Id(1)] string? CompanyId) : Refusal
{
    public override string Code => "balance-due";
    public override bool HoldsAtAnyTime => true;
    public override bool Overridable => true;
}

/// <summary>A hazardous tool outside staffed hours, and in part of the slot nobody else who is certified is booked in the area.</summary>
[GenerateSerializer, Immutable, Alias("refusal.buddy-required")]
public sealed record BuddyRequired([property: Id(0)] ImmutableArray<Slot> Alone, [property: Id(1)] string? AreaId) : Refusal
{
    public override string Code => "buddy-required";
    public override bool Overridable => true;
}

/// <summary>At some instants more people than the area may hold; somebody with two bookings counts once.</summary>
[GenerateSerializer, Immutable, Alias("refusal.area-full")]
public sealed record AreaFull(
    [property: Id(0)] string AreaId, [property: Id(1)] int Capacity, [property: Id(2)] ImmutableArray<Slot> FullDuring) : Refusal
{
    public override string Code => "area-full";
}

/// <summary>The start lies within the notice period.</summary>
[GenerateSerializer, Immutable, Alias("refusal.too-late")]
public sealed record TooLate([property: Id(0)] Duration Notice, [property: Id(1)] Instant EarliestStart) : Refusal
{
    public override string Code => "too-late";
    public override bool Overridable => true;
}

/// <summary>Bookings in an ISO week, this one not included, that leave no room. <paramref name="Monday"/> begins the week.</summary>
[GenerateSerializer, Immutable, Alias("refusal.weekly-limit")]
public sealed record WeeklyLimit([property: Id(0)] LocalDate Monday, [property: Id(1)] int Limit, [property: Id(2)] int Used) : Refusal
{
    public override string Code => "weekly-limit";
    public override bool Overridable => true;
}

/// <summary>Hours in an ISO week over the limit. The same code as <see cref="WeeklyLimit"/>.</summary>
[GenerateSerializer, Immutable, Alias("refusal.weekly-hours-limit")]
public sealed record WeeklyHoursLimit(
    [property: Id(0)] LocalDate Monday, [property: Id(1)] Duration Limit, [property: Id(2)] Duration Used, [property: Id(3)] Duration Asked) : Refusal
{
    public override string Code => "weekly-limit";
    public override bool Overridable => true;
}

/// <summary>Bookings that have not begun, over the limit.</summary>
[GenerateSerializer, Immutable, Alias("refusal.future-bookings-limit")]
public sealed record FutureBookingsLimit([property: Id(0)] int Limit, [property: Id(1)] int Used) : Refusal
{
    public override string Code => "future-bookings-limit";
    public override bool Overridable => true;
}

/// <summary>The member has another booking or session at the same time, where that is forbidden.</summary>
[GenerateSerializer, Immutable, Alias("refusal.member-elsewhere")]
public sealed record MemberElsewhere([property: Id(0)] Guid BookingId, [property: Id(1)] string ToolId, [property: Id(2)] Slot Other) : Refusal
{
    public override string Code => "member-elsewhere";
    public override bool Overridable => true;
}

/// <summary>The booking's life, or the hour, does not allow checking in.</summary>
[GenerateSerializer, Immutable, Alias("refusal.check-in-closed")]
public sealed record CheckInClosed(
    [property: Id(0)] BookingState State, [property: Id(1)] Instant OpensAt, [property: Id(2)] Instant ClosesAt) : Refusal
{
    public override string Code => "check-in-closed";
}

/// <summary>Nobody is checked in on the booking, so it can neither be checked out nor extended.</summary>
[GenerateSerializer, Immutable, Alias("refusal.not-checked-in")]
public sealed record NotCheckedIn([property: Id(0)] BookingState State) : Refusal
{
    public override string Code => "not-checked-in";
}

/// <summary>The booking does not wait for approval.</summary>
[GenerateSerializer, Immutable, Alias("refusal.not-awaiting-approval")]
public sealed record NotAwaitingApproval([property: Id(0)] BookingState State) : Refusal
{
    public override string Code => "not-awaiting-approval";
}

/// <summary>The booking is no offer that could still be taken.</summary>
[GenerateSerializer, Immutable, Alias("refusal.offer-over")]
public sealed record OfferOver([property: Id(0)] BookingState State) : Refusal
{
    public override string Code => "offer-over";
}

/// <summary>Only a booking to come is handed over, and only to a colleague of the same company.</summary>
[GenerateSerializer, Immutable, Alias("refusal.not-transferable")]
public sealed record NotTransferable([property: Id(0)] BookingState State, [property: Id(1)] bool SameCompany) : Refusal
{
    public override string Code => "not-transferable";
}

/// <summary>No seat is left.</summary>
[GenerateSerializer, Immutable, Alias("refusal.training-full")]
public sealed record TrainingFull([property: Id(0)] int Seats) : Refusal
{
    public override string Code => "training-full";
}

/// <summary>The training has begun, or will not take place.</summary>
[GenerateSerializer, Immutable, Alias("refusal.training-over")]
public sealed record TrainingOver([property: Id(0)] bool Cancelled) : Refusal
{
    public override string Code => "training-over";
}

/// <summary>The member waits for that tool at that time already.</summary>
[GenerateSerializer, Immutable, Alias("refusal.already-waiting")]
public sealed record AlreadyWaiting([property: Id(0)] Guid WaitId) : Refusal
{
    public override string Code => "already-waiting";
}

/// <summary>Nothing to wait for: the slot can be booked now.</summary>
[GenerateSerializer, Immutable, Alias("refusal.slot-free")]
public sealed record SlotFree : Refusal
{
    public override string Code => "slot-free";
}

/// <summary>So many wait already that one more would hardly get a turn.</summary>
[GenerateSerializer, Immutable, Alias("refusal.waitlist-full")]
public sealed record WaitlistFull([property: Id(0)] int Limit) : Refusal
{
    public override string Code => "waitlist-full";
}

/// <summary>The booking's life does not allow cancelling it now.</summary>
[GenerateSerializer, Immutable, Alias("refusal.not-cancellable")]
public sealed record NotCancellable([property: Id(0)] BookingState State, [property: Id(1)] bool Over) : Refusal
{
    public override string Code => "not-cancellable";
}

/// <summary>The booking's life does not allow moving it now.</summary>
[GenerateSerializer, Immutable, Alias("refusal.not-movable")]
public sealed record NotMovable([property: Id(0)] BookingState State, [property: Id(1)] bool Begun) : Refusal
{
    public override string Code => "not-movable";

    /// <summary>Where it is too late to move it to a later start: the last instant at which that was free. An earlier start is always possible.</summary>
    [Id(2)] public Instant? LateSince { get; init; }
}
