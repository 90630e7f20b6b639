using Makerspace.Mentors;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Spaces;
using NodaTime;

namespace Makerspace.Web.Mentors;

/// <summary>What a mentor offers; the whole of it.</summary>
public sealed record MentorBody
{
    /// <summary>At most 4000 characters.</summary>
    public string? About { get; init; }

    /// <summary>At most 30, of 60 characters each.</summary>
    public IReadOnlyList<string>? Skills { get; init; }

    /// <summary>ISO 639 codes of two letters; at most 20.</summary>
    public IReadOnlyList<string>? Languages { get; init; }

    /// <summary>In the space (the default), while it is open, or by video.</summary>
    public MentorPlace? Place { get; init; }
    public string? AreaId { get; init; }

    /// <summary>Of video sessions: an https address, told only to whoever has booked.</summary>
    public string? VideoLink { get; init; }

    /// <summary>A zone of the tz database; the space's where not given.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The weekly hours, in that zone.</summary>
    public IReadOnlyList<OpeningHoursModel>? Weekly { get; init; }

    /// <summary>Days on which they do not hold: holidays, travel.</summary>
    public IReadOnlyList<AwayModel>? Away { get; init; }

    /// <summary>Hours beside the weekly ones.</summary>
    public IReadOnlyList<ExtraModel>? Extra { get; init; }

    /// <summary>Price of an hour; null: a volunteer.</summary>
    public Money? Rate { get; init; }

    /// <summary>Shortest session; half an hour where not given.</summary>
    public Duration? MinDuration { get; init; }

    /// <summary>Longest session; two hours where not given.</summary>
    public Duration? MaxDuration { get; init; }

    /// <summary>Time between two members' sessions; none where not given.</summary>
    public Duration? Buffer { get; init; }

    /// <summary>How long beforehand a session is booked at the latest; 12 hours where not given.</summary>
    public Duration? Notice { get; init; }

    /// <summary>How far ahead; 60 days where not given.</summary>
    public Duration? Horizon { get; init; }

    /// <summary>Sessions in one local day, 1 to 50.</summary>
    public int? MaxPerDay { get; init; }

    /// <summary>Sessions in one ISO week, 1 to 200.</summary>
    public int? MaxPerWeek { get; init; }

    /// <summary>Each session waits for the mentor's yes.</summary>
    public bool ApprovalRequired { get; init; }

    /// <summary>A cancellation later than this before the start is late.</summary>
    public Duration? LateCancelThreshold { get; init; }

    /// <summary>What that costs.</summary>
    public Money? LateCancelFee { get; init; }

    /// <summary>What whoever books is asked; at most 300 characters.</summary>
    public string? Question { get; init; }

    /// <summary>Takes bookings; true where not given.</summary>
    public bool? Offered { get; init; }
}

/// <summary>Days away, both included.</summary>
public sealed record AwayModel
{
    public LocalDate? From { get; init; }
    public LocalDate? Until { get; init; }
}

/// <summary>Hours on one day; a window that ends no later than it starts runs past midnight.</summary>
public sealed record ExtraModel
{
    public LocalDate? Day { get; init; }
    public LocalTime? From { get; init; }
    public LocalTime? To { get; init; }
}

/// <summary>A mentor as the API tells it.</summary>
/// <param name="Id">The member's id.</param>
/// <param name="ToolId">By this id the mentor's time is booked and waited for like a tool.</param>
/// <param name="NextFree">The next time for the shortest session, of the next two weeks.</param>
public sealed record MentorModel(
    string Id, string ToolId, string Name, string? About, IReadOnlyList<string> Skills, IReadOnlyList<string> Languages, MentorPlace Place, string? AreaId, string TimeZone,
    IReadOnlyList<OpeningHoursModel> Weekly, IReadOnlyList<AwayModel> Away, IReadOnlyList<ExtraModel> Extra, Money? Rate, Policy Policy, int? MaxPerDay, int? MaxPerWeek,
    string? Question, bool Offered, OffsetDateTime? NextFree, long Version)
{
    /// <summary>Of video sessions: for the mentor and staff; members are told it with the session they have booked.</summary>
    public string? VideoLink { get; init; }

    internal static MentorModel Of(ToolView tool, Instant? nextFree, SpaceFacts space, bool own = false)
    {
        var (d, m) = (tool.Definition, tool.Definition.Mentor!);
        return new MentorModel(
            m.MemberId, tool.Id, d.Name, d.Description, m.Skills, m.Languages, m.Place, d.AreaId, m.TimeZone, OpeningHoursModel.Of(m.Weekly) ?? [],
            [.. m.Away.Select(a => new AwayModel { From = a.From, Until = a.Until })], [.. m.Extra.Select(e => new ExtraModel { Day = e.Day, From = e.From, To = e.To })],
            d.Policy.HourlyRate is { Amount: > 0 } rate ? rate : null, d.Policy, m.MaxPerDay, m.MaxPerWeek, m.Question, d.Visible, nextFree?.In(space), tool.Version) { VideoLink = own ? m.VideoLink : null };
    }
}

/// <summary>When a mentor could be booked.</summary>
/// <param name="Free">Inside the mentor's hours and not booked. Limits of the person who asks, and the mentor's own, are not considered.</param>
public sealed record MentorTimeModel(string MentorId, OffsetDateTime From, OffsetDateTime To, IReadOnlyList<SlotModel> Free);

/// <summary>A mentor's own calendar elsewhere.</summary>
public sealed record MentorCalendarBody
{
    /// <summary>Of its ICS file: https (or webcal), at most 1000 characters. Whoever knows it can read the calendar, so nobody else is told it.</summary>
    public string? Url { get; init; }
}

/// <summary>A mentor's own calendar, for themselves.</summary>
/// <param name="ReadAt">When it was last read well.</param>
/// <param name="FailingSince">Since when it cannot be read; the busy times known before still hold.</param>
/// <param name="Error">Why: <c>unreachable</c>, <c>timed-out</c>, <c>too-large</c>, <c>not-a-calendar</c>, <c>too-many-events</c>, <c>address-not-public</c>, <c>answered-404</c> …</param>
/// <param name="BusyTimes">How many are known.</param>
public sealed record MentorCalendarModel(string Url, OffsetDateTime? ReadAt, OffsetDateTime? FailingSince, string? Error, int BusyTimes)
{
    internal static MentorCalendarModel Of(MentorCalendarSight c, SpaceFacts space) => new(c.Url, c.ReadAt?.In(space), c.FailingSince?.In(space), c.Error, c.BusyTimes);
}
