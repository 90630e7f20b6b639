using System.Collections.Immutable;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations;

// Who may, and when; Rules/MemberRules.cs and Rules/CertificationRules.cs decide.

/// <summary>Some part of the slot lies outside opening hours or in a closure.</summary>
[GenerateSerializer, Immutable, Alias("refusal.space-closed")]
public sealed record SpaceClosed(
    [property: Id(0)] ImmutableArray<Slot> ClosedDuring, [property: Id(1)] string? Closure, [property: Id(2)] Instant? OpensAt) : Refusal
{
    public override string Code => "space-closed";
    public override bool Overridable => true;
}

/// <summary>The tool needs staff present, and part of the slot is outside staffed hours.</summary>
[GenerateSerializer, Immutable, Alias("refusal.staff-required")]
public sealed record StaffRequired([property: Id(0)] ImmutableArray<Slot> Unstaffed, [property: Id(1)] Instant? StaffedFrom) : Refusal
{
    public override string Code => "staff-required";
    public override bool Overridable => true;
}

/// <summary>A hazardous tool outside staffed hours, and in part of the slot nobody else who is certified is booked in the area.</summary>
[GenerateSerializer, Immutable, Alias("refusal.buddy-required")]
public sealed record BuddyRequired([property: Id(0)] ImmutableArray<Slot> Alone, [property: Id(1)] string? AreaId) : Refusal
{
    public override string Code => "buddy-required";
    public override bool Overridable => true;
}

/// <summary>The membership does not cover the whole slot.</summary>
[GenerateSerializer, Immutable, Alias("refusal.membership-inactive")]
public sealed record MembershipInactive([property: Id(0)] Instant? From, [property: Id(1)] Instant? Until) : Refusal
{
    public override string Code => "membership-inactive";
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

/// <summary>A certification that was never held, and the next training that would grant it in time.</summary>
[GenerateSerializer, Immutable, Alias("refusal.not-certified")]
public sealed record NotCertified([property: Id(0)] string CertificationId, [property: Id(1)] string Name) : Refusal
{
    public override string Code => "not-certified";
    public override bool HoldsAtAnyTime => true;

    /// <summary>The next training with a free seat that grants it; null where none is planned.</summary>
    [Id(2)] public TrainingOffer? NextTraining { get; init; }
}

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

/// <summary>A training somebody could join.</summary>
[GenerateSerializer, Immutable, Alias("training-offer")]
public sealed record TrainingOffer(
    [property: Id(0)] Guid Id, [property: Id(1)] string Title, [property: Id(2)] Slot Slot, [property: Id(3)] int SeatsLeft);

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
