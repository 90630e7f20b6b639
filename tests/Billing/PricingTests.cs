using System.Collections.Immutable;
using Makerspace.Billing;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;
using NodaTime.Text;

namespace Makerspace.Tests.Billing;

/// <summary>What a booking costs, to the cent. Ada asks for the laser (12.00 an hour, 8.00 off-peak) on Tuesday 1 December 2026 in Berlin.</summary>
public sealed class PricingTests
{
    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH:mm");
    private static readonly DateTimeZone Berlin = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
    private static readonly Guid Small = new("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Large = new("00000000-0000-0000-0000-000000000002");

    [Fact]
    public void Time_at_one_rate_is_one_segment() => Of("10:00-12:00", Plain).ShouldBe(total: 24_00, "10:00-12:00 rate 24.00");

    [Fact]
    public void A_tool_without_a_rate_costs_nothing() => Price("10:00-12:00", Policy.None).ShouldBeNull();

    [Fact]
    public void A_rate_of_nothing_costs_nothing_and_takes_no_hours() =>
        Price("10:00-12:00", Policy.None with { HourlyRate = Usd(0) }, included: 600).ShouldBeNull();

    [Fact]
    public void A_deposit_alone_is_a_price_of_nothing_with_a_deposit()
    {
        var price = Price("10:00-12:00", Policy.None with { Deposit = Usd(50_00) }).ShouldNotBeNull();
        (price.Total, price.Deposit, price.Segments.Length).ShouldBe((Usd(0), Usd(50_00), 0));
    }

    [Fact]
    public void Peak_hours_inside_the_slot_cut_it_in_three() =>
        Of("10:00-16:00", Peaked).ShouldBe(total: 12_00 * 2 + 8_00 * 4, "10:00-12:00 off-peak rate 16.00", "12:00-14:00 rate 24.00", "14:00-16:00 off-peak rate 16.00");

    [Fact]
    public void A_slot_inside_peak_hours_is_all_peak() => Of("12:30-13:30", Peaked).ShouldBe(total: 12_00, "12:30-13:30 rate 12.00");

    [Fact]
    public void Peak_hours_that_cross_midnight_are_priced_on_both_days() =>
        Of("21:00-2 03:00", Night).ShouldBe(total: 8_00 + 48_00 + 8_00, "21:00-22:00 off-peak rate 8.00", "22:00-2 02:00 rate 48.00", "2 02:00-2 03:00 off-peak rate 8.00");

    [Fact]
    public void Without_an_off_peak_rate_the_rate_holds_at_any_time() =>
        Of("10:00-14:00", Peaked with { OffPeakHourlyRate = null }).ShouldBe(total: 48_00, "10:00-12:00 off-peak rate 24.00", "12:00-14:00 rate 24.00");

    [Fact]
    public void The_night_on_which_an_hour_is_repeated_costs_an_hour_more() =>
        Price("2027/10/31 00:00-2027/10/31 06:00", Plain)!.Total.ShouldBe(Usd(7 * 12_00));

    [Fact]
    public void The_night_on_which_an_hour_is_skipped_costs_an_hour_less() =>
        Price("2027/3/28 00:00-2027/3/28 06:00", Plain)!.Total.ShouldBe(Usd(5 * 12_00));

    [Fact]
    public void Included_hours_are_taken_before_packs_and_packs_before_money() =>
        Of("10:00-14:00", Plain, included: 60, packs: [Pack(Small, 90, null)])
            .ShouldBe(total: 18_00, "10:00-11:00 included", "11:00-12:30 pack", "12:30-14:00 rate 18.00");

    [Fact]
    public void Of_two_packs_the_one_that_runs_out_first_pays_first()
    {
        var price = Price("10:00-12:00", Plain, packs: [Pack(Small, 60, null), Pack(Large, 60, "3 00:00")])!;
        price.Segments.Select(s => s.PackId).ShouldBe([Large, Small]);
        (price.Total.Amount, price.PackMinutes).ShouldBe((0, 120));
    }

    [Fact]
    public void A_pack_that_runs_out_within_the_slot_pays_until_then() =>
        Of("10:00-12:00", Plain, packs: [Pack(Small, 600, "11:00")]).ShouldBe(total: 12_00, "10:00-11:00 pack", "11:00-12:00 rate 12.00");

    [Fact]
    public void A_pack_for_other_categories_pays_nothing() =>
        Of("10:00-11:00", Plain, packs: [Pack(Small, 600, null) with { Categories = ["Saws"] }]).ShouldBe(total: 12_00, "10:00-11:00 rate 12.00");

    [Fact]
    public void Included_hours_for_other_categories_are_not_taken() =>
        Of("10:00-11:00", Plain, included: 600, plan: new Plan { IncludedCategories = ["Saws"] }).ShouldBe(total: 12_00, "10:00-11:00 rate 12.00");

    [Fact]
    public void Included_hours_are_taken_from_the_period_in_which_the_time_lies()
    {
        // The period ends at midnight with half an hour left; the next has two hours.
        var price = Price("22:00-2 01:00", Plain, periods: [("1 00:00-2 00:00", 30), ("2 00:00-3 00:00", 120)])!;
        Told(price).ShouldBe(["22:00-22:30 included", "22:30-2 00:00 rate 18.00", "2 00:00-2 01:00 included"]);
        price.Segments[2].Period.ShouldBe(At("2 00:00"));
    }

    [Fact]
    public void The_same_cover_on_both_sides_of_a_period_s_border_is_one_segment_where_it_is_money() =>
        Told(Price("22:00-2 01:00", Plain, periods: [("1 00:00-2 00:00", 0), ("2 00:00-3 00:00", 0)])!).ShouldBe(["22:00-2 01:00 rate 36.00"]);

    [Fact]
    public void A_plan_s_rate_for_the_tool_beats_its_category_s_and_that_the_rest_s()
    {
        PlanRate tool = new("laser", null, 1_00, null), category = new(null, "Lasers", 2_00, 1_00), all = new(null, null, 3_00, null);
        Total(tool, category, all).ShouldBe(1_00);
        Total(category, all).ShouldBe(2_00);
        Total(all).ShouldBe(3_00);
        Total().ShouldBe(12_00);
        static long Total(params ImmutableArray<PlanRate> rates) => Price("10:00-11:00", Plain, plan: new Plan { Rates = rates })!.Total.Amount;
    }

    [Fact]
    public void A_plan_s_rate_for_everything_prices_no_tool_that_has_none() =>
        Price("10:00-11:00", Policy.None, plan: new Plan { Rates = [new PlanRate(null, null, 3_00, null)] }).ShouldBeNull();

    [Fact]
    public void A_plan_s_off_peak_rate_holds_outside_peak_hours() =>
        Of("11:00-13:00", Peaked, plan: new Plan { Rates = [new PlanRate("laser", null, 6_00, 0)] })
            .ShouldBe(total: 6_00, "11:00-12:00 off-peak rate 0.00", "12:00-13:00 rate 6.00");

    [Theory]
    [InlineData(5, 10, 1)]      // 0.83 cents
    [InlineData(5, 6, 1)]       // 0.5: half up
    [InlineData(5, 5, 0)]       // 0.42
    [InlineData(25, 1_30, 54)]  // 54.17
    [InlineData(35, 1_23, 72)]  // 71.75
    [InlineData(45, 98, 74)]    // 73.5: half up
    public void A_segment_is_rounded_half_a_cent_up(int minutes, long rate, long cents) =>
        PriceOf(new Slot(At("10:00"), At("10:00") + Duration.FromMinutes(minutes)), [Terms("laser", Policy.None with { HourlyRate = Usd(rate), NoShowFee = Usd(1) })])!
            .Total.Amount.ShouldBe(cents);

    [Theory]
    [InlineData(1900, false, 10_00, 11_90, 1_90)]
    [InlineData(1900, true, 11_90, 11_90, 1_90)]
    [InlineData(1900, true, 10_00, 10_00, 1_60)]  // 159.66
    [InlineData(700, false, 50, 54, 4)]           // 3.5: half up
    [InlineData(500, false, 10, 11, 1)]           // 0.5: half up
    [InlineData(0, false, 10_00, 10_00, 0)]
    public void Tax_is_added_or_contained_and_rounded_half_a_cent_up(int basisPoints, bool included, long rate, long total, long tax)
    {
        var price = Price("10:00-11:00", Policy.None with { HourlyRate = Usd(rate) }, billing: new BillingSettings { TaxBasisPoints = basisPoints, PricesIncludeTax = included })!;
        (price.Total.Amount, price.Tax).ShouldBe((total, tax));
    }

    [Fact]
    public void Tax_is_reckoned_once_on_the_sum_of_a_bundle()
    {
        // 7 % of 50 is 3.5 and would be 4 twice; of 100 it is 7.
        var each = Policy.None with { HourlyRate = Usd(50) };
        var price = PriceOf(Slot("10:00-11:00"), [Terms("laser", each), Terms("saw", each)], billing: new BillingSettings { TaxBasisPoints = 700 })!;
        (price.Total.Amount, price.Tax).ShouldBe((1_07, 7));
    }

    [Fact]
    public void Of_a_bundle_the_tools_follow_one_another_and_share_the_hours()
    {
        var price = PriceOf(Slot("10:00-11:00"), [Terms("laser", Plain), Terms("saw", Plain)], Hours(included: 90))!;
        price.Segments.Select(s => s.ToolId).ShouldBe(["laser", "saw", "saw"]);
        Told(price).ShouldBe(["10:00-11:00 included", "10:00-10:30 included", "10:30-11:00 rate 6.00"]);
    }

    [Fact]
    public void Deposits_of_a_bundle_add_up() =>
        PriceOf(Slot("10:00-11:00"), [Terms("laser", Plain with { Deposit = Usd(20_00) }), Terms("saw", Plain with { Deposit = Usd(5_00) })])!.Deposit.ShouldBe(Usd(25_00));

    [Fact]
    public void An_extension_prices_only_the_added_time_anew()
    {
        var agreed = Price("10:00-12:00", Plain, included: 60)!;
        var longer = PriceOf(Slot("10:00-13:00"), [Terms("laser", Plain with { HourlyRate = Usd(99_00) })], Hours(included: 60), keptUntil: "12:00", kept: agreed)!;
        Told(longer).ShouldBe(["10:00-11:00 included", "11:00-12:00 rate 12.00", "12:00-13:00 rate 99.00"]);
    }

    [Fact]
    public void Time_added_to_a_booking_that_was_free_is_priced_alone()
    {
        var price = PriceOf(Slot("10:00-13:00"), [Terms("laser", Plain with { Deposit = Usd(20_00) })], keptUntil: "12:00")!;
        Told(price).ShouldBe(["12:00-13:00 rate 12.00"]);
        price.Deposit.ShouldBeNull();
    }

    [Fact]
    public void Bookings_before_it_in_a_series_use_the_hours_first() =>
        Told(PriceOf(Slot("2 10:00-2 11:00"), [Terms("laser", Plain)], Hours(included: 90), earlier: ["10:00-11:00"])!)
            .ShouldBe(["2 10:00-2 10:30 included", "2 10:30-2 11:00 rate 6.00"]);

    [Fact]
    public void What_is_cut_off_is_not_paid_and_a_minute_begun_counts()
    {
        var price = Price("10:00-14:00", Plain, included: 60)!;
        Told(Pricing.Until(price, At("12:00") - Duration.FromSeconds(1))).ShouldBe(["10:00-11:00 included", "11:00-12:00 rate 12.00"]);
        Told(Pricing.Until(price, At("10:30"))).ShouldBe(["10:00-10:30 included"]);
        Pricing.Until(price, At("11:30") + Duration.FromTicks(1)).Total.Amount.ShouldBe(31 * 12_00 / 60);
        Pricing.Until(price, At("09:00")).Total.Amount.ShouldBe(0);
        Pricing.Until(price, At("20:00")).Segments.ShouldBe(price.Segments);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Whatever_is_priced_segments_tile_the_slot_and_the_total_is_their_sum(int seed)
    {
        var dice = new Random(seed);
        var (slot, tools) = (AnySlot(dice), AnyTools(dice));
        var billing = new BillingSettings { TaxBasisPoints = dice.Next(0, 3000), PricesIncludeTax = dice.Next(2) == 0 };
        var price = PriceOf(slot, tools, AnyHours(dice, slot), billing: billing);
        if (price is null) return;
        foreach (var tool in tools)
        {
            var own = price.Segments.Where(s => s.ToolId == tool.ToolId).ToList();
            (own[0].Slot.Start, own[^1].Slot.End).ShouldBe((slot.Start, slot.End));
            own.Zip(own.Skip(1)).ShouldAllBe(pair => pair.First.Slot.End == pair.Second.Slot.Start);
        }
        var sum = price.Segments.Sum(s => s.Amount);
        (price.Total.Amount - (billing.PricesIncludeTax ? 0 : price.Tax)).ShouldBe(sum);
        price.Segments.Where(s => s.Cover != Cover.Rate).ShouldAllBe(s => s.Amount == 0);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Whatever_is_priced_less_time_never_costs_more_or_takes_more_hours(int seed)
    {
        var dice = new Random(seed);
        var slot = AnySlot(dice);
        if (PriceOf(slot, AnyTools(dice), AnyHours(dice, slot)) is not { } price) return;
        var before = Pricing.Until(price, slot.Start);
        before.Total.Amount.ShouldBe(0);
        for (var at = slot.Start; at < slot.End; at += Duration.FromMinutes(7))
        {
            var cut = Pricing.Until(price, at);
            cut.Total.Amount.ShouldBeGreaterThanOrEqualTo(before.Total.Amount);
            (cut.IncludedMinutes, cut.PackMinutes).ShouldSatisfyAllConditions(
                m => m.IncludedMinutes.ShouldBeInRange(before.IncludedMinutes, price.IncludedMinutes), m => m.PackMinutes.ShouldBeInRange(before.PackMinutes, price.PackMinutes));
            before = cut;
        }
        Pricing.Until(price, slot.End).Total.ShouldBe(price.Total);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Whatever_is_priced_no_more_hours_are_taken_than_there_are_and_money_only_where_none_are_left(int seed)
    {
        var dice = new Random(seed);
        var slot = AnySlot(dice);
        var hours = AnyHours(dice, slot);
        if (PriceOf(slot, AnyTools(dice), hours) is not { } price) return;
        foreach (var pack in hours.Packs) Minutes(s => s.PackId == pack.Id).ShouldBeLessThanOrEqualTo(pack.Left);
        foreach (var period in price.Segments.Where(s => s.Period is not null).Select(s => s.Period!.Value).Distinct())
            Minutes(s => s.Period == period).ShouldBeLessThanOrEqualTo(hours.Included(period)!.Value.Minutes);
        foreach (var paid in price.Segments.Where(s => s is { Cover: Cover.Rate, HourlyRate: > 0 }))
        {
            var period = hours.Included(paid.Slot.Start)!.Value;
            Minutes(s => s.Period == period.From).ShouldBe(period.Minutes);
            foreach (var pack in hours.Packs.Where(p => p.Until is not { } until || paid.Slot.Start < until)) Minutes(s => s.PackId == pack.Id).ShouldBe(pack.Left);
        }
        long Minutes(Func<PriceSegment, bool> of) => (long)price.Segments.Where(of).Sum(s => s.Slot.Duration.TotalMinutes);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    private static readonly Policy Plain = Policy.None with { HourlyRate = Usd(12_00) };
    private static readonly Policy Peaked = Plain with { OffPeakHourlyRate = Usd(8_00), Peak = [Window("12:00", "14:00")] };
    private static readonly Policy Night = Peaked with { Peak = [Window("22:00", "02:00")] };

    private static Slot AnySlot(Random dice)
    {
        // Around the night on which the clocks go back, too.
        var start = At(dice.Next(2) == 0 ? "2027/10/30 18:00" : "08:00") + Duration.FromMinutes(5 * dice.Next(0, 300));
        return new Slot(start, start + Duration.FromMinutes(5 * dice.Next(1, 200)));
    }

    private static ImmutableArray<ToolTerms> AnyTools(Random dice)
    {
        var policy = new Policy { HourlyRate = Usd(dice.Next(0, 20_00)), OffPeakHourlyRate = dice.Next(2) == 0 ? null : Usd(dice.Next(0, 9_00)), NoShowFee = Usd(1) };
        if (dice.Next(3) > 0) policy = policy with { Peak = [Window($"{dice.Next(24):00}:30", $"{dice.Next(24):00}:00")] };
        ImmutableArray<ToolTerms> one = [Terms("laser", policy)];
        return dice.Next(3) == 0 ? one.Add(Terms("saw", Plain)) : one;
    }

    private static PayerHours AnyHours(Random dice, Slot slot)
    {
        var border = slot.Start + Duration.FromMinutes(5 * dice.Next(-20, 200));
        var (first, second) = (dice.Next(0, 300), dice.Next(0, 300));
        var year = Duration.FromDays(366);
        return new PayerHours(
            "member-ada", dice.Next(2) == 0 ? [] : [Pack(Small, dice.Next(0, 200), null), Pack(Large, dice.Next(0, 200), null) with { Until = slot.Start + Duration.FromMinutes(5 * dice.Next(1, 100)) }],
            at => at < border ? new IncludedLeft(border - year, border, first) : new IncludedLeft(border, border + year, second));
    }

    private static Priced Of(string slot, Policy policy, long included = 0, Plan? plan = null, ImmutableArray<PackView>? packs = null) =>
        new(Price(slot, policy, included, plan, packs));

    private static BookingPrice? Price(
        string slot, Policy policy, long included = 0, Plan? plan = null, ImmutableArray<PackView>? packs = null, BillingSettings? billing = null, (string, long)[]? periods = null) =>
        PriceOf(Slot(slot), [Terms("laser", policy)], Hours(included, packs, periods), plan, billing);

    private static BookingPrice? PriceOf(
        Slot slot, ImmutableArray<ToolTerms> tools, PayerHours? hours = null, Plan? plan = null, BillingSettings? billing = null, string? keptUntil = null, BookingPrice? kept = null, string[]? earlier = null) =>
        Pricing.Of(
            new PriceRequest
            {
                Slot = slot, Tools = tools, PlanId = "standard", KeptUntil = keptUntil is null ? null : At(keptUntil), Kept = kept, Earlier = [.. (earlier ?? []).Select(Slot)],
                Space = new SpaceFacts
                {
                    TimeZone = "Europe/Berlin", Billing = billing ?? new BillingSettings(),
                    Plans = plan is null ? ImmutableDictionary<string, Plan>.Empty : ImmutableDictionary<string, Plan>.Empty.Add("standard", plan),
                },
            },
            hours ?? Hours());

    private static PayerHours Hours(long included = 0, ImmutableArray<PackView>? packs = null, (string Slot, long Minutes)[]? periods = null) => new(
        "member-ada", packs ?? [],
        at =>
        {
            foreach (var (slot, minutes) in periods ?? [("1 00:00-2027/12/1 00:00", included)])
                if (PricingTests.Slot(slot) is var period && period.Contains(at)) return new IncludedLeft(period.Start, period.End, minutes);
            return null;
        });

    private static ToolTerms Terms(string id, Policy policy) => new(id, id, "Lasers", null, policy, 1);

    private static PackView Pack(Guid id, long left, string? until) => new(id, "ten-hours", 600, left, 0, until is null ? null : At(until));

    private static PeakWindow Window(string from, string to) =>
        new([.. Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None)], Clock.Parse(from).Value, Clock.Parse(to).Value);

    internal static IEnumerable<string> Told(BookingPrice price) => price.Segments.Select(s =>
        $"{Name(s.Slot.Start)}-{Name(s.Slot.End)}{(s.OffPeak && s.Cover == Cover.Rate ? " off-peak" : "")} {s.Cover.ToString().ToLowerInvariant()}"
        + (s.Cover == Cover.Rate ? FormattableString.Invariant($" {s.Amount / 100m:0.00}") : ""));

    private static string Name(Instant at)
    {
        var local = at.InZone(Berlin).LocalDateTime;
        return (local.Day == 1 ? "" : local.Day + " ") + Clock.Format(local.TimeOfDay);
    }

    private static Money Usd(long amount) => new(amount, "usd");

    private static Slot Slot(string text) => text.Split('-') is [var from, var to] ? new Slot(At(from), At(to)) : throw new FormatException(text);

    // "10:00" on 1 December 2026, "2 10:00" on the 2nd, "2027/3/28 10:00".
    private static Instant At(string text)
    {
        var parts = text.Split(' ');
        var date = parts.Length == 1 ? [1] : parts[0].Split('/').Select(p => int.Parse(p, null)).ToArray();
        var day = date.Length == 3 ? new LocalDate(date[0], date[1], date[2]) : new LocalDate(2026, 12, date[0]);
        return day.At(Clock.Parse(parts[^1]).Value).InZoneLeniently(Berlin).ToInstant();
    }
}

/// <summary>What was priced.</summary>
internal sealed record Priced(BookingPrice? Price)
{
    public void ShouldBe(long total, params string[] segments)
    {
        PricingTests.Told(Price.ShouldNotBeNull()).ShouldBe(segments);
        Price!.Total.Amount.ShouldBe(total);
    }
}
