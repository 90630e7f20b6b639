using System.Collections.Immutable;
using Makerspace.Tools;
using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Maintenance;

/// <summary>Work on a tool, a resource or an area: what is to be done, by whom, until when, and what it took.</summary>
[Alias("makerspace.work-order")]
public interface IWorkOrderGrain : IGrainWithStringKey
{
    /// <summary>The order, or null if never made.</summary>
    [ReadOnly, Alias("view")] Task<WorkOrderView?> View();

    /// <summary>Makes the order or replaces what is said of it; one that is over stays as it is. The same again changes nothing.</summary>
    /// <param name="definition">The whole of it.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="expectedVersion">Where given, changes nothing unless the order is still at this version (0: it does not exist yet).</param>
    /// <returns>The order after it, or null where the version was another or the order is over.</returns>
    [Alias("define")] Task<WorkOrderView?> Define(WorkOrderDefinition definition, string actor, long? expectedVersion = null);

    /// <summary>These bookings have lost their time to it, besides those that had before. Again, or where it is over, nothing happens.</summary>
    /// <returns>The order, or null if there is none.</returns>
    [Alias("displaced")] Task<WorkOrderView?> Displaced(ImmutableArray<Guid> bookings, string actor);

    /// <summary>The work is done, or will not be. One that is over stays as it ended.</summary>
    /// <returns>The order, or null if there is none.</returns>
    [Alias("close")] Task<WorkOrderView?> Close(bool done, string? result, string actor);

    /// <summary>What follows its end has been done. Again, or before its end, nothing happens.</summary>
    [Alias("settle")] Task Settle();
}

/// <summary>What an order is about.</summary>
[GenerateSerializer, Alias("work-target")]
public enum WorkTarget
{
    Tool,
    Resource,
    Area,
}

/// <summary>What is said of an order. Amounts of money are in the space's currency.</summary>
[GenerateSerializer, Immutable, Alias("work-order-definition")]
public sealed record WorkOrderDefinition
{
    /// <summary>The most tasks, parts and times, each.</summary>
    public const int Most = 100;

    [Id(0)] public string Title { get; init; } = "";
    [Id(1)] public WorkTarget Target { get; init; }

    /// <summary>Id of the tool, resource or area.</summary>
    [Id(2)] public string TargetId { get; init; } = "";
    [Id(3)] public ImmutableArray<WorkTask> Tasks { get; init; } = [];
    [Id(4)] public ImmutableArray<WorkPart> Parts { get; init; } = [];
    [Id(5)] public ImmutableArray<WorkTime> Times { get; init; } = [];

    /// <summary>What somebody from outside was paid.</summary>
    [Id(6)] public Money? OtherCost { get; init; }

    /// <summary>Member id of who does it.</summary>
    [Id(7)] public string? AssigneeId { get; init; }
    [Id(8)] public Instant? ExpectedBack { get; init; }

    /// <summary>Problems it sees to.</summary>
    [Id(9)] public ImmutableArray<Guid> Problems { get; init; } = [];

    /// <summary>The preventive plan of the tool that it carries out.</summary>
    [Id(10)] public string? PlanId { get; init; }
    [Id(11)] public string? Notes { get; init; }

    /// <summary>Bookings that lost their time to it: their members hear when the tool is back.</summary>
    [Id(12)] public ImmutableArray<Guid> Displaced { get; init; } = [];

    /// <summary>The tool or resource was taken out of service for it.</summary>
    [Id(13)] public bool TakesOut { get; init; }

    /// <summary>Parts and outside help, in minor units.</summary>
    public long Cost => Parts.Sum(p => p.Cost) + (OtherCost?.Amount ?? 0);

    public Duration TimeSpent => Times.Aggregate(Duration.Zero, (sum, t) => sum + t.Spent);
}

/// <summary>One thing to do.</summary>
[GenerateSerializer, Immutable, Alias("work-task")]
public sealed record WorkTask([property: Id(0)] string Words, [property: Id(1)] bool Done = false);

/// <summary>Something used up.</summary>
/// <param name="UnitCost">Of one, in minor units.</param>
[GenerateSerializer, Immutable, Alias("work-part")]
public sealed record WorkPart([property: Id(0)] string Name, [property: Id(1)] decimal Quantity, [property: Id(2)] long UnitCost)
{
    public long Cost => (long)Math.Round(Quantity * UnitCost, MidpointRounding.AwayFromZero);
}

/// <summary>Somebody's time.</summary>
[GenerateSerializer, Immutable, Alias("work-time")]
public sealed record WorkTime([property: Id(0)] string MemberId, [property: Id(1)] Duration Spent, [property: Id(2)] Instant At);

/// <summary>Where an order is.</summary>
[GenerateSerializer, Alias("work-order-state")]
public enum WorkOrderState
{
    Open,
    Done,

    /// <summary>It will not be done.</summary>
    Dropped,
}

/// <summary>An order as it is.</summary>
[GenerateSerializer, Immutable, Alias("work-order-view")]
public sealed record WorkOrderView
{
    [Id(0)] public Guid Id { get; init; }
    [Id(1)] public WorkOrderDefinition Definition { get; init; } = new();
    [Id(2)] public WorkOrderState State { get; init; }
    [Id(3)] public Instant MadeAt { get; init; }
    [Id(4)] public string MadeBy { get; init; } = "";
    [Id(5)] public Instant? ClosedAt { get; init; }
    [Id(6)] public string? ClosedBy { get; init; }

    /// <summary>What came of it, in words.</summary>
    [Id(7)] public string? Result { get; init; }

    /// <summary>Rises with every change.</summary>
    [Id(8)] public long Version { get; init; }

    /// <summary>What follows its end has been done.</summary>
    [Id(9)] public bool Settled { get; init; }
}
