using NodaTime;

namespace Makerspace.Jobs;

/// <summary>How a job fared last.</summary>
public sealed class JobRunRow
{
    /// <summary>The job's id, as in <c>payment-delivery</c>.</summary>
    public string Id { get; set; } = "";
    public Instant? StartedAt { get; set; }
    public Instant? SucceededAt { get; set; }
    public Instant? FailedAt { get; set; }

    /// <summary>Failures since it last succeeded.</summary>
    public int Failures { get; set; }

    /// <summary>Of the last failure: its type and message, no stack trace.</summary>
    public string? Error { get; set; }
}
