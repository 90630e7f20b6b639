using Makerspace.Numbers;
using Makerspace.Reservations;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Tests.Numbers;

public class UseDaysTests
{
    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];

    [Fact]
    public void A_slot_is_cut_at_the_hours_of_the_local_clock() =>
        Cut("2026-12-01T09:30:00Z", "2026-12-01T11:15:00Z").ShouldBe([("2026-12-01 10", 30), ("2026-12-01 11", 60), ("2026-12-01 12", 15)]);

    [Fact]
    public void Over_midnight_it_is_another_day() =>
        Cut("2026-12-01T22:30:00Z", "2026-12-01T23:30:00Z").ShouldBe([("2026-12-01 23", 30), ("2026-12-02 00", 30)]);

    [Fact]
    public void Where_clocks_go_back_an_hour_counts_twice() =>
        Cut("2026-10-25T00:00:00Z", "2026-10-25T03:00:00Z").ShouldBe([("2026-10-25 02", 60), ("2026-10-25 02", 60), ("2026-10-25 03", 60)]);

    [Fact]
    public void Where_clocks_go_forward_one_is_missing() =>
        Cut("2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z").ShouldBe([("2026-03-29 01", 60), ("2026-03-29 03", 60)]);

    [Fact]
    public void What_is_counted_in_and_out_again_leaves_nothing()
    {
        var days = new UseDays(Berlin);
        foreach (var state in Enum.GetValues<BookingState>())
        {
            var use = new BookingUse(["saw", "mill"], "acme", new Slot(Instant.FromUnixTimeMilliseconds(1_795_428_000_123), Instant.FromUnixTimeMilliseconds(1_795_528_000_457)), state);
            days.Count(use, 1);
            days.Count(use, -1);
        }
        days.Days.Values.ShouldAllBe(d => d.IsNothing);
    }

    [Fact]
    public void A_bundle_counts_for_each_tool_and_is_one_booking_of_its_company()
    {
        var days = new UseDays(Berlin);
        days.Count(new BookingUse(["saw", "mill"], "acme", new Slot(Instant.FromUtc(2026, 12, 1, 9, 0), Instant.FromUtc(2026, 12, 1, 10, 0)), BookingState.Completed), 1);
        var day = UseDays.DayOf(new LocalDate(2026, 12, 1));
        days.Days[new UseKey(UseKind.Tool, day, "saw")].Hours[10].ShouldBe(3_600_000);
        days.Days[new UseKey(UseKind.Tool, day, "mill")].Bookings.ShouldBe(1);
        var company = days.Days[new UseKey(UseKind.Company, day, "acme")];
        (company.Bookings, company.Hours[10]).ShouldBe((1, 7_200_000));
    }

    [Fact]
    public void Nobody_coming_is_time_missed_not_taken()
    {
        var days = new UseDays(Berlin);
        days.Count(new BookingUse(["saw"], "", new Slot(Instant.FromUtc(2026, 12, 1, 9, 0), Instant.FromUtc(2026, 12, 1, 10, 0)), BookingState.NoShow), 1);
        var day = days.Days[new UseKey(UseKind.Tool, UseDays.DayOf(new LocalDate(2026, 12, 1)), "saw")];
        (day.NoShows, day.Missed, day.Bookings, day.Hours.Sum()).ShouldBe((1, 3_600_000, 0, 0));
    }

    private static IEnumerable<(string Hour, long Minutes)> Cut(string from, string to) =>
        LocalHours.Of(new Slot(NodaTime.Text.InstantPattern.ExtendedIso.Parse(from).Value, NodaTime.Text.InstantPattern.ExtendedIso.Parse(to).Value), Berlin)
            .Select(c => ($"{c.Date:uuuu-MM-dd} {c.Hour:00}", c.Milliseconds / 60_000));
}
