using System.Collections.Immutable;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Reservations;

// What others have, or what is down; Rules/ClaimRules.cs and Rules/AreaRules.cs decide.

/// <summary>Somebody has it. <paramref name="NextFree"/>: the first start from which a slot of this length is free, if there is one.</summary>
[GenerateSerializer, Immutable, Alias("refusal.slot-taken")]
public sealed record SlotTaken(
    [property: Id(0)] ImmutableArray<Slot> TakenBy, [property: Id(1)] int Concurrency, [property: Id(2)] Instant? NextFree) : Refusal
{
    public override string Code => "slot-taken";
}

/// <summary>Closer than the set-up and cleaning time to another member's booking.</summary>
[GenerateSerializer, Immutable, Alias("refusal.buffer")]
public sealed record BufferNeeded([property: Id(0)] Duration Buffer, [property: Id(1)] Slot Other, [property: Id(2)] bool OtherIsBefore) : Refusal
{
    public override string Code => "buffer";
    public override bool Overridable => true;
}

/// <summary>The room that contains the tool, or a tool inside the booked room, is claimed.</summary>
/// <param name="RoomId">The room in question.</param>
/// <param name="TakenBy">When.</param>
[GenerateSerializer, Immutable, Alias("refusal.resource-conflict")]
public sealed record ResourceConflict([property: Id(0)] string RoomId, [property: Id(1)] ImmutableArray<Slot> TakenBy) : Refusal
{
    public override string Code => "resource-conflict";
}

/// <summary>A planned outage of the tool, of a resource it depends on, or of an area around it.</summary>
[GenerateSerializer, Immutable, Alias("refusal.outage")]
public sealed record DuringOutage(
    [property: Id(0)] string OutageId, [property: Id(1)] string Title, [property: Id(2)] Slot Slot, [property: Id(3)] string? AreaId) : Refusal
{
    public override string Code => "outage";
    [Id(4)] public string? ResourceId { get; init; }
}

/// <summary>Broken, and not expected back by the start: the tool, or a resource it depends on.</summary>
[GenerateSerializer, Immutable, Alias("refusal.tool-out-of-service")]
public sealed record ToolOutOfService([property: Id(0)] Instant? ExpectedBack) : Refusal
{
    public override string Code => "tool-out-of-service";
    public override bool Overridable => true;
    [Id(1)] public string? ResourceId { get; init; }
}

/// <summary>At some instants more people than the area may hold; somebody with two bookings counts once.</summary>
[GenerateSerializer, Immutable, Alias("refusal.area-full")]
public sealed record AreaFull(
    [property: Id(0)] string AreaId, [property: Id(1)] int Capacity, [property: Id(2)] ImmutableArray<Slot> FullDuring) : Refusal
{
    public override string Code => "area-full";
}

[GenerateSerializer, Immutable, Alias("refusal.schedule-full")]
public sealed record ScheduleFull([property: Id(0)] int Limit) : Refusal
{
    public override string Code => "schedule-full";
}
