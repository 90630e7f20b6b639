using NodaTime;

namespace Makerspace.Maintenance;

// What pages and lists of maintenance read; see ReadModels/Rows.cs.

/// <summary>A problem. <see cref="Data"/> is the whole <see cref="ProblemView"/> as JSON.</summary>
public sealed class ProblemRow
{
    public Guid Id { get; set; }
    public string ToolId { get; set; } = "";
    public ProblemState State { get; set; }

    /// <summary>When it was reported.</summary>
    public Instant At { get; set; }
    public string ReportedBy { get; set; } = "";
    public string Data { get; set; } = "";
}

/// <summary>The photo of a problem, by the problem's id. Not told by the journal: it is too large, and people may want it gone.</summary>
public sealed class PhotoRow
{
    public Guid Id { get; set; }
    public string ContentType { get; set; } = "";
    public byte[] Content { get; set; } = [];
}

/// <summary>A work order. <see cref="Data"/> is the whole <see cref="WorkOrderView"/> as JSON.</summary>
public sealed class WorkOrderRow
{
    public Guid Id { get; set; }
    public WorkTarget Target { get; set; }
    public string TargetId { get; set; } = "";
    public WorkOrderState State { get; set; }

    /// <summary>When it was made.</summary>
    public Instant At { get; set; }
    public Instant? ClosedAt { get; set; }

    /// <summary>In minor units of the space's currency.</summary>
    public long Cost { get; set; }
    public string? AssigneeId { get; set; }
    public string Data { get; set; } = "";
}

/// <summary>A tool's meters and plans. <see cref="Data"/> is the whole <see cref="UpkeepView"/> as JSON.</summary>
public sealed class UpkeepRow
{
    /// <summary>Of the tool.</summary>
    public string Id { get; set; } = "";

    /// <summary>When its plans are to be looked at.</summary>
    public Instant? LookAt { get; set; }
    public string Data { get; set; } = "";
}
