using Stripe;

namespace Makerspace.Tests.Engine;

/// <summary>What the payment client sends: the same with Stripe.net and with its stand-in.</summary>
public sealed class PaymentRequestTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<Sent> WhatIsSent(Func<StripeClient, Task> call)
    {
        await using var api = await PaymentApi.Start("{}");
        await call(api.Client());
        return api.Sent.Single();
    }

    private static Task<Sent> Update(SubscriptionUpdateOptions options) => WhatIsSent(c => c.V1.Subscriptions.UpdateAsync("sub_1", options, cancellationToken: Cancellation));

    [Fact]
    public async Task Says_who_asks_and_in_which_version()
    {
        var sent = await WhatIsSent(c => c.V1.Customers.UpdateAsync("cus_1", new() { Email = "ada@example.org" }, new RequestOptions { IdempotencyKey = "key-1" }, Cancellation));
        (sent.Method, sent.Path).ShouldBe(("POST", "/v1/customers/cus_1"));
        sent.Headers["Authorization"].ShouldBe("Bearer sk_test_conformance");
        sent.Headers["Stripe-Version"].ShouldBe(StripeConfiguration.ApiVersion);
        sent.Headers["Idempotency-Key"].ShouldBe("key-1");
        sent.Headers["Content-Type"].ShouldBe("application/x-www-form-urlencoded; charset=utf-8");
        sent.Headers["User-Agent"].ShouldStartWith($"Stripe/V1 .NetBindings/{StripeConfiguration.StripeNetVersion}");
        sent.Headers.Keys.ShouldNotContain("X-Stripe-Client-Telemetry");
    }

    [Fact]
    public async Task A_POST_without_a_key_of_its_own_gets_one_and_a_GET_none()
    {
        await using var api = await PaymentApi.Start();
        await api.Client().V1.Customers.CreateAsync(new(), cancellationToken: Cancellation);
        await api.Client().V1.Customers.CreateAsync(new(), cancellationToken: Cancellation);
        await api.Client().V1.Customers.GetAsync("cus_1", cancellationToken: Cancellation);
        var keys = api.Sent.Select(s => s.Headers.GetValueOrDefault("Idempotency-Key")).ToArray();
        keys[0].ShouldNotBeNullOrEmpty();
        keys[1].ShouldNotBe(keys[0]);
        keys[2].ShouldBeNull();
    }

    [Fact]
    public async Task Nested_lists_dictionaries_times_and_flags()
    {
        var sent = await WhatIsSent(c => c.V1.Checkout.Sessions.CreateAsync(
            new()
            {
                Mode = "payment",
                Customer = "cus_1",
                ExpiresAt = new DateTime(2026, 12, 1, 10, 0, 0, DateTimeKind.Utc),
                AllowPromotionCodes = false,
                LineItems =
                [
                    new() { Price = "price_1", Quantity = 2 },
                    new() { Quantity = 1, PriceData = new() { Currency = "eur", UnitAmount = 1250, ProductData = new() { Name = "Ten hours" } } },
                ],
                Metadata = new(StringComparer.Ordinal) { ["makerspace_account"] = "member-1", ["empty"] = "" },
                PaymentIntentData = new() { Metadata = new(StringComparer.Ordinal) { ["a b"] = "c&d=e" } },
                Expand = ["payment_intent.latest_charge"],
            },
            cancellationToken: Cancellation));
        sent.Parameters.ShouldBe(
        [
            "allow_promotion_codes=false",
            "customer=cus_1",
            "expand[0]=payment_intent.latest_charge",
            "expires_at=1796119200",
            "line_items[0][price]=price_1",
            "line_items[0][quantity]=2",
            "line_items[1][price_data][currency]=eur",
            "line_items[1][price_data][product_data][name]=Ten hours",
            "line_items[1][price_data][unit_amount]=1250",
            "line_items[1][quantity]=1",
            "metadata[empty]=",
            "metadata[makerspace_account]=member-1",
            "mode=payment",
            "payment_intent_data[metadata][a b]=c&d=e",
        ]);
    }

    [Fact]
    public async Task Is_escaped_as_a_form_is_with_brackets_left_readable()
    {
        var sent = await WhatIsSent(c => c.V1.Customers.UpdateAsync("cus_1", new() { Name = "Zoë & Söhne [1] +/=ß€", Metadata = new(StringComparer.Ordinal) { ["k"] = "1" } }, cancellationToken: Cancellation));
        sent.Body.Split('&').Order(StringComparer.Ordinal).ShouldBe(["metadata[k]=1", "name=Zo%C3%AB+%26+S%C3%B6hne+[1]+%2B%2F%3D%C3%9F%E2%82%AC"]);
    }

    [Fact]
    public async Task A_decimal_has_a_point_in_every_culture()
    {
        using var german = Culture("de-DE");
        var sent = await WhatIsSent(c => c.V1.TaxRates.CreateAsync(new() { DisplayName = "USt", Percentage = 7.5m, Inclusive = true }, cancellationToken: Cancellation));
        sent.Parameters.ShouldBe(["display_name=USt", "inclusive=true", "percentage=7.5"]);
    }

    [Fact]
    public async Task What_was_not_set_is_left_out() => (await Update(new() { ProrationBehavior = "none" })).Parameters.ShouldBe(["proration_behavior=none"]);

    [Fact]
    public async Task What_may_be_cleared_is_sent_empty_when_set_to_null() =>
        (await Update(new() { PauseCollection = null, ProrationBehavior = null, CancelAtPeriodEnd = null })).Parameters.ShouldBe(["pause_collection="]);

    [Fact]
    public async Task Set_again_after_null_is_sent() =>
        (await Update(SetAgain())).Parameters.ShouldBe(["pause_collection[behavior]=void"]);

    private static SubscriptionUpdateOptions SetAgain()
    {
        var options = new SubscriptionUpdateOptions { PauseCollection = null };
        options.PauseCollection = new() { Behavior = "void" };
        return options;
    }

    [Fact]
    public async Task An_empty_text_is_sent_empty_and_so_is_an_empty_list() =>
        (await WhatIsSent(c => c.V1.Customers.UpdateAsync("cus_1", new() { Name = "", Expand = [] }, cancellationToken: Cancellation))).Parameters.ShouldBe(["expand=", "name="]);

    [Fact]
    public async Task An_empty_dictionary_says_nothing() =>
        (await WhatIsSent(c => c.V1.Customers.UpdateAsync("cus_1", new() { Metadata = [] }, cancellationToken: Cancellation))).Parameters.ShouldBeEmpty();

    [Fact]
    public async Task Null_in_a_dictionary_removes_the_entry() =>
        (await WhatIsSent(c => c.V1.Customers.UpdateAsync("cus_1", new() { Metadata = new(StringComparer.Ordinal) { ["gone"] = null! } }, cancellationToken: Cancellation))).Parameters.ShouldBe(["metadata[gone]="]);

    [Fact]
    public async Task A_GET_has_its_parameters_in_the_address()
    {
        var sent = await WhatIsSent(c => c.V1.Prices.ListAsync(new() { LookupKeys = ["plan-1", "plan-2"], Active = true, Limit = 3, Expand = ["data.product"] }, cancellationToken: Cancellation));
        (sent.Method, sent.Path, sent.Body).ShouldBe(("GET", "/v1/prices", ""));
        sent.Parameters.ShouldBe(["active=true", "expand[0]=data.product", "limit=3", "lookup_keys[0]=plan-1", "lookup_keys[1]=plan-2"]);
    }

    [Fact]
    public async Task A_time_or_a_range_of_times()
    {
        var since = new DateTime(2026, 11, 27, 0, 0, 0, DateTimeKind.Utc);
        (await WhatIsSent(c => c.V1.Disputes.ListAsync(new() { Created = new DateRangeOptions { GreaterThanOrEqual = since } }, cancellationToken: Cancellation))).Parameters.ShouldBe(["created[gte]=1795737600"]);
        (await WhatIsSent(c => c.V1.Disputes.ListAsync(new() { Created = since }, cancellationToken: Cancellation))).Parameters.ShouldBe(["created=1795737600"]);
    }

    [Fact]
    public async Task A_DELETE_has_its_parameters_in_the_address_and_no_key()
    {
        var sent = await WhatIsSent(c => c.V1.Subscriptions.CancelAsync("sub_1", new() { InvoiceNow = true }, cancellationToken: Cancellation));
        (sent.Method, sent.Path, sent.Query, sent.Body).ShouldBe(("DELETE", "/v1/subscriptions/sub_1", "invoice_now=true", ""));
        sent.Headers.Keys.ShouldNotContain("Idempotency-Key");
    }

    [Fact]
    public async Task A_POST_with_nothing_to_say_is_an_empty_form()
    {
        var sent = await WhatIsSent(c => c.V1.PaymentIntents.CancelAsync("pi_1", cancellationToken: Cancellation));
        (sent.Method, sent.Path, sent.Body).ShouldBe(("POST", "/v1/payment_intents/pi_1/cancel", ""));
        sent.Headers["Content-Type"].ShouldBe("application/x-www-form-urlencoded; charset=utf-8");
    }

    [Fact]
    public async Task An_id_cannot_leave_its_place_in_the_address() =>
        (await WhatIsSent(c => c.V1.Customers.GetAsync("../x?y", cancellationToken: Cancellation))).Path.ShouldBe("/v1/customers/..%2Fx%3Fy");

    [Theory]
    [InlineData("")]
    [InlineData("sk test")]
    public void A_key_that_cannot_be_one_is_refused_at_once(string key) => Should.Throw<ArgumentException>(() => new StripeClient(new StripeClientOptions { ApiKey = key }));

    [Fact]
    public async Task Without_a_key_nothing_is_sent() =>
        (await Should.ThrowAsync<StripeException>(() => new StripeClient(new StripeClientOptions()).V1.Customers.GetAsync("cus_1", cancellationToken: Cancellation))).Message.ShouldStartWith("No API key provided.");

    [Fact]
    public async Task Every_call_goes_where_the_API_has_it()
    {
        await using var api = await PaymentApi.Start();
        var v1 = api.Client().V1;
        await v1.Checkout.Sessions.ExpireAsync("cs_1", cancellationToken: Cancellation);
        await v1.BillingPortal.Sessions.CreateAsync(new() { Customer = "cus_1", ReturnUrl = "https://example.org" }, cancellationToken: Cancellation);
        await v1.InvoicePayments.ListAsync(new() { Invoice = "in_1" }, cancellationToken: Cancellation);
        await v1.PaymentIntents.ConfirmAsync("pi_1", cancellationToken: Cancellation);
        await v1.PaymentIntents.CaptureAsync("pi_1", cancellationToken: Cancellation);
        await v1.Refunds.CreateAsync(new() { PaymentIntent = "pi_1", Amount = 5 }, cancellationToken: Cancellation);
        await v1.Disputes.ListAsync(new() { PaymentIntent = "pi_1" }, cancellationToken: Cancellation);
        await v1.Invoices.GetAsync("in_1", cancellationToken: Cancellation);
        api.Sent.Select(s => $"{s.Method} {s.Path} {string.Join('&', s.Parameters)}".TrimEnd()).ShouldBe(
        [
            "POST /v1/checkout/sessions/cs_1/expire",
            "POST /v1/billing_portal/sessions customer=cus_1&return_url=https://example.org",
            "GET /v1/invoice_payments invoice=in_1",
            "POST /v1/payment_intents/pi_1/confirm",
            "POST /v1/payment_intents/pi_1/capture",
            "POST /v1/refunds amount=5&payment_intent=pi_1",
            "GET /v1/disputes payment_intent=pi_1",
            "GET /v1/invoices/in_1",
        ]);
    }

    private static Restored Culture(string name)
    {
        var restored = new Restored(System.Globalization.CultureInfo.CurrentCulture);
        System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo(name);
        return restored;
    }

    private sealed record Restored(System.Globalization.CultureInfo Culture) : IDisposable
    {
        public void Dispose() => System.Globalization.CultureInfo.CurrentCulture = Culture;
    }
}
