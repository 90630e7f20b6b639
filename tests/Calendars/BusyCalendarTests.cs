using System.Text;
using Makerspace.Time;
using Makerspace.Web.Calendars;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Tests.Calendars;

/// <summary>When a calendar has somebody busy. The 1st of December 2026 is a Tuesday; Berlin has winter time from the 25th of October to the 28th of March.</summary>
public class BusyCalendarTests
{
    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
    private static readonly Slot December = new(At("2026-11-30T23:00:00Z"), At("2026-12-31T23:00:00Z"));

    [Theory]
    [InlineData("DTSTART:20261201T090000Z\nDTEND:20261201T100000Z", "2026-12-01T09:00:00Z/2026-12-01T10:00:00Z")]
    [InlineData("DTSTART;TZID=Europe/Berlin:20261201T090000\nDURATION:PT1H30M", "2026-12-01T08:00:00Z/2026-12-01T09:30:00Z")]
    [InlineData("DTSTART;TZID=\"W. Europe Standard Time\":20261201T090000\nDTEND;TZID=\"W. Europe Standard Time\":20261201T100000", "2026-12-01T08:00:00Z/2026-12-01T09:00:00Z")]
    [InlineData("DTSTART;TZID=/freeassociation.example/Europe/Berlin:20261201T090000\nDURATION:PT1H", "2026-12-01T08:00:00Z/2026-12-01T09:00:00Z")]
    [InlineData("DTSTART;TZID=America/New_York:20261201T090000\nDTEND;TZID=Europe/Berlin:20261201T160000", "2026-12-01T14:00:00Z/2026-12-01T15:00:00Z")]
    [InlineData("DTSTART:20261201T090000\nDTEND:20261201T100000", "2026-12-01T08:00:00Z/2026-12-01T09:00:00Z")]                      // no zone: the reader's clock
    [InlineData("DTSTART;TZID=Nobody/Knows:20261201T090000\nDTEND;TZID=Nobody/Knows:20261201T100000", "2026-12-01T08:00:00Z/2026-12-01T09:00:00Z")]
    [InlineData("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227", "2026-12-23T23:00:00Z/2026-12-26T23:00:00Z")]             // whole days, the end is not one of them
    [InlineData("DTSTART;VALUE=DATE:20261224", "2026-12-23T23:00:00Z/2026-12-24T23:00:00Z")]
    [InlineData("DTSTART;VALUE=DATE:20261224\nDURATION:P2D", "2026-12-23T23:00:00Z/2026-12-25T23:00:00Z")]
    [InlineData("DTSTART:20251201T000000Z\nDTEND:20271201T000000Z", "2026-11-30T23:00:00Z/2026-12-31T23:00:00Z")]                   // what is looked at, and no more
    [InlineData("DTSTART:20261201T090000Z", "")]                                                                                    // takes no time
    [InlineData("DTSTART:20261201T090000Z\nDTEND:20261201T080000Z", "")]
    [InlineData("DTSTART:20261101T090000Z\nDTEND:20261101T100000Z", "")]
    [InlineData("DTSTART:20261201T090000Z\nDTEND:20261201T100000Z\nTRANSP:TRANSPARENT", "")]
    [InlineData("DTSTART:20261201T090000Z\nDTEND:20261201T100000Z\nSTATUS:CANCELLED", "")]
    [InlineData("DTSTART:20261201T090000Z\nDTEND:20261201T100000Z\nSTATUS:TENTATIVE", "2026-12-01T09:00:00Z/2026-12-01T10:00:00Z")]
    [InlineData("DTSTART:20261201T090000Z\nDURATION:P999999999D", "")]
    [InlineData("DTSTART:20261201T090000Z\nDURATION:-PT1H", "")]
    [InlineData("DTSTART:00010101T000000Z\nDTEND:99991231T235959Z", "")]
    [InlineData("DTSTART:tomorrow\nDTEND:20261201T100000Z", "")]
    public void An_event_takes_the_time_it_says(string lines, string slots) => Busy(Calendar("UID:a\n" + lines)).ShouldBe(slots);

    [Theory]
    [InlineData("RRULE:FREQ=WEEKLY;COUNT=3", "01 08, 08 08, 15 08")]
    [InlineData("RRULE:FREQ=WEEKLY;UNTIL=20261215T080000Z", "01 08, 08 08, 15 08")]         // UNTIL of another clock, and included
    [InlineData("RRULE:FREQ=WEEKLY;UNTIL=20261214", "01 08, 08 08")]
    [InlineData("RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Berlin:20261208T090000,20261215T090000", "01 08, 22 08")]
    [InlineData("RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE:20261208T080000Z\nEXDATE;VALUE=DATE:20261215", "01 08, 22 08")]
    [InlineData("RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2\nRDATE;TZID=Europe/Berlin:20261203T090000", "01 08, 03 08, 15 08")]
    [InlineData("RRULE:FREQ=MONTHLY;BYDAY=1TU", "01 08")]
    [InlineData("RRULE:FREQ=DAILY;BYDAY=MO,TU;COUNT=4", "01 08, 07 08, 08 08, 14 08")]
    [InlineData("RRULE:FREQ=NEVER", "01 08")]                                               // a rule nobody understands: the event itself stays
    public void One_that_comes_again_does_so_but_for_its_exceptions(string rule, string starts) =>
        Starts(Calendar($"UID:a\nDTSTART;TZID=Europe/Berlin:20261201T090000\nDTEND;TZID=Europe/Berlin:20261201T100000\n{rule}")).ShouldBe(starts);

    [Fact]
    public void One_of_a_row_that_was_moved_is_where_it_was_moved_to_and_one_called_off_is_nowhere() => Starts(Calendar(
        "UID:a\nDTSTART;TZID=Europe/Berlin:20261201T090000\nDTEND;TZID=Europe/Berlin:20261201T100000\nRRULE:FREQ=WEEKLY;COUNT=4",
        "UID:a\nRECURRENCE-ID;TZID=Europe/Berlin:20261208T090000\nDTSTART:20261209T150000Z\nDTEND:20261209T160000Z",
        "UID:a\nRECURRENCE-ID:20261215T080000Z\nDTSTART:20261215T080000Z\nDTEND:20261215T090000Z\nSTATUS:CANCELLED",
        "UID:b\nRECURRENCE-ID:20261222T080000Z\nDTSTART:20261222T080000Z\nDTEND:20261222T090000Z\nTRANSP:TRANSPARENT")).ShouldBe("01 08, 09 15, 22 08");

    [Fact]
    public void It_keeps_its_hour_when_the_clocks_change()
    {
        var march = new Slot(At("2027-03-26T00:00:00Z"), At("2027-03-31T00:00:00Z"));
        Busy(Calendar("UID:a\nDTSTART;TZID=Europe/Berlin:20261201T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY"), march).Split(' ').Select(s => s[5..16]).ShouldBe(["03-26T08:00", "03-27T08:00", "03-28T07:00", "03-29T07:00", "03-30T07:00"]);
        // In the hour that does not exist, and on the day of 23 hours.
        Busy(Calendar("UID:a\nDTSTART;TZID=Europe/Berlin:20270328T023000\nDURATION:PT1H"), march).ShouldBe("2027-03-28T01:30:00Z/2027-03-28T02:30:00Z");
        Busy(Calendar("UID:a\nDTSTART;VALUE=DATE:20270328"), march).ShouldBe("2027-03-27T23:00:00Z/2027-03-28T22:00:00Z");
    }

    [Fact]
    public void A_zone_that_only_the_file_knows_is_as_the_file_says()
    {
        const string zone = "BEGIN:VTIMEZONE\nTZID:Customized Time Zone\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n" +
            "BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n";
        var march = new Slot(At("2027-03-26T00:00:00Z"), At("2027-03-31T00:00:00Z"));
        var file = Calendar("UID:a\nDTSTART;TZID=Customized Time Zone:20270325T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5");
        var read = BusyCalendar.Read(Encoding.UTF8.GetBytes(file.Replace("BEGIN:VEVENT", zone + "BEGIN:VEVENT", StringComparison.Ordinal)), DateTimeZone.Utc, march);
        string.Join(' ', read.OrderBy(t => t.Slot.Start).Select(t => InstantPattern.General.Format(t.Slot.Start)[5..16])).ShouldBe("03-26T08:00 03-27T08:00 03-28T07:00 03-29T07:00");
    }

    [Fact]
    public void Long_lines_go_on_and_what_stands_in_an_alarm_or_a_note_is_none_of_the_event()
    {
        Busy("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Secret\\nDTSTART:20261202T090000Z\r\nDTSTART;TZID=Europe/\r\n Berlin:20261201T0900\r\n\t00\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDURATION:PT9H\r\nSTATUS:CANCELLED\r\n" +
            "END:VALARM\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n").ShouldBe("2026-12-01T08:00:00Z/2026-12-01T09:00:00Z");
    }

    [Theory]
    [InlineData("", "not-a-calendar")]
    [InlineData("<!DOCTYPE html><html><body>Sign in</body></html>", "not-a-calendar")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261201T090000Z\nDTEND:2026", "not-a-calendar")]   // broken off: the rest would look free
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\nEND:VEVENT", "not-a-calendar")]
    [InlineData("END:VCALENDAR", "not-a-calendar")]
    [InlineData("RRULE:FREQ=SECONDLY", "too-many-events")]
    [InlineData("RRULE:FREQ=MINUTELY;INTERVAL=1", "too-many-events")]
    [InlineData("RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,1,2,3,4,5,6,7,8,9;BYSECOND=0,1,2,3,4,5,6,7,8,9", "too-many-events")]
    [InlineData("RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,6,12,18,24,30,36,42,48,54;BYSECOND=0,6,12,18,24,30,36,42,48,54;BYSETPOS=-1", "too-many-events")]   // one start a year, of almost a million
    [InlineData("RRULE:FREQ=YEARLY;INTERVAL=100;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,6,12,18,24,30,36,42,48,54;BYSECOND=0,3,6,9,12,15,18,21,24,27,30,33,36,39,42;BYSETPOS=-1", "too-many-events")]
    [InlineData("RRULE:FREQ=DAILY;INTERVAL=0;COUNT=99999999999999999999", null)]
    [InlineData("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", null)]
    [InlineData("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", null)]
    [InlineData("RRULE:FREQ=WEEKLY;BYSETPOS=-400;BYDAY=MO", null)]
    public void A_file_that_means_harm_or_is_no_calendar_is_said_to_be(string text, string? code)
    {
        var file = text.StartsWith("RRULE", StringComparison.Ordinal) ? Calendar("UID:a\nDTSTART:20200101T090000Z\nDTEND:20200101T090030Z\n" + text) : text;
        if (code is null) Busy(file);
        else Should.Throw<CalendarFaultException>(() => Busy(file)).Code.ShouldBe(code);
    }

    [Fact]
    public void Neither_many_events_nor_deep_ones_nor_long_lists_take_long()
    {
        Should.Throw<CalendarFaultException>(() => Busy(Calendar([.. Enumerable.Range(0, 6_000).Select(i => $"UID:{i}\nDTSTART:20261201T090000Z\nDTEND:20261201T100000Z")]))).Code.ShouldBe("too-many-events");
        Should.Throw<CalendarFaultException>(() => Busy(Calendar([.. Enumerable.Range(0, 2_000).Select(i => $"UID:{i}\nDTSTART:20200101T090000Z\nDTEND:20200101T100000Z\nRRULE:FREQ=DAILY")]))).Code.ShouldBe("too-many-events");
        Should.Throw<CalendarFaultException>(() => Busy("BEGIN:VCALENDAR\n" + string.Concat(Enumerable.Repeat("BEGIN:VEVENT\n", 40_000)))).Code.ShouldBe("not-a-calendar");
        Busy(Calendar("UID:a\nDTSTART:20261201T090000Z\nDTEND:20261201T100000Z\nEXDATE:" + string.Join(',', Enumerable.Repeat("20261208T090000Z", 50_000)))).ShouldNotBeEmpty();
        Busy(Calendar("UID:a\nDTSTART:20261201T090000Z\nDTEND:20261201T100000Z\nDESCRIPTION:" + new string('x', 900_000))).ShouldNotBeEmpty();
    }

    [Fact]
    public void A_file_that_is_torn_and_mixed_up_is_read_or_refused_and_breaks_nothing()
    {
        var random = new Random(20261201);
        string[] words = ["BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "TZID:X", "TZOFFSETFROM:+0200", "TZOFFSETTO:-9999", "BEGIN:STANDARD", "END:STANDARD", "END:VTIMEZONE", "DTSTART;TZID=X:20261201T090000", "DTSTART:20261301T250000Z",
            "DTSTART;VALUE=DATE:15001231", "DTEND;TZID=\"X:20261201", "DTEND:29991231T235959Z", "DURATION:P9999D", "DURATION:PT", "RRULE:FREQ=YEARLY;BYWEEKNO=99;BYDAY=9XX", "RRULE:FREQ=MONTHLY;BYDAY=-5MO;BYSETPOS=0", "RRULE:FREQ=HOURLY;COUNT=-1;INTERVAL=-2",
            "RRULE:FREQ=DAILY;UNTIL=never", "RRULE:FREQ=WEEKLY;WKST=XX;BYDAY=MO,,TU", "RRULE:;;;=", "RDATE;VALUE=PERIOD:20261202T090000Z/PT1H,x", "EXDATE:,,20261201T090000Z,", "RECURRENCE-ID;RANGE=THISANDFUTURE:20261201T090000Z", "UID:a", "UID", ";:;:", "STATUS:", " folded", "\t"];
        for (var round = 0; round < 3_000; round++)
        {
            var lines = Enumerable.Range(0, random.Next(1, 24)).Select(_ => words[random.Next(words.Length)]);
            var file = $"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261201T090000Z\n{string.Join('\n', lines)}\n{(random.Next(3) == 0 ? "" : "END:VEVENT\nEND:VCALENDAR\n")}";
            try
            {
                Busy(file);
            }
            catch (CalendarFaultException)
            {
                // Said to be none.
            }
        }
    }

    [Theory]
    [InlineData("booking-7f3a000000004000800000000000000a@makerspace", true)]
    [InlineData("training-7f3a000000004000800000000000000a@makerspace", false)]
    [InlineData("booking-7f3a000000004000800000000000000a@example.org", false)]
    [InlineData("booking-@makerspace", false)]
    [InlineData("booking-", false)]
    public void Our_own_entries_are_known_by_their_keys(string uid, bool ours) => (Invitations.BookingOf(uid) is not null).ShouldBe(ours);

    private static string Calendar(params string[] events) => $"BEGIN:VCALENDAR\nVERSION:2.0\n{string.Concat(events.Select(e => $"BEGIN:VEVENT\n{e}\nEND:VEVENT\n"))}END:VCALENDAR\n";

    private static IEnumerable<Slot> Read(string file, Slot window) => BusyCalendar.Read(Encoding.UTF8.GetBytes(file), Berlin, window).Select(t => t.Slot).OrderBy(s => s.Start);

    private static string Busy(string file, Slot? window = null) => string.Join(' ', Read(file, window ?? December).Select(s => $"{InstantPattern.General.Format(s.Start)}/{InstantPattern.General.Format(s.End)}"));

    // Day and hour of each start, in UTC.
    private static string Starts(string file) => string.Join(", ", Read(file, December).Select(s => InstantPattern.CreateWithInvariantCulture("dd HH").Format(s.Start)));

    private static Instant At(string time) => InstantPattern.General.Parse(time).Value;
}
