using Makerspace.Tests.Infrastructure;
using static Makerspace.Tests.Billing.Scenarios.MoneyStage;

namespace Makerspace.Tests.Billing.Scenarios;

/// <summary>What was used is asked for on the first of the month; 20 % tax is added to prices.</summary>
public sealed class MonthlyScenarios(MonthlyStage stage) : IClassFixture<MonthlyStage>
{
    [Fact]
    public async Task It_is_owed_until_the_statement_day_and_taken_once_then()
    {
        var payer = await stage.WithCard();
        await payer.Uses("laser", stage.NextHour, 0, 1);
        await payer.Uses("laser", stage.NextHour, 0, 1);
        await payer.Agrees(owed: 4800, kept: 0);
        var statement = (await payer.View()).NextStatement!.Value.ToDateTimeOffset();
        await stage.Until(statement, 1);
        await payer.Agrees(owed: 0, kept: 4800);
        (await payer.Count("Payment")).ShouldBe(1);
    }

    [Fact]
    public async Task Tax_is_added_once_a_booking_and_rounded_half_up()
    {
        var payer = await stage.WithCard();
        await Done(stage.Staff.Post("/api/v1/tools", """{"id": "odd", "name": "Odd", "policy": {"hourlyRate": {"amount": 1111, "currency": "eur"}}}"""));
        await payer.Uses("odd", stage.NextHour, 0, 0.25);   // 277.75 → 278, tax 55.6 → 56
        await payer.Agrees(owed: 334, kept: 0);
        (await payer.Sum("tax")).ShouldBe(-56);
    }

    [Fact]
    public async Task Tax_is_on_the_membership_too()
    {
        var payer = await stage.Somebody();
        await payer.Joins("basic");
        await payer.Agrees(owed: 0, kept: 3480);
        (await payer.Sum("tax")).ShouldBe(-580);
        (await payer.Sum("revenue:membership")).ShouldBe(-2900);
    }

    [Fact]
    public async Task A_pack_is_paid_at_once_all_the_same()
    {
        var payer = await stage.Somebody();
        await payer.BuysPack();
        await payer.Agrees(owed: 0, kept: 9000);
        (await payer.Sum("prepaid")).ShouldBe(-7500);
    }

    [Fact]
    public async Task Who_wants_to_pays_before_the_statement()
    {
        var payer = await stage.WithCard();
        await payer.Uses("laser", stage.NextHour, 0, 1);
        await payer.Buys("Balance");
        await payer.Agrees(owed: 0, kept: 2400);
    }

    [Fact]
    public async Task Nobody_is_late_before_the_statement()
    {
        var payer = await stage.WithCard();
        await payer.Uses("laser", stage.NextHour, 0, 1);
        (await payer.View()).Standing.ShouldBe(Makerspace.Billing.PayerStanding.Good);
        (await payer.View()).Collection.ShouldBeNull();
    }
}
