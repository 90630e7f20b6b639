using System.Globalization;
using Makerspace.Time;
using Makerspace.Web.Http;
using Makerspace.Web.Series;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Tests.Series;

/// <summary>A rule's occurrences are wall-clock times: what the wall says stays, what the elapsed hours are does not.</summary>
public class RecurrenceTests
{
    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];

    [Fact]
    public void Ten_stays_ten_when_summer_ends() =>
        Local("2026-10-22T10:00", "2026-10-22T11:00", "FREQ=DAILY;COUNT=5")
            .ShouldBe(["2026-10-22 10:00+02", "2026-10-23 10:00+02", "2026-10-24 10:00+02", "2026-10-25 10:00+01", "2026-10-26 10:00+01"]);

    [Fact]
    public void Ten_stays_ten_when_summer_begins() =>
        Local("2026-03-28T10:00", "2026-03-28T11:00", "FREQ=WEEKLY;COUNT=2").ShouldBe(["2026-03-28 10:00+01", "2026-04-04 10:00+02"]);

    [Fact]
    public void A_night_across_the_change_keeps_both_its_times()
    {
        var slots = Slots("2026-10-24T22:00", "2026-10-25T06:00", "FREQ=DAILY;COUNT=2", out _);
        slots[0].Duration.ShouldBe(Duration.FromHours(9));   // the hour that comes twice
        slots[1].Duration.ShouldBe(Duration.FromHours(8));
    }

    [Fact]
    public void A_time_that_the_clocks_skip_comes_an_hour_later_that_day_only() =>
        Local("2026-03-28T02:30", "2026-03-28T03:30", "FREQ=DAILY;COUNT=3").ShouldBe(["2026-03-28 02:30+01", "2026-03-29 03:30+02", "2026-03-30 02:30+02"]);

    [Fact]
    public void The_31st_skips_short_months() =>
        Local("2026-12-31T10:00", "2026-12-31T11:00", "FREQ=MONTHLY;COUNT=4")
            .ShouldBe(["2026-12-31 10:00+01", "2027-01-31 10:00+01", "2027-03-31 10:00+02", "2027-05-31 10:00+02"]);

    [Fact]
    public void Two_weekdays_of_every_second_week() =>
        Local("2026-12-01T10:00", "2026-12-01T11:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=4")
            .ShouldBe(["2026-12-01 10:00+01", "2026-12-03 10:00+01", "2026-12-15 10:00+01", "2026-12-17 10:00+01"]);

    [Fact]
    public void The_first_monday_of_the_month_until_a_day() =>
        Local("2026-12-07T10:00", "2026-12-07T11:00", "RRULE:FREQ=MONTHLY;BYDAY=1MO;UNTIL=20270201T235959")
            .ShouldBe(["2026-12-07 10:00+01", "2027-01-04 10:00+01", "2027-02-01 10:00+01"]);

    [Theory]
    [InlineData("FREQ=WEEKLY", "rule-not-supported")]
    [InlineData("FREQ=YEARLY;COUNT=2", "rule-not-supported")]
    [InlineData("FREQ=HOURLY;COUNT=2", "rule-not-supported")]
    [InlineData("FREQ=DAILY;BYHOUR=3;COUNT=2", "rule-not-supported")]
    [InlineData("FREQ=DAILY;INTERVAL=99;COUNT=2", "rule-not-supported")]
    [InlineData("every day", "malformed-rule")]
    [InlineData("FREQ=NEVER;COUNT=3", "malformed-rule")]
    [InlineData("FREQ=DAILY;COUNT=x", "malformed-rule")]
    [InlineData("FREQ=DAILY;COUNT=105", "series-too-long")]
    [InlineData("FREQ=DAILY;COUNT=1", "series-too-short")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2;COUNT=5", "series-too-short")]
    public void What_cannot_be_had_is_refused_with_a_code(string rule, string code)
    {
        Slots("2026-12-01T10:00", "2026-12-01T11:00", rule, out var faults).ShouldBeEmpty();
        faults.All.Select(f => f.Code).ShouldBe([code]);
    }

    private static string[] Local(string start, string end, string rule) =>
        [.. Slots(start, end, rule, out _).Select(s => s.Start.InZone(Berlin).ToString("uuuu-MM-dd HH:mmo<g>", CultureInfo.InvariantCulture))];

    private static Slot[] Slots(string start, string end, string rule, out Faults faults)
    {
        faults = new Faults();
        return [.. Recurrence.Slots(faults, rule, new Slot(At(start), At(end)), Berlin)];
    }

    private static Instant At(string local) => LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(local).Value.InZoneLeniently(Berlin).ToInstant();
}
