using Makerspace.Time;
using NodaTime;

namespace Makerspace.Reservations;

// What counts together with the member's other bookings; Rules/LimitRules.cs decides.

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

/// <summary>The member has another booking or session at the same time, where that is forbidden.</summary>
[GenerateSerializer, Immutable, Alias("refusal.member-elsewhere")]
public sealed record MemberElsewhere([property: Id(0)] Guid BookingId, [property: Id(1)] string ToolId, [property: Id(2)] Slot Other) : Refusal
{
    public override string Code => "member-elsewhere";
    public override bool Overridable => true;
}
