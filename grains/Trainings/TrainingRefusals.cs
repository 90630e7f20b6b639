using System.Collections.Immutable;
using Makerspace.Reservations;
using NodaTime;

namespace Makerspace.Trainings;

// Why there is no seat (TrainingGrain decides), no certificate (Requirements) and no entry (Logbook).

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

/// <summary>Nobody can have come to it yet.</summary>
[GenerateSerializer, Immutable, Alias("refusal.training-not-begun")]
public sealed record TrainingNotBegun([property: Id(0)] Instant Start) : Refusal
{
    public override string Code => "training-not-begun";
}

/// <summary>Something that leads to the certification was not done. Staff may grant it all the same, giving a reason.</summary>
/// <param name="CertificationId">Which.</param>
/// <param name="Missing">What: <c>training</c>, <c>quiz</c>, <c>sign-off</c>, <c>hours</c>, <c>prerequisite:…</c>.</param>
[GenerateSerializer, Immutable, Alias("refusal.requirements-missing")]
public sealed record RequirementsMissing([property: Id(0)] string CertificationId, [property: Id(1)] ImmutableArray<string> Missing) : Refusal
{
    public override string Code => "requirements-missing";
    public override bool Overridable => true;
}

/// <summary>The last attempt at the quiz was a moment ago.</summary>
[GenerateSerializer, Immutable, Alias("refusal.quiz-too-soon")]
public sealed record QuizTooSoon([property: Id(0)] Instant NextAt) : Refusal
{
    public override string Code => "quiz-too-soon";
}

/// <summary>Hours that the logbook does not take.</summary>
/// <param name="Why">
/// <c>own</c> (nobody supervises themselves), <c>stranger</c> (entered by neither of the two), <c>length</c>, <c>future</c>, <c>past</c>, <c>overlaps</c> (an hour counts once),
/// <c>waiting</c> (too many wait to be confirmed), <c>declined</c>, <c>confirmed</c>, <c>no-trainer</c>.
/// </param>
[GenerateSerializer, Immutable, Alias("refusal.not-loggable")]
public sealed record NotLoggable([property: Id(0)] string Why) : Refusal
{
    public override string Code => "not-loggable";
}
