using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Makerspace.Access;
using Makerspace.Announcements;
using Makerspace.Billing;
using Makerspace.Companies;
using Makerspace.Events;
using Makerspace.Maintenance;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Resources;
using Makerspace.Series;
using Makerspace.Sessions;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Trainings;
using Makerspace.Waitlists;
using NodaTime;

namespace Makerspace.Journal;

/// <summary>Something that happened, for the journal. The type's name on the wire is part of the stored format.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who did it: a member id, or <c>system</c>.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(BookingHeld), "booking-held")]
[JsonDerivedType(typeof(BookingConfirmed), "booking-confirmed")]
[JsonDerivedType(typeof(BookingMoving), "booking-moving")]
[JsonDerivedType(typeof(BookingMoved), "booking-moved")]
[JsonDerivedType(typeof(BookingEnded), "booking-ended")]
[JsonDerivedType(typeof(HoldSettled), "hold-settled")]
[JsonDerivedType(typeof(BookingAdvanced), "booking-advanced")]
[JsonDerivedType(typeof(BookingHandingOver), "booking-handing-over")]
[JsonDerivedType(typeof(BookingHandedOver), "booking-handed-over")]
[JsonDerivedType(typeof(BookingFeeWaived), "booking-fee-waived")]
[JsonDerivedType(typeof(ToolChanged), "tool-changed")]
[JsonDerivedType(typeof(MemberChanged), "member-changed")]
[JsonDerivedType(typeof(MemberNoted), "member-noted")]
[JsonDerivedType(typeof(AnnouncementChanged), "announcement-changed")]
[JsonDerivedType(typeof(AreaChanged), "area-changed")]
[JsonDerivedType(typeof(SpaceChanged), "space-changed")]
[JsonDerivedType(typeof(CompanyChanged), "company-changed")]
[JsonDerivedType(typeof(ResourceChanged), "resource-changed")]
[JsonDerivedType(typeof(WaitChanged), "wait-changed")]
[JsonDerivedType(typeof(SeriesChanged), "series-changed")]
[JsonDerivedType(typeof(TrainingChanged), "training-changed")]
[JsonDerivedType(typeof(SessionChanged), "session-changed")]
[JsonDerivedType(typeof(EventChanged), "event-changed")]
[JsonDerivedType(typeof(OfficeHoursChanged), "office-hours-changed")]
[JsonDerivedType(typeof(DeviceChanged), "device-changed")]
[JsonDerivedType(typeof(DeviceUsed), "device-used")]
[JsonDerivedType(typeof(PresenceChanged), "presence-changed")]
[JsonDerivedType(typeof(CertificationChanged), "certification-changed")]
[JsonDerivedType(typeof(CertificateChanged), "certificate-changed")]
[JsonDerivedType(typeof(PassportChanged), "passport-changed")]
[JsonDerivedType(typeof(ProblemChanged), "problem-changed")]
[JsonDerivedType(typeof(WorkOrderChanged), "work-order-changed")]
[JsonDerivedType(typeof(UpkeepChanged), "upkeep-changed")]
[JsonDerivedType(typeof(LedgerPosted), "ledger-posted")]
[JsonDerivedType(typeof(AccountChanged), "account-changed")]
public abstract record DomainEvent(Instant At, string Actor);

/// <summary>An event in one booking's life.</summary>
public abstract record BookingEvent(Instant At, string Actor, Guid BookingId, string ToolId, string MemberId) : DomainEvent(At, Actor);

/// <summary>Step one: counts against the member's limits. Unsettled until confirmed or ended.</summary>
public sealed record BookingHeld(
    Instant At, string Actor, Guid BookingId, string ToolId, string MemberId, string? CompanyId, Slot Slot, string? Purpose,
    Instant HeldUntil, string? OverrideReason) : BookingEvent(At, Actor, BookingId, ToolId, MemberId)
{
    /// <summary>The other tools of a bundle.</summary>
    public ImmutableArray<string> AlsoTools { get; init; } = [];

    /// <summary>Keys of what is claimed, in that order; the last claim makes the booking. Empty: the tool alone.</summary>
    public ImmutableArray<string> Claims { get; init; } = [];
    public Guid? SeriesId { get; init; }
    public Guid? WaitId { get; init; }
    public Instant? OfferUntil { get; init; }

    /// <summary>The account that keeps a price for it; whoever settles the booking tells it.</summary>
    public string? Payer { get; init; }
}

/// <summary>Step two: the tool is claimed. The booking stands.</summary>
public sealed record BookingConfirmed(
    Instant At, string Actor, Guid BookingId, string ToolId, string MemberId, string? CompanyId, Slot Slot, long PolicyVersion)
    : BookingEvent(At, Actor, BookingId, ToolId, MemberId)
{
    /// <summary>Confirmed, or waiting for approval or for the member to accept the offer.</summary>
    public BookingState Becomes { get; init; } = BookingState.Confirmed;
    public BookingTerms Terms { get; init; } = BookingTerms.None;
}

/// <summary>A step in the life that changes neither slot nor member: approved, accepted, checked in.</summary>
public sealed record BookingAdvanced(
    Instant At, string Actor, Guid BookingId, string ToolId, string MemberId, BookingState To, string? Note)
    : BookingEvent(At, Actor, BookingId, ToolId, MemberId)
{
    /// <summary>Of an offer that was accepted: what it costs; null where that is as it was.</summary>
    public BookingPrice? Price { get; init; }
}

/// <summary>A colleague's hold stands for the slot too. Unsettled until <see cref="HoldSettled"/>.</summary>
/// <param name="MemberId">Whose booking it is still.</param>
/// <param name="To">The colleague.</param>
public sealed record BookingHandingOver(
    Instant At, string Actor, Guid BookingId, string ToolId, string MemberId, string To, Instant HeldUntil, string? OverrideReason)
    : BookingEvent(At, Actor, BookingId, ToolId, MemberId);

/// <summary>The tool has the booking down for the colleague. Unsettled until <see cref="HoldSettled"/>.</summary>
/// <param name="MemberId">Whose booking it is now.</param>
/// <param name="From">Whose it was.</param>
public sealed record BookingHandedOver(
    Instant At, string Actor, Guid BookingId, string ToolId, string MemberId, string From, string? CompanyId)
    : BookingEvent(At, Actor, BookingId, ToolId, MemberId);

/// <summary>A late cancellation costs nothing after all.</summary>
/// <param name="Reason">A code: <c>re-booked</c>, <c>staff</c>.</param>
public sealed record BookingFeeWaived(
    Instant At, string Actor, Guid BookingId, string ToolId, string MemberId, string Reason, string? Note)
    : BookingEvent(At, Actor, BookingId, ToolId, MemberId);

/// <summary>The member's hold covers the new slot too. Unsettled until <see cref="HoldSettled"/>.</summary>
public sealed record BookingMoving(
    Instant At, string Actor, Guid BookingId, string ToolId, string MemberId, Slot To, Instant HeldUntil, string? OverrideReason)
    : BookingEvent(At, Actor, BookingId, ToolId, MemberId)
{
    /// <summary>The account that keeps a price for it; null where that is as it was.</summary>
    public string? Payer { get; init; }
}

/// <summary>The tool has moved the claim. Unsettled until <see cref="HoldSettled"/>.</summary>
public sealed record BookingMoved(
    Instant At, string Actor, Guid BookingId, string ToolId, string MemberId, Slot From, Slot To, long PolicyVersion)
    : BookingEvent(At, Actor, BookingId, ToolId, MemberId)
{
    /// <summary>What it costs from now on; null: nothing.</summary>
    public BookingPrice? Price { get; init; }
}

/// <summary>The booking is over. Where the tool wrote it (cancelled), unsettled until the member's <see cref="HoldSettled"/>.</summary>
public sealed record BookingEnded(
    Instant At, string Actor, Guid BookingId, string ToolId, string MemberId, BookingState Outcome, string? Reason, ImmutableArray<string> Refusals,
    bool HoldSettled) : BookingEvent(At, Actor, BookingId, ToolId, MemberId)
{
    /// <summary>The time really had, of a booking that took place; null where the slot is as it was.</summary>
    public Slot? Had { get; init; }

    /// <summary>What a late cancellation costs.</summary>
    public Money? Fee { get; init; }

    /// <summary>Why a late cancellation costs nothing; a code.</summary>
    public string? FeeWaived { get; init; }
}

/// <summary>The member's hold agrees with the tool again.</summary>
public sealed record HoldSettled(Instant At, string Actor, Guid BookingId, string ToolId, string MemberId, Slot? Slot)
    : BookingEvent(At, Actor, BookingId, ToolId, MemberId);

/// <summary>A tool was made or changed; the whole of it, so that a reader needs no earlier event.</summary>
public sealed record ToolChanged(Instant At, string Actor, ToolView Tool, string? Note) : DomainEvent(At, Actor);

/// <summary>A member was made or changed; the whole of it.</summary>
public sealed record MemberChanged(Instant At, string Actor, MemberView Member, string? Note) : DomainEvent(At, Actor)
{
    /// <summary>The certification that was granted or taken away by it; null where none was, and in entries from before this was kept.</summary>
    public GrantChange? Grant { get; init; }
}

/// <summary>That a certification was granted, or taken away.</summary>
public sealed record GrantChange(string CertificationId, bool Revoked);

/// <summary>Staff noted something about a member, or took a note away.</summary>
public sealed record MemberNoted(Instant At, string Actor, string MemberId, MemberNote Note, bool Removed) : DomainEvent(At, Actor);

/// <summary>An announcement was made, changed or withdrawn; the whole of it.</summary>
public sealed record AnnouncementChanged(Instant At, string Actor, AnnouncementView Announcement) : DomainEvent(At, Actor);

/// <summary>An area was made or changed; the whole of it.</summary>
public sealed record AreaChanged(Instant At, string Actor, AreaView Area, string? Note) : DomainEvent(At, Actor);

/// <summary>The space was changed; the whole of it.</summary>
public sealed record SpaceChanged(Instant At, string Actor, SpaceFacts Space) : DomainEvent(At, Actor);

/// <summary>A company was made or changed; the whole of it.</summary>
public sealed record CompanyChanged(Instant At, string Actor, CompanyView Company, string? Note) : DomainEvent(At, Actor);

/// <summary>A resource was made or changed; the whole of it.</summary>
public sealed record ResourceChanged(Instant At, string Actor, ResourceView Resource, string? Note) : DomainEvent(At, Actor);

/// <summary>Somebody's place on a waitlist was taken, offered a slot, or ended; the whole of it.</summary>
public sealed record WaitChanged(Instant At, string Actor, WaitView Wait) : DomainEvent(At, Actor);

/// <summary>A series was made or changed; the whole of it.</summary>
public sealed record SeriesChanged(Instant At, string Actor, SeriesView Series) : DomainEvent(At, Actor);

/// <summary>Mentor or member did something about a session: another time, notes, tasks, feedback. The whole of it but the mentor's private notes.</summary>
public sealed record SessionChanged(Instant At, string Actor, SessionView Session, SessionStep Step) : DomainEvent(At, Actor);

/// <summary>A training was planned or changed, or somebody took or left a seat; the whole of it.</summary>
public sealed record TrainingChanged(Instant At, string Actor, TrainingView Training) : DomainEvent(At, Actor)
{
    /// <summary>Members who had waited and have a seat by this; null where nobody.</summary>
    public ImmutableArray<string>? MovedUp { get; init; }
}

/// <summary>An event was planned or changed, or somebody took or left a seat; the whole of it.</summary>
public sealed record EventChanged(Instant At, string Actor, EventView Event) : DomainEvent(At, Actor)
{
    /// <summary>Members who had waited and have a seat by this; null where nobody.</summary>
    public ImmutableArray<string>? MovedUp { get; init; }

    /// <summary>Money of seats that changes hands by this; null where none.</summary>
    public ImmutableArray<SeatCharge>? Charges { get; init; }

    /// <summary>When it was to be before; null where it was moved by nothing.</summary>
    public Slot? MovedFrom { get; init; }

    /// <summary>Tools it was planned with and takes place without; null where none.</summary>
    public ImmutableArray<string>? Without { get; init; }
}

/// <summary>Office hours were said or changed; the whole of them.</summary>
public sealed record OfficeHoursChanged(Instant At, string Actor, OfficeHoursView OfficeHours) : DomainEvent(At, Actor);

/// <summary>It was said what leads to a certification; the whole of it, with the answers of its quiz.</summary>
public sealed record CertificationChanged(Instant At, string Actor, CertificationView Certification) : DomainEvent(At, Actor);

/// <summary>A certificate was made, or ended; the whole of it.</summary>
public sealed record CertificateChanged(Instant At, string Actor, Certificate Certificate) : DomainEvent(At, Actor);

/// <summary>A member did something towards a certification; the whole passport.</summary>
public sealed record PassportChanged(Instant At, string Actor, PassportView Passport) : DomainEvent(At, Actor)
{
    /// <summary>The entry of the logbook that was made or changed; null where none was.</summary>
    public LogEntry? Entry { get; init; }
}

/// <summary>A device was registered or changed, stopped, released, unlocked; the whole of it.</summary>
public sealed record DeviceChanged(Instant At, string Actor, DeviceView Device, string? Note) : DomainEvent(At, Actor);

/// <summary>A device was switched on or off, or has reported a use; the whole of the use. The last word on a use has its end, energy and run time.</summary>
public sealed record DeviceUsed(Instant At, string Actor, DeviceUse Use) : DomainEvent(At, Actor);

/// <summary>Somebody has come into an area, or left.</summary>
public sealed record PresenceChanged(Instant At, string Actor, Presence Presence) : DomainEvent(At, Actor);

/// <summary>A problem was reported, taken up or closed; the whole of it.</summary>
public sealed record ProblemChanged(Instant At, string Actor, ProblemView Problem, string? Note) : DomainEvent(At, Actor);

/// <summary>A work order was made, changed or closed; the whole of it.</summary>
public sealed record WorkOrderChanged(Instant At, string Actor, WorkOrderView Order, string? Note) : DomainEvent(At, Actor);

/// <summary>A tool's meters went on, or its plans changed; the whole of it.</summary>
public sealed record UpkeepChanged(Instant At, string Actor, UpkeepView Upkeep, string? Note) : DomainEvent(At, Actor)
{
    /// <summary>What a meter was fed; null where none was.</summary>
    public MeterFeed? Fed { get; init; }
}

/// <summary>An entry was posted to a payer's book.</summary>
public sealed record LedgerPosted(Instant At, string Actor, LedgerEntry Entry) : DomainEvent(At, Actor);

/// <summary>A payer's account changed; the whole of it.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Account">As it is after it.</param>
/// <param name="Note">What happened, a code: <c>payment-failed</c>, <c>paid</c>, <c>needs-payer</c>, <c>card-changed</c>, <c>subscription-changed</c>, <c>deposit-changed</c> …; null for the rest.</param>
public sealed record AccountChanged(Instant At, string Actor, AccountView Account, string? Note) : DomainEvent(At, Actor);
