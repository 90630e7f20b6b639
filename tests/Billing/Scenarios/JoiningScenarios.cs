using static Makerspace.Tests.Billing.Scenarios.MoneyStage;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Billing.Scenarios;

/// <summary>Plans: joining, renewing, changing, pausing, leaving.</summary>
public sealed class JoiningScenarios(MoneyStage stage) : IClassFixture<MoneyStage>
{
    [Fact]
    public async Task Joining_takes_the_first_period_and_makes_an_active_member_of_the_plan()
    {
        var payer = await stage.Somebody();
        var back = await payer.Buys("Plan", """, "item": "basic" """);
        back.AbsolutePath.ShouldBe("/money");
        await payer.Agrees(owed: 0, kept: 2900);
        ((string)(await stage.Staff.Json("/api/v1/members/" + payer.Id))["membership"]!["planId"]!).ShouldBe("basic");
    }

    [Fact]
    public async Task Left_unpaid_the_page_makes_nobody_a_member()
    {
        var payer = await stage.Somebody();
        await payer.Checkout("Plan", """, "item": "basic" """);
        await stage.Later("P2D");
        (await payer.View()).Subscription.ShouldBeNull();
        await payer.Agrees(owed: 0, kept: 0);
    }

    [Theory]
    [InlineData(Declined)]
    [InlineData(InsufficientFunds)]
    [InlineData(Expired)]
    public async Task A_declined_card_buys_nothing_and_another_one_does(string card)
    {
        var payer = await stage.Somebody();
        var page = await payer.Checkout("Plan", """, "item": "basic" """);
        (await stage.PayOn(page, card)).Host.ShouldBe(page.Host);
        (await stage.PayOn(page, card)).Authority.ShouldBe(page.Authority);
        await payer.Agrees(owed: 0, kept: 0);
        (await stage.PayOn(page, Good)).AbsolutePath.ShouldBe("/money");
        await payer.Agrees(owed: 0, kept: 2900);
    }

    [Fact]
    public async Task Confirmed_at_the_bank_it_is_paid_and_unconfirmed_it_is_not()
    {
        var payer = await stage.Somebody();
        var page = await payer.Checkout("Plan", """, "item": "basic" """);
        await stage.PayOn(page, AlwaysAsks, confirms: false);
        await payer.Agrees(owed: 0, kept: 0);
        await stage.PayOn(page, AlwaysAsks);
        await payer.Agrees(owed: 0, kept: 2900);
    }

    [Fact]
    public async Task It_renews_by_itself_each_month()
    {
        var payer = await stage.Somebody();
        await payer.Joins("basic");
        await stage.Later("P64D");
        await payer.Agrees(owed: 0, kept: 3 * 2900);
        (await payer.Count("Membership")).ShouldBe(3);
    }

    [Fact]
    public async Task Who_wants_it_is_told_a_week_before_it_renews_once()
    {
        var (payer, other) = (await stage.Somebody(), await stage.Somebody());
        using var wish = new StringContent("""{"dueLeads": ["P7D"]}""", System.Text.Encoding.UTF8, "application/json");
        await Done(payer.Http.PutAsync("/api/v1/notices/settings", wish));
        await payer.Joins("basic");
        await other.Joins("basic");
        var subscription = (await payer.View()).Subscription!;
        await stage.Later($"PT{(int)(subscription.PeriodEnd - subscription.PeriodStart).TotalHours - (8 * 24)}H");
        (await Told(payer)).ShouldBe(0);
        await stage.Later("P2D");
        await stage.Later("P1D");
        (await Told(payer)).ShouldBe(1);
        (await Told(other)).ShouldBe(0);
        await stage.Later("P6D");
        (await Told(payer)).ShouldBe(1);
        await payer.Agrees(owed: 0, kept: 2 * 2900);
    }

    private async Task<int> Told(Payer payer) =>
        (await stage.Staff.Json("/dev/mail")).AsArray().Count(m => (string)m!["subject"]! == "Your membership Basic renews" && ((string)m["to"]!).StartsWith(payer.Id + "@", StringComparison.Ordinal));

    [Fact]
    public async Task A_trial_costs_nothing_until_it_ends()
    {
        var payer = await stage.Somebody();
        await payer.Joins("try");
        (await payer.View()).Subscription!.Status.ShouldBe("trialing");
        await payer.Agrees(owed: 0, kept: 0);
        await stage.Later("P15D");
        await payer.Agrees(owed: 0, kept: 3900);
    }

    [Fact]
    public async Task A_trial_cancelled_in_time_costs_nothing()
    {
        var payer = await stage.Somebody();
        await payer.Joins("try");
        await payer.Subscription("""{"cancelAtPeriodEnd": true}""");
        await stage.Later("P16D");
        (await payer.View()).Subscription?.Covers.ShouldBe(false);
        await payer.Agrees(owed: 0, kept: 0);
    }

    [Fact]
    public async Task There_is_one_trial_and_the_page_promises_no_other()
    {
        var payer = await stage.Somebody();
        var page = new Uri("/join/try", UriKind.Relative);
        (await payer.Http.GetStringAsync(page)).ShouldContain("Begin the trial");
        await payer.Joins("try");
        await payer.Subscription("""{"cancelAtPeriodEnd": true}""");
        await stage.Later("P16D");
        var again = System.Net.WebUtility.HtmlDecode(await payer.Http.GetStringAsync(page));
        again.ShouldNotContain("Begin the trial");
        again.ShouldNotContain("Nothing is taken today");
        again.ShouldContain("Pay €39 and join");
        await payer.Joins("try");
        await payer.Agrees(owed: 0, kept: 3900);
    }

    [Fact]
    public async Task A_promotion_code_takes_something_off_a_plan_and_off_a_pack_and_all_of_a_day()
    {
        await stage.AtTheProvider("coupons", ("id", "half"), ("percent_off", "50"), ("duration", "once"));
        await stage.AtTheProvider("coupons", ("id", "all"), ("percent_off", "100"), ("duration", "once"));
        foreach (var coupon in new[] { "half", "all" })
            await stage.AtTheProvider("promotion_codes", ("promotion[type]", "coupon"), ("promotion[coupon]", coupon), ("code", coupon));
        var payer = await stage.Somebody();
        await Buys(payer, "Plan", """, "item": "basic" """, "half");
        await payer.Agrees(owed: 0, kept: 1450);
        await Buys(payer, "Pack", """, "item": "five" """, "half");
        await payer.Agrees(owed: 0, kept: 1450 + 3750);
        (await payer.Sum("prepaid")).ShouldBe(-3151);   // without its 19 %
        await Buys(payer, "DayPass", $$""", "item": "day", "day": "{{stage.Tuesday:yyyy-MM-dd}}" """, "all");
        (await payer.View()).Passes.Length.ShouldBe(1);
        await stage.Later("P32D");
        await payer.Agrees(owed: 0, kept: 1450 + 3750 + 2900);
    }

    private async Task Buys(Payer payer, string kind, string more, string code)
    {
        var page = await payer.Checkout(kind, more);
        await stage.EnterCode(page, code);
        await stage.PayOn(page, Good);
        await stage.Quiet();
    }

    [Fact]
    public async Task An_upgrade_in_the_middle_of_a_month_is_prorated()
    {
        var payer = await stage.Somebody();
        await payer.Joins("basic");
        await stage.Later("P10D");
        await payer.Subscription("""{"planId": "maker"}""");
        await stage.Quiet();
        (await payer.View()).Subscription!.PlanId.ShouldBe("maker");
        var paid = (await stage.Simulator.Books()).Kept((await payer.View()).CustomerId!);
        paid.ShouldBeInRange(2900 + 1250, 2900 + 1450);   // two thirds of the difference of 20.00, to the second
        await payer.Agrees(owed: 0, kept: paid);
    }

    [Fact]
    public async Task A_downgrade_leaves_a_credit_that_the_next_invoice_uses()
    {
        var payer = await stage.Somebody();
        await payer.Joins("maker");
        await stage.Later("P5D");
        await payer.Subscription("""{"planId": "basic"}""");
        await payer.Agrees(owed: 0, kept: 4900);
        (await payer.Sum("credit:provider")).ShouldBeLessThan(-1500);
        await stage.Later("P32D");
        var kept = (await stage.Simulator.Books()).Kept((await payer.View()).CustomerId!);
        kept.ShouldBeInRange(4900 + 1100, 4900 + 1400);
        await payer.Agrees(owed: 0, kept: kept);
    }

    [Fact]
    public async Task Cancelled_it_covers_until_the_paid_month_ends_and_not_a_moment_longer()
    {
        var payer = await stage.Somebody();
        await payer.Joins("basic");
        var until = (await payer.View()).Subscription!.PeriodEnd.ToDateTimeOffset();
        await payer.Subscription("""{"cancelAtPeriodEnd": true}""");
        await stage.Quiet();
        await payer.Books("bench", new DateTimeOffset(until.Date.AddHours(until.Hour - 2), TimeSpan.Zero), 0, 1);
        await payer.Cannot("bench", new DateTimeOffset(until.Date.AddDays(1).AddHours(9), TimeSpan.Zero), 0, 1, "membership-inactive");
        await stage.Later("P40D");
        (await payer.View()).Subscription?.Covers.ShouldBe(false);
        await payer.Agrees(owed: 0, kept: 2900);
    }

    [Fact]
    public async Task Cancelling_can_be_taken_back()
    {
        var payer = await stage.Somebody();
        await payer.Joins("basic");
        await payer.Subscription("""{"cancelAtPeriodEnd": true}""");
        await stage.Quiet();
        await payer.Subscription("""{"cancelAtPeriodEnd": false}""");
        await stage.Later("P40D");
        (await payer.View()).Subscription!.Covers.ShouldBeTrue();
        await payer.Agrees(owed: 0, kept: 5800);
    }

    [Fact]
    public async Task Paused_it_takes_nothing_and_covers_nothing_and_resumed_it_does_both()
    {
        var payer = await stage.Somebody();
        await payer.Joins("basic");
        await payer.Subscription("""{"paused": true}""");
        await stage.Quiet();
        await payer.Cannot("bench", stage.NextHour, 0, 1, "membership-inactive");
        await stage.Later("P35D");
        await payer.Agrees(owed: 0, kept: 2900);
        await payer.Subscription("""{"paused": false}""");
        await stage.Quiet();
        await payer.Books("bench", stage.NextHour, 0, 1);
        await stage.Later("P31D");
        await payer.Agrees(owed: 0, kept: 5800);
    }

    [Fact]
    public async Task Nobody_subscribes_twice()
    {
        var payer = await stage.Somebody();
        await payer.Joins("basic");
        await payer.CheckoutRefused("Plan", """, "item": "maker" """, "already-subscribed");
        await payer.Agrees(owed: 0, kept: 2900);
    }

    [Fact]
    public async Task Of_two_pages_opened_only_one_can_be_paid()
    {
        var payer = await stage.Somebody();
        var first = await payer.Checkout("Plan", """, "item": "basic" """);
        var second = await payer.Checkout("Plan", """, "item": "maker" """);
        await stage.PayOn(first, Good);
        await stage.PayOn(second, Good);
        await payer.Agrees(owed: 0, kept: 4900);
    }

    [Fact]
    public async Task A_yearly_plan_is_paid_once_a_year()
    {
        var payer = await stage.Somebody();
        await payer.Joins("year");
        await stage.Later("P100D");
        await payer.Agrees(owed: 0, kept: 29900);
    }

    [Fact]
    public async Task A_plan_s_own_rates_hold_for_its_members()
    {
        var payer = await stage.Somebody();
        await payer.Joins("cheap");
        await payer.Uses("laser", stage.NextHour, 0, 1);
        await payer.Agrees(owed: 0, kept: 1900 + 900);
    }

    [Fact]
    public async Task A_day_pass_covers_its_day_and_no_other()
    {
        var payer = await stage.Somebody();
        await Done(stage.Staff.Patch("/api/v1/members/" + payer.Id, """{"membership": {"active": false}}"""));
        var day = stage.Tuesday;
        await payer.Cannot("bench", day, 0, 1, "membership-inactive");
        await payer.Buys("DayPass", $$""", "item": "day", "day": "{{day:yyyy-MM-dd}}" """);
        await payer.Books("bench", day, 0, 1);
        await payer.Cannot("bench", day.AddDays(1), 0, 1, "membership-inactive");
        await payer.Agrees(owed: 0, kept: 1500);
    }
}
