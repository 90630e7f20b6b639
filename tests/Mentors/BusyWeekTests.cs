using Makerspace.Time;
using Makerspace.Web.Events;
using Makerspace.Web.Mentors;
using NodaTime;

namespace Makerspace.Tests.Mentors;

/// <summary>Busy times by the clock on the wall, as the week's grid draws them; the rules of office hours as their page writes them.</summary>
public class BusyWeekTests
{
    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];

    // A Wednesday; on Sunday the clocks go back.
    private static readonly Instant Now = Instant.FromUtc(2026, 10, 21, 9, 0);

    private static string Drawn(Instant from, Instant to) => BusyWeek.Text(BusyWeek.Of(BusyWeek.Ahead([new Slot(from, to)], Berlin, Now), Berlin));

    [Fact]
    public void They_are_cut_at_midnight_and_at_seven_days_and_follow_the_clocks()
    {
        Drawn(Instant.FromUtc(2026, 10, 22, 20, 0), Instant.FromUtc(2026, 10, 23, 6, 30)).ShouldBe("3:1320-1440 4:0-510");
        Drawn(Instant.FromUtc(2026, 10, 26, 9, 0), Instant.FromUtc(2026, 10, 26, 10, 0)).ShouldBe("0:600-660");   // in winter time
        Drawn(Instant.FromUtc(2026, 10, 20, 0, 0), Instant.FromUtc(2026, 10, 20, 22, 30)).ShouldBe("2:0-30");      // of yesterday only what is today
        Drawn(Instant.FromUtc(2026, 10, 28, 9, 0), Instant.FromUtc(2026, 10, 28, 10, 0)).ShouldBe("");             // the next Wednesday is not this one
        Drawn(Instant.FromUtc(2026, 10, 25, 0, 30), Instant.FromUtc(2026, 10, 25, 1, 30)).ShouldBe("");            // half past two, and half past two again
    }

    [Theory]
    [InlineData("FREQ=WEEKLY;COUNT=6", "FREQ=WEEKLY;UNTIL=20270104T235959", true)]
    [InlineData("RRULE:FREQ=WEEKLY;UNTIL=20261224T235959;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270104T235959", false)]
    [InlineData("FREQ=MONTHLY;BYDAY=1MO;COUNT=4", "FREQ=MONTHLY;BYDAY=1MO;UNTIL=20270104T235959", false)]
    public void A_rule_has_another_end_and_stays_what_it_was(string rule, string until, bool weekly) =>
        (OfficeHoursRule.Until(rule, new LocalDate(2027, 1, 4)), OfficeHoursRule.IsWeekly(rule)).ShouldBe((until, weekly));
}
