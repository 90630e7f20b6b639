using System.Net;
using Makerspace.PaymentSimulator;
using Stripe;

namespace Makerspace.Tests.PaymentSimulator;

/// <summary>The same key has one effect; what is not understood is refused; what was asked to go wrong goes wrong.</summary>
public sealed class IdempotencyTests
{
    [Fact]
    public async Task The_same_key_gets_the_same_answer_and_one_effect()
    {
        await using var simulated = await Simulated.Start();
        var (first, replayed) = (await Post(simulated, "key-1", "amount=1000&currency=eur&payment_method=pm_card_visa&confirm=true"), await Post(simulated, "key-1", "currency=eur&amount=1000&confirm=true&payment_method=pm_card_visa"));
        replayed.Body.ShouldBe(first.Body);
        (first.Replayed, replayed.Replayed).ShouldBe((null, "true"));
        (await simulated.Server.Books()).Payments.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_decline_is_replayed_too()
    {
        await using var simulated = await Simulated.Start();
        const string body = "amount=1000&currency=eur&payment_method=pm_card_chargeDeclined&confirm=true";
        var (first, again) = (await Post(simulated, "key-1", body), await Post(simulated, "key-1", body));
        (first.Status, again.Status, again.Replayed).ShouldBe((HttpStatusCode.PaymentRequired, HttpStatusCode.PaymentRequired, "true"));
        again.Body.ShouldBe(first.Body);
        (await simulated.Server.Books()).Payments.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Other_parameters_under_the_same_key_are_refused()
    {
        await using var simulated = await Simulated.Start();
        await Post(simulated, "key-1", "amount=1000&currency=eur");
        foreach (var (path, body) in new[] { ("/v1/payment_intents", "amount=1001&currency=eur"), ("/v1/customers", "amount=1000&currency=eur") })
        {
            var refused = await Post(simulated, "key-1", body, path);
            refused.Status.ShouldBe(HttpStatusCode.BadRequest);
            refused.Body.ShouldContain("idempotency_error");
        }
    }

    [Fact]
    public async Task A_refused_parameter_uses_no_key_up()
    {
        await using var simulated = await Simulated.Start();
        (await Post(simulated, "key-1", "amount=1000&currency=eur&colour=red")).Body.ShouldContain("parameter_unknown");
        (await simulated.Server.Books()).Payments.ShouldBeEmpty();
        (await Post(simulated, "key-1", "amount=1000&currency=eur")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Keys_are_forgotten_after_a_day()
    {
        await using var simulated = await Simulated.Start();
        await Post(simulated, "key-1", "amount=1000&currency=eur");
        await simulated.Advance(TimeSpan.FromHours(25));
        (await Post(simulated, "key-1", "amount=1000&currency=eur")).Replayed.ShouldBeNull();
        (await simulated.Server.Books()).Payments.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Many_at_once_under_one_key_have_one_effect()
    {
        await using var simulated = await Simulated.Start();
        var all = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Post(simulated, "key-1", "amount=1000&currency=eur&payment_method=pm_card_visa&confirm=true")));
        all.Select(a => a.Status).Distinct().ShouldBeSubsetOf([HttpStatusCode.OK, HttpStatusCode.Conflict]);
        all.Where(a => a.Status == HttpStatusCode.OK).Select(a => a.Body).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        (await simulated.Server.Books()).Net.ShouldBe(1000);
    }

    [Theory]
    [InlineData(CallFault.TimeoutBefore, 0)]
    [InlineData(CallFault.TimeoutAfter, 1)]
    [InlineData(CallFault.TooManyRequests, 0)]
    [InlineData(CallFault.Error, 0)]
    [InlineData(CallFault.ErrorAfter, 1)]
    public async Task What_goes_wrong_on_request_has_happened_or_not_and_the_key_finds_out(CallFault fault, int payments)
    {
        await using var simulated = await Simulated.Start();
        simulated.Server.Misbehaviour.Add(new CallTrouble(fault, Method: "POST", Path: "/v1/payment_intents*"));
        var options = new PaymentIntentCreateOptions { Amount = 1000, Currency = "eur", PaymentMethod = "pm_card_visa", Confirm = true };
        var key = new RequestOptions { IdempotencyKey = "key-1" };
        await Should.ThrowAsync<Exception>(() => simulated.Stripe.V1.PaymentIntents.CreateAsync(options, key));
        (await simulated.Server.Books()).Payments.Count.ShouldBe(payments);
        (await simulated.Stripe.V1.PaymentIntents.CreateAsync(options, key)).Status.ShouldBe("succeeded");
        (await simulated.Server.Books()).Net.ShouldBe(1000);
        simulated.Server.Misbehaviour.Calls.Select(c => (c.Fault, c.Replayed)).ShouldBe([(fault, false), (null, payments == 1)]);
    }

    [Fact]
    public async Task The_client_tries_again_by_itself()
    {
        await using var simulated = await Simulated.Start();
        simulated.Server.Misbehaviour.Add(new CallTrouble(CallFault.TimeoutAfter));
        (await simulated.Client(retries: 1).V1.PaymentIntents.CreateAsync(new() { Amount = 1000, Currency = "eur" })).Amount.ShouldBe(1000);
        (await simulated.Server.Books()).Payments.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Trouble_by_chance_comes_by_a_seed()
    {
        var runs = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            await using var simulated = await Simulated.Start();
            simulated.Server.Misbehaviour.Seed(7);
            simulated.Server.Misbehaviour.Add(new CallTrouble(CallFault.Error, Probability: 0.5));
            for (var i = 0; i < 20; i++) await Post(simulated, null, "amount=1000&currency=eur");
            runs.Add(string.Concat(simulated.Server.Misbehaviour.Calls.Select(c => c.Fault is null ? '.' : 'x')));
        }
        runs[0].ShouldBe(runs[1]);
        runs[0].ShouldContain('x');
        runs[0].ShouldContain('.');
    }

    [Theory]
    [InlineData("sk_live_real")]
    [InlineData("nonsense")]
    public async Task Only_test_keys_are_taken(string key)
    {
        await using var simulated = await Simulated.Start();
        (await Should.ThrowAsync<StripeException>(() => simulated.Client(key: key).V1.Customers.ListAsync())).HttpStatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task What_is_not_there_is_named()
    {
        await using var simulated = await Simulated.Start();
        var missing = await Should.ThrowAsync<StripeException>(() => simulated.Stripe.V1.Customers.GetAsync("cus_none"));
        (missing.HttpStatusCode, missing.StripeError.Code, missing.StripeError.Message).ShouldBe((HttpStatusCode.NotFound, "resource_missing", "No such customer: 'cus_none'"));
    }

    [Fact]
    public async Task Lists_come_in_pages_newest_first()
    {
        await using var simulated = await Simulated.Start();
        for (var i = 0; i < 7; i++) await simulated.Stripe.V1.Customers.CreateAsync(new() { Name = $"{i}", Email = i % 2 == 0 ? "even@example.org" : "odd@example.org" });
        var first = await simulated.Stripe.V1.Customers.ListAsync(new() { Limit = 3 });
        (first.HasMore, string.Concat(first.Data.Select(c => c.Name))).ShouldBe((true, "654"));
        var next = await simulated.Stripe.V1.Customers.ListAsync(new() { Limit = 3, StartingAfter = first.Data[^1].Id });
        string.Concat(next.Data.Select(c => c.Name)).ShouldBe("321");
        var back = await simulated.Stripe.V1.Customers.ListAsync(new() { Limit = 2, EndingBefore = next.Data[^1].Id });
        (back.HasMore, string.Concat(back.Data.Select(c => c.Name))).ShouldBe((true, "32"));
        var all = new List<string>();
        await foreach (var customer in simulated.Stripe.V1.Customers.ListAutoPagingAsync(new() { Limit = 2, Email = "even@example.org" })) all.Add(customer.Name);
        string.Concat(all).ShouldBe("6420");
    }

    [Fact]
    public async Task A_lookup_key_moves_to_another_price_only_when_asked()
    {
        await using var simulated = await Simulated.Start();
        var old = await simulated.Price(1000, key: "maker");
        await Should.ThrowAsync<StripeException>(() => simulated.Price(2000, key: "maker"));
        var now = await simulated.Stripe.V1.Prices.CreateAsync(new() { Currency = "eur", UnitAmount = 2000, LookupKey = "maker", TransferLookupKey = true, Product = old.ProductId, Recurring = new() { Interval = "month" } });
        (await simulated.Stripe.V1.Prices.ListAsync(new() { LookupKeys = ["maker"] })).Data.Single().Id.ShouldBe(now.Id);
    }

    private static async Task<(HttpStatusCode Status, string Body, string? Replayed)> Post(Simulated simulated, string? key, string body, string path = "/v1/payment_intents")
    {
        using var http = new HttpClient { BaseAddress = simulated.Server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded")) };
        request.Headers.Authorization = new("Bearer", "sk_test_simulator");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var response = await http.SendAsync(request);
        response.Headers.GetValues("Request-Id").Single().ShouldStartWith("req_");
        response.Headers.GetValues("Stripe-Version").Single().ShouldBe(PaymentSimulatorServer.ApiVersion);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.TryGetValues("Idempotent-Replayed", out var replayed) ? replayed.Single() : null);
    }
}
