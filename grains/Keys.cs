namespace Makerspace;

/// <summary>
/// Grain keys. Each has a prefix with a letter that is no hex digit: Orleans' AdoNet tables confuse string keys that parse as hex.
/// </summary>
public static class Keys
{
    /// <summary>The one space of a database.</summary>
    public const string Space = "space-main";
    public static string Tool(string toolId) => "tool-" + toolId;
    public static string Member(string memberId) => "member-" + memberId;
    public static string Area(string areaId) => "area-" + areaId;

    /// <summary>The book of a payer; the account id is <c>member-…</c> or <c>company-…</c>.</summary>
    public static string Account(string accountId) => "account-" + accountId;
    public static string Company(string companyId) => "company-" + companyId;
    public static string Resource(string resourceId) => "resource-" + resourceId;

    /// <summary>The id of a mentor's time among tools: who books a mentor books this, alone or in a bundle.</summary>
    public static string MentorTime(string memberId) => "mentor-" + memberId;

    /// <summary>Whether it is the id of a mentor's time: no machine has an id that begins so.</summary>
    public static bool IsMentorTime(string toolId) => toolId.StartsWith("mentor-", StringComparison.Ordinal);

    public static string Session(Guid bookingId) => "session-" + bookingId.ToString("N");
    public static string Training(Guid trainingId) => "training-" + trainingId.ToString("N");

    /// <summary>A session with seats, a workshop, an event.</summary>
    public static string Event(Guid eventId) => "event-" + eventId.ToString("N");
    public static string OfficeHours(Guid officeHoursId) => "office-" + officeHoursId.ToString("N");
    public static string Announcement(Guid announcementId) => "announcement-" + announcementId.ToString("N");
    public static string Notes(string memberId) => "notes-" + memberId;
    public static string Certification(string certificationId) => "certification-" + certificationId;
    public static string Passport(string memberId) => "passport-" + memberId;
    public static string Series(Guid seriesId) => "series-" + seriesId.ToString("N");

    /// <summary>The waitlist of a category, or of a tool that has none.</summary>
    public static string Waitlist(string? category, string toolId) => category is null ? "waitlist-tool-" + toolId : "waitlist-category-" + category;
    public static string Problem(Guid problemId) => "problem-" + problemId.ToString("N");
    public static string WorkOrder(Guid workOrderId) => "order-" + workOrderId.ToString("N");
    public static string Upkeep(string toolId) => "upkeep-" + toolId;
    public static string Booking(Guid bookingId) => "booking-" + bookingId.ToString("N");

    /// <summary>A controller at a tool, a door or a kiosk.</summary>
    public static string Device(string deviceId) => "device-" + deviceId;

    /// <summary>Who is in, of the one space of a database.</summary>
    public const string Presence = "presence-main";

    /// <summary>The id inside a key that these made.</summary>
    public static string Id(string key) => key[(key.IndexOf('-', StringComparison.Ordinal) + 1)..];
}

/// <summary>Who did something, where it was no member.</summary>
public static class Actors
{
    /// <summary>The system itself: a sweep, a job.</summary>
    public const string System = "system";
}
