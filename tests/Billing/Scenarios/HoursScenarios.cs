
namespace Makerspace.Tests.Billing.Scenarios;

/// <summary>Included hours and packs: who pays for which piece of a booking.</summary>
public sealed class HoursScenarios(MoneyStage stage) : IClassFixture<MoneyStage>
{
    [Fact]
    public async Task Included_hours_are_used_before_money()
    {
        var payer = await stage.Somebody();
        await payer.Joins("maker");
        await payer.Uses("laser", stage.NextHour, 0, 2);
        (await payer.IncludedUsed()).ShouldBe(120);
        await payer.Agrees(owed: 0, kept: 4900);
    }

    [Fact]
    public async Task Where_they_run_out_in_the_middle_the_rest_is_charged()
    {
        var payer = await stage.Somebody();
        await payer.Joins("maker");
        await payer.Uses("laser", stage.NextHour, 0, 4);
        await payer.Uses("laser", stage.NextHour, 0, 3);   // one hour is left, two cost 20.00 each
        (await payer.IncludedUsed()).ShouldBe(300);
        await payer.Agrees(owed: 0, kept: 4900 + 4000);
    }

    [Fact]
    public async Task Two_bookings_ahead_do_not_use_the_same_hour()
    {
        var payer = await stage.Somebody();
        await payer.Joins("maker");
        var day = stage.Tuesday;
        await payer.Books("laser", day, 0, 4);
        ((long)(await payer.Previews("laser", day, 5, 8))["price"]!["total"]!["amount"]!).ShouldBe(4000);
        await payer.Agrees(owed: 0, kept: 4900);
    }

    [Fact]
    public async Task Checked_out_early_only_the_time_had_is_used()
    {
        var payer = await stage.Somebody();
        await payer.Joins("maker");
        await payer.Uses("laser", stage.NextHour, 0, 4, leaves: 1);
        (await payer.IncludedUsed()).ShouldBeInRange(60, 61);   // a minute begun counts, and the clock runs on
        await payer.Agrees(owed: 0, kept: 4900);
    }

    [Fact]
    public async Task A_new_month_brings_new_hours()
    {
        var payer = await stage.Somebody();
        await payer.Joins("maker");
        await payer.Uses("laser", stage.NextHour, 0, 5);
        await stage.Later("P32D");
        await payer.Uses("laser", stage.NextHour, 0, 5);
        (await payer.IncludedUsed()).ShouldBe(600);
        await payer.Agrees(owed: 0, kept: 2 * 4900);
    }

    [Fact]
    public async Task A_cancelled_booking_gives_its_hours_back()
    {
        var payer = await stage.Somebody();
        await payer.Joins("maker");
        var day = stage.Tuesday;
        await payer.Cancels(await payer.Books("laser", day, 0, 5));
        ((long)(await payer.Previews("laser", day, 0, 5))["price"]!["total"]!["amount"]!).ShouldBe(0);
        await payer.Agrees(owed: 0, kept: 4900);
    }

    [Fact]
    public async Task A_pack_is_paid_once_and_used_up_hour_by_hour()
    {
        var payer = await stage.Somebody();
        await payer.BuysPack();
        await payer.Agrees(owed: 0, kept: 7500);
        await payer.Uses("laser", stage.NextHour, 0, 2);
        await payer.Agrees(owed: 0, kept: 7500);
        var pack = (await payer.View()).Packs.ShouldHaveSingleItem();
        pack.Left.ShouldBe(180);
        (await payer.Sum("prepaid")).ShouldBe(-pack.Value);
    }

    [Fact]
    public async Task A_pack_that_runs_out_in_the_middle_of_a_booking_leaves_the_rest_to_the_card()
    {
        var payer = await stage.Somebody();
        await payer.BuysPack("lasers");   // one hour; the card is saved with it
        await payer.Uses("laser", stage.NextHour, 0, 3);
        await payer.Agrees(owed: 0, kept: 1700 + 4000);
        (await payer.Sum("prepaid")).ShouldBe(0);
    }

    [Fact]
    public async Task A_pack_pays_only_for_what_it_is_for()
    {
        var payer = await stage.Somebody();
        await payer.BuysPack("lasers");
        await payer.Uses("saw", stage.Tuesday, 0, 1);
        await payer.Agrees(owed: 0, kept: 1700 + 1200);
        (await payer.View()).Packs.ShouldHaveSingleItem().Left.ShouldBe(60);
    }

    [Fact]
    public async Task What_is_left_of_a_pack_when_it_runs_out_is_earned()
    {
        var payer = await stage.Somebody();
        await payer.BuysPack("lasers");
        await stage.Later("P11D");
        (await payer.Count("PackExpired")).ShouldBe(1);
        (await payer.Sum("prepaid")).ShouldBe(0);
        await payer.Agrees(owed: 0, kept: 1700);
    }

    [Fact]
    public async Task A_pack_given_back_is_paid_back()
    {
        var payer = await stage.Somebody();
        await payer.BuysPack();
        await payer.Adjusts("CreditNote", 7500, await payer.EntryOf("Pack"), "Moved away");
        await payer.Agrees(owed: 0, kept: 0);
        (await payer.Sum("prepaid")).ShouldBe(0);
    }

    [Fact]
    public async Task Included_hours_come_before_a_pack()
    {
        var payer = await stage.Somebody();
        await payer.Joins("maker");
        await payer.BuysPack();
        await payer.Uses("laser", stage.NextHour, 0, 6);
        (await payer.IncludedUsed()).ShouldBe(300);
        (await payer.View()).Packs.ShouldHaveSingleItem().Left.ShouldBe(240);
        await payer.Agrees(owed: 0, kept: 4900 + 7500);
    }
}
