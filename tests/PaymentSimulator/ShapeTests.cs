using System.Text.Json;
using System.Text.Json.Nodes;
using Stripe;

namespace Makerspace.Tests.PaymentSimulator;

/// <summary>Every answer has the shape of the provider's own example: no field that the example lacks, and the same JSON types.</summary>
public sealed class ShapeTests
{
    /// <summary>What the simulator sends and the examples do not have, and why that is right.</summary>
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["payment_intent.next_action.redirect_to_url"] = "The examples leave out what depends on the action's type.",
        ["setup_intent.next_action.redirect_to_url"] = "The examples leave out what depends on the action's type.",
        ["payment_intent.payment_method_options.card"] = "The example's payment takes no method yet.",
        ["setup_intent.payment_method_options.card"] = "The example's intent takes no method yet.",
        ["checkout.session.payment_method_options.card"] = "The example's page takes no method yet.",
        ["payment_intent.automatic_payment_methods.allow_redirects"] = "Optional: only where it was asked for.",
        ["invoice.lines.pricing.price_details"] = "The examples leave out what depends on the type.",
        ["invoiceitem.pricing.price_details"] = "The examples leave out what depends on the type.",
        ["invoiceitem.parent.subscription_details.subscription_item"] = "Optional: only of an item of a subscription.",
        ["invoice_payment.payment.payment_intent"] = "The examples leave out what depends on the type.",
        ["event.data.object"] = "The resource that the event is about: held against its own example.",
        ["event.data.previous_attributes"] = "Optional: only of changes.",
        ["payment_intent.last_payment_error"] = "The examples leave out what depends on the error's type.",
        ["setup_intent.last_setup_error"] = "The examples leave out what depends on the error's type.",
        ["discount.source.coupon"] = "An id where the example has none.",
    };

    private static readonly JsonObject Examples = Read();

    [Fact]
    public async Task Answers_have_the_shape_of_the_examples()
    {
        await using var simulated = await Simulated.Start();
        var payer = await LiveThrough(simulated);
        var differences = new SortedSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in Lists.Append($"customers/{payer}/balance_transactions"))
        {
            foreach (var answer in (await Get(simulated, list))["data"]!.AsArray().OfType<JsonObject>()) Compare(answer, differences, seen);
        }
        foreach (var told in simulated.Received) Compare(JsonNode.Parse(told.Body)!["data"]!["object"]!.AsObject(), differences, seen);
        differences.ShouldBeEmpty();
        seen.ShouldBe(Examples.Select(e => e.Key).Except(["deleted_customer", "billing_portal.session"]), ignoreOrder: true);
    }

    [Fact]
    public async Task A_deleted_customer_and_a_portal_have_theirs_too()
    {
        await using var simulated = await Simulated.Start();
        var customer = await simulated.Payer();
        var differences = new SortedSet<string>(StringComparer.Ordinal);
        var portal = await simulated.Stripe.V1.BillingPortal.Sessions.CreateAsync(new() { Customer = customer.Id });
        Compare("billing_portal.session", JsonNode.Parse(portal.StripeResponse.Content)!, Examples["billing_portal.session"], differences);
        await simulated.Stripe.V1.Customers.DeleteAsync(customer.Id);
        Compare("deleted_customer", await Get(simulated, "customers/" + customer.Id), Examples["deleted_customer"], differences);
        differences.ShouldBeEmpty();
    }

    private static readonly string[] Lists =
    [
        "customers", "checkout/sessions", "subscriptions?status=all&expand[]=data.discounts", "invoices", "invoiceitems", "invoice_payments", "payment_intents", "charges", "refunds", "prices", "products", "events?limit=100",
        "setup_intents", "coupons", "tax_rates", "disputes", "balance_transactions",
    ];

    private static async Task<string> LiveThrough(Simulated simulated)
    {
        var payer = await simulated.Payer("pm_card_createDispute");
        await simulated.Stripe.V1.PaymentIntents.CreateAsync(new() { Amount = 800, Currency = "eur", Customer = payer.Id, PaymentMethod = payer.InvoiceSettings.DefaultPaymentMethodId, Confirm = true });
        var paid = await simulated.Stripe.V1.PaymentIntents.CreateAsync(new() { Amount = 900, Currency = "eur", PaymentMethod = "pm_card_visa", Confirm = true, Description = "Bench" });
        await simulated.Stripe.V1.Refunds.CreateAsync(new() { PaymentIntent = paid.Id, Amount = 100, Reason = "duplicate" });
        await Should.ThrowAsync<StripeException>(() => simulated.Stripe.V1.PaymentIntents.CreateAsync(new() { Amount = 900, Currency = "eur", PaymentMethod = "pm_card_chargeDeclined", Confirm = true }));
        await simulated.Stripe.V1.PaymentIntents.CreateAsync(new() { Amount = 900, Currency = "eur", PaymentMethod = "pm_card_threeDSecure2Required", Confirm = true, ReturnUrl = "https://space.example" });
        await simulated.Stripe.V1.SetupIntents.CreateAsync(new() { PaymentMethod = "pm_card_threeDSecure2Required", Confirm = true, Customer = payer.Id, ReturnUrl = "https://space.example" });
        var rate = await simulated.Stripe.V1.TaxRates.CreateAsync(new() { DisplayName = "VAT", Percentage = 19.5m, Inclusive = false, Country = "DE", TaxType = "vat" });
        var coupon = await simulated.Stripe.V1.Coupons.CreateAsync(new() { PercentOff = 10.5m, Duration = "forever" });
        var payerWithCard = await simulated.Payer();
        var price = await simulated.Price(3000);
        var subscription = await simulated.Stripe.V1.Subscriptions.CreateAsync(new()
        {
            Customer = payerWithCard.Id, Items = [new() { Price = price.Id }], DefaultTaxRates = [rate.Id], Discounts = [new() { Coupon = coupon.Id }], TrialPeriodDays = 7, Metadata = new() { ["plan"] = "maker" },
        });
        await simulated.Advance(TimeSpan.FromDays(8));
        await simulated.Stripe.V1.Subscriptions.UpdateAsync(subscription.Id, new() { Items = [new() { Id = subscription.Items.Data[0].Id, Quantity = 2 }], CancelAtPeriodEnd = true, PauseCollection = new() { Behavior = "void" } });
        await simulated.Stripe.V1.InvoiceItems.CreateAsync(new() { Customer = payerWithCard.Id, Amount = 500, Currency = "eur", Description = "Filament" });
        await simulated.Stripe.V1.Invoices.CreateAsync(new() { Customer = payerWithCard.Id });
        await simulated.Stripe.V1.Customers.BalanceTransactions.CreateAsync(payerWithCard.Id, new() { Amount = -500, Currency = "eur" });
        await Simulated.PayWith((await Session(simulated)).Url, "4242424242424242");
        await Session(simulated);
        await simulated.Types();
        return payerWithCard.Id;
    }

    private static Task<Stripe.Checkout.Session> Session(Simulated simulated) => simulated.Stripe.V1.Checkout.Sessions.CreateAsync(new()
    {
        Mode = "payment", SuccessUrl = "https://space.example/back", LineItems = [new() { Quantity = 1, PriceData = new() { Currency = "eur", UnitAmount = 1500, ProductData = new() { Name = "Pack" } } }],
    });

    private static void Compare(JsonObject answer, SortedSet<string> differences, HashSet<string> seen)
    {
        var type = (string)answer["object"]!;
        if (Examples[type] is not { } example) return;
        seen.Add(type);
        Compare(type, answer, example, differences);
        // What lies inside is a resource of its own.
        foreach (var inner in answer.Select(f => f.Value).SelectMany(Inner)) Compare(inner, differences, seen);
    }

    private static IEnumerable<JsonObject> Inner(JsonNode? node) => node switch
    {
        JsonObject resource when resource["object"] is JsonValue && (string)resource["object"]! != "list" => [resource],
        JsonObject other => other.Select(f => f.Value).SelectMany(Inner),
        JsonArray items => items.SelectMany(Inner),
        _ => [],
    };

    private static void Compare(string path, JsonNode? ours, JsonNode? example, SortedSet<string> differences)
    {
        if (ours is null || example is null || Known.ContainsKey(path)) return;
        var (one, other) = (Kind(ours), Kind(example));
        // An id where the example has the whole, or the whole where it has an id, is the same field.
        if (one != other && !(IsResourceOrId(ours) && IsResourceOrId(example))) differences.Add($"{path}: {one}, in the example {other}");
        if (ours is JsonArray items && example is JsonArray { Count: > 0 } examples)
        {
            foreach (var item in items) Compare(path, item, examples[0], differences);
        }
        // An empty object in an example stands for any.
        if (ours is not JsonObject fields || example is not JsonObject { Count: > 0 } known || path.EndsWith(".metadata", StringComparison.Ordinal)) return;
        foreach (var (name, value) in fields)
        {
            var field = name == "data" && known.ContainsKey("has_more") ? path : $"{path}.{name}";
            if (known.ContainsKey(name)) Compare(field, value, known[name], differences);
            else if (!Known.ContainsKey(field)) differences.Add($"{field}: not in the example");
        }
    }

    private static string Kind(JsonNode node) => node.GetValueKind() switch { JsonValueKind.True or JsonValueKind.False => "boolean", var kind => kind.ToString().ToLowerInvariant() };

    private static bool IsResourceOrId(JsonNode node) => node is JsonObject o ? o.ContainsKey("object") : node.GetValueKind() == JsonValueKind.String;

    private static async Task<JsonObject> Get(Simulated simulated, string path)
    {
        using var http = new HttpClient { BaseAddress = simulated.Server.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "sk_test_simulator");
        return JsonNode.Parse(await http.GetStringAsync("/v1/" + path))!.AsObject();
    }

    private static JsonObject Read()
    {
        using var stream = typeof(ShapeTests).Assembly.GetManifestResourceStream("Makerspace.Tests.PaymentSimulator.resource-examples.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
