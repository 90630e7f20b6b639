using Makerspace.Billing;
using Makerspace.PaymentSimulator;

namespace Makerspace.Tests.Billing;

/// <summary>Pages on which people pay: one open at a time, each paid once, and what was bought is had once.</summary>
public sealed class GatewayCheckoutTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pack_is_had_once_it_is_paid_and_only_once()
    {
        await using var rig = await GatewayRig.Start(BillingSettings.Default with { TaxBasisPoints = 1900, TaxName = "MwSt" });
        var bought = await rig.Buy(PurchaseKind.Pack, "ten-hours");
        bought.Packs.Single().Minutes.ShouldBe(600);
        await rig.Desk.Look(GatewayRig.Ada, Cancellation);
        await rig.Desk.Look(GatewayRig.Ada, Cancellation);
        (await rig.Account.View()).Packs.Length.ShouldBe(1);
        // 80.00 and 19 % on top.
        await rig.ShouldAgree(kept: 9520);
        bought.Card!.Last4.ShouldBe("4242");
    }

    [Fact]
    public async Task A_plan_is_subscribed_to_with_its_tax_and_there_is_no_second()
    {
        await using var rig = await GatewayRig.Start(BillingSettings.Default with { TaxBasisPoints = 1900, PricesIncludeTax = true });
        var member = await rig.Buy(PurchaseKind.Plan, "maker");
        (member.Subscription!.Status, member.Subscription.PlanId, member.Subscription.UnitAmount).ShouldBe(("active", "maker", 4900));
        member.Invoices.Single().AmountPaid.ShouldBe(4900);
        await rig.ShouldAgree(kept: 4900);
        (await rig.Simulator.Books(Cancellation)).Invoices.Single().Tax.ShouldBe(782);
        (await rig.Checkout(PurchaseKind.Plan, "pro")).Refusals.Single().Code.ShouldBe("already-subscribed");
        member.Card!.Last4.ShouldBe("4242");
    }

    [Fact]
    public async Task The_same_request_opens_the_same_page()
    {
        await using var rig = await GatewayRig.Start();
        var id = Guid.NewGuid();
        var first = await rig.Checkout(PurchaseKind.Pack, "ten-hours", id);
        (await rig.Checkout(PurchaseKind.Pack, "ten-hours", id)).Url.ShouldBe(first.Url);
        await GatewayRig.Pay(first.Url!);
        await rig.Desk.Look(GatewayRig.Ada, Cancellation);
        var after = await rig.Checkout(PurchaseKind.Pack, "ten-hours", id);
        (after.Url, after.Purchase!.Done).ShouldBe((null, true));
    }

    [Fact]
    public async Task Another_purchase_closes_the_page_before()
    {
        await using var rig = await GatewayRig.Start();
        var first = await rig.Checkout(PurchaseKind.Pack, "ten-hours");
        var second = await rig.Checkout(PurchaseKind.Pack, "ten-hours");
        second.Url.ShouldNotBe(first.Url);
        await GatewayRig.Pay(first.Url!);
        (await rig.Simulator.Books(Cancellation)).Payments.Sum(p => p.Received).ShouldBe(0);
        await GatewayRig.Pay(second.Url!);
        await rig.Desk.Look(GatewayRig.Ada, Cancellation);
        await rig.ShouldAgree(kept: 8000);
    }

    [Fact]
    public async Task A_page_that_was_paid_before_it_could_be_closed_counts()
    {
        await using var rig = await GatewayRig.Start();
        await GatewayRig.Pay((await rig.Checkout(PurchaseKind.Plan, "maker")).Url!);
        // Nobody has told us yet, and the payer asks for it again in another window.
        (await rig.Checkout(PurchaseKind.Plan, "maker")).Refusals.Single().Code.ShouldBe("already-subscribed");
        await rig.ShouldAgree(kept: 4900);
    }

    [Theory]
    [InlineData(CallFault.TimeoutAfter), InlineData(CallFault.TimeoutBefore), InlineData(CallFault.Error), InlineData(CallFault.ErrorAfter), InlineData(CallFault.TooManyRequests)]
    public async Task A_page_whose_opening_was_not_answered_is_there_once_when_it_is_asked_for_again(CallFault fault)
    {
        await using var rig = await GatewayRig.Start();
        var id = Guid.NewGuid();
        rig.Simulator.Misbehaviour.Add(new CallTrouble(fault, Method: "POST", Path: "/v1/checkout/sessions"));
        await Should.ThrowAsync<PaymentsUnavailableException>(() => rig.Checkout(PurchaseKind.Pack, "ten-hours", id));
        rig.Clock.Advance(TimeSpan.FromMinutes(40));
        var page = await rig.Checkout(PurchaseKind.Pack, "ten-hours", id);
        await GatewayRig.Pay(page.Url!);
        await rig.Desk.Look(GatewayRig.Ada, Cancellation);
        await rig.ShouldAgree(kept: 8000);
        (await rig.Simulator.Books(Cancellation)).Payments.Count(p => p.Received > 0).ShouldBe(1);
    }

    [Theory]
    [InlineData(CallFault.TimeoutAfter), InlineData(CallFault.TimeoutBefore)]
    public async Task There_is_one_customer_for_an_account_also_where_the_making_was_not_answered(CallFault fault)
    {
        await using var rig = await GatewayRig.Start();
        rig.Simulator.Misbehaviour.Add(new CallTrouble(fault, Method: "POST", Path: "/v1/customers"));
        await Should.ThrowAsync<PaymentsUnavailableException>(() => rig.Checkout(PurchaseKind.Card));
        await rig.Buy(PurchaseKind.Card);
        (await rig.Simulator.Books(Cancellation)).Credits.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_owed_and_could_not_be_taken_is_paid_on_a_page_instead()
    {
        await using var rig = await GatewayRig.Start();
        await rig.Buy(PurchaseKind.Card, card: GatewayRig.DeclinedLater);
        await rig.Owe(1250);
        await rig.Deliver();
        var failed = (await rig.Simulator.Books(Cancellation)).Payments.Single().Id;
        var paid = await rig.Buy(PurchaseKind.Balance);
        (paid.Collection, paid.LateSince).ShouldBe((null, null));
        await rig.ShouldAgree(kept: 1250);
        (await rig.Simulator.Books(Cancellation)).Payments.Single(p => p.Id == failed).Status.ShouldBe("canceled");
    }

    [Fact]
    public async Task A_look_that_began_earlier_and_arrives_later_takes_no_card_away()
    {
        await using var rig = await GatewayRig.Start();
        var page = await rig.Checkout(PurchaseKind.Card);
        var early = await rig.Service<Looking>().Customer((await rig.Account.View()).CustomerId!, Cancellation);
        await GatewayRig.Pay(page.Url!);
        (await rig.Desk.Look(GatewayRig.Ada, Cancellation)).Card.ShouldNotBeNull();
        await rig.Account.Seen([early!.Seen]);
        (await rig.Account.View()).Card.ShouldNotBeNull("The clock stands still between the two looks");
    }

    [Fact]
    public async Task Looks_that_come_together_all_see_the_card()
    {
        await using var rig = await GatewayRig.Start();
        var page = await rig.Checkout(PurchaseKind.Card);
        await GatewayRig.Pay(page.Url!);
        var views = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => rig.Desk.Look(GatewayRig.Ada, Cancellation)));
        views.Length.ShouldBe(12);
        (await rig.Desk.Look(GatewayRig.Ada, Cancellation)).Card.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_portal_is_for_payers_that_are_known_there()
    {
        await using var rig = await GatewayRig.Start();
        (await rig.Desk.Portal(GatewayRig.Ada, new Uri("http://127.0.0.1:9/"), Cancellation)).ShouldBeNull();
        await rig.Buy(PurchaseKind.Card);
        (await rig.Desk.Portal(GatewayRig.Ada, new Uri("http://127.0.0.1:9/"), Cancellation))!.Authority.ShouldBe(rig.Simulator.Address.Authority);
    }
}
