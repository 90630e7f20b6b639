using Makerspace.PaymentSimulator;
using Stripe;

namespace Makerspace.Tests.PaymentSimulator;

/// <summary>Whatever is done in whatever order, with calls that go wrong: the simulator's books add up.</summary>
public sealed class BookTests
{
    private static readonly string[] Cards = ["pm_card_visa", "pm_card_mastercard", "pm_card_chargeCustomerFail", "pm_card_createDispute", "pm_card_authenticationRequired"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_books_add_up(int seed)
    {
        var random = new Random(seed);
        await using var simulated = await Simulated.Start();
        var run = new Run(simulated, random);
        await run.Prepare();
        simulated.Server.Misbehaviour.Seed(seed);
        foreach (var fault in new[] { CallFault.TimeoutBefore, CallFault.TimeoutAfter, CallFault.Error, CallFault.ErrorAfter }) simulated.Server.Misbehaviour.Add(new CallTrouble(fault, Method: "POST", Probability: 0.04));
        for (var step = 0; step < 150; step++)
        {
            await run.Step();
            if (step % 25 == 0) AddsUp(await simulated.Server.Books());
        }
        AddsUp(await simulated.Server.Books());
    }

    private static void AddsUp(Books books)
    {
        var payers = books.Payments.Select(p => p.Customer).OfType<string>().Distinct(StringComparer.Ordinal);
        books.Net.ShouldBe(payers.Sum(books.Kept), "What the balance says is what every payer paid, less what was given or taken back.");
        foreach (var payment in books.Payments)
        {
            var back = books.Refunds.Where(r => r.PaymentIntent == payment.Id).Sum(r => r.Amount) + books.Disputes.Where(d => d.PaymentIntent == payment.Id && d.Status != "won").Sum(d => d.Amount);
            back.ShouldBeLessThanOrEqualTo(payment.Received, payment.Id);
            if (payment.Status != "succeeded") payment.Received.ShouldBe(0, payment.Id);
        }
        foreach (var invoice in books.Invoices)
        {
            var received = books.Payments.Where(p => p.Invoice == invoice.Id).Sum(p => p.Received);
            received.ShouldBe(invoice.Status == "paid" ? invoice.AmountPaid : 0, invoice.Id);
        }
    }

    private sealed class Run(Simulated simulated, Random random)
    {
        private readonly List<Customer> _payers = [];
        private readonly List<string> _payments = [];
        private readonly List<Price> _prices = [];
        private int _keys;

        public async Task Prepare()
        {
            foreach (var card in Cards) _payers.Add(await simulated.Payer(card));
            foreach (var amount in new[] { 3000, 4711, 9000 }) _prices.Add(await simulated.Price(amount));
        }

        public async Task Step()
        {
            var key = new RequestOptions { IdempotencyKey = $"key-{_keys++}" };
            try
            {
                await Once(() => Do(key));
            }
            catch (StripeException refused) when ((int)refused.HttpStatusCode is 400 or 402)
            {
                // A card that fails, a payment that is over: the books tell.
            }
        }

        private static async Task Once(Func<Func<Task>> step)
        {
            var call = step();
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    await call();
                    return;
                }
                catch (Exception unknown) when (attempt < 20 && unknown is not StripeException { HttpStatusCode: System.Net.HttpStatusCode.BadRequest or System.Net.HttpStatusCode.PaymentRequired })
                {
                    // The outcome is not known: the same again, under the same key.
                }
            }
        }

        private Func<Task> Do(RequestOptions key)
        {
            var payer = Any(_payers);
            var amount = random.Next(50, 20_000);
            return random.Next(9) switch
            {
                0 or 1 => async () => _payments.Add((await simulated.Stripe.V1.PaymentIntents.CreateAsync(Payment(payer, amount, "automatic"), key)).Id),
                2 => async () => _payments.Add((await simulated.Stripe.V1.PaymentIntents.CreateAsync(Payment(payer, amount, "manual"), key)).Id),
                3 => WithPayment(id => simulated.Stripe.V1.PaymentIntents.CaptureAsync(id, new() { AmountToCapture = amount }, key)),
                4 => WithPayment(id => simulated.Stripe.V1.PaymentIntents.CancelAsync(id, null, key)),
                5 => WithPayment(id => simulated.Stripe.V1.Refunds.CreateAsync(new() { PaymentIntent = id, Amount = amount / 4 + 1 }, key)),
                6 => Subscribe(payer, Any(_prices), key),
                7 => Change(payer, Any(_prices), random.Next(1, 4), key),
                _ => Pass(TimeSpan.FromHours(random.Next(1, 400)), random.Next(2) == 0),
            };
        }

        private static PaymentIntentCreateOptions Payment(Customer payer, long amount, string capture) => new()
        {
            Amount = amount, Currency = "eur", Customer = payer.Id, PaymentMethod = payer.InvoiceSettings.DefaultPaymentMethodId, OffSession = true, Confirm = true, CaptureMethod = capture,
        };

        private Func<Task> WithPayment(Func<string, Task> done)
        {
            if (_payments.Count == 0) return () => Task.CompletedTask;
            var id = Any(_payments);
            return () => done(id);
        }

        private Func<Task> Subscribe(Customer payer, Price price, RequestOptions key) => () => simulated.Stripe.V1.Subscriptions.CreateAsync(new() { Customer = payer.Id, Items = [new() { Price = price.Id }], OffSession = true }, key);

        private Func<Task> Change(Customer payer, Price price, int quantity, RequestOptions key) => async () =>
        {
            if ((await simulated.Stripe.V1.Subscriptions.ListAsync(new() { Customer = payer.Id })).Data.FirstOrDefault() is not { Status: "active" or "past_due" } subscription) return;
            await simulated.Stripe.V1.Subscriptions.UpdateAsync(subscription.Id, new()
            {
                Items = [new() { Id = subscription.Items.Data[0].Id, Price = price.Id, Quantity = quantity }], ProrationBehavior = "always_invoice", OffSession = true,
            }, key);
        };

        private Func<Task> Pass(TimeSpan by, bool decides)
        {
            var done = false;
            return async () =>
            {
                if (done) return;
                done = true;
                await simulated.Advance(by);
                var open = (await simulated.Server.Books()).Disputes.FirstOrDefault(d => d.Status == "needs_response");
                if (open is not null) await simulated.Server.DecideDispute(open.Id, decides);
            };
        }

        private T Any<T>(List<T> from) => from[random.Next(from.Count)];
    }
}
