using NodaTime;

namespace Makerspace.Reservations;

// What a booking's life does not allow now; BookingGrain and BookingLife.cs decide.

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

    /// <summary>Where it is too late to move it to a later start: the last instant at which that was free. An earlier start is always possible.</summary>
    [Id(2)] public Instant? LateSince { get; init; }
}

/// <summary>Only a booking to come is handed over, and only to a colleague of the same company.</summary>
[GenerateSerializer, Immutable, Alias("refusal.not-transferable")]
public sealed record NotTransferable([property: Id(0)] BookingState State, [property: Id(1)] bool SameCompany) : Refusal
{
    public override string Code => "not-transferable";

    /// <summary>The member pays for it themselves.</summary>
    [Id(2)] public bool PaidByMember { get; init; }
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
