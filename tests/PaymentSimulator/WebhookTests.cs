using System.Diagnostics;
using Makerspace.PaymentSimulator;
using Stripe;

namespace Makerspace.Tests.PaymentSimulator;

/// <summary>Signed events: sent, sent again, and sent wrongly where that is asked; and what survives the process.</summary>
public sealed class WebhookTests
{
    [Fact]
    public async Task Both_secrets_sign_while_they_are_rotated()
    {
        await using var simulated = await Simulated.Start(secrets: ["whsec_old", Simulated.Secret]);
        await Customer(simulated, "a");
        await simulated.Types();
        var (body, signature) = simulated.Received.Single();
        EventUtility.ConstructEvent(body, signature, "whsec_old", long.MaxValue / 2).Type.ShouldBe("customer.created");
        EventUtility.ConstructEvent(body, signature, Simulated.Secret, long.MaxValue / 2).ApiVersion.ShouldBe(PaymentSimulatorServer.ApiVersion);
        Should.Throw<StripeException>(() => EventUtility.ConstructEvent(body, signature, "whsec_other", long.MaxValue / 2));
        Should.Throw<StripeException>(() => EventUtility.ConstructEvent(body + " ", signature, Simulated.Secret, long.MaxValue / 2));
    }

    [Fact]
    public async Task A_change_tells_what_it_was_before_and_which_call_made_it()
    {
        await using var simulated = await Simulated.Start();
        var customer = await Customer(simulated, "a");
        var changed = await simulated.Stripe.V1.Customers.UpdateAsync(customer.Id, new() { Name = "b" }, new() { IdempotencyKey = "key-1" });
        await simulated.Types();
        var told = simulated.Events[^1];
        (told.Type, told.Request.IdempotencyKey, told.Request.Id).ShouldBe(("customer.updated", "key-1", changed.StripeResponse.RequestId));
        ((Customer)told.Data.Object).Name.ShouldBe("b");
        ((string)told.Data.PreviousAttributes.name).ShouldBe("a");
        (await simulated.Stripe.V1.Events.GetAsync(told.Id)).Type.ShouldBe("customer.updated");
    }

    [Fact]
    public async Task Not_taken_it_is_sent_again()
    {
        await using var simulated = await Simulated.Start();
        var attempts = 0;
        simulated.Answers = () => Interlocked.Increment(ref attempts) <= 3 ? 500 : 200;
        await Customer(simulated, "a");
        await Until(() => simulated.Received.Count == 1);
        attempts.ShouldBe(4);
        await Until(async () => await simulated.Server.WaitingWebhooks() == 0);
        (await simulated.Stripe.V1.Events.ListAsync()).Data.Single().PendingWebhooks.ShouldBe(0);
    }

    [Fact]
    public async Task Twice_late_in_another_order_or_never_where_that_is_asked()
    {
        await using var simulated = await Simulated.Start();
        simulated.Server.Misbehaviour.Add(new WebhookTrouble(WebhookFault.Duplicate));
        await Customer(simulated, "twice");
        await simulated.Types();
        simulated.Server.Misbehaviour.Add(new WebhookTrouble(WebhookFault.Drop));
        await Customer(simulated, "never");
        await simulated.Types();
        simulated.Server.Misbehaviour.Add(new WebhookTrouble(WebhookFault.Delay));
        await Customer(simulated, "late");
        await simulated.Types();
        Names(simulated).ShouldBe(["twice", "twice"]);
        await simulated.Server.Redeliver();
        await simulated.Types();
        simulated.Server.Misbehaviour.Add(new WebhookTrouble(WebhookFault.Reorder, Type: "customer.created"));
        var first = await Customer(simulated, "first");
        await Customer(simulated, "second");
        await Until(() => simulated.Received.Count == 5);
        Names(simulated).Take(3).ShouldBe(["twice", "twice", "late"]);
        Names(simulated).Skip(3).ShouldBe(["first", "second"], ignoreOrder: true);
        await simulated.Server.Resend(simulated.Events.First(e => ((Customer)e.Data.Object).Id == first.Id).Id);
        await simulated.Types();
        Names(simulated)[^1].ShouldBe("first");
    }

    [Fact]
    public async Task What_was_answered_survives_and_what_was_not_told_is_told_later()
    {
        var folder = Directory.CreateTempSubdirectory("simulator");
        var file = Path.Combine(folder.FullName, "payments-simulator.db");
        var copy = Path.Combine(folder.FullName, "copy.db");
        string payer;
        await using (var simulated = await Simulated.Start(file))
        {
            simulated.Answers = () => 503;
            payer = (await simulated.Payer()).Id;
            await simulated.Stripe.V1.PaymentIntents.CreateAsync(new() { Amount = 900, Currency = "eur", PaymentMethod = "pm_card_visa", Confirm = true }, new() { IdempotencyKey = "key-1" });
            // As a process leaves it that is killed: the file, and its log beside it.
            foreach (var part in new[] { "", "-wal" }) System.IO.File.Copy(file + part, copy + part);
        }
        foreach (var kept in new[] { file, copy })
        {
            await using var again = await Simulated.Start(kept);
            (await again.Stripe.V1.Customers.GetAsync(payer)).Email.ShouldBe("ada@example.org");
            await again.Stripe.V1.PaymentIntents.CreateAsync(new() { Amount = 900, Currency = "eur", PaymentMethod = "pm_card_visa", Confirm = true }, new() { IdempotencyKey = "key-1" });
            (await again.Server.Books()).Net.ShouldBe(900);
            await again.Server.Redeliver();
            (await again.Types()).ShouldContain("payment_intent.succeeded");
        }
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task It_can_be_asked_over_HTTP()
    {
        await using var simulated = await Simulated.Start();
        var paid = await simulated.Stripe.V1.PaymentIntents.CreateAsync(new() { Amount = 900, Currency = "eur", PaymentMethod = "pm_card_visa", Confirm = true });
        (await Ask(simulated, "misbehave", """{"calls":[{"fault":"error","method":"GET","path":"/v1/customers*"}],"webhooks":[{"fault":"drop","probability":1}],"seed":3}""")).ShouldContain("calls");
        (await Should.ThrowAsync<StripeException>(() => simulated.Stripe.V1.Customers.ListAsync())).HttpStatusCode.ShouldBe(System.Net.HttpStatusCode.InternalServerError);
        (await Ask(simulated, "disputes", $$"""{"paymentIntent":"{{paid.Id}}","amount":400}""")).ShouldContain("du_");
        (await Ask(simulated, "clock", "{}")).ShouldContain("done");
        (await simulated.Server.Books()).Net.ShouldBe(500);
        (await simulated.Types()).ShouldNotContain("charge.dispute.created");
    }

    private static Task<Customer> Customer(Simulated simulated, string name) => simulated.Stripe.V1.Customers.CreateAsync(new() { Name = name });

    private static List<string> Names(Simulated simulated) => [.. simulated.Events.Select(e => ((Customer)e.Data.Object).Name)];

    private static async Task<string> Ask(Simulated simulated, string what, string json)
    {
        using var http = new HttpClient { BaseAddress = simulated.Server.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "sk_test_simulator");
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var response = await http.PostAsync("/simulator/" + what, content);
        return await response.Content.ReadAsStringAsync();
    }

    private static Task Until(Func<bool> holds) => Until(() => Task.FromResult(holds()));

    private static async Task Until(Func<Task<bool>> holds)
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(2));
            await Task.Delay(10);
        }
    }
}
