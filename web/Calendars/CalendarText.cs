using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using Makerspace.Time;
using NodaTime;
using Duration = NodaTime.Duration;

namespace Makerspace.Web.Calendars;

/// <summary>Something in a calendar.</summary>
/// <param name="Uid">The same for ever: by it a calendar knows the entry again.</param>
/// <param name="Slot">When.</param>
/// <param name="Summary">What it is called.</param>
public sealed record CalendarEntry(string Uid, Slot Slot, string Summary)
{
    public string? Description { get; init; }
    public string? Location { get; init; }
    public string? Link { get; init; }
    public int Sequence { get; init; }

    /// <summary>It may still come to nothing.</summary>
    public bool Tentative { get; init; }
    public bool Cancelled { get; init; }

    /// <summary>Tells of something without taking anybody's time.</summary>
    public bool Free { get; init; }
}

/// <summary>Calendars as RFC 5545 has them, in the space's wall-clock time, with what its zone does written out: no reader has to know the zone by name.</summary>
internal static class CalendarText
{
    private const string Product = "-//Makerspace//Makerspace 1.0//EN";

    /// <summary>Where a calendar asks again when it likes; by then this is how old it may be.</summary>
    private const string Refresh = "PT15M";

    /// <summary>A calendar to read.</summary>
    public static string Feed(string name, IReadOnlyCollection<CalendarEntry> entries, DateTimeZone zone, Instant now)
    {
        var calendar = Begin(zone, entries, now);
        calendar.AddProperty("X-WR-CALNAME", name);
        calendar.AddProperty("REFRESH-INTERVAL", Refresh);
        calendar.AddProperty("X-PUBLISHED-TTL", Refresh);
        foreach (var entry in entries) calendar.Events.Add(Event(entry, zone, now));
        return Written(calendar);
    }

    /// <summary>A message between calendars (RFC 5546): puts an entry in, changes it, or takes it out.</summary>
    public static string Message(CalendarEntry entry, string organizerName, string organizer, string attendee, DateTimeZone zone, Instant now)
    {
        var calendar = Begin(zone, [entry], now);
        calendar.Method = entry.Cancelled ? CalendarMethods.Cancel : CalendarMethods.Request;
        var what = Event(entry, zone, now);
        what.Organizer = new Organizer("mailto:" + organizer) { CommonName = organizerName };
        what.Attendees.Add(new Attendee("mailto:" + attendee) { ParticipationStatus = EventParticipationStatus.Accepted, Role = ParticipationRole.RequiredParticipant, Rsvp = false });
        calendar.Events.Add(what);
        return Written(calendar);
    }

    private static Calendar Begin(DateTimeZone zone, IReadOnlyCollection<CalendarEntry> entries, Instant now)
    {
        var calendar = new Calendar { ProductId = Product };
        var (first, last) = entries.Count == 0 ? (now, now) : (entries.Min(e => e.Slot.Start), entries.Max(e => e.Slot.End));
        if (!IsUtc(zone)) calendar.AddChild(Zone(zone, first, last));
        return calendar;
    }

    private static CalendarEvent Event(CalendarEntry entry, DateTimeZone zone, Instant now) => new()
    {
        Uid = entry.Uid, Sequence = entry.Sequence, DtStamp = new CalDateTime(now.ToDateTimeUtc()), Start = At(entry.Slot.Start, zone), End = At(entry.Slot.End, zone),
        Summary = entry.Summary, Description = entry.Description, Location = entry.Location, Url = Uri.TryCreate(entry.Link, UriKind.Absolute, out var link) ? link : null,
        Status = entry.Cancelled ? EventStatus.Cancelled : entry.Tentative ? EventStatus.Tentative : EventStatus.Confirmed,
        Transparency = entry.Free || entry.Cancelled ? TransparencyType.Transparent : TransparencyType.Opaque,
    };

    // A time that the clocks show twice (in autumn) readers understand as the one or the other: it is written in UTC.
    private static CalDateTime At(Instant at, DateTimeZone zone)
    {
        var local = at.InZone(zone).LocalDateTime;
        return IsUtc(zone) || zone.MapLocal(local).Count != 1
            ? new CalDateTime(at.ToDateTimeUtc())
            : new CalDateTime(DateTime.SpecifyKind(local.ToDateTimeUnspecified(), DateTimeKind.Unspecified), zone.Id);
    }

    private static bool IsUtc(DateTimeZone zone) => zone.Id is "UTC" or "Etc/UTC";

    /// <summary>Every change of the clocks from before the first entry to after the last, each written down: right in any year, also where a government thinks better of it.</summary>
    private static VTimeZone Zone(DateTimeZone zone, Instant first, Instant last)
    {
        var written = new VTimeZone(zone.Id);
        var earliest = zone.GetZoneInterval(first);
        written.AddChild(Observance(earliest, earliest.HasStart ? zone.GetZoneInterval(earliest.Start - Duration.Epsilon) : earliest));
        for (var (before, count) = (earliest, 0); before.HasEnd && before.End <= last + Duration.FromDays(366) && count < 60; count++)
        {
            var next = zone.GetZoneInterval(before.End);
            written.AddChild(Observance(next, before));
            before = next;
        }
        return written;
    }

    // It begins at what the clock showed before it was changed.
    private static VTimeZoneInfo Observance(NodaTime.TimeZones.ZoneInterval interval, NodaTime.TimeZones.ZoneInterval before)
    {
        var begins = interval.HasStart ? interval.Start.WithOffset(before.WallOffset).LocalDateTime : new LocalDateTime(1970, 1, 1, 0, 0);
        return new VTimeZoneInfo(interval.Savings == Offset.Zero ? "STANDARD" : "DAYLIGHT")
        {
            Start = new CalDateTime(begins.ToDateTimeUnspecified()), OffsetFrom = new UtcOffset(before.WallOffset.ToTimeSpan()), OffsetTo = new UtcOffset(interval.WallOffset.ToTimeSpan()),
            TimeZoneName = interval.Name,
        };
    }

    private static string Written(Calendar calendar) => new CalendarSerializer().SerializeToString(calendar) ?? "";
}
