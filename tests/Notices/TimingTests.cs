using System.Collections.Immutable;
using Makerspace.Notices;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Tests.Notices;

/// <summary>When notices come, as pure functions of what somebody wants.</summary>
public class TimingTests
{
    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
    private static readonly NoticeSettings Night = new() { QuietFrom = new LocalTime(22, 0), QuietUntil = new LocalTime(7, 0) };

    [Theory]
    [InlineData("2026-12-02T10:00", "PT24H", "2026-12-01T10:00", "outside quiet hours: just then")]
    [InlineData("2026-12-02T10:00", "PT12H", "2026-12-01T22:00", "at their beginning they hold already, and their end is too late: when they begin")]
    [InlineData("2026-12-02T23:00", "PT24H", "2026-12-02T07:00", "waits for their end where that is in time")]
    [InlineData("2026-12-02T07:30", "PT1H", "2026-12-02T07:00", "their end is just in time")]
    [InlineData("2026-12-02T06:30", "PT1H", "2026-12-01T22:00", "their end is too late: before they begin")]
    [InlineData("2026-12-02T08:00", "PT1H", "2026-12-02T07:00", "their end is no longer quiet")]
    public void A_reminder_keeps_out_of_quiet_hours(string start, string lead, string due, string why) =>
        Local(NoticeTiming.Reminder(At(start), Lead(lead), Night, Berlin).Due).ShouldBe(due, why);

    [Fact]
    public void A_lead_is_real_time_and_quiet_hours_are_the_clocks_also_when_it_changes()
    {
        // On 28 March 2027 two o'clock becomes three.
        Local(NoticeTiming.Reminder(At("2027-03-28T10:00"), Duration.FromHours(24), new NoticeSettings(), Berlin).Due).ShouldBe("2027-03-27T09:00");
        var quiet = NoticeTiming.Quiet(At("2027-03-28T04:00"), Night, Berlin)!.Value;
        (Local(quiet.Start), Local(quiet.End), quiet.Duration).ShouldBe(("2027-03-27T22:00", "2027-03-28T07:00", Duration.FromHours(8)));
    }

    [Fact]
    public void A_change_waits_for_the_morning_unless_it_is_near()
    {
        var night = At("2026-12-02T23:30");
        Local(NoticeTiming.Change(night, At("2026-12-03T09:00"), At("2026-12-03T09:00"), Night, Berlin).Due).ShouldBe("2026-12-03T07:00");
        Local(NoticeTiming.Change(night, At("2026-12-03T08:30"), At("2026-12-03T08:30"), Night, Berlin).Due).ShouldBe("2026-12-02T23:30");
        Local(NoticeTiming.Change(At("2026-12-02T12:00"), At("2026-12-03T08:30"), At("2026-12-03T08:30"), Night, Berlin).Due).ShouldBe("2026-12-02T12:00");
    }

    [Fact]
    public void A_digest_takes_what_is_long_before_and_never_comes_later_than_the_lead()
    {
        var digest = new NoticeSettings { DigestAt = new LocalTime(8, 0) };
        Local(NoticeTiming.Reminder(At("2026-12-03T10:00"), Duration.FromHours(24), digest, Berlin).Due).ShouldBe("2026-12-02T08:00");
        Local(NoticeTiming.Reminder(At("2026-12-03T07:00"), Duration.FromHours(24), digest, Berlin).Due).ShouldBe("2026-12-01T08:00");
        NoticeTiming.Reminder(At("2026-12-03T10:00"), Duration.FromHours(1), digest, Berlin).Digest.ShouldBeFalse();
    }

    [Fact]
    public void A_reminder_is_worth_sending_for_half_of_its_lead() =>
        Local(NoticeTiming.Reminder(At("2026-12-03T10:00"), Duration.FromHours(24), new NoticeSettings(), Berlin).Last).ShouldBe("2026-12-02T22:00");

    [Fact]
    public void Whoever_books_within_the_lead_is_not_reminded_of_what_they_have_just_done()
    {
        var wanted = NoticePlanning.Wanted(Laser, Known(since: "2026-12-03T08:00"), At("2026-12-03T08:00"), new NoticeSettings(), Berlin);
        wanted.ShouldHaveSingleItem().Lead.ShouldBe(3_600_000);
    }

    [Fact]
    public void What_was_moved_and_moved_back_before_anybody_was_told_is_no_news()
    {
        var known = Known("2026-12-01T08:00");
        News(Laser with { Slot = new Slot(At("2026-12-04T10:00"), At("2026-12-04T11:00")) }, known).ShouldBe(NoticeKind.BookingChange);
        News(Laser, known).ShouldBeNull();
    }

    [Fact]
    public void An_appointment_that_begins_or_is_over_is_no_news_and_is_not_recalled() =>
        NoticePlanning.Wanted(Laser with { Stage = AppointmentStage.Begun }, Known("2026-12-01T08:00"), At("2026-12-03T10:00"), new NoticeSettings(), Berlin).ShouldBeEmpty();

    [Fact]
    public void Who_opted_out_of_a_kind_has_the_others()
    {
        var settings = new NoticeSettings().With(NoticeKind.BookingReminder, []);
        NoticePlanning.Wanted(Laser, Known("2026-12-01T08:00"), At("2026-12-01T08:00"), settings, Berlin).ShouldBeEmpty();
        NoticePlanning.Wanted(Laser with { Stage = AppointmentStage.Cancelled }, Known("2026-12-01T08:00"), At("2026-12-01T09:00"), settings, Berlin).ShouldHaveSingleItem();
    }

    private static readonly Appointment Laser = new("booking-1", Topic.Booking, new Slot(At("2026-12-03T10:00"), At("2026-12-03T11:00")), AppointmentStage.Standing) { Tools = ImmutableArray.Create("laser") };

    private static KnownRow Known(string since)
    {
        var known = new KnownRow { About = Laser.About, MemberId = "ada", StartAt = Laser.Slot.Start, EndAt = Laser.Slot.End, Stage = Laser.Stage, Since = At(since) };
        known.Knows(Laser);
        return known;
    }

    private static NoticeKind? News(Appointment now, KnownRow known) =>
        NoticePlanning.Wanted(now, known, At("2026-12-01T09:00"), new NoticeSettings(), Berlin).Where(n => !n.Kind.IsReminder()).Select(n => (NoticeKind?)n.Kind).SingleOrDefault();

    private static Instant At(string local) => NodaTime.Text.LocalDateTimePattern.CreateWithInvariantCulture("yyyy-MM-dd'T'HH:mm").Parse(local).Value.InZoneLeniently(Berlin).ToInstant();

    private static string Local(Instant at) => at.InZone(Berlin).LocalDateTime.ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    private static Duration Lead(string iso) => NodaTime.Text.PeriodPattern.NormalizingIso.Parse(iso).Value.ToDuration();
}
