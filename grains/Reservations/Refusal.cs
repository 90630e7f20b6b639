using System.Collections.Immutable;
using Makerspace.Time;
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

/// <summary>A planned outage of the tool or of an area around it.</summary>
[GenerateSerializer, Immutable, Alias("refusal.outage")]
public sealed record DuringOutage(
    [property: Id(0)] string OutageId, [property: Id(1)] string Title, [property: Id(2)] Slot Slot, [property: Id(3)] string? AreaId) : Refusal
{
    public override string Code => "outage";
}

/// <summary>Broken, and not expected back by the start.</summary>
[GenerateSerializer, Immutable, Alias("refusal.tool-out-of-service")]
public sealed record ToolOutOfService([property: Id(0)] Instant? ExpectedBack) : Refusal
{
    public override string Code => "tool-out-of-service";
    public override bool Overridable => true;
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

/// <summary>A certification that was never held.</summary>
[GenerateSerializer, Immutable, Alias("refusal.not-certified")]
public sealed record NotCertified([property: Id(0)] string CertificationId, [property: Id(1)] string Name) : Refusal
{
    public override string Code => "not-certified";
}

/// <summary>A certification that is held, but not over the whole slot.</summary>
[GenerateSerializer, Immutable, Alias("refusal.certification-expired")]
public sealed record CertificationExpired(
    [property: Id(0)] string CertificationId, [property: Id(1)] string Name, [property: Id(2)] Instant From, [property: Id(3)] Instant? Until) : Refusal
{
    public override string Code => "certification-expired";
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
}
