using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>A running timer of a grain; it stops when disposed or when the activation ends.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Starts again with other times.</summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}

/// <summary>When a timer calls, and how.</summary>
public readonly struct GrainTimerCreationOptions
{
    /// <summary>Options to be filled in.</summary>
    public GrainTimerCreationOptions()
    {
    }

    /// <summary>The time to the first call, and from the end of one to the next.</summary>
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>The time to the first call; infinite for never.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>The time from the end of a call to the next; infinite for one call only.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Whether the call may interleave with the grain's other calls.</summary>
    public bool Interleave { get; init; }

    /// <summary>Whether a call keeps the activation from being collected.</summary>
    public bool KeepAlive { get; init; }
}
