using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Reservations;
using NodaTime;

namespace Makerspace.Web.Sessions;

/// <summary>A wish to meet a mentor.</summary>
public sealed record SessionBody
{
    /// <summary>The mentor's member id; or <see cref="Skill"/>, never both.</summary>
    public string? MentorId { get; init; }

    /// <summary>Any mentor with this skill: whoever has the fewest sessions, of those who are free.</summary>
    public string? Skill { get; init; }

    /// <summary>Tools or rooms that are booked with it, all or nothing; at most nine.</summary>
    public IReadOnlyList<string>? Tools { get; init; }
    public OffsetDateTime? Start { get; init; }
    public OffsetDateTime? End { get; init; }

    /// <summary>Whom it is for. Staff only, except oneself.</summary>
    public string? MemberId { get; init; }

    /// <summary>What it is about; where the mentor asks something, the answer, and not left out. At most 500 characters.</summary>
    public string? About { get; init; }

    /// <summary>The total that a preview showed; where it is another now, <c>changed-meanwhile</c>. Null: any will do.</summary>
    public Money? AgreedTotal { get; init; }

    /// <summary>Staff only: book in spite of refusals that may be overridden.</summary>
    public OverrideBody? Override { get; init; }

    internal BookingBody With(string mentorId) => new()
    {
        ToolId = Keys.MentorTime(mentorId), AlsoTools = Tools, Start = Start, End = End, MemberId = MemberId, Purpose = About, AgreedTotal = AgreedTotal, Override = Override,
    };
}

/// <summary>A session: a booking that has a mentor's time.</summary>
/// <param name="Tools">The tools and rooms booked with it.</param>
/// <param name="VideoLink">Where to join; null where it is no video session, or it does not stand.</param>
/// <param name="Booking">The booking; it is moved and cancelled as any other.</param>
public sealed record SessionModel(Guid Id, string MentorId, string MentorName, IReadOnlyList<string> Tools, string? VideoLink, BookingModel Booking)
{
    internal static SessionModel Of(BookingView booking, ToolView mentor, SpaceFacts space)
    {
        var profile = mentor.Definition.Mentor!;
        return new SessionModel(
            booking.Id, profile.MemberId, mentor.Definition.Name, [.. booking.Tools.Where(t => t != mentor.Id)],
            booking.State is BookingState.Confirmed or BookingState.CheckedIn ? profile.VideoLink : null, BookingModel.Of(booking, space));
    }
}
