using Stripe;

namespace Makerspace.Tests.PaymentSimulator;

/// <summary>Payments, authorisations, refunds and disputes, with the genuine client.</summary>
public sealed class PaymentTests
{
    [Fact]
    public async Task A_saved_card_is_charged_without_its_owner()
    {
        await using var simulated = await Simulated.Start();
        var payer = await simulated.Payer();
        var paid = await Charge(simulated, payer, 1250);
        paid.Status.ShouldBe("succeeded");
        paid.AmountReceived.ShouldBe(1250);
        paid.LatestCharge.ReceiptUrl.ShouldStartWith(simulated.Server.Address.ToString());
        paid.Metadata["booking"].ShouldBe("b1");
        var books = await simulated.Server.Books();
        books.Kept(payer.Id).ShouldBe(1250);
        books.Net.ShouldBe(1250);
        (await simulated.Types()).ShouldBe(["customer.created", "payment_method.attached", "customer.updated", "payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]);
    }

    [Theory]
    [InlineData("4000000000000002", "card_declined", "generic_decline")]
    [InlineData("4000000000009995", "card_declined", "insufficient_funds")]
    [InlineData("4000000000000069", "expired_card", null)]
    [InlineData("4000000000000127", "incorrect_cvc", null)]
    public async Task A_bank_refuses_its_test_card(string number, string code, string? decline)
    {
        await using var simulated = await Simulated.Start();
        var method = await simulated.Stripe.V1.PaymentMethods.CreateAsync(new() { Type = "card", Card = new() { Number = number, ExpMonth = 12, ExpYear = 2034, Cvc = "123" } });
        var refused = await Should.ThrowAsync<StripeException>(() => simulated.Stripe.V1.PaymentIntents.CreateAsync(new() { Amount = 1000, Currency = "eur", PaymentMethod = method.Id, Confirm = true }));
        refused.HttpStatusCode.ShouldBe(System.Net.HttpStatusCode.PaymentRequired);
        refused.StripeError.Type.ShouldBe("card_error");
        refused.StripeError.Code.ShouldBe(code);
        refused.StripeError.DeclineCode.ShouldBe(decline);
        refused.StripeError.PaymentIntent.Status.ShouldBe("requires_payment_method");
        refused.StripeError.PaymentIntent.LastPaymentError.Code.ShouldBe(code);
        (await simulated.Types()).ShouldBe(["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]);
        (await simulated.Server.Books()).Net.ShouldBe(0);
    }

    [Fact]
    public async Task A_card_that_was_saved_can_still_be_declined_and_the_same_payment_tried_again()
    {
        await using var simulated = await Simulated.Start();
        var payer = await simulated.Payer("pm_card_chargeCustomerFail");
        var refused = await Should.ThrowAsync<StripeException>(() => Charge(simulated, payer, 1000));
        refused.StripeError.Code.ShouldBe("card_declined");
        var good = await simulated.Stripe.V1.PaymentMethods.AttachAsync("pm_card_visa", new() { Customer = payer.Id });
        var again = await simulated.Stripe.V1.PaymentIntents.ConfirmAsync(refused.StripeError.PaymentIntent.Id, new() { PaymentMethod = good.Id, OffSession = true });
        again.Status.ShouldBe("succeeded");
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(1000);
    }

    [Fact]
    public async Task A_card_that_asks_to_confirm_fails_where_nobody_is_there()
    {
        await using var simulated = await Simulated.Start();
        var payer = await simulated.Payer("pm_card_authenticationRequired");
        var refused = await Should.ThrowAsync<StripeException>(() => Charge(simulated, payer, 1000));
        refused.StripeError.Code.ShouldBe("authentication_required");
        refused.StripeError.PaymentIntent.Status.ShouldBe("requires_payment_method");
        refused.StripeError.PaymentMethod.Id.ShouldBe(payer.InvoiceSettings.DefaultPaymentMethodId);
    }

    [Fact]
    public async Task An_authorisation_is_captured_in_part_and_the_rest_let_go()
    {
        await using var simulated = await Simulated.Start();
        var payer = await simulated.Payer();
        var held = await Charge(simulated, payer, 5000, manual: true);
        (held.Status, held.AmountCapturable, held.AmountReceived).ShouldBe(("requires_capture", 5000, 0));
        (await simulated.Server.Books()).Net.ShouldBe(0);
        var taken = await simulated.Stripe.V1.PaymentIntents.CaptureAsync(held.Id, new() { AmountToCapture = 1800 });
        (taken.Status, taken.AmountCapturable, taken.AmountReceived).ShouldBe(("succeeded", 0, 1800));
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(1800);
        var twice = await Should.ThrowAsync<StripeException>(() => simulated.Stripe.V1.PaymentIntents.CaptureAsync(held.Id));
        twice.StripeError.Code.ShouldBe("payment_intent_unexpected_state");
    }

    [Fact]
    public async Task More_than_was_authorised_is_not_captured()
    {
        await using var simulated = await Simulated.Start();
        var held = await Charge(simulated, await simulated.Payer(), 5000, manual: true);
        var refused = await Should.ThrowAsync<StripeException>(() => simulated.Stripe.V1.PaymentIntents.CaptureAsync(held.Id, new() { AmountToCapture = 5001 }));
        refused.StripeError.Code.ShouldBe("amount_too_large");
    }

    [Fact]
    public async Task An_authorisation_lapses_after_seven_days()
    {
        await using var simulated = await Simulated.Start();
        var held = await Charge(simulated, await simulated.Payer(), 5000, manual: true);
        (await simulated.Server.NextDue()).ShouldBe(Simulated.Now.AddDays(7));
        await simulated.Advance(TimeSpan.FromDays(8));
        var lapsed = await simulated.Stripe.V1.PaymentIntents.GetAsync(held.Id);
        (lapsed.Status, lapsed.CancellationReason).ShouldBe(("canceled", "automatic"));
        lapsed.CanceledAt.ShouldBe(Simulated.Now.AddDays(7).UtcDateTime);
        (await simulated.Types()).ShouldContain("charge.expired");
        (await simulated.Server.NextDue()).ShouldBeNull();
    }

    [Fact]
    public async Task An_authorisation_that_is_cancelled_moves_no_money()
    {
        await using var simulated = await Simulated.Start();
        var held = await Charge(simulated, await simulated.Payer(), 5000, manual: true);
        (await simulated.Stripe.V1.PaymentIntents.CancelAsync(held.Id)).Status.ShouldBe("canceled");
        (await simulated.Server.Books()).Net.ShouldBe(0);
        (await Should.ThrowAsync<StripeException>(() => simulated.Stripe.V1.PaymentIntents.CancelAsync(held.Id))).StripeError.Code.ShouldBe("payment_intent_unexpected_state");
    }

    [Fact]
    public async Task Refunds_never_exceed_what_was_taken()
    {
        await using var simulated = await Simulated.Start();
        var payer = await simulated.Payer();
        var paid = await Charge(simulated, payer, 1000);
        var part = await simulated.Stripe.V1.Refunds.CreateAsync(new() { PaymentIntent = paid.Id, Amount = 300, Reason = "requested_by_customer" });
        part.Status.ShouldBe("succeeded");
        (await Should.ThrowAsync<StripeException>(() => simulated.Stripe.V1.Refunds.CreateAsync(new() { PaymentIntent = paid.Id, Amount = 701 }))).StripeError.Param.ShouldBe("amount");
        (await simulated.Stripe.V1.Refunds.CreateAsync(new() { PaymentIntent = paid.Id })).Amount.ShouldBe(700);
        (await Should.ThrowAsync<StripeException>(() => simulated.Stripe.V1.Refunds.CreateAsync(new() { PaymentIntent = paid.Id, Amount = 1 }))).StripeError.Code.ShouldBe("charge_already_refunded");
        var charge = await simulated.Stripe.V1.Charges.GetAsync(paid.LatestChargeId, new() { Expand = ["refunds"] });
        (charge.Refunded, charge.AmountRefunded, charge.Refunds.Data.Count).ShouldBe((true, 1000, 2));
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(0);
        (await simulated.Types()).Count(t => t == "charge.refunded").ShouldBe(2);
    }

    [Fact]
    public async Task Many_refunds_at_once_give_back_what_was_taken_and_no_more()
    {
        await using var simulated = await Simulated.Start();
        var payer = await simulated.Payer();
        var paid = await Charge(simulated, payer, 1000);
        var refunds = await Task.WhenAll(Enumerable.Range(0, 30).Select(async _ =>
        {
            try
            {
                return (await simulated.Stripe.V1.Refunds.CreateAsync(new() { PaymentIntent = paid.Id, Amount = 100 })).Amount;
            }
            catch (StripeException)
            {
                return 0;
            }
        }));
        refunds.Sum().ShouldBe(1000);
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(0);
    }

    [Fact]
    public async Task Somebody_present_confirms_and_comes_back()
    {
        await using var simulated = await Simulated.Start();
        var asked = await simulated.Stripe.V1.PaymentIntents.CreateAsync(new()
        {
            Amount = 1000, Currency = "eur", PaymentMethod = "pm_card_authenticationRequired", Confirm = true, ReturnUrl = "https://space.example/back?a=b",
        });
        asked.Status.ShouldBe("requires_action");
        var (_, next, _) = await Simulated.Post(asked.NextAction.RedirectToUrl.Url, ("answer", "complete"));
        next!.AbsoluteUri.ShouldStartWith($"https://space.example/back?a=b&payment_intent={asked.Id}&");
        (await simulated.Stripe.V1.PaymentIntents.GetAsync(asked.Id)).Status.ShouldBe("succeeded");
        (await Simulated.Post(asked.NextAction.RedirectToUrl.Url, ("answer", "complete"))).Next!.AbsolutePath.ShouldStartWith("/challenge/");
        (await simulated.Server.Books()).Net.ShouldBe(1000);
    }

    [Fact]
    public async Task Money_is_whole_positive_and_not_too_much()
    {
        await using var simulated = await Simulated.Start();
        foreach (var (amount, code) in new[] { (0L, "parameter_invalid_integer"), (-5L, "parameter_invalid_integer"), (49L, "amount_too_small"), (100_000_000L, "amount_too_large") })
            (await Should.ThrowAsync<StripeException>(() => simulated.Stripe.V1.PaymentIntents.CreateAsync(new() { Amount = amount, Currency = "eur" }))).StripeError.Code.ShouldBe(code);
        await Should.ThrowAsync<StripeException>(() => simulated.Stripe.V1.PaymentIntents.CreateAsync(new() { Amount = 500, Currency = "xyz" }));
    }

    [Theory]
    [InlineData(true, 1000)]
    [InlineData(false, 0)]
    public async Task A_dispute_takes_the_money_and_only_a_won_one_brings_it_back(bool won, long kept)
    {
        await using var simulated = await Simulated.Start();
        var payer = await simulated.Payer("pm_card_createDispute");
        var paid = await Charge(simulated, payer, 1000);
        var dispute = (await simulated.Stripe.V1.Disputes.ListAsync(new() { PaymentIntent = paid.Id })).Data.Single();
        (dispute.Status, dispute.Reason, dispute.Amount).ShouldBe(("needs_response", "fraudulent", 1000));
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(0);
        (await Should.ThrowAsync<StripeException>(() => simulated.Stripe.V1.Refunds.CreateAsync(new() { PaymentIntent = paid.Id }))).StripeError.Code.ShouldBe("charge_disputed");
        await simulated.Server.DecideDispute(dispute.Id, won);
        var books = await simulated.Server.Books();
        (books.Kept(payer.Id), books.Net).ShouldBe((kept, kept));
        var types = await simulated.Types();
        types.ShouldContain("charge.dispute.funds_withdrawn");
        types.ShouldContain("charge.dispute.closed");
        types.Contains("charge.dispute.funds_reinstated").ShouldBe(won);
    }

    [Fact]
    public async Task A_currency_is_charged_in_what_its_cards_move()
    {
        await using var simulated = await Simulated.Start();
        (string, long, string?)[] cases =
        [
            ("eur", 50, null), ("eur", 49, "amount_too_small"), ("gbp", 30, null), ("jpy", 50, null), ("jpy", 49, "amount_too_small"), ("czk", 1499, "amount_too_small"), ("huf", 17_550, null),
            ("twd", 1005, null), ("kwd", 1250, null), ("kwd", 1255, "invalid_charge_amount"), ("isk", 500_00, null), ("isk", 500_50, "invalid_charge_amount_no_decimal_compatible"),
            ("ugx", 500_50, "invalid_charge_amount_no_decimal_compatible"),
        ];
        foreach (var (currency, amount, refused) in cases)
        {
            Task<PaymentIntent> Ask() => simulated.Stripe.V1.PaymentIntents.CreateAsync(new() { Amount = amount, Currency = currency, PaymentMethod = "pm_card_visa", Confirm = true });
            if (refused is null) (await Ask()).AmountReceived.ShouldBe(amount, currency);
            else await Refused(Ask, refused);
        }
        var unknown = await Should.ThrowAsync<StripeException>(() => simulated.Stripe.V1.PaymentIntents.CreateAsync(new() { Amount = 5000, Currency = "xyz" }));
        unknown.StripeError.Param.ShouldBe("currency");
    }

    [Fact]
    public async Task A_part_that_does_not_move_is_neither_captured_nor_given_back_nor_sold()
    {
        await using var simulated = await Simulated.Start();
        var held = await simulated.Stripe.V1.PaymentIntents.CreateAsync(new() { Amount = 5000, Currency = "kwd", PaymentMethod = "pm_card_visa", Confirm = true, CaptureMethod = "manual" });
        await Refused(() => simulated.Stripe.V1.PaymentIntents.CaptureAsync(held.Id, new() { AmountToCapture = 1805 }), "invalid_charge_amount");
        await simulated.Stripe.V1.PaymentIntents.CaptureAsync(held.Id, new() { AmountToCapture = 1800 });
        await Refused(() => simulated.Stripe.V1.Refunds.CreateAsync(new() { PaymentIntent = held.Id, Amount = 5 }), "invalid_charge_amount");
        (await simulated.Stripe.V1.Refunds.CreateAsync(new() { PaymentIntent = held.Id, Amount = 10 })).Status.ShouldBe("succeeded");
        await Refused(() => simulated.Price(4900_50, currency: "isk"), "invalid_charge_amount_no_decimal_compatible");
        await Refused(() => simulated.Stripe.V1.Checkout.Sessions.CreateAsync(new()
        {
            Mode = "payment", SuccessUrl = "https://space.example/back",
            LineItems = [new() { Quantity = 1, PriceData = new() { Currency = "kwd", UnitAmount = 1255, ProductData = new() { Name = "Ten hours" } } }],
        }), "invalid_charge_amount");
    }

    private static async Task Refused(Func<Task> call, string code) => (await Should.ThrowAsync<StripeException>(call)).StripeError.Code.ShouldBe(code);

    private static Task<PaymentIntent> Charge(Simulated simulated, Customer payer, long amount, bool manual = false) => simulated.Stripe.V1.PaymentIntents.CreateAsync(new()
    {
        Amount = amount, Currency = "eur", Customer = payer.Id, PaymentMethod = payer.InvoiceSettings.DefaultPaymentMethodId, OffSession = true, Confirm = true,
        CaptureMethod = manual ? "manual" : "automatic", Metadata = new() { ["booking"] = "b1" }, Expand = ["latest_charge"],
    });
}
