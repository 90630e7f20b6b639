using Stripe;

namespace Makerspace.Tests.PaymentSimulator;

/// <summary>Renewal, proration, dunning, pause and cancellation, by the simulator's clock and by test clocks.</summary>
public sealed class SubscriptionTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task It_renews_by_a_draft_that_is_paid_an_hour_later()
    {
        await using var simulated = await Simulated.Start();
        var (_, subscription) = await Subscribe(simulated, 3000);
        subscription.Status.ShouldBe("active");
        await simulated.Advance(TimeSpan.FromDays(30));
        var draft = (await simulated.Stripe.V1.Invoices.ListAsync(new() { Subscription = subscription.Id })).Data[0];
        (draft.Status, draft.BillingReason, draft.Number).ShouldBe(("draft", "subscription_cycle", null));
        await simulated.Advance(Hour);
        var paid = await simulated.Stripe.V1.Invoices.GetAsync(draft.Id);
        (paid.Status, paid.AmountPaid, paid.AttemptCount).ShouldBe(("paid", 3000, 1));
        paid.Number.ShouldEndWith("-0002");
        var now = await simulated.Stripe.V1.Subscriptions.GetAsync(subscription.Id);
        (now.Items.Data[0].CurrentPeriodStart, now.Items.Data[0].CurrentPeriodEnd).ShouldBe((new(2026, 12, 23, 9, 0, 0), new(2027, 1, 23, 9, 0, 0)));
    }

    [Fact]
    public async Task What_fell_due_while_nobody_looked_is_done_in_its_order_at_its_time()
    {
        await using var simulated = await Simulated.Start();
        var (payer, subscription) = await Subscribe(simulated, 3000);
        await simulated.Advance(TimeSpan.FromDays(100));
        var invoices = (await simulated.Stripe.V1.Invoices.ListAsync(new() { Subscription = subscription.Id })).Data;
        invoices.Select(i => i.Created).ShouldBe([new(2027, 2, 23, 9, 0, 0), new(2027, 1, 23, 9, 0, 0), new(2026, 12, 23, 9, 0, 0), new(2026, 11, 23, 9, 0, 0)]);
        invoices.ShouldAllBe(i => i.Status == "paid");
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(12000);
    }

    [Fact]
    public async Task It_renews_on_the_31st_where_there_is_one()
    {
        await using var simulated = await Simulated.Start();
        await simulated.Advance(new DateTimeOffset(2027, 1, 31, 12, 0, 0, TimeSpan.Zero) - Simulated.Now);
        var (_, subscription) = await Subscribe(simulated, 3000);
        await simulated.Advance(TimeSpan.FromDays(110));
        var starts = (await simulated.Stripe.V1.Invoices.ListAsync(new() { Subscription = subscription.Id })).Data.Select(i => i.Lines.Data[0].Period.Start.Day);
        starts.ShouldBe([30, 31, 28, 31]);
    }

    // 20 of 30 days are left: 3000 × 20/30 is given back, 9000 × 20/30 asked.
    [Fact]
    public async Task An_upgrade_is_charged_at_once_to_the_second()
    {
        await using var simulated = await Simulated.Start();
        var (payer, subscription) = await Subscribe(simulated, 3000);
        await simulated.Advance(TimeSpan.FromDays(10));
        var dearer = await simulated.Price(9000);
        var changed = await simulated.Stripe.V1.Subscriptions.UpdateAsync(subscription.Id, new()
        {
            Items = [new() { Id = subscription.Items.Data[0].Id, Price = dearer.Id }], ProrationBehavior = "always_invoice", Expand = ["latest_invoice"],
        });
        var invoice = changed.LatestInvoice;
        (invoice.BillingReason, invoice.Status, invoice.Total).ShouldBe(("subscription_update", "paid", 4000));
        invoice.Lines.Data.Select(l => l.Amount).ShouldBe([-2000, 6000]);
        invoice.Lines.Data.ShouldAllBe(l => l.Parent.SubscriptionItemDetails.Proration);
        changed.Items.Data.Single().CurrentPeriodEnd.ShouldBe(new DateTime(2026, 12, 23, 9, 0, 0));
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(7000);
    }

    [Fact]
    public async Task A_downgrade_becomes_credit_that_the_renewal_uses()
    {
        await using var simulated = await Simulated.Start();
        var (payer, subscription) = await Subscribe(simulated, 9000);
        await simulated.Advance(TimeSpan.FromDays(10));
        var cheaper = await simulated.Price(3000);
        var changed = await simulated.Stripe.V1.Subscriptions.UpdateAsync(subscription.Id, new()
        {
            Items = [new() { Id = subscription.Items.Data[0].Id, Price = cheaper.Id }], ProrationBehavior = "always_invoice", Expand = ["latest_invoice"],
        });
        (changed.LatestInvoice.Total, changed.LatestInvoice.AmountDue, changed.LatestInvoice.Status, changed.LatestInvoice.EndingBalance).ShouldBe((-4000, 0, "paid", -4000));
        (await simulated.Stripe.V1.Customers.GetAsync(payer.Id)).Balance.ShouldBe(-4000);
        await simulated.Advance(TimeSpan.FromDays(20) + Hour);
        var renewal = (await simulated.Stripe.V1.Invoices.ListAsync(new() { Subscription = subscription.Id })).Data[0];
        (renewal.Total, renewal.StartingBalance, renewal.EndingBalance, renewal.AmountDue).ShouldBe((3000, -4000, -1000, 0));
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(9000);
    }

    [Fact]
    public async Task More_seats_wait_for_the_next_invoice_where_that_is_asked()
    {
        await using var simulated = await Simulated.Start();
        var (payer, subscription) = await Subscribe(simulated, 3000);
        await simulated.Advance(TimeSpan.FromDays(15));
        await simulated.Stripe.V1.Subscriptions.UpdateAsync(subscription.Id, new() { Items = [new() { Id = subscription.Items.Data[0].Id, Quantity = 3 }] });
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(3000);
        await simulated.Advance(TimeSpan.FromDays(15) + Hour);
        // Half a period of two more seats (given back one, asked for three), and three whole.
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(3000 + 3000 + 9000);
    }

    [Fact]
    public async Task Another_interval_begins_a_new_period_now()
    {
        await using var simulated = await Simulated.Start();
        var (payer, subscription) = await Subscribe(simulated, 3000);
        await simulated.Advance(TimeSpan.FromDays(10));
        var yearly = await simulated.Price(30000, "year");
        var changed = await simulated.Stripe.V1.Subscriptions.UpdateAsync(subscription.Id, new() { Items = [new() { Id = subscription.Items.Data[0].Id, Price = yearly.Id }] });
        changed.Items.Data[0].CurrentPeriodEnd.ShouldBe(new DateTime(2027, 12, 3, 9, 0, 0));
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(3000 + 30000 - 2000);
    }

    [Theory]
    [InlineData(false, 1190, 190)]
    [InlineData(true, 1000, 160)]
    public async Task Tax_is_on_every_line(bool inclusive, long total, long tax)
    {
        await using var simulated = await Simulated.Start();
        var rate = await simulated.Stripe.V1.TaxRates.CreateAsync(new() { DisplayName = "VAT", Percentage = 19, Inclusive = inclusive });
        var (_, subscription) = await Subscribe(simulated, 1000, tax: rate.Id);
        var invoice = await simulated.Stripe.V1.Invoices.GetAsync(subscription.LatestInvoiceId);
        (invoice.Total, invoice.TotalTaxes.Single().Amount, invoice.TotalExcludingTax).ShouldBe((total, tax, total - tax));
        invoice.Lines.Data.Single().Taxes.Single().TaxBehavior.ShouldBe(inclusive ? "inclusive" : "exclusive");
        invoice.TotalTaxes.Single().TaxRateDetails.TaxRateId.ShouldBe(rate.Id);
    }

    [Theory]
    [InlineData("once", 2250, 3000)]
    [InlineData("forever", 2250, 2250)]
    public async Task A_coupon_counts_once_or_for_ever(string duration, long first, long second)
    {
        await using var simulated = await Simulated.Start();
        var coupon = await simulated.Stripe.V1.Coupons.CreateAsync(new() { PercentOff = 25, Duration = duration });
        var payer = await simulated.Payer();
        var price = await simulated.Price(3000);
        await simulated.Stripe.V1.Subscriptions.CreateAsync(new() { Customer = payer.Id, Items = [new() { Price = price.Id }], Discounts = [new() { Coupon = coupon.Id }] });
        await simulated.Advance(TimeSpan.FromDays(30) + Hour);
        (await simulated.Server.Books()).Invoices.Select(i => i.AmountPaid).ShouldBe([first, second]);
    }

    [Fact]
    public async Task A_card_that_fails_is_tried_four_times_and_then_it_ends()
    {
        await using var simulated = await Simulated.Start();
        var (payer, subscription) = await Subscribe(simulated, 3000);
        await Replace(simulated, payer, "pm_card_chargeCustomerFail");
        await simulated.Advance(TimeSpan.FromDays(30) + Hour);
        (await simulated.Stripe.V1.Subscriptions.GetAsync(subscription.Id)).Status.ShouldBe("past_due");
        var invoice = (await simulated.Stripe.V1.Invoices.ListAsync(new() { Subscription = subscription.Id })).Data[0];
        invoice.NextPaymentAttempt.ShouldBe(new DateTime(2026, 12, 26, 10, 0, 0));
        await simulated.Advance(TimeSpan.FromDays(3));
        await simulated.Advance(TimeSpan.FromDays(5));
        (await simulated.Stripe.V1.Invoices.GetAsync(invoice.Id)).AttemptCount.ShouldBe(3);
        await simulated.Advance(TimeSpan.FromDays(7));
        var ended = await simulated.Stripe.V1.Subscriptions.GetAsync(subscription.Id);
        (ended.Status, ended.CancellationDetails.Reason).ShouldBe(("canceled", "payment_failed"));
        var last = await simulated.Stripe.V1.Invoices.GetAsync(invoice.Id);
        (last.Status, last.AttemptCount, last.NextPaymentAttempt).ShouldBe(("open", 4, null));
        var types = await simulated.Types();
        types.Count(t => t == "invoice.payment_failed").ShouldBe(4);
        types.ShouldContain("customer.subscription.deleted");
        (await simulated.Server.NextDue()).ShouldBeNull();
    }

    [Fact]
    public async Task A_new_card_recovers_it()
    {
        await using var simulated = await Simulated.Start();
        var (payer, subscription) = await Subscribe(simulated, 3000);
        await Replace(simulated, payer, "pm_card_chargeCustomerFail");
        await simulated.Advance(TimeSpan.FromDays(30) + Hour);
        var invoice = (await simulated.Stripe.V1.Invoices.ListAsync(new() { Subscription = subscription.Id })).Data[0];
        await Replace(simulated, payer, "pm_card_visa");
        var paid = await simulated.Stripe.V1.Invoices.PayAsync(invoice.Id);
        (paid.Status, paid.AmountRemaining).ShouldBe(("paid", 0));
        (await simulated.Stripe.V1.Subscriptions.GetAsync(subscription.Id)).Status.ShouldBe("active");
        (await simulated.Stripe.V1.Customers.GetAsync(payer.Id)).Delinquent.ShouldBe(false);
    }

    [Fact]
    public async Task An_open_invoice_is_paid_on_its_page()
    {
        await using var simulated = await Simulated.Start();
        var (payer, subscription) = await Subscribe(simulated, 3000);
        await Replace(simulated, payer, "pm_card_chargeCustomerFail");
        await simulated.Advance(TimeSpan.FromDays(30) + Hour);
        var invoice = (await simulated.Stripe.V1.Invoices.ListAsync(new() { Subscription = subscription.Id })).Data[0];
        (await Simulated.Post(invoice.HostedInvoiceUrl, ("number", "4000000000000002"), ("expiry", "12/34"), ("cvc", "123"))).Body.ShouldContain("Your card was declined.");
        await Simulated.PayWith(invoice.HostedInvoiceUrl, "4242424242424242");
        (await simulated.Stripe.V1.Invoices.GetAsync(invoice.Id)).Status.ShouldBe("paid");
        (await simulated.Stripe.V1.Subscriptions.GetAsync(subscription.Id)).Status.ShouldBe("active");
        using var http = new HttpClient();
        System.Text.Encoding.Latin1.GetString(await http.GetByteArrayAsync(new Uri(invoice.InvoicePdf))).ShouldStartWith("%PDF-1.4");
    }

    [Fact]
    public async Task A_first_payment_that_fails_leaves_it_incomplete_and_then_expired()
    {
        await using var simulated = await Simulated.Start();
        var (payer, subscription) = await Subscribe(simulated, 3000, card: "pm_card_chargeCustomerFail");
        subscription.Status.ShouldBe("incomplete");
        await simulated.Advance(TimeSpan.FromHours(24));
        (await simulated.Stripe.V1.Subscriptions.GetAsync(subscription.Id)).Status.ShouldBe("incomplete_expired");
        (await simulated.Server.Books()).Invoices.Single().Status.ShouldBe("void");
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(0);
    }

    [Fact]
    public async Task Cancelled_it_runs_to_the_end_of_what_is_paid()
    {
        await using var simulated = await Simulated.Start();
        var (payer, subscription) = await Subscribe(simulated, 3000);
        var ending = await simulated.Stripe.V1.Subscriptions.UpdateAsync(subscription.Id, new() { CancelAtPeriodEnd = true });
        (ending.Status, ending.CancelAtPeriodEnd, ending.CancelAt).ShouldBe(("active", true, new DateTime(2026, 12, 23, 9, 0, 0)));
        await simulated.Advance(TimeSpan.FromDays(31));
        (await simulated.Stripe.V1.Subscriptions.GetAsync(subscription.Id)).Status.ShouldBe("canceled");
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(3000);
    }

    [Fact]
    public async Task Paused_it_asks_for_nothing_and_resumes()
    {
        await using var simulated = await Simulated.Start();
        var (payer, subscription) = await Subscribe(simulated, 3000);
        await simulated.Stripe.V1.Subscriptions.UpdateAsync(subscription.Id, new() { PauseCollection = new() { Behavior = "void" } });
        await simulated.Advance(TimeSpan.FromDays(31));
        (await simulated.Server.Books()).Invoices.Select(i => i.Status).ShouldBe(["paid", "void"]);
        var resumed = new SubscriptionUpdateOptions();
        resumed.AddExtraParam("pause_collection", "");
        (await simulated.Stripe.V1.Subscriptions.UpdateAsync(subscription.Id, resumed)).PauseCollection.ShouldBeNull();
        await simulated.Advance(TimeSpan.FromDays(31));
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(6000);
    }

    [Fact]
    public async Task A_test_clock_moves_only_its_own_customers()
    {
        await using var simulated = await Simulated.Start();
        var clock = await simulated.Stripe.V1.TestHelpers.TestClocks.CreateAsync(new() { FrozenTime = Simulated.Now.UtcDateTime });
        var (onClock, one) = await Subscribe(simulated, 3000, clock: clock.Id);
        var (other, _) = await Subscribe(simulated, 3000);
        (await simulated.Stripe.V1.TestHelpers.TestClocks.AdvanceAsync(clock.Id, new() { FrozenTime = Simulated.Now.AddDays(31).UtcDateTime })).Status.ShouldBe("advancing");
        (await simulated.Stripe.V1.TestHelpers.TestClocks.GetAsync(clock.Id)).Status.ShouldBe("ready");
        var books = await simulated.Server.Books();
        (books.Kept(onClock.Id), books.Kept(other.Id)).ShouldBe((6000, 3000));
        (await simulated.Stripe.V1.Subscriptions.GetAsync(one.Id)).TestClockId.ShouldBe(clock.Id);
    }

    [Theory]
    [InlineData("always_invoice", 4000)]
    [InlineData("create_prorations", 13000)]
    public async Task A_preview_tells_what_a_change_would_cost_and_changes_nothing(string behaviour, long total)
    {
        await using var simulated = await Simulated.Start();
        var (payer, subscription) = await Subscribe(simulated, 3000);
        await simulated.Advance(TimeSpan.FromDays(10));
        var dearer = await simulated.Price(9000);
        var preview = await simulated.Stripe.V1.Invoices.CreatePreviewAsync(new()
        {
            Subscription = subscription.Id, SubscriptionDetails = new() { Items = [new() { Id = subscription.Items.Data[0].Id, Price = dearer.Id }], ProrationBehavior = behaviour },
        });
        preview.Total.ShouldBe(total);
        (await simulated.Stripe.V1.Subscriptions.GetAsync(subscription.Id)).Items.Data[0].Price.UnitAmount.ShouldBe(3000);
        var books = await simulated.Server.Books();
        (books.Invoices.Count, books.Kept(payer.Id)).ShouldBe((1, 3000));
    }

    [Fact]
    public async Task A_renewal_that_must_be_confirmed_waits_for_its_owner_on_the_invoice_page()
    {
        await using var simulated = await Simulated.Start();
        var (payer, subscription) = await Subscribe(simulated, 3000);
        await Replace(simulated, payer, "pm_card_authenticationRequired");
        await simulated.Advance(TimeSpan.FromDays(30) + Hour);
        var invoice = (await simulated.Stripe.V1.Invoices.ListAsync(new() { Subscription = subscription.Id })).Data[0];
        (invoice.Status, invoice.AttemptCount).ShouldBe(("open", 1));
        var challenge = await Simulated.PayWith(invoice.HostedInvoiceUrl, "4000002760003184");
        await Simulated.Post(challenge!.AbsoluteUri, ("answer", "complete"));
        (await simulated.Stripe.V1.Invoices.GetAsync(invoice.Id)).Status.ShouldBe("paid");
        (await simulated.Stripe.V1.Subscriptions.GetAsync(subscription.Id)).Status.ShouldBe("active");
    }

    [Fact]
    public async Task A_period_that_begins_at_a_date_is_paid_in_part_first()
    {
        await using var simulated = await Simulated.Start();
        var payer = await simulated.Payer();
        var price = await simulated.Price(3000);
        // From 23 November to 1 December are 8 days (less nine hours, more fifteen) of the 30 of November.
        var subscription = await simulated.Stripe.V1.Subscriptions.CreateAsync(new()
        {
            Customer = payer.Id, Items = [new() { Price = price.Id }], BillingCycleAnchor = new DateTime(2026, 12, 1, 9, 0, 0, DateTimeKind.Utc), Expand = ["latest_invoice"],
        });
        subscription.LatestInvoice.Total.ShouldBe(800);
        await simulated.Advance(TimeSpan.FromDays(9));
        (await simulated.Server.Books()).Kept(payer.Id).ShouldBe(3800);
    }

    [Fact]
    public async Task An_item_is_changed_by_itself_too()
    {
        await using var simulated = await Simulated.Start();
        var (_, subscription) = await Subscribe(simulated, 3000);
        var item = await simulated.Stripe.V1.SubscriptionItems.UpdateAsync(subscription.Items.Data[0].Id, new() { Quantity = 3, ProrationBehavior = "none" });
        item.Quantity.ShouldBe(3);
        (await simulated.Server.Books()).Subscriptions.Single().Quantity.ShouldBe(3);
        (await simulated.Server.Books()).Invoices.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_portal_changes_cards_and_cancels()
    {
        await using var simulated = await Simulated.Start();
        var (payer, subscription) = await Subscribe(simulated, 3000);
        var portal = await simulated.Stripe.V1.BillingPortal.Sessions.CreateAsync(new() { Customer = payer.Id, ReturnUrl = "https://space.example/me" });
        (await Simulated.Page(portal.Url)).QuerySelector("main")!.TextContent.ShouldContain("visa ending in 4242");
        await Simulated.PayWith(portal.Url + "/cards", "5555555555554444");
        var methods = (await simulated.Stripe.V1.Customers.PaymentMethods.ListAsync(payer.Id)).Data;
        methods.Select(m => m.Card.Brand).ShouldBe(["mastercard", "visa"]);
        (await simulated.Stripe.V1.Customers.GetAsync(payer.Id)).InvoiceSettings.DefaultPaymentMethodId.ShouldBe(methods[0].Id);
        await Simulated.Post($"{portal.Url}/cards/{methods[1].Id}/remove");
        await Simulated.Post($"{portal.Url}/subscriptions/{subscription.Id}/cancel");
        (await simulated.Stripe.V1.Customers.PaymentMethods.ListAsync(payer.Id)).Data.Count.ShouldBe(1);
        (await simulated.Stripe.V1.Subscriptions.GetAsync(subscription.Id)).CancelAtPeriodEnd.ShouldBeTrue();
        await Simulated.Post($"{portal.Url}/subscriptions/{subscription.Id}/resume");
        (await simulated.Stripe.V1.Subscriptions.GetAsync(subscription.Id)).CancelAt.ShouldBeNull();
    }

    private static async Task<(Customer Payer, Subscription Subscription)> Subscribe(Simulated simulated, long amount, string card = "pm_card_visa", string? tax = null, string? clock = null)
    {
        var payer = await simulated.Payer(card, clock);
        var price = await simulated.Price(amount);
        var subscription = await simulated.Stripe.V1.Subscriptions.CreateAsync(new() { Customer = payer.Id, Items = [new() { Price = price.Id }], DefaultTaxRates = tax is null ? null : [tax] });
        return (payer, subscription);
    }

    private static async Task Replace(Simulated simulated, Customer payer, string card)
    {
        var method = await simulated.Stripe.V1.PaymentMethods.AttachAsync(card, new() { Customer = payer.Id });
        await simulated.Stripe.V1.Customers.UpdateAsync(payer.Id, new() { InvoiceSettings = new() { DefaultPaymentMethod = method.Id } });
    }
}
