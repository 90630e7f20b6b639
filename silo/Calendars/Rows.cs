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

/// <summary>A mentor's own calendar elsewhere, from which their busy times are read. The busy times themselves are with the mentor's time, in its tool grain.</summary>
public sealed class MentorCalendarRow
{
    public string MemberId { get; set; } = "";

    /// <summary>Where it is, sealed: a secret of the mentor's. Sealed anew whenever it is set, so it tells one setting from the next. Empty: taken back, and the busy times are still to be forgotten.</summary>
    public string Address { get; set; } = "";

    /// <summary>When it is read next.</summary>
    public Instant NextAt { get; set; }

    /// <summary>When it was last read well.</summary>
    public Instant? ReadAt { get; set; }

    /// <summary>Since when it cannot be read.</summary>
    public Instant? FailingSince { get; set; }

    /// <summary>Why it cannot: a code.</summary>
    public string? Error { get; set; }
}
