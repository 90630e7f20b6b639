using System.Text.Json;
using Makerspace.Reservations;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.ReadModels;

// What pages and lists read. Written by the projector from the journal only, so they may be a moment behind;
// nothing is decided from them. Instants are stored as Unix milliseconds in both databases.

/// <summary>One booking as the journal tells it.</summary>
public sealed class BookingRow
{
    public Guid Id { get; set; }
    public string ToolId { get; set; } = "";
    public string MemberId { get; set; } = "";
    public string? CompanyId { get; set; }
    public Instant Start { get; set; }
    public Instant End { get; set; }
    public BookingState State { get; set; }
    public string? Purpose { get; set; }
    public long PolicyVersion { get; set; }
    public Instant MadeAt { get; set; }
    public string MadeBy { get; set; } = "";
    public Instant ChangedAt { get; set; }

    /// <summary>Since when Member and Tool may disagree about it; null when they agree. The sweep settles old ones.</summary>
    public Instant? UnsettledSince { get; set; }

    /// <summary>It has its slot: nobody else can (<see cref="BookingStates.Occupies"/>).</summary>
    public bool Live { get; set; }

    /// <summary>When the clock takes it a step further; null where it never does. The sweep sees to it.</summary>
    public Instant? DueAt { get; set; }
    public Guid? SeriesId { get; set; }

    /// <summary>The whole <see cref="BookingView"/> as JSON; null in a row from before there was one.</summary>
    public string? Data { get; set; }

    /// <summary>The booking with all that is known of it.</summary>
    public BookingView View() => Data is { } json ? JsonSerializer.Deserialize<BookingView>(json, StoredJson.Options)! : new BookingView
    {
        Id = Id, ToolId = ToolId, MemberId = MemberId, CompanyId = CompanyId, Slot = new Slot(Start, End), State = State, Purpose = Purpose,
        PolicyVersion = PolicyVersion, MadeAt = MadeAt, MadeBy = MadeBy,
    };
}

/// <summary>A further tool of a bundle.</summary>
public sealed class BookingToolRow
{
    public string ToolId { get; set; } = "";
    public Guid BookingId { get; set; }
}

/// <summary>Somebody waiting for a slot. <see cref="Data"/> is the whole <see cref="Waitlists.WaitView"/> as JSON.</summary>
public sealed class WaitRow
{
    public Guid Id { get; set; }
    public string ToolId { get; set; } = "";
    public string MemberId { get; set; } = "";
    public Instant Start { get; set; }
    public Waitlists.WaitState State { get; set; }

    /// <summary>Key of the waitlist it is on.</summary>
    public string WaitingGroup { get; set; } = "";
    public string Data { get; set; } = "";
}

/// <summary>A series of bookings. <see cref="Data"/> is the whole <see cref="Series.SeriesView"/> as JSON.</summary>
public sealed class SeriesRow
{
    public Guid Id { get; set; }
    public string MemberId { get; set; } = "";

    /// <summary>Since when it is being made or changed; the sweep finishes old ones.</summary>
    public Instant? UnfinishedSince { get; set; }
    public string Data { get; set; } = "";
}

/// <summary>What mentor and member do about a session. <see cref="Data"/> is the whole <see cref="Sessions.SessionView"/> as JSON.</summary>
public sealed class SessionRow
{
    /// <summary>The booking's.</summary>
    public Guid Id { get; set; }
    public string MentorId { get; set; } = "";
    public string MemberId { get; set; } = "";

    /// <summary>Who proposed another time that is not answered yet.</summary>
    public string? ProposedBy { get; set; }
    public int? Rating { get; set; }
    public string Data { get; set; } = "";

    public Sessions.SessionView View() => JsonSerializer.Deserialize<Sessions.SessionView>(Data, StoredJson.Options)!;
}

/// <summary>A training. <see cref="Data"/> is the whole <see cref="Trainings.TrainingView"/> as JSON.</summary>
public sealed class TrainingRow
{
    public Guid Id { get; set; }
    public string CertificationId { get; set; } = "";
    public Instant Start { get; set; }
    public int SeatsLeft { get; set; }
    public string Data { get; set; } = "";
}

/// <summary>Office hours. <see cref="Data"/> is the whole <see cref="Events.OfficeHoursView"/> as JSON.</summary>
public sealed class OfficeHoursRow
{
    public Guid Id { get; set; }
    public string HostId { get; set; } = "";

    /// <summary>When the next occurrence is to be planned.</summary>
    public Instant? DueAt { get; set; }
    public string Data { get; set; } = "";

    public Events.OfficeHoursView View() => JsonSerializer.Deserialize<Events.OfficeHoursView>(Data, StoredJson.Options)!;
}

/// <summary>An event. <see cref="Data"/> is the whole <see cref="Events.EventView"/> as JSON.</summary>
public sealed class EventRow
{
    public Guid Id { get; set; }
    public string HostId { get; set; } = "";

    /// <summary>The office hours it is one of.</summary>
    public Guid? OfficeHoursId { get; set; }
    public Instant Start { get; set; }
    public bool Public { get; set; }

    /// <summary>Planned, and takes place.</summary>
    public bool Shown { get; set; }

    /// <summary>When the clock has something to do with it.</summary>
    public Instant? DueAt { get; set; }
    public string Data { get; set; } = "";

    public Events.EventView View() => JsonSerializer.Deserialize<Events.EventView>(Data, StoredJson.Options)!;
}

/// <summary>A certificate, also one that ended. <see cref="Id"/> is its code, <see cref="Data"/> the whole <see cref="Trainings.Certificate"/> as JSON.</summary>
public sealed class CertificateRow
{
    public string Id { get; set; } = "";
    public string MemberId { get; set; } = "";
    public string CertificationId { get; set; } = "";
    public Instant From { get; set; }
    public Instant? Until { get; set; }
    public Instant? EndedAt { get; set; }
    public string Data { get; set; } = "";

    public Trainings.Certificate View() => JsonSerializer.Deserialize<Trainings.Certificate>(Data, StoredJson.Options)!;
}

/// <summary>An entry of a logbook. <see cref="Data"/> is the whole <see cref="Trainings.LogEntry"/> as JSON.</summary>
public sealed class LogEntryRow
{
    public Guid Id { get; set; }
    public string MemberId { get; set; } = "";
    public string TrainerId { get; set; } = "";
    public string CertificationId { get; set; } = "";
    public Instant Start { get; set; }
    public Trainings.LogState State { get; set; }
    public string Data { get; set; } = "";

    public Trainings.LogEntry View() => JsonSerializer.Deserialize<Trainings.LogEntry>(Data, StoredJson.Options)!;
}

/// <summary>One tool. <see cref="Data"/> is the whole <see cref="Tools.ToolView"/> as JSON.</summary>
public sealed class ToolRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string? Category { get; set; }
    public string? AreaId { get; set; }
    public bool Visible { get; set; }
    public bool OutOfService { get; set; }

    /// <summary>It is no machine but this member's time as a mentor.</summary>
    public string? MentorId { get; set; }
    public long Version { get; set; }
    public string Data { get; set; } = "";
}

/// <summary>One member. <see cref="Data"/> is the whole <see cref="Members.MemberView"/> as JSON.</summary>
public sealed class MemberRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string? Email { get; set; }
    public string? CompanyId { get; set; }
    public bool Active { get; set; }
    public long Version { get; set; }
    public string Data { get; set; } = "";
}

/// <summary>One area. <see cref="Data"/> is the whole <see cref="Spaces.AreaView"/> as JSON.</summary>
public sealed class AreaRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string? Inside { get; set; }
    public string Data { get; set; } = "";
}

/// <summary>One journal entry. <see cref="Data"/> is the <see cref="Journal.DomainEvent"/> as JSON.</summary>
public sealed class JournalRow
{
    /// <summary>Order of the journal; gaps are normal.</summary>
    public long Seq { get; set; }
    public Instant At { get; set; }
    public string Type { get; set; } = "";
    public string Actor { get; set; } = "";
    public Guid? BookingId { get; set; }
    public string? ToolId { get; set; }
    public string? MemberId { get; set; }
    public string Data { get; set; } = "";
}

/// <summary>How far a projection has read the journal.</summary>
public sealed class ProjectionRow
{
    public string Name { get; set; } = "";
    public long Seq { get; set; }
}
