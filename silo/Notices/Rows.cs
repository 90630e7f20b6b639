using System.Text.Json;
using NodaTime;

namespace Makerspace.Notices;

/// <summary>What came of a notice.</summary>
public enum NoticeState
{
    Waiting,
    Sent,

    /// <summary>Its time was over before anybody could send it.</summary>
    TooLate,

    /// <summary>They do not want it, or there is no way to them.</summary>
    NotWanted,

    /// <summary>It could not be put into words; the log says why.</summary>
    Broken,
}

/// <summary>Something that somebody is to be told. <see cref="Data"/> is the <see cref="NoticeFacts"/> as JSON. Its id is made of what it is, so it exists once.</summary>
public sealed class NoticeRow
{
    public Guid Id { get; set; }
    public NoticeKind Kind { get; set; }

    /// <summary>The key of the appointment.</summary>
    public string About { get; set; } = "";
    public string MemberId { get; set; } = "";

    /// <summary>Of a reminder: how long before, in milliseconds.</summary>
    public long Lead { get; set; }
    public Instant DueAt { get; set; }
    public Instant LastAt { get; set; }
    public bool Digest { get; set; }
    public NoticeState State { get; set; }
    public Instant? SentAt { get; set; }
    public string Data { get; set; } = "";

    public NoticeFacts Facts() => JsonSerializer.Deserialize<NoticeFacts>(Data, StoredJson.Options)!;
}

/// <summary>What a notice tells.</summary>
/// <param name="Now">The appointment as it is.</param>
/// <param name="Before">As they know it, where that is another.</param>
public sealed record NoticeFacts(Appointment Now, Appointment? Before);

/// <summary>What somebody knows of an appointment. <see cref="Data"/> is the <see cref="Appointment"/> as they know it, null where they were told nothing yet.</summary>
public sealed class KnownRow
{
    public string About { get; set; } = "";
    public string MemberId { get; set; } = "";

    /// <summary>How many changes and confirmations they were told; part of the next one's id.</summary>
    public int Told { get; set; }

    /// <summary>Something was sent about it: from then on whatever changes is told, whoever did it.</summary>
    public bool Mailed { get; set; }

    /// <summary>Of the entry in their calendar, where they were sent one.</summary>
    public int? Sequence { get; set; }

    /// <summary>As it is.</summary>
    public Instant StartAt { get; set; }
    public Instant EndAt { get; set; }
    public AppointmentStage Stage { get; set; }

    /// <summary>Since when it stands at this time: what would have been due before is not wanted.</summary>
    public Instant Since { get; set; }
    public string? Data { get; set; }

    public Appointment? Appointment => Data is null ? null : JsonSerializer.Deserialize<Appointment>(Data, StoredJson.Options);

    public void Knows(Appointment appointment) => Data = JsonSerializer.Serialize(appointment, StoredJson.Options);
}

/// <summary>Somebody's <see cref="NoticeSettings"/>. <see cref="Planned"/>: what waits for them goes by these already.</summary>
public sealed class NoticeSettingsRow
{
    public string MemberId { get; set; } = "";
    public bool Planned { get; set; }
    public string Data { get; set; } = "";

    public NoticeSettings Settings() => JsonSerializer.Deserialize<NoticeSettings>(Data, StoredJson.Options)!;
}

/// <summary>An address that a mail server refused for good.</summary>
public sealed class BounceRow
{
    public string Address { get; set; } = "";
    public Instant At { get; set; }
    public string Error { get; set; } = "";
}
