using System.Net;
using Stripe;

namespace Makerspace.Tests.Engine;

/// <summary>What the payment client makes of answers: the same with Stripe.net and with its stand-in.</summary>
public sealed class PaymentAnswerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<T> Read<T>(string json, Func<StripeClient, Task<T>> call)
    {
        await using var api = await PaymentApi.Start(json);
        return await call(api.Client());
    }

    private static Task<PaymentIntent> Payment(string json) => Read(json, c => c.V1.PaymentIntents.GetAsync("pi_1", cancellationToken: Cancellation));

    private static async Task<StripeException> Refusal(Answer answer)
    {
        await using var api = await PaymentApi.Start(answer);
        return await Should.ThrowAsync<StripeException>(() => api.Client().V1.PaymentIntents.CreateAsync(new() { Amount = 100 }, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Fields_are_read_by_name_and_unknown_ones_passed_over()
    {
        var invoice = await Read(
            """
            {"id":"in_1","object":"invoice","total":9007199254740993,"amount_paid":5,"created":1795737600,"currency":"eur","ending_balance":null,"next_payment_attempt":null,
             "number":null,"total_taxes":[{"amount":19,"of_next_year":{"a":[1,{"b":2}]}}],"parent":{"type":"subscription_details","subscription_details":{"metadata":{"k":"v"},"subscription":"sub_1"}}}
            """,
            c => c.V1.Invoices.GetAsync("in_1", cancellationToken: Cancellation));
        (invoice.Id, invoice.Total, invoice.AmountPaid, invoice.Currency).ShouldBe(("in_1", 9007199254740993, 5, "eur"));
        invoice.Created.ShouldBe(new DateTime(2026, 11, 27, 0, 0, 0, DateTimeKind.Utc));
        invoice.Created.Kind.ShouldBe(DateTimeKind.Utc);
        (invoice.EndingBalance, invoice.NextPaymentAttempt, invoice.Number, invoice.CustomerId).ShouldBe((null, null, null, null));
        invoice.AmountDue.ShouldBe(0);
        invoice.TotalTaxes.Single().Amount.ShouldBe(19);
        invoice.Parent.SubscriptionDetails.Metadata["k"].ShouldBe("v");
        invoice.Parent.SubscriptionDetails.SubscriptionId.ShouldBe("sub_1");
    }

    [Fact]
    public async Task A_link_is_an_id()
    {
        var payment = await Payment("""{"id":"pi_1","latest_charge":"ch_1","customer":"cus_1"}""");
        payment.LatestChargeId.ShouldBe("ch_1");
        payment.LatestCharge.ShouldBeNull();
        payment.CustomerId.ShouldBe("cus_1");
    }

    [Fact]
    public async Task A_link_that_was_expanded_is_both()
    {
        var payment = await Payment("""{"id":"pi_1","latest_charge":{"id":"ch_1","object":"charge","receipt_url":"https://example.org/r"}}""");
        payment.LatestChargeId.ShouldBe("ch_1");
        payment.LatestCharge.ReceiptUrl.ShouldBe("https://example.org/r");
    }

    [Fact]
    public async Task A_decimal_is_read_in_every_digit() =>
        (await Read("""{"id":"txr_1","percentage":7.125}""", c => c.V1.TaxRates.CreateAsync(new() { DisplayName = "x", Percentage = 7.125m }, cancellationToken: Cancellation))).Percentage.ShouldBe(7.125m);

    [Fact]
    public async Task Lists_within_and_lists_of_lists()
    {
        var subscription = await Read(
            """
            {"id":"sub_1","cancel_at_period_end":true,"pause_collection":{"behavior":"void","resumes_at":null},"trial_end":1795737600,"ended_at":null,
             "items":{"object":"list","data":[{"id":"si_1","quantity":4,"current_period_end":1795737600,"price":{"id":"price_1","lookup_key":"plan-1"}}],"has_more":false,"url":"/v1/x"}}
            """,
            c => c.V1.Subscriptions.GetAsync("sub_1", cancellationToken: Cancellation));
        subscription.CancelAtPeriodEnd.ShouldBeTrue();
        subscription.PauseCollection.ShouldNotBeNull();
        subscription.TrialEnd.ShouldBe(new DateTime(2026, 11, 27, 0, 0, 0, DateTimeKind.Utc));
        subscription.EndedAt.ShouldBeNull();
        var item = subscription.Items.Data.Single();
        item.Quantity.ShouldBe(4);
        item.Price.LookupKey.ShouldBe("plan-1");
    }

    [Fact]
    public async Task The_answer_itself_is_at_hand()
    {
        await using var api = await PaymentApi.Start(new Answer("""{"id":"cus_1","deleted":true}""") { Headers = [("Request-Id", "req_1")] });
        var customer = await api.Client().V1.Customers.GetAsync("cus_1", cancellationToken: Cancellation);
        customer.Deleted.ShouldBe(true);
        customer.StripeResponse.RequestId.ShouldBe("req_1");
        customer.StripeResponse.StatusCode.ShouldBe(HttpStatusCode.OK);
        customer.StripeResponse.Content.ShouldContain("deleted");
    }

    [Fact]
    public async Task A_card_that_is_declined()
    {
        var refusal = await Refusal(new(
            """{"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds","message":"Your card has insufficient funds.","charge":"ch_1","payment_intent":{"id":"pi_1","status":"requires_payment_method"}}}""",
            HttpStatusCode.PaymentRequired));
        refusal.HttpStatusCode.ShouldBe(HttpStatusCode.PaymentRequired);
        refusal.Message.ShouldBe("Your card has insufficient funds.");
        refusal.StripeError.Type.ShouldBe("card_error");
        refusal.StripeError.Code.ShouldBe("card_declined");
        refusal.StripeError.DeclineCode.ShouldBe("insufficient_funds");
        refusal.StripeError.PaymentIntent.Id.ShouldBe("pi_1");
        refusal.StripeError.PaymentIntent.Status.ShouldBe("requires_payment_method");
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, "invalid_request_error", "parameter_missing")]
    [InlineData(HttpStatusCode.NotFound, "invalid_request_error", "resource_missing")]
    [InlineData(HttpStatusCode.BadRequest, "idempotency_error", null)]
    [InlineData(HttpStatusCode.Conflict, "idempotency_error", "idempotency_key_in_use")]
    [InlineData(HttpStatusCode.TooManyRequests, "rate_limit_error", "rate_limit")]
    [InlineData(HttpStatusCode.Unauthorized, "invalid_request_error", null)]
    [InlineData(HttpStatusCode.InternalServerError, "api_error", null)]
    public async Task A_request_that_is_refused(HttpStatusCode status, string type, string? code)
    {
        var details = code is null ? "" : $"""
            "code":"{code}",
            """;
        var body = $$$"""{"error":{"type":"{{{type}}}",{{{details}}}"message":"No."}}""";
        var refusal = await Refusal(new(body, status) { Headers = [("Request-Id", "req_2")] });
        (refusal.HttpStatusCode, refusal.StripeError.Type, refusal.StripeError.Code, refusal.Message).ShouldBe((status, type, code, "No."));
        refusal.StripeResponse.RequestId.ShouldBe("req_2");
    }

    [Theory]
    [InlineData("<html>Bad gateway</html>", HttpStatusCode.BadGateway)]
    [InlineData("{}", HttpStatusCode.BadGateway)]
    [InlineData("<html>Welcome</html>", HttpStatusCode.OK)]
    [InlineData("""{"id":"pi_1","amount":"much"}""", HttpStatusCode.OK)]
    [InlineData("""{"id":"pi_1","amount":null}""", HttpStatusCode.OK)]
    public async Task An_answer_that_makes_no_sense(string body, HttpStatusCode status)
    {
        var refusal = await Refusal(new(body, status));
        refusal.HttpStatusCode.ShouldBe(status);
        refusal.StripeError.ShouldBeNull();
        refusal.Message.ShouldStartWith("Invalid response object from API");
    }

    [Fact]
    public async Task Pages_follow_one_another()
    {
        await using var api = await PaymentApi.Start(Page(more: true, "re_1", "re_2"), Page(more: true, "re_3", "re_4"), Page(more: false, "re_5"));
        var ids = await Ids(api, new() { PaymentIntent = "pi_1", Limit = 2 });
        ids.ShouldBe(["re_1", "re_2", "re_3", "re_4", "re_5"]);
        api.Sent.Select(s => string.Join('&', s.Parameters)).ShouldBe(["limit=2&payment_intent=pi_1", "limit=2&payment_intent=pi_1&starting_after=re_2", "limit=2&payment_intent=pi_1&starting_after=re_4"]);
    }

    [Fact]
    public async Task Pages_can_be_read_backwards()
    {
        await using var api = await PaymentApi.Start(Page(more: true, "re_3", "re_4"), Page(more: false, "re_1", "re_2"));
        (await Ids(api, new() { EndingBefore = "re_5" })).ShouldBe(["re_4", "re_3", "re_2", "re_1"]);
        api.Sent.Select(s => string.Join('&', s.Parameters)).ShouldBe(["ending_before=re_5", "ending_before=re_3"]);
    }

    [Fact]
    public async Task An_empty_page_is_the_last_and_options_stay_as_they_were()
    {
        await using var api = await PaymentApi.Start(Page(more: true, "re_1"), Page(more: true));
        var options = new RefundListOptions { Limit = 1 };
        (await Ids(api, options)).ShouldBe(["re_1"]);
        options.StartingAfter.ShouldBeNull();
    }

    [Fact]
    public async Task Whoever_stops_reading_asks_for_no_more_pages()
    {
        await using var api = await PaymentApi.Start(Page(more: true, "re_1", "re_2"));
        await foreach (var refund in api.Client().V1.Refunds.ListAutoPagingAsync(cancellationToken: Cancellation))
        {
            refund.Id.ShouldBe("re_1");
            break;
        }
        api.Sent.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_lost_connection_and_a_broken_server_are_tried_again_under_the_same_key()
    {
        await using var api = await PaymentApi.Start(Answer.Lost, new("""{"error":{"message":"Broken."}}""", HttpStatusCode.ServiceUnavailable), new Answer("""{"id":"pi_1"}"""));
        (await api.Client(retries: 2).V1.PaymentIntents.CreateAsync(new() { Amount = 100 }, cancellationToken: Cancellation)).Id.ShouldBe("pi_1");
        api.Sent.Select(s => (s.Body, s.Headers["Idempotency-Key"])).Distinct().Count().ShouldBe(1);
        api.Sent.Length.ShouldBe(3);
    }

    [Fact]
    public async Task The_server_says_what_is_worth_another_try()
    {
        await using var refusing = await PaymentApi.Start(new Answer("""{"error":{"message":"Stop."}}""", HttpStatusCode.InternalServerError) { Headers = [("Stripe-Should-Retry", "false")] });
        await Should.ThrowAsync<StripeException>(() => refusing.Client(retries: 2).V1.Customers.GetAsync("cus_1", cancellationToken: Cancellation));
        refusing.Sent.Length.ShouldBe(1);
        await using var asking = await PaymentApi.Start(new Answer("""{"error":{"message":"Locked."}}""", HttpStatusCode.TooManyRequests) { Headers = [("Stripe-Should-Retry", "true")] }, new("""{"id":"cus_1"}"""));
        (await asking.Client(retries: 2).V1.Customers.GetAsync("cus_1", cancellationToken: Cancellation)).Id.ShouldBe("cus_1");
        asking.Sent.Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_card_that_is_declined_is_not_tried_again()
    {
        await using var api = await PaymentApi.Start(new Answer("""{"error":{"code":"card_declined","message":"No."}}""", HttpStatusCode.PaymentRequired));
        await Should.ThrowAsync<StripeException>(() => api.Client(retries: 2).V1.PaymentIntents.ConfirmAsync("pi_1", cancellationToken: Cancellation));
        api.Sent.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_connection_that_stays_lost_is_the_networks_own_exception()
    {
        await using var api = await PaymentApi.Start(Answer.Lost);
        await Should.ThrowAsync<HttpRequestException>(() => api.Client().V1.Customers.GetAsync("cus_1", cancellationToken: Cancellation));
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up()
    {
        await using var api = await PaymentApi.Start(Answer.Silence);
        await Should.ThrowAsync<TaskCanceledException>(() => api.Client(timeout: TimeSpan.FromMilliseconds(100)).V1.Customers.GetAsync("cus_1", cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Whoever_asks_can_stop_waiting()
    {
        await using var api = await PaymentApi.Start(Answer.Silence);
        using var stop = new CancellationTokenSource();
        var waiting = api.Client(retries: 2).V1.Customers.GetAsync("cus_1", cancellationToken: stop.Token);
        await api.Asked.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        api.Sent.Length.ShouldBe(1);
    }

    private static Answer Page(bool more, params string[] ids) =>
        new($$"""{"object":"list","url":"/v1/refunds","has_more":{{(more ? "true" : "false")}},"data":[{{string.Join(',', ids.Select(id => $$"""{"id":"{{id}}","object":"refund"}"""))}}]}""");

    private static async Task<List<string>> Ids(PaymentApi api, RefundListOptions options)
    {
        var ids = new List<string>();
        await foreach (var refund in api.Client().V1.Refunds.ListAutoPagingAsync(options, cancellationToken: Cancellation)) ids.Add(refund.Id);
        return ids;
    }
}
