using Makerspace.Reservations;
using NodaTime;

namespace Makerspace.Events;

// Why there is no seat; EventGrain decides.

/// <summary>No seat is left, or others wait for it.</summary>
[GenerateSerializer, Immutable, Alias("refusal.event-full")]
public sealed record EventFull([property: Id(0)] int Seats) : Refusal
{
    public override string Code => "event-full";
}

/// <summary>Guests have as many of the seats as they may; those that are left are for members.</summary>
[GenerateSerializer, Immutable, Alias("refusal.guests-full")]
public sealed record GuestsFull([property: Id(0)] int GuestSeats) : Refusal
{
    public override string Code => "guests-full";
}

/// <summary>It has begun, or does not take place.</summary>
[GenerateSerializer, Immutable, Alias("refusal.event-over")]
public sealed record EventOver([property: Id(0)] bool Cancelled) : Refusal
{
    public override string Code => "event-over";
}

/// <summary>Nobody can have come to it yet.</summary>
[GenerateSerializer, Immutable, Alias("refusal.event-not-begun")]
public sealed record EventNotBegun([property: Id(0)] Instant Start) : Refusal
{
    public override string Code => "event-not-begun";
}

/// <summary>Whoever takes a seat answers the question.</summary>
[GenerateSerializer, Immutable, Alias("refusal.answer-missing")]
public sealed record AnswerMissing([property: Id(0)] string Question) : Refusal
{
    public override string Code => "answer-missing";
}

/// <summary>Only members may come: it is not public, costs something, or the host is asked.</summary>
[GenerateSerializer, Immutable, Alias("refusal.members-only")]
public sealed record MembersOnly : Refusal
{
    public override string Code => "members-only";
}

/// <summary>Nobody's seat waits for an answer there.</summary>
[GenerateSerializer, Immutable, Alias("refusal.seat-not-asked")]
public sealed record SeatNotAsked : Refusal
{
    public override string Code => "seat-not-asked";
}
