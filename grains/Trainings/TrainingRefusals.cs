using Makerspace.Reservations;

namespace Makerspace.Trainings;

// Why there is no seat; TrainingGrain decides.

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
