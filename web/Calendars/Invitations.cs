using Makerspace.Notices;
using Makerspace.Spaces;
using NodaTime;

namespace Makerspace.Web.Calendars;

/// <summary>Appointments as messages between calendars.</summary>
internal static class Invitations
{
    /// <summary>The key of an appointment as calendars have it; feeds and invitations use the same, so a calendar that has both shows it once.</summary>
    public static string Uid(string about) => about + At;

    /// <summary>The booking whose entry it is; null where it is another's entry, or one of something else.</summary>
    public static Guid? BookingOf(string uid) =>
        uid.StartsWith(Booking, StringComparison.Ordinal) && uid.EndsWith(At, StringComparison.Ordinal) && Guid.TryParseExact(uid[Booking.Length..^At.Length], "N", out var id) ? id : null;

    private const string At = "@makerspace";
    private const string Booking = "booking-";

    public static string Of(Appointment about, int sequence, string name, string words, string link, SpaceFacts space, string? area, string from, string to, Instant now) => CalendarText.Message(
        new CalendarEntry(Uid(about.About), about.Slot, name)
        {
            Description = words, Location = area is null ? space.Name : $"{space.Name}, {area}", Link = link, Sequence = sequence, Tentative = about.Stage == AppointmentStage.Asked, Cancelled = about.Stage == AppointmentStage.Cancelled,
        },
        space.Name, from, to, space.Zone, now);
}
