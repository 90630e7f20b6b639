using Makerspace.Reservations;

namespace Makerspace.Waitlists;

// Why one cannot wait; WaitlistGrain decides.

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
