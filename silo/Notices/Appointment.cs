using System.Collections.Immutable;
using Makerspace.Time;

namespace Makerspace.Notices;

/// <summary>What kind of appointment it is: people choose for each how they are told of it.</summary>
public enum Topic
{
    Booking,
    Training,
    Event,
}

/// <summary>How an appointment stands for somebody.</summary>
public enum AppointmentStage
{
    /// <summary>Has its time, and waits for an answer or a payment.</summary>
    Asked,
    Standing,

    /// <summary>Somebody is there, or it is over: nobody has to be told of it any more.</summary>
    Begun,

    /// <summary>Does not take place, or not for them.</summary>
    Cancelled,
}

/// <summary>Something that people come to at a time, whatever it is: a booking, a training, a mentor's hour.</summary>
/// <param name="About">The key of what it is, as in <c>booking-…</c>.</param>
/// <param name="Topic">What kind.</param>
/// <param name="Slot">When.</param>
/// <param name="Stage">How it stands.</param>
public sealed record Appointment(string About, Topic Topic, Slot Slot, AppointmentStage Stage)
{
    /// <summary>What it is called, where it has a name of its own.</summary>
    public string? Title { get; init; }

    /// <summary>The tools it takes.</summary>
    public ImmutableArray<string> Tools { get; init; } = [];
    public string? AreaId { get; init; }

    /// <summary>Who booked it.</summary>
    public string? MemberId { get; init; }

    /// <summary>Why it does not take place, in words.</summary>
    public string? Reason { get; init; }

    /// <summary>That it does not take place is told by a message of its own, with what would work instead: here only those hear of it who have it in their calendar.</summary>
    public bool EndToldElsewhere { get; init; }

    /// <summary>Who gives it, where others have seats.</summary>
    public string? GivenBy { get; init; }

    /// <summary>Whether it is somebody's time as a mentor.</summary>
    public bool IsMentoredBy(string memberId) => Tools.Contains(Keys.MentorTime(memberId));

    public bool Lives => Stage is AppointmentStage.Asked or AppointmentStage.Standing;

    /// <summary>Whether nothing has changed that somebody would have to be told. Two that do not take place are the same.</summary>
    public bool TellsTheSameAs(Appointment other) =>
        Stage == other.Stage && (Stage == AppointmentStage.Cancelled || (Slot == other.Slot && AreaId == other.AreaId && Tools.SequenceEqual(other.Tools)));
}

/// <summary>An appointment as it is, and whose it is.</summary>
public sealed record PeoplesAppointment(Appointment Appointment, ImmutableArray<string> People)
{
    /// <summary>Who gives it hears by that message too that it does not take place.</summary>
    public bool GiverToldElsewhere { get; init; }

    /// <summary>Of these who wait for somebody's answer.</summary>
    public ImmutableArray<string> Asking { get; init; } = [];

    /// <summary>As it is for one of them, or for somebody who is no longer.</summary>
    public Appointment For(string memberId)
    {
        if (!People.Contains(memberId)) return Appointment with { Stage = AppointmentStage.Cancelled };
        if (Asking.Contains(memberId) && Appointment.Lives) return Appointment with { Stage = AppointmentStage.Asked };
        // Whoever booked, or has a seat, is told by the message of its own; their mentor, or who gives it, is not.
        return Appointment.IsMentoredBy(memberId) || (Appointment.GivenBy == memberId && !GiverToldElsewhere) ? Appointment with { EndToldElsewhere = false } : Appointment;
    }
}
