using NodaTime;

namespace Makerspace.Numbers;

/// <summary>Why something could not be used.</summary>
public enum UnusableKind
{
    /// <summary>It was out of service.</summary>
    Broken,

    /// <summary>Planned.</summary>
    Outage,
}

/// <summary>A time in which something could not be used; an outage may still be to come.</summary>
public sealed class UnusableTimeRow
{
    /// <summary>Key of the tool, area or resource, as in <c>tool-laser-1</c>.</summary>
    public string Thing { get; set; } = "";
    public string Id { get; set; } = "";

    public UnusableKind Kind { get; set; }
    public string? Title { get; set; }
    public Instant Start { get; set; }

    /// <summary>Null: it still is.</summary>
    public Instant? End { get; set; }
}

/// <summary>A certification granted, or taken away.</summary>
public sealed class GrantRow
{
    /// <summary>Where in the journal.</summary>
    public long Seq { get; set; }
    public Instant At { get; set; }
    public string MemberId { get; set; } = "";
    public string CertificationId { get; set; } = "";
    public string Actor { get; set; } = "";
    public bool Revoked { get; set; }
}
