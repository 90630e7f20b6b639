#if !STANDINS

namespace Makerspace.Tests.Maintenance;

/// <summary>The preventive plan over a year: no mark passed, nobody's time taken, and the work done when the tool is used least.</summary>
public class YearOfUpkeepTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 4)]
    [InlineData(3, 6)]
    public void Over_a_year_no_mark_is_passed_no_slot_is_taken_and_the_windows_lie_in_the_least_used_hours(int seed, int bookingsADay)
    {
        var year = new YearOfUpkeep(seed, bookingsADay);
        year.Pass();
        var busy = year.Windows.Select(w => year.Busy(w.Window)).ToList();
        var staffed = year.Staffed;
        output.WriteLine($"{year.Used} uses, {year.Refused} refused, {year.Windows.Count} windows, busy {busy.Average():0} of {staffed.Average():0}, urgent {year.Urgent}, {year.Moves} moves, {year.Outages} outages placed or given back");
        output.WriteLine("reached: " + string.Join(' ', year.Services.Where(s => s.Plan == "grease").Select(s => s.Reached.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture))));
        year.Wrongs.ShouldBeEmpty();
        // Some thousand bookings and uses are looked at: a window that is reserved stays where it is, most times.
        year.Moves.ShouldBeLessThan(year.Windows.Count);

        year.Services.Count(s => s.Plan == "check").ShouldBeInRange(365 / YearOfUpkeep.EveryDays, 24);
        year.Services.Count(s => s.Plan == "grease").ShouldBeGreaterThan(3);
        year.Services.Where(s => s.Plan == "grease").Average(s => s.Reached).ShouldBeGreaterThan(YearOfUpkeep.EveryHours / 2);
        // Most in the lowest quarter of the staffed hours; the first weeks, of which nothing was known yet, and times when that quarter was booked are in it.
        busy.Count(b => b <= staffed[staffed.Count / 4]).ShouldBeGreaterThan(busy.Count * 2 / 3);
        busy.Average().ShouldBeLessThan(staffed.Average() / 2);
    }
}
#endif
