using Makerspace.Billing;
using Makerspace.Tools;
using static Makerspace.Tests.Billing.Scenarios.MoneyStage;
using Makerspace.Tests.Infrastructure;

namespace Makerspace.Tests.Billing.Scenarios;

/// <summary>Money that goes back: credit notes, refunds, objections, disputes at the bank.</summary>
public sealed class GivingBackScenarios(MoneyStage stage) : IClassFixture<MoneyStage>
{
    [Fact]
    public async Task A_charge_taken_back_whole_is_paid_back_whole()
    {
        var payer = await Paid();
        await payer.Adjusts("CreditNote", 4000, await payer.EntryOf("Usage"));
        await payer.Agrees(owed: 0, kept: 0);
        (await payer.Sum("tax")).ShouldBe(0);
        (await payer.Sum("revenue:usage")).ShouldBe(0);
    }

    [Fact]
    public async Task A_charge_taken_back_in_part_is_paid_back_in_part()
    {
        var payer = await Paid();
        await payer.Adjusts("CreditNote", 1000, await payer.EntryOf("Usage"));
        await payer.Agrees(owed: 0, kept: 3000);
        await payer.Adjusts("CreditNote", 3000, await payer.EntryOf("Usage"));
        await payer.Agrees(owed: 0, kept: 0);
        (await payer.Sum("tax")).ShouldBe(0);
    }

    [Fact]
    public async Task No_more_is_given_back_than_was_charged()
    {
        var payer = await Paid();
        var charge = await payer.EntryOf("Usage");
        await payer.AdjustmentRefused("CreditNote", 4001, "more-than-charged", charge);
        await payer.Adjusts("CreditNote", 3000, charge);
        await payer.AdjustmentRefused("CreditNote", 1001, "more-than-charged", charge);
        await payer.Agrees(owed: 0, kept: 1000);
    }

    [Fact]
    public async Task A_charge_taken_back_before_it_was_paid_is_not_paid_at_all()
    {
        var payer = await stage.WithCard(SavedThenDeclined);
        await payer.Uses("laser", stage.NextHour, 0, 2);
        await payer.Adjusts("CreditNote", 4000, await payer.EntryOf("Usage"));
        await payer.SavesCard();
        await stage.Later("P10D");
        await payer.Agrees(owed: 0, kept: 0);
        (await payer.Count("Refund")).ShouldBe(0);
    }

    [Fact]
    public async Task Credit_pays_the_next_charges_and_is_never_paid_out()
    {
        var payer = await stage.WithCard();
        await payer.Adjusts("Credit", 3000, reason: "For the flood");
        await payer.Agrees(owed: 0, kept: 0);
        await payer.Uses("laser", stage.NextHour, 0, 2);
        await payer.Agrees(owed: 0, kept: 1000);
        (await payer.Sum("credit")).ShouldBe(0);
    }

    [Fact]
    public async Task A_charge_by_staff_is_taken_like_any_other()
    {
        var payer = await stage.WithCard();
        await payer.Adjusts("Charge", 2500, reason: "A broken lens");
        await payer.Agrees(owed: 0, kept: 2500);
    }

    [Fact]
    public async Task An_objection_that_is_accepted_gives_the_money_back()
    {
        var payer = await Paid();
        var charge = await payer.EntryOf("Usage");
        await Done(payer.Http.Post($"/api/v1/accounts/{payer.Account}/entries/{charge}/objection", """{"words": "The laser was cold"}"""));
        await payer.Agrees(owed: 0, kept: 4000);
        await Done(stage.Staff.Post($"/api/v1/accounts/{payer.Account}/entries/{charge}/answer", """{"accepted": true, "words": "So it was"}"""));
        await payer.Agrees(owed: 0, kept: 0);
        (await payer.View()).Objections.ShouldHaveSingleItem().Accepted.ShouldBe(true);
    }

    [Fact]
    public async Task A_charge_of_long_ago_is_objected_to_and_taken_back_like_a_new_one()
    {
        var payer = await stage.Somebody();
        await payer.Adjusts("Charge", 1000, reason: "A broken lens");
        var (lens, account) = (await payer.EntryOf("Adjustment"), stage.AccountOf(payer.Account));
        await payer.Adjusts("Charge", 2000, reason: "A broken mirror");
        var mirror = await payer.EntryOf("Adjustment");
        for (var i = 0; i < Forgetting.Newest; i++)
            (await account.Adjust(new Adjustment { Id = Guid.NewGuid(), Kind = AdjustmentKind.Charge, Amount = new Money(1, "eur"), Reason = "A screw" }, "admin")).Accepted.ShouldBeTrue();
        await Done(payer.Http.Post($"/api/v1/accounts/{payer.Account}/entries/{lens}/objection", """{"words": "It was broken before"}"""));
        await Done(stage.Staff.Post($"/api/v1/accounts/{payer.Account}/entries/{lens}/answer", """{"accepted": true, "words": "So it was"}"""));
        await payer.AdjustmentRefused("CreditNote", 2001, "more-than-charged", mirror);
        await payer.Adjusts("CreditNote", 500, mirror);
        await payer.Agrees(owed: 1500 + Forgetting.Newest, kept: 0);
    }

    [Fact]
    public async Task A_correction_sent_again_when_the_account_has_forgotten_it_is_still_the_same_correction()
    {
        var (payer, key) = (await stage.Somebody(), Guid.NewGuid());
        await payer.AdjustsSoon("Charge", 1000, key: key);
        await stage.Later("P181D");
        (await stage.ViewOf(payer.Account)).Owed.ShouldBe(1000);
        await payer.AdjustsSoon("Charge", 1000, key: key);
        await payer.Agrees(owed: 1000, kept: 0);
        (await payer.Count("Adjustment")).ShouldBe(1);
    }

    [Fact]
    public async Task A_receipt_is_there_for_as_long_as_the_book_is()
    {
        var payer = await Paid();
        var statement = new Uri($"/money/statement?month={stage.Server.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(1)):yyyy-MM}", UriKind.Relative);
        (await payer.Http.GetStringAsync(statement)).ShouldContain("Receipt of");
        await stage.Later("P200D");
        await payer.Adjusts("Credit", 100, reason: "A present");
        (await payer.View()).Payments.ShouldBeEmpty();
        (await payer.Http.GetStringAsync(statement)).ShouldContain("Receipt of");
        (await payer.Http.GetStringAsync(new Uri($"/money/entries/{await payer.EntryOf("Payment")}", UriKind.Relative))).ShouldContain("The receipt");
    }

    [Fact]
    public async Task After_180_days_the_page_offers_no_objection_and_says_so_as_the_api_does()
    {
        var payer = await stage.Somebody();
        await payer.Adjusts("Charge", 1000, reason: "A broken lens");
        var lens = await payer.EntryOf("Adjustment");
        var page = new Uri($"/money/entries/{lens}", UriKind.Relative);
        (await payer.Http.GetStringAsync(page)).ShouldContain("You can object until");
        await stage.Later("P181D");
        var after = await payer.Http.GetStringAsync(page);
        (await stage.Staff.GetStringAsync(new Uri($"/staff/money/accounts/{payer.Account}", UriKind.Relative))).ShouldNotContain("take=" + lens);
        await payer.AdjustmentRefused("CreditNote", 100, "charge-too-old", lens);
        after.ShouldContain("One could object to it until");
        after.ShouldNotContain("name=\"words\"");
        await Refused(payer.Http.Post($"/api/v1/accounts/{payer.Account}/entries/{lens}/objection", """{"words": "It was broken before"}"""), "charge-too-old");
        await payer.Adjusts("Credit", 500, reason: "A present");
        await Refused(payer.Http.Post($"/api/v1/accounts/{payer.Account}/entries/{await payer.EntryOf("Credit")}/objection", """{"words": "Take it back"}"""), "not-a-charge");
    }

    [Fact]
    public async Task An_objection_that_is_not_accepted_changes_nothing_but_is_answered()
    {
        var payer = await Paid();
        var charge = await payer.EntryOf("Usage");
        await Done(payer.Http.Post($"/api/v1/accounts/{payer.Account}/entries/{charge}/objection", """{"words": "Too dear"}"""));
        await Refused(payer.Http.Post($"/api/v1/accounts/{payer.Account}/entries/{charge}/objection", """{"words": "Still"}"""), "already-objected");
        await Done(stage.Staff.Post($"/api/v1/accounts/{payer.Account}/entries/{charge}/answer", """{"accepted": false, "words": "It was shown before"}"""));
        await payer.Agrees(owed: 0, kept: 4000);
    }

    [Fact]
    public async Task Disputed_at_the_bank_the_money_is_gone_until_it_is_won()
    {
        var payer = await stage.WithCard();
        await payer.Uses("laser", stage.NextHour, 0, 2);
        var dispute = await stage.Simulator.Dispute(await LastPayment(payer));
        await payer.Agrees(owed: 0, kept: 0);
        (await payer.Sum("disputed")).ShouldBe(4000);
        await stage.Simulator.DecideDispute(dispute, won: true);
        await payer.Agrees(owed: 0, kept: 4000);
        (await payer.Sum("disputed")).ShouldBe(0);
    }

    [Fact]
    public async Task A_dispute_lost_is_an_expense()
    {
        var payer = await stage.WithCard();
        await payer.Uses("laser", stage.NextHour, 0, 2);
        await stage.Simulator.DecideDispute(await stage.Simulator.Dispute(await LastPayment(payer)), won: false);
        await payer.Agrees(owed: 0, kept: 0);
        (await payer.Sum("expense:chargebacks")).ShouldBe(4000);
    }

    [Fact]
    public async Task What_is_disputed_is_not_given_back_as_well()
    {
        var payer = await stage.WithCard();
        await payer.Uses("laser", stage.NextHour, 0, 2);
        await stage.Simulator.Dispute(await LastPayment(payer));
        await stage.Quiet();
        await payer.Adjusts("CreditNote", 4000, await payer.EntryOf("Usage"));
        await stage.Quiet();
        (await payer.Count("Refund")).ShouldBe(0);
        await payer.Agrees(owed: -4000, kept: 0);
    }

    [Fact]
    public async Task A_card_that_is_disputed_at_once_is_seen_at_once()
    {
        var payer = await stage.Somebody();
        await payer.Buys("Pack", """, "item": "five" """, card: Disputes);
        await payer.Agrees(owed: 0, kept: 0);
        (await payer.Sum("disputed")).ShouldBe(7500);
    }

    [Fact]
    public async Task What_cannot_be_is_refused_and_moves_nothing()
    {
        var payer = await Paid();
        foreach (var (kind, amount, code) in new[] { ("Charge", -1L, "out-of-range"), ("Credit", 0L, "out-of-range"), ("Charge", long.MaxValue, "out-of-range"), ("PaymentByHand", -500L, "out-of-range") })
        {
            var problem = await Record.ExceptionAsync(() => payer.Adjusts(kind, amount));
            problem.ShouldNotBeNull($"{kind} {amount} ({code})");
        }
        await payer.AdjustmentRefused("Credit", 100, "wrong-currency", currency: "usd");
        await payer.Agrees(owed: 0, kept: 4000);
    }

    private async Task<Payer> Paid()
    {
        var payer = await stage.WithCard();
        await payer.Uses("laser", stage.NextHour, 0, 2);
        await payer.Agrees(owed: 0, kept: 4000);
        return payer;
    }

    private static async Task<string> LastPayment(Payer payer) => (await payer.View()).Payments.OrderByDescending(p => p.At).First(p => p.Received > 0).PaymentIntentId;
}
