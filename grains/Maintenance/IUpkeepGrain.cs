using System.Collections.Immutable;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Maintenance;

/// <summary>
/// A tool's meters, and the plans of what is to be done to it by meter or by calendar. It reserves a plan's window at the tool before the plan falls due;
/// no booking loses its time to it. It calls the space and the tool, which never call back.
/// </summary>
[Alias("makerspace.upkeep")]
public interface IUpkeepGrain : IGrainWithStringKey
{
    /// <summary>Meters and plans, or null where there are none.</summary>
    [ReadOnly, Alias("view")] Task<UpkeepView?> View();

    /// <summary>Adds a meter or changes how it is named and fed; its reading stays. Null where there are too many.</summary>
    [Alias("define-meter")] Task<UpkeepView?> DefineMeter(MeterDefinition meter, string actor);

    /// <summary>Adds a plan, counted from now, or changes it. Null where there are too many, or its meter is not there.</summary>
    [Alias("define-plan")] Task<UpkeepView?> DefinePlan(PlanDefinition plan, string actor);

    /// <summary>Takes a plan away, and gives its window back.</summary>
    /// <returns>Null where there is none.</returns>
    [Alias("drop-plan")] Task<UpkeepView?> DropPlan(string planId, string actor);

    /// <summary>Somebody has used the tool: feeds the meters that count use, once for each booking. Nothing happens where there are none.</summary>
    [Alias("used")] Task Used(Guid bookingId, Slot had);

    /// <summary>Its interlock says that the tool ran: feeds the meters that count that, once for each time.</summary>
    [Alias("ran")] Task Ran(Guid useId, Duration runTime);

    /// <summary>Feeds a meter, once for each cause.</summary>
    /// <returns>Null where there is no such meter.</returns>
    [Alias("feed")] Task<UpkeepView?> Feed(MeterFeed feed, string actor);

    /// <summary>Looks whether the plans' windows are where they must be, and reserves or moves what is not.</summary>
    /// <returns>What there is after it; null where there is nothing.</returns>
    [Alias("look")] Task<UpkeepView?> Look();

    /// <summary>A work order carries the plan out.</summary>
    [Alias("ordered")] Task Ordered(string planId, Guid workOrderId);

    /// <summary>The order will not be carried out: the plan gets another. Again, nothing happens.</summary>
    [Alias("given-up")] Task GivenUp(string planId, Guid workOrderId);

    /// <summary>The plan has been carried out: counted from now again, its window given back. The same order again changes nothing.</summary>
    /// <returns>Null where there is no such plan.</returns>
    [Alias("done")] Task<UpkeepView?> Done(string planId, Guid? workOrderId, string actor);
}

/// <summary>What a meter counts.</summary>
[GenerateSerializer, Alias("meter-kind")]
public enum MeterKind
{
    Hours,
    Cycles,
    Material,
}

/// <summary>How a meter is named and fed.</summary>
/// <param name="Id">Lower-case letters, digits and hyphens.</param>
/// <param name="Unit">Of material: kg, m, ml …</param>
/// <param name="FromUse">Each use adds its hours, or counts as one cycle.</param>
[GenerateSerializer, Immutable, Alias("meter-definition")]
public sealed record MeterDefinition(
    [property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] MeterKind Kind, [property: Id(3)] string? Unit, [property: Id(4)] bool FromUse)
{
    /// <summary>What the tool's interlock reports feeds it: each time it ran adds its hours, or counts as one cycle.</summary>
    [Id(5)] public bool FromDevice { get; init; }
}

/// <summary>Something that makes a meter go on.</summary>
/// <param name="CauseId">Of the booking, the device's report or the entry by hand: the same cause feeds once.</param>
/// <param name="MeterId">Which.</param>
/// <param name="Amount">What is added; where <paramref name="IsReading"/>, what the meter says now.</param>
/// <param name="IsReading">Somebody has read the meter, rather than counted what was used.</param>
[GenerateSerializer, Immutable, Alias("meter-feed")]
public sealed record MeterFeed(
    [property: Id(0)] string CauseId, [property: Id(1)] string MeterId, [property: Id(2)] decimal Amount, [property: Id(3)] bool IsReading = false);

/// <summary>A meter as it is.</summary>
/// <param name="Value">What it says.</param>
/// <param name="PerDay">By how much it went on in a day, of late.</param>
[GenerateSerializer, Immutable, Alias("meter-view")]
public sealed record MeterView([property: Id(0)] MeterDefinition Definition, [property: Id(1)] decimal Value, [property: Id(2)] decimal PerDay);

/// <summary>What is to be done from time to time: after so much use, after so many days, or whichever comes first.</summary>
[GenerateSerializer, Immutable, Alias("plan-definition")]
public sealed record PlanDefinition
{
    [Id(0)] public string Id { get; init; } = "";
    [Id(1)] public string Name { get; init; } = "";
    [Id(2)] public string? MeterId { get; init; }

    /// <summary>So much on the meter.</summary>
    [Id(3)] public decimal? EveryUse { get; init; }
    [Id(4)] public int? EveryDays { get; init; }

    /// <summary>How long the tool is needed for it.</summary>
    [Id(5)] public Duration Length { get; init; } = Duration.FromHours(1);
    [Id(6)] public ImmutableArray<string> Tasks { get; init; } = [];

    /// <summary>Member id of who does it.</summary>
    [Id(7)] public string? AssigneeId { get; init; }
}

/// <summary>A plan as it stands.</summary>
[GenerateSerializer, Immutable, Alias("plan-view")]
public sealed record PlanView
{
    [Id(0)] public PlanDefinition Definition { get; init; } = new();

    /// <summary>Since when it is counted: when it was last carried out, or made.</summary>
    [Id(1)] public Instant Since { get; init; }

    /// <summary>What the meter said then.</summary>
    [Id(2)] public decimal Reading { get; init; }

    /// <summary>How often it was carried out.</summary>
    [Id(3)] public int Served { get; init; }

    /// <summary>The time reserved for it.</summary>
    [Id(4)] public Outage? Window { get; init; }

    /// <summary>When it is expected to be due, by use of late and by what is booked; null where that is not in sight.</summary>
    [Id(5)] public Instant? DueAt { get; init; }

    /// <summary>No time is free for it before it is due.</summary>
    [Id(6)] public bool Urgent { get; init; }

    /// <summary>Free time kept from being booked, so that the meter does not pass its mark before the window.</summary>
    [Id(7)] public ImmutableArray<Outage> Blocks { get; init; } = [];

    /// <summary>The order that carries it out this time.</summary>
    [Id(8)] public Guid? WorkOrderId { get; init; }

    /// <summary>The order that carried it out last.</summary>
    [Id(9)] public Guid? LastOrder { get; init; }

    /// <summary>How many orders were given up this time.</summary>
    [Id(10)] public int Turn { get; init; }
}

/// <summary>A tool's meters and plans.</summary>
[GenerateSerializer, Immutable, Alias("upkeep-view")]
public sealed record UpkeepView(
    [property: Id(0)] string ToolId, [property: Id(1)] ImmutableArray<MeterView> Meters, [property: Id(2)] ImmutableArray<PlanView> Plans)
{
    /// <summary>When to look again although nothing happens; null where nothing is planned.</summary>
    [Id(3)] public Instant? LookAt { get; init; }
}
