using Makerspace.Notices;
using Makerspace.Spaces;
using NodaTime;

namespace Makerspace.Web.Calendars;

/// <summary>Appointments as messages between calendars.</summary>
internal static class Invitations
{
    /// <summary>The key of an appointment as calendars have it; feeds and invitations use the same, so a calendar that has both shows it once.</summary>
    public static string Uid(string about) => about + "@makerspace";

    public static string Of(Appointment about, int sequence, string name, string words, string link, SpaceFacts space, string from, string to, Instant now) => CalendarText.Message(
        new CalendarEntry(Uid(about.About), about.Slot, name)
        {
            Description = words, Location = space.Name, Link = link, Sequence = sequence, Tentative = about.Stage == AppointmentStage.Asked, Cancelled = about.Stage == AppointmentStage.Cancelled,
        },
        space.Name, from, to, space.Zone, now);
}
