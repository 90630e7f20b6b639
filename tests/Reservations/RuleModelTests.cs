using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;
using static Makerspace.Tests.Reservations.Situation;

namespace Makerspace.Tests.Reservations;

/// <summary>The rules that count against the plainest model there is: minute by minute, booking by booking.</summary>
public class RuleModelTests
{
    private const int Horizon = 140;
    private static readonly Instant Zero = Given.Instant("12:00");
    private static readonly Policy ByTheMinute = new() { Grid = Duration.FromMinutes(1) };

    private static readonly Gen<Slot> SomeSlot =
        from start in Gen.Choose(0, 60)
        from length in Gen.Choose(1, 30)
        select new Slot(Minute(start), Minute(start + length));

    // One in three is about to move.
    private static readonly Gen<Claim> SomeClaim =
        from slot in SomeSlot
        from next in SomeSlot
        from moves in Gen.Choose(0, 2)
        from member in Gen.Elements("ada", "bob", "eve", "joe")
        select new Claim(Guid.NewGuid(), member, null, slot, 1) { Next = moves == 0 ? next : null };

    private static readonly Arbitrary<(Claim[] Claims, Slot Asked, int Number)> Calendars = Arb.From(
        from claims in Gen.ArrayOf(SomeClaim)
        from asked in SomeSlot
        from number in Gen.Choose(1, 3)
        select (claims, asked, number));

    [Fact]
    public void A_slot_is_taken_where_at_some_minute_as_many_bookings_stand_as_the_tool_bears() => Prop.ForAll(Calendars, c =>
    {
        var taken = Decide(c.Claims, c.Asked, ByTheMinute with { Concurrency = c.Number }).OfType<SlotTaken>().SingleOrDefault();
        var full = Minutes(c.Asked).Where(m => c.Claims.Count(claim => At(claim, m)) >= c.Number).ToList();
        return taken is null ? full.Count == 0 : taken.TakenBy.SelectMany(Minutes).SequenceEqual(full);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_next_free_start_is_the_first_from_which_no_minute_is_full() => Prop.ForAll(Calendars, c =>
    {
        if (Decide(c.Claims, c.Asked, ByTheMinute with { Concurrency = c.Number }).OfType<SlotTaken>().SingleOrDefault() is not { } taken) return true;
        var starts = Enumerable.Range(0, Horizon).Select(m => c.Asked.StartingAt(c.Asked.Start + Duration.FromMinutes(m)));
        return taken.NextFree == starts.First(s => Minutes(s).All(m => c.Claims.Count(claim => At(claim, m)) < c.Number)).Start;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Time_to_clean_lacks_where_another_member_ends_just_before_or_begins_just_after() => Prop.ForAll(Calendars, c =>
    {
        var buffer = Duration.FromMinutes(5 * c.Number);
        var named = Decide(c.Claims, c.Asked, ByTheMinute with { Buffer = buffer }).OfType<BufferNeeded>().ToList();
        var others = c.Claims.Where(claim => claim.MemberId != "ada").SelectMany(Merged).ToList();
        var before = others.Where(s => s.End <= c.Asked.Start && c.Asked.Start - s.End < buffer).Select(s => (Instant?)s.End).Max();
        var after = others.Where(s => s.Start >= c.Asked.End && s.Start - c.Asked.End < buffer).Select(s => (Instant?)s.Start).Min();
        return named.SingleOrDefault(n => n.OtherIsBefore)?.Other.End == before && named.SingleOrDefault(n => !n.OtherIsBefore)?.Other.Start == after;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_area_is_full_where_at_some_minute_as_many_other_people_are_in_it_as_it_may_hold() => Prop.ForAll(Calendars, c =>
    {
        var given = Given.InArea(capacity: c.Number);
        var full = Deciding.Refusals("a1", given.Area! with { Claims = [.. c.Claims] }, given.Request(c.Asked)).OfType<AreaFull>().SelectMany(r => r.FullDuring).SelectMany(Minutes);
        return full.SequenceEqual(Minutes(c.Asked).Where(m =>
            c.Claims.Where(claim => claim.MemberId != "ada" && At(claim, m)).Select(claim => claim.MemberId).Distinct().Count() >= c.Number));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29")]
    [InlineData("Europe/Berlin", "2026-10-25")]
    [InlineData("Australia/Lord_Howe", "2026-04-05")]
    [InlineData("Australia/Lord_Howe", "2026-10-04")]
    public void Days_and_weeks_count_what_falls_on_them_quarter_by_quarter_hour(string zone, string sunday)
    {
        var given = Given.In(zone).On(sunday);
        var monday = given.Instant("00:00") - Duration.FromDays(3);
        var someSlot =
            from start in Gen.Choose(0, 4 * 24 * 6)
            from length in Gen.Choose(1, 4 * 40)
            select new Slot(monday + Duration.FromMinutes(15 * start), monday + Duration.FromMinutes(15 * (start + length)));
        var cases = Arb.From(from number in Gen.Choose(0, 8) from held in Gen.ArrayOf(someSlot, number) from asked in someSlot from limit in Gen.Choose(0, 40) select (held, asked, limit));
        Prop.ForAll(cases, c => SameAsCounted(given, c.held, c.asked, c.limit)).QuickCheckThrowOnFailure();
    }

    private static bool SameAsCounted(Situation given, Slot[] held, Slot asked, int limit)
    {
        var zone = given.Space.Zone;
        var hours = Duration.FromHours(limit);
        var policy = new Policy { MaxHoursPerDay = hours, MaxHoursPerWeek = hours, MaxBookingsPerDay = limit / 10, MaxBookingsPerWeek = limit / 10 };
        var member = given.Member with { Holds = [.. held.Select(s => new Hold(Guid.NewGuid(), "laser", s, null, Duration.Zero))] };
        var refusals = Deciding.Refusals(member, given.Policy(_ => policy).Hold(asked), asked, asked.Start);
        return Same(refusals.OfType<DailyHoursLimit>().Select(r => r.Day), refusals.OfType<DailyLimit>().Select(r => r.Day), d => d)
            && Same(refusals.OfType<WeeklyHoursLimit>().Select(r => r.Monday), refusals.OfType<WeeklyLimit>().Select(r => r.Monday), Monday);

        bool Same(IEnumerable<LocalDate> byHours, IEnumerable<LocalDate> byNumber, Func<LocalDate, LocalDate> period)
        {
            var touched = Quarters(asked, zone, period).Select(q => q.Key).ToList();
            var time = touched.Where(p => held.Append(asked).Sum(s => Count(s, p)) * 15 > limit * 60);
            var number = touched.Where(p => held.Append(asked).Count(s => Count(s, p) > 0) > limit / 10);
            return byHours.SequenceEqual(time) && byNumber.SequenceEqual(number);

            int Count(Slot slot, LocalDate at) => Quarters(slot, zone, period).FirstOrDefault(q => q.Key == at)?.Count() ?? 0;
        }
    }

    private static IEnumerable<IGrouping<LocalDate, Instant>> Quarters(Slot slot, DateTimeZone zone, Func<LocalDate, LocalDate> period) =>
        Enumerable.Range(0, (int)(slot.Duration.TotalMinutes / 15)).Select(q => slot.Start + Duration.FromMinutes(15 * q)).GroupBy(at => period(at.InZone(zone).Date));

    private static LocalDate Monday(LocalDate date) => date.DayOfWeek == IsoDayOfWeek.Monday ? date : date.Previous(IsoDayOfWeek.Monday);

    private static ImmutableArray<Refusal> Decide(Claim[] claims, Slot asked, Policy policy)
    {
        var given = Given.Policy(_ => policy);
        var tool = claims.Aggregate(given.Tool, (t, claim) => t.With(claim));
        return Deciding.Refusals(tool, given.Request(asked), given.Instant("08:00"));
    }

    private static IEnumerable<Slot> Merged(Claim claim)
    {
        var (one, other) = claim.Slot.With(claim.Next);
        return other is { } second ? [one, second] : [one];
    }

    private static bool At(Claim claim, Instant minute) => claim.Slots.Any(s => s.Contains(minute));

    private static IEnumerable<Instant> Minutes(Slot slot) => Enumerable.Range(0, (int)slot.Duration.TotalMinutes).Select(m => slot.Start + Duration.FromMinutes(m));

    private static Instant Minute(int minute) => Zero + Duration.FromMinutes(minute);
}
