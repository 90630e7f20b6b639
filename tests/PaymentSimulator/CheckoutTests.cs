using AngleSharp.Html.Dom;
using Stripe.Checkout;

namespace Makerspace.Tests.PaymentSimulator;

/// <summary>The hosted checkout, as a person without script sees it.</summary>
public sealed class CheckoutTests
{
    private const string Good = "4242 4242 4242 4242";

    [Fact]
    public async Task A_pack_is_paid_and_the_card_saved_for_later()
    {
        await using var simulated = await Simulated.Start();
        var customer = await simulated.Stripe.V1.Customers.CreateAsync(new() { Email = "ada@example.org" });
        var session = await Pay(simulated, customer.Id, 4900, data: new() { SetupFutureUsage = "off_session", Metadata = new() { ["purchase"] = "p1" } });
        var page = await Simulated.Page(session.Url);
        page.Body!.TextContent.ShouldContain("no money moves");
        page.QuerySelector("main")!.TextContent.ShouldContain("€49.00");
        page.QuerySelectorAll("input").OfType<IHtmlInputElement>().ShouldAllBe(input => page.QuerySelector($"label[for='{input.Id}']") != null);
        var next = await Simulated.PayWith(session.Url, Good);
        next!.AbsoluteUri.ShouldBe($"https://space.example/back?session={session.Id}");
        var done = await simulated.Stripe.V1.Checkout.Sessions.GetAsync(session.Id, new() { Expand = ["payment_intent", "line_items"] });
        (done.Status, done.PaymentStatus, done.AmountTotal, done.Url).ShouldBe(("complete", "paid", 4900L, null));
        done.PaymentIntent.Metadata["purchase"].ShouldBe("p1");
        done.LineItems.Data.Single().Description.ShouldBe("Ten hours");
        (await simulated.Stripe.V1.Customers.PaymentMethods.ListAsync(customer.Id)).Data.Single().Card.Last4.ShouldBe("4242");
        (await simulated.Types()).ShouldBe(["customer.created", "product.created", "price.created", "payment_intent.created", "payment_method.attached", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]);
        (await simulated.Server.Books()).Kept(customer.Id).ShouldBe(4900);
    }

    [Fact]
    public async Task Paying_twice_pays_once()
    {
        await using var simulated = await Simulated.Start();
        var session = await Pay(simulated, null, 4900);
        var both = await Task.WhenAll(Simulated.PayWith(session.Url, Good), Simulated.PayWith(session.Url, Good));
        both.ShouldAllBe(next => next!.Host == "space.example");
        (await simulated.Server.Books()).Net.ShouldBe(4900);
    }

    [Fact]
    public async Task A_declined_card_says_so_and_another_pays_the_same_payment()
    {
        await using var simulated = await Simulated.Start();
        var session = await Pay(simulated, null, 4900);
        (await Simulated.PayWith(session.Url, "4000000000009995"))!.AbsoluteUri.ShouldBe(session.Url);
        (await Simulated.Page(session.Url)).QuerySelector("[role=alert]")!.TextContent.ShouldBe("Your card has insufficient funds.");
        (await Simulated.PayWith(session.Url, Good))!.Host.ShouldBe("space.example");
        var books = await simulated.Server.Books();
        books.Payments.Single().Received.ShouldBe(4900);
        (await simulated.Types()).ShouldContain("payment_intent.payment_failed");
    }

    [Theory]
    [InlineData("complete", 4900)]
    [InlineData("fail", 0)]
    public async Task The_bank_asks_to_confirm(string answer, long kept)
    {
        await using var simulated = await Simulated.Start();
        var session = await Pay(simulated, null, 4900);
        var challenge = (await Simulated.PayWith(session.Url, "4000002760003184"))!;
        challenge.AbsolutePath.ShouldStartWith("/challenge/");
        (await Simulated.Page(challenge.AbsoluteUri)).QuerySelectorAll("button").Select(b => b.TextContent).ShouldBe(["Complete", "Fail"]);
        (await simulated.Server.Books()).Net.ShouldBe(0);
        var (_, next, _) = await Simulated.Post(challenge.AbsoluteUri, ("answer", answer));
        next!.Host.ShouldBe(answer == "complete" ? "space.example" : "127.0.0.1");
        (await simulated.Server.Books()).Net.ShouldBe(kept);
    }

    [Fact]
    public async Task A_card_confirmed_when_saved_pays_later_without_its_owner()
    {
        await using var simulated = await Simulated.Start();
        var customer = await simulated.Stripe.V1.Customers.CreateAsync(new() { Email = "ada@example.org" });
        var session = await simulated.Stripe.V1.Checkout.Sessions.CreateAsync(new() { Mode = "setup", Currency = "eur", Customer = customer.Id, SuccessUrl = "https://space.example/back" });
        var challenge = await Simulated.PayWith(session.Url, "4000002500003155");
        (await Simulated.Post(challenge!.AbsoluteUri, ("answer", "complete"))).Next!.Host.ShouldBe("space.example");
        var card = (await simulated.Stripe.V1.SetupIntents.GetAsync((await simulated.Stripe.V1.Checkout.Sessions.GetAsync(session.Id)).SetupIntentId)).PaymentMethodId;
        var paid = await simulated.Stripe.V1.PaymentIntents.CreateAsync(new() { Amount = 700, Currency = "eur", Customer = customer.Id, PaymentMethod = card, OffSession = true, Confirm = true });
        paid.Status.ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_deposit_is_authorised_on_the_page_and_captured_later()
    {
        await using var simulated = await Simulated.Start();
        var session = await Pay(simulated, null, 20000, data: new() { CaptureMethod = "manual" });
        await Simulated.PayWith(session.Url, Good);
        var done = await simulated.Stripe.V1.Checkout.Sessions.GetAsync(session.Id);
        (done.Status, done.PaymentStatus).ShouldBe(("complete", "unpaid"));
        (await simulated.Stripe.V1.PaymentIntents.CaptureAsync(done.PaymentIntentId, new() { AmountToCapture = 5000 })).AmountReceived.ShouldBe(5000);
    }

    [Fact]
    public async Task A_page_closes_and_takes_nothing_any_more()
    {
        await using var simulated = await Simulated.Start();
        var session = await Pay(simulated, null, 4900, closes: Simulated.Now.AddMinutes(30).UtcDateTime);
        await Simulated.PayWith(session.Url, "4000000000000002");
        await simulated.Advance(TimeSpan.FromMinutes(31));
        (await simulated.Stripe.V1.Checkout.Sessions.GetAsync(session.Id)).Status.ShouldBe("expired");
        await Simulated.PayWith(session.Url, Good);
        var books = await simulated.Server.Books();
        (books.Net, books.Payments.Single().Status).ShouldBe((0, "canceled"));
        (await simulated.Types()).ShouldContain("checkout.session.expired");
        (await Simulated.Page(session.Url)).QuerySelector("h1")!.TextContent.ShouldBe("This page has closed");
    }

    [Fact]
    public async Task A_promotion_code_takes_something_off()
    {
        await using var simulated = await Simulated.Start();
        var coupon = await simulated.Stripe.V1.Coupons.CreateAsync(new() { PercentOff = 25, Duration = "once" });
        await simulated.Stripe.V1.PromotionCodes.CreateAsync(new() { Code = "SPRING", Promotion = new() { Type = "coupon", Coupon = coupon.Id } });
        var session = await Pay(simulated, null, 4999, promotions: true);
        await Simulated.Post(session.Url + "/promotion", ("code", "nonsense"));
        (await Simulated.Page(session.Url)).QuerySelector("[role=alert]")!.TextContent.ShouldBe("This code is not valid.");
        await Simulated.Post(session.Url + "/promotion", ("code", "spring"));
        await Simulated.PayWith(session.Url, Good);
        var done = await simulated.Stripe.V1.Checkout.Sessions.GetAsync(session.Id);
        (done.AmountSubtotal, done.TotalDetails.AmountDiscount, done.AmountTotal).ShouldBe((4999L, 1250L, 3749L));
        (await simulated.Stripe.V1.Coupons.GetAsync(coupon.Id)).TimesRedeemed.ShouldBe(1);
    }

    [Theory]
    [InlineData(false, 10000, 1900, 11900)]
    [InlineData(true, 10000, 1597, 10000)]
    public async Task Tax_is_on_top_or_inside(bool inclusive, long amount, long tax, long total)
    {
        await using var simulated = await Simulated.Start();
        var rate = await simulated.Stripe.V1.TaxRates.CreateAsync(new() { DisplayName = "VAT", Percentage = 19, Inclusive = inclusive });
        var session = await Pay(simulated, null, amount, tax: rate.Id);
        (session.TotalDetails.AmountTax, session.AmountTotal).ShouldBe((tax, total));
        await Simulated.PayWith(session.Url, Good);
        (await simulated.Server.Books()).Net.ShouldBe(total);
    }

    [Fact]
    public async Task A_subscription_begins_paid_with_its_invoice()
    {
        await using var simulated = await Simulated.Start();
        var customer = await simulated.Stripe.V1.Customers.CreateAsync(new() { Email = "ada@example.org", Name = "Ada" });
        var rate = await simulated.Stripe.V1.TaxRates.CreateAsync(new() { DisplayName = "VAT", Percentage = 19, Inclusive = false });
        var price = await simulated.Price(5900);
        var session = await Subscribe(simulated, customer.Id, price.Id, new() { Metadata = new() { ["plan"] = "maker" }, DefaultTaxRates = [rate.Id] });
        await Simulated.PayWith(session.Url, Good);
        var done = await simulated.Stripe.V1.Checkout.Sessions.GetAsync(session.Id, new() { Expand = ["subscription.latest_invoice"] });
        (done.Subscription.Status, done.Subscription.Metadata["plan"], done.PaymentStatus).ShouldBe(("active", "maker", "paid"));
        done.Subscription.Items.Data.Single().CurrentPeriodEnd.ShouldBe(new DateTime(2026, 12, 23, 9, 0, 0, DateTimeKind.Utc));
        var invoice = done.Subscription.LatestInvoice;
        (invoice.Status, invoice.Total, invoice.AmountPaid, invoice.TotalTaxes.Single().Amount, invoice.BillingReason).ShouldBe(("paid", 7021, 7021, 1121, "subscription_create"));
        var payment = (await simulated.Stripe.V1.InvoicePayments.ListAsync(new() { Invoice = invoice.Id })).Data.Single();
        (payment.Status, payment.AmountPaid).ShouldBe(("paid", 7021));
        (await simulated.Stripe.V1.PaymentIntents.GetAsync(payment.Payment.PaymentIntentId)).Status.ShouldBe("succeeded");
        var types = await simulated.Types();
        foreach (var type in new[] { "customer.subscription.created", "invoice.created", "invoice.finalized", "invoice.paid", "checkout.session.completed" }) types.ShouldContain(type);
        (await Simulated.Page(invoice.HostedInvoiceUrl)).QuerySelector("main")!.TextContent.ShouldContain("€70.21");
    }

    [Fact]
    public async Task A_subscription_whose_card_is_declined_is_not_there()
    {
        await using var simulated = await Simulated.Start();
        var session = await Subscribe(simulated, null, (await simulated.Price(5900)).Id, new());
        await Simulated.PayWith(session.Url, "4000000000000341");
        (await simulated.Server.Books()).Subscriptions.ShouldBeEmpty();
        await Simulated.PayWith(session.Url, Good);
        (await simulated.Server.Books()).Subscriptions.Single().Status.ShouldBe("active");
    }

    [Fact]
    public async Task A_trial_saves_the_card_and_charges_at_its_end()
    {
        await using var simulated = await Simulated.Start();
        var session = await Subscribe(simulated, null, (await simulated.Price(5900)).Id, new() { TrialPeriodDays = 14 });
        (await Simulated.Page(session.Url)).QuerySelector("main")!.TextContent.ShouldContain("Free until 7 December 2026");
        await Simulated.PayWith(session.Url, Good);
        var begun = (await simulated.Server.Books()).Subscriptions.Single();
        begun.Status.ShouldBe("trialing");
        await simulated.Advance(TimeSpan.FromDays(14) + TimeSpan.FromHours(2));
        var books = await simulated.Server.Books();
        (books.Subscriptions.Single().Status, books.Net).ShouldBe(("active", 5900));
        (await simulated.Types()).ShouldContain("customer.subscription.trial_will_end");
    }

    private static Task<Session> Pay(
        Simulated simulated, string? customer, long amount, SessionPaymentIntentDataOptions? data = null, bool promotions = false, DateTime? closes = null, string? tax = null) =>
        simulated.Stripe.V1.Checkout.Sessions.CreateAsync(new()
        {
            Mode = "payment", Customer = customer, SuccessUrl = "https://space.example/back?session={CHECKOUT_SESSION_ID}", CancelUrl = "https://space.example/cancel", PaymentIntentData = data, ExpiresAt = closes,
            AllowPromotionCodes = promotions ? true : null,
            LineItems = [new() { Quantity = 1, TaxRates = tax is null ? null : [tax], PriceData = new() { Currency = "eur", UnitAmount = amount, ProductData = new() { Name = "Ten hours" } } }],
        });

    private static Task<Session> Subscribe(Simulated simulated, string? customer, string price, SessionSubscriptionDataOptions data) => simulated.Stripe.V1.Checkout.Sessions.CreateAsync(new()
    {
        Mode = "subscription", Customer = customer, SuccessUrl = "https://space.example/back", LineItems = [new() { Price = price, Quantity = 1 }], SubscriptionData = data,
    });
}
