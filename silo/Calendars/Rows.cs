using NodaTime;

namespace Makerspace.Calendars;

/// <summary>Whose times a feed has.</summary>
public enum FeedKind
{
    /// <summary>Somebody's own: what they booked, where they take part, what they give.</summary>
    Member,
    Tool,

    /// <summary>The sessions that somebody gives as a mentor.</summary>
    Mentor,
    Space,
}

/// <summary>A calendar that programs read at a secret address. Only the secret's hash is kept.</summary>
public sealed class CalendarFeedRow
{
    public Guid Id { get; set; }

    /// <summary>SHA-256 of the secret, hex.</summary>
    public string Hash { get; set; } = "";
    public FeedKind Kind { get; set; }

    /// <summary>The member's or tool's id; <c>main</c> for the space.</summary>
    public string ThingId { get; set; } = "";

    /// <summary>Who made it, and may take it back.</summary>
    public string MemberId { get; set; } = "";
    public Instant CreatedAt { get; set; }

    /// <summary>When a program last read it.</summary>
    public Instant? ReadAt { get; set; }
}
