using Makerspace.Billing;
using Makerspace.PaymentSimulator;
using Makerspace.Time;

namespace Makerspace.Tests.Billing;

/// <summary>Each command, sent twice as after a crash: the provider has done it once, and the second sending says what the first would have said.</summary>
public sealed class GatewayCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData(false), InlineData(true)]
    public async Task An_authorisation_is_made_captured_in_part_and_each_once(bool keyForgotten)
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Card);
        var held = await Twice(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.Authorise, Amount = 5000, Currency = "eur", BookingId = Guid.NewGuid() }, keyForgotten);
        held.Outcome.Done.ShouldBeTrue();
        var authorised = (await rig.Simulator.Books(Cancellation)).Payments.Single();
        (authorised.Status, authorised.Capturable).ShouldBe(("requires_capture", 5000));
        var taken = await Twice(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.Capture, Amount = 1800, Currency = "eur", PaymentIntentId = authorised.Id }, keyForgotten);
        taken.Outcome.Done.ShouldBeTrue();
        (await rig.Simulator.Books(Cancellation)).Payments.Single().Received.ShouldBe(1800);
        // What was captured cannot be voided any more; what was voided cannot be captured.
        var late = await Twice(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.Void, PaymentIntentId = authorised.Id }, keyForgotten);
        (late.Outcome.Done, late.Outcome.Code).ShouldBe((false, "already-captured"));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task An_authorisation_is_voided_once(bool keyForgotten)
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Card);
        await Twice(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.Authorise, Amount = 5000, Currency = "eur", BookingId = Guid.NewGuid() }, keyForgotten);
        var authorised = (await rig.Simulator.Books(Cancellation)).Payments.Single();
        (await Twice(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.Void, PaymentIntentId = authorised.Id }, keyForgotten)).Outcome.Done.ShouldBeTrue();
        (await rig.Simulator.Books(Cancellation)).Payments.Single().Status.ShouldBe("canceled");
        var late = await Twice(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.Capture, Amount = 100, PaymentIntentId = authorised.Id }, keyForgotten);
        (late.Outcome.Done, late.Outcome.Code).ShouldBe((false, "authorisation-gone"));
    }

    [Fact]
    public async Task A_card_that_wants_its_owner_is_an_outcome_with_the_payment_it_tried()
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Card, card: "4000002760003184");
        var sent = await Send(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.Charge, Amount = 1000, Currency = "eur" });
        (sent.Outcome.Done, sent.Outcome.Code).ShouldBe((false, "authentication_required"));
        sent.Outcome.PaymentIntentId.ShouldNotBeNull();
        sent.LookAt.ShouldBe(sent.Outcome.PaymentIntentId);
    }

    [Fact]
    public async Task A_subscription_is_made_as_wanted_whatever_it_was_and_each_change_once()
    {
        await using var rig = await GatewayRig.Start();
        var subscribed = (await rig.Buy(PurchaseKind.Plan, "maker")).Subscription!;
        var wish = new SubscriptionWish(subscribed.SubscriptionId, "pro", 1, CancelAtPeriodEnd: true, Paused: true);
        (await Twice(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.Subscription, Wish = wish }, keyForgotten: true)).Outcome.Done.ShouldBeTrue();
        var seen = await Subscription(rig, subscribed.SubscriptionId);
        (seen.PlanId, seen.CancelAtPeriodEnd, seen.Paused, seen.UnitAmount).ShouldBe(("pro", true, true, 9900));
        (await rig.Simulator.Books(Cancellation)).Invoices.Count.ShouldBe(2);
        await Twice(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.Subscription, Wish = wish with { CancelAtPeriodEnd = false, Paused = false } }, keyForgotten: false);
        seen = await Subscription(rig, subscribed.SubscriptionId);
        (seen.CancelAtPeriodEnd, seen.Paused).ShouldBe((false, false));
        (await Twice(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.EndSubscription, Wish = wish }, keyForgotten: false)).Outcome.Done.ShouldBeTrue();
        (await Subscription(rig, subscribed.SubscriptionId)).Status.ShouldBe("canceled");
        (await Send(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.Subscription, Wish = wish })).Outcome.Code.ShouldBe("subscription-ended");
    }

    [Fact]
    public async Task Another_plan_is_bought_with_the_tax_of_that_day()
    {
        await using var rig = await GatewayRig.Start(BillingSettings.Default with { TaxBasisPoints = 1900 });
        var subscribed = (await rig.Buy(PurchaseKind.Plan, "maker")).Subscription!;
        (await TaxOf(rig, subscribed.SubscriptionId)).ShouldBe([(19m, false)]);
        foreach (var (basisPoints, included, plan) in new[] { (2000, true, "pro"), (0, false, "maker") })
        {
            await rig.Silo.Grains.GetGrain<Makerspace.Spaces.ISpaceGrain>(Keys.Space).Change(new Makerspace.Spaces.SpaceChange { Billing = BillingSettings.Default with { TaxBasisPoints = basisPoints, PricesIncludeTax = included } }, "test");
            var wish = new SubscriptionWish(subscribed.SubscriptionId, plan, 1, CancelAtPeriodEnd: false, Paused: false);
            (await Send(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.Subscription, Wish = wish })).Outcome.Done.ShouldBeTrue();
            (decimal, bool)[] expected = basisPoints == 0 ? [] : [(20m, true)];
            (await TaxOf(rig, subscribed.SubscriptionId)).ShouldBe(expected);
        }
    }

    private static async Task<(decimal Percent, bool Included)[]> TaxOf(GatewayRig rig, string subscription)
    {
        using var http = new HttpClient { BaseAddress = rig.Simulator.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", PaymentSettings.SimulatorKey);
        var json = System.Text.Json.Nodes.JsonNode.Parse(await http.GetStringAsync(new Uri($"/v1/subscriptions/{subscription}", UriKind.Relative), Cancellation))!;
        return [.. json["default_tax_rates"]!.AsArray().Select(r => ((decimal)r!["percentage"]!, (bool)r["inclusive"]!))];
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task An_invoice_is_paid_once_with_the_card_that_is_saved_now(bool keyForgotten)
    {
        await using var rig = await GatewayRig.Start();
        var invoice = await Unpaid(rig);
        (await Twice(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.PayInvoice, InvoiceId = invoice }, keyForgotten)).ShouldBe(Sent.Done(invoice));
        (await rig.Simulator.Books(Cancellation)).Payments.Count(p => p.Received > 0).ShouldBe(2);
        // Whoever asks once more, under another key, is told that nothing is left to pay.
        (await Send(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.PayInvoice, InvoiceId = invoice })).ShouldBe(Sent.Done(invoice));
    }

    [Theory]
    [InlineData(CallFault.TimeoutAfter), InlineData(CallFault.TimeoutBefore), InlineData(CallFault.TooManyRequests), InlineData(CallFault.Error), InlineData(CallFault.ErrorAfter)]
    public async Task An_invoice_whose_payment_was_not_answered_is_paid_once(CallFault fault)
    {
        await using var rig = await GatewayRig.Start();
        var invoice = await Unpaid(rig);
        rig.Simulator.Misbehaviour.Add(new CallTrouble(fault, Method: "POST", Path: "/v1/invoices/*/pay"));
        await rig.DeliverAll();
        (await rig.Account.View()).Invoices.Single(i => i.InvoiceId == invoice).Status.ShouldBe("paid");
        await rig.ShouldAgree(kept: 9800);
    }

    [Theory]
    [InlineData(CallFault.TimeoutAfter), InlineData(CallFault.TimeoutBefore), InlineData(CallFault.TooManyRequests), InlineData(CallFault.Error), InlineData(CallFault.ErrorAfter)]
    public async Task A_failure_on_the_way_is_no_outcome(CallFault fault)
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Card);
        rig.Simulator.Misbehaviour.Add(new CallTrouble(fault, Method: "POST"));
        var failure = await Should.ThrowAsync<Exception>(() => Send(rig, new PaymentCommand { Id = Guid.NewGuid(), Kind = PaymentCommandKind.Charge, Amount = 1000, Currency = "eur" }));
        Failing.IsUnknown(failure, Cancellation).ShouldBeTrue(failure.ToString());
    }

    [Theory, InlineData(System.Net.HttpStatusCode.Conflict, true), InlineData(System.Net.HttpStatusCode.BadRequest, false)]
    public void Somebody_elses_sending_under_the_same_key_is_no_outcome_and_no_reason_for_a_new_key(System.Net.HttpStatusCode status, bool underWay)
    {
        var failure = new Stripe.StripeException(status, new Stripe.StripeError { Type = "idempotency_error" }, "in use");
        (failure.IsKeyReused(), failure.IsUnderWay(), failure.IsDefinite()).ShouldBe((!underWay, underWay, false));
    }

    // The month after is not taken, and then another card is saved.
    private static async Task<string> Unpaid(GatewayRig rig)
    {
        await rig.Buy(PurchaseKind.Plan, "maker");
        await rig.Buy(PurchaseKind.Card, card: GatewayRig.DeclinedLater);
        rig.Clock.Advance(TimeSpan.FromDays(32));
        await rig.Simulator.RunDue(rig.Clock.GetUtcNow(), Cancellation);
        var view = await rig.Desk.Look(GatewayRig.Ada, Cancellation);
        view.Waiting.ShouldBeEmpty();
        await rig.Buy(PurchaseKind.Card);
        return view.Invoices.Single(i => i.Status == "open").InvoiceId;
    }

    private static async Task<Sent> Twice(GatewayRig rig, PaymentCommand command, bool keyForgotten)
    {
        var sentAt = rig.Clock.Now();
        var first = await Send(rig, command with { SentAt = sentAt });
        // The provider forgets; what it made then is found again.
        if (keyForgotten) rig.Clock.Advance(TimeSpan.FromHours(25));
        var second = await Send(rig, command with { SentAt = sentAt });
        second.ShouldBe(first);
        return second;
    }

    private static async Task<Sent> Send(GatewayRig rig, PaymentCommand command) => await rig.Service<PaymentCommands>().Send(await rig.Account.View(), command, Cancellation);

    private static async Task<ObservedSubscription> Subscription(GatewayRig rig, string id) =>
        (await rig.Service<Looking>().At(id, Cancellation)).Select(s => s.Seen).OfType<ObservedSubscription>().Single();
}
