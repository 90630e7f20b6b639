using NodaTime;
using Orleans.Concurrency;

namespace Makerspace.Maintenance;

/// <summary>Something is wrong with a tool: who says so, what came of it.</summary>
[Alias("makerspace.problem")]
public interface IProblemGrain : IGrainWithStringKey
{
    /// <summary>The problem, or null if never reported.</summary>
    [ReadOnly, Alias("view")] Task<ProblemView?> View();

    /// <summary>Reports it. The same id again changes nothing.</summary>
    [Alias("report")] Task<ProblemView> Report(ProblemReport report, string actor);

    /// <summary>There is a photo of it, kept beside.</summary>
    /// <returns>The problem, or null if there is none.</returns>
    [Alias("photograph")] Task<ProblemView?> Photograph(string contentType, string actor);

    /// <summary>A work order sees to it.</summary>
    /// <returns>The problem, or null if there is none.</returns>
    [Alias("take-up")] Task<ProblemView?> TakeUp(Guid workOrderId, string actor);

    /// <summary>The order that saw to it was given up: somebody has to look at it again. Nothing happens where another order sees to it.</summary>
    /// <returns>The problem, or null if there is none.</returns>
    [Alias("let-go")] Task<ProblemView?> LetGo(Guid workOrderId, string actor);

    /// <summary>It is over: mended, none, or the same as another. One that is over stays as it ended.</summary>
    /// <returns>The problem, or null if there is none.</returns>
    [Alias("close")] Task<ProblemView?> Close(string? answer, Guid? sameAs, string actor);
}

/// <summary>What somebody reports.</summary>
[GenerateSerializer, Immutable, Alias("problem-report")]
public sealed record ProblemReport
{
    [Id(0)] public string ToolId { get; init; } = "";

    /// <summary>What is wrong, in their words.</summary>
    [Id(1)] public string Words { get; init; } = "";

    /// <summary>Somebody could get hurt.</summary>
    [Id(2)] public bool Hazard { get; init; }

    /// <summary>The tool cannot be used: it is taken out of service at once.</summary>
    [Id(3)] public bool Unusable { get; init; }
}

/// <summary>Where a problem is on its way.</summary>
[GenerateSerializer, Alias("problem-state")]
public enum ProblemState
{
    /// <summary>Nobody has looked at it.</summary>
    Open,

    /// <summary>A work order sees to it.</summary>
    Triaged,
    Closed,

    /// <summary>Another problem is the same.</summary>
    Duplicate,
}

/// <summary>A problem as it is.</summary>
[GenerateSerializer, Immutable, Alias("problem-view")]
public sealed record ProblemView
{
    [Id(0)] public Guid Id { get; init; }
    [Id(1)] public ProblemReport Report { get; init; } = new();
    [Id(2)] public ProblemState State { get; init; }

    /// <summary>Member id of who reported it.</summary>
    [Id(3)] public string ReportedBy { get; init; } = "";
    [Id(4)] public Instant ReportedAt { get; init; }

    /// <summary>Type of its photo's content; null where there is none.</summary>
    [Id(5)] public string? Photo { get; init; }
    [Id(6)] public Guid? WorkOrderId { get; init; }
    [Id(7)] public Guid? SameAs { get; init; }

    /// <summary>What who reported it is told.</summary>
    [Id(8)] public string? Answer { get; init; }
    [Id(9)] public Instant? ClosedAt { get; init; }

    /// <summary>It still waits for something.</summary>
    public bool IsOpen => State is ProblemState.Open or ProblemState.Triaged;
}
