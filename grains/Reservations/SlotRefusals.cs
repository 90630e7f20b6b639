using Makerspace.Time;
using NodaTime;

namespace Makerspace.Reservations;

// What the asked time itself may lack; Rules/SlotRules.cs decides.

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

/// <summary>The start lies within the notice period.</summary>
[GenerateSerializer, Immutable, Alias("refusal.too-late")]
public sealed record TooLate([property: Id(0)] Duration Notice, [property: Id(1)] Instant EarliestStart) : Refusal
{
    public override string Code => "too-late";
    public override bool Overridable => true;
}
