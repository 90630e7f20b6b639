using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Payments;

/// <summary>A card, saved or used once.</summary>
internal sealed class PaymentMethod : TestResource
{
    public override string Object => "payment_method";
    public string AllowRedisplay { get; set; } = "unspecified";
    public BillingDetails BillingDetails { get; set; } = new();
    public Card Card { get; set; } = new();
    public string? Customer { get; set; }
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string Type => "card";
    [Inner] public string Number { get; set; } = "";

    /// <summary>Its owner confirmed it when it was saved.</summary>
    [Inner] public bool SetUp { get; set; }

    /// <summary>Used without being saved, or removed: it cannot be used again.</summary>
    [Inner] public bool Spent { get; set; }
    [Inner] public string? Clock { get; set; }

    [System.Text.Json.Serialization.JsonIgnore] public override string? OnClock => Clock;

    [System.Text.Json.Serialization.JsonIgnore] public TestCard Test => TestCards.Of(Number)!;
}

internal sealed class BillingDetails
{
    public Address Address { get; set; } = new();
    public string? Email { get; set; }
    public string? Name { get; set; }
    public string? Phone { get; set; }
    public string? TaxId => null;
}

internal sealed class Card
{
    public string Brand { get; set; } = "visa";
    public CardChecks Checks { get; set; } = new();
    public string Country { get; set; } = "US";
    public string DisplayBrand { get; set; } = "visa";
    public int ExpMonth { get; set; }
    public int ExpYear { get; set; }
    public string Fingerprint { get; set; } = "";
    public string Funding { get; set; } = "credit";
    public string? GeneratedFrom => null;
    public string Last4 { get; set; } = "";
    public CardNetworks Networks { get; set; } = new();
    public SecureUsage ThreeDSecureUsage => new(true);
    public string? Wallet => null;
    public string RegulatedStatus => "unregulated";
}

internal sealed record SecureUsage(bool Supported);

internal sealed class CardChecks
{
    public string? AddressLine1Check => null;
    public string? AddressPostalCodeCheck => null;
    public string? CvcCheck { get; set; }
}

internal sealed class CardNetworks
{
    public List<string> Available { get; set; } = [];
    public string? Preferred => null;
}

internal static class PaymentMethods
{
    /// <summary>A payment method by its id; <c>pm_card_…</c> makes a new one each time.</summary>
    public static PaymentMethod Given(Work work, string id, string param = "payment_method")
    {
        if (!id.StartsWith("pm_card_", StringComparison.Ordinal)) return work.Get<PaymentMethod>(id, param);
        var card = TestCards.OfToken(id[8..]) ?? throw ApiException.Missing("payment_method", id, param);
        var expiry = DateTimeOffset.FromUnixTimeSeconds(work.Time).AddYears(4);
        return Create(work, card, expiry.Month, expiry.Year);
    }

    public static PaymentMethod Create(Work work, TestCard card, int month, int year) => work.Add(new PaymentMethod
    {
        Id = Ids.New("pm"), Created = work.Time, Number = card.Number,
        Card = new()
        {
            Brand = card.Brand, DisplayBrand = card.Brand, Funding = card.Funding, ExpMonth = month, ExpYear = year, Last4 = card.Last4, Fingerprint = Fingerprint(card),
            Networks = new() { Available = [card.Brand] },
        },
    });

    /// <summary>Saves it with a customer. A bank that refuses the card refuses this already.</summary>
    public static PaymentMethod Attach(Work work, PaymentMethod method, Customer customer, bool confirmed = false)
    {
        method.SetUp |= confirmed;
        if (method.Customer == customer.Id) return method;
        if (method.Customer is not null) throw ApiException.Invalid("The payment method you provided has already been attached to a customer.", "payment_method");
        RefuseSpent(method);
        if (method.Test.Refused is { } refused) throw new ApiException(402, "card_error", refused.Message) { Code = refused.Code, DeclineCode = refused.DeclineCode, PaymentMethod = method.Id, Keeps = true };
        method.Customer = customer.Id;
        method.Clock = customer.TestClock;
        method.Card.Checks.CvcCheck = "pass";
        work.Emit("payment_method.attached", method);
        return method;
    }

    public static PaymentMethod Detach(Work work, PaymentMethod method)
    {
        if (method.Customer is not { } owner) throw ApiException.Invalid("The payment method you provided is not attached to a customer so detachment is impossible.", "payment_method");
        var customer = work.Get<Customer>(owner);
        if (customer.InvoiceSettings.DefaultPaymentMethod == method.Id)
        {
            customer.InvoiceSettings.DefaultPaymentMethod = null;
            work.EmitChange("customer.updated", customer);
        }
        foreach (var subscription in work.Where<Billing.Subscription>("customer", owner).Where(s => s.Lives && s.DefaultPaymentMethod == method.Id))
        {
            subscription.DefaultPaymentMethod = null;
            work.EmitChange("customer.subscription.updated", subscription);
        }
        method.Customer = null;
        method.Spent = true;
        work.EmitChange("payment_method.detached", method);
        return method;
    }

    /// <summary>What was used without being saved cannot be used again.</summary>
    public static void RefuseSpent(PaymentMethod method)
    {
        if (method is { Spent: true, Customer: null })
            throw ApiException.Invalid("The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.", "payment_method");
    }

    private static string Fingerprint(TestCard card) =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(card.Number)))[..16];
}

internal static class PaymentMethodCalls
{
    public static void Map(Api api)
    {
        api.Post("payment_methods", Create);
        api.Get("payment_methods/{id}", call => PaymentMethods.Given(call.Work, call.Id, "id"));
        api.Post("payment_methods/{id}", Update);
        api.Post("payment_methods/{id}/attach", Attach);
        api.Post("payment_methods/{id}/detach", call => PaymentMethods.Detach(call.Work, call.Work.Get<PaymentMethod>(call.Id)));
        api.Get("payment_methods", List);
    }

    private static PaymentMethod Create(Call call)
    {
        if (call.Params.Required("type") != "card") throw ApiException.Invalid("The simulator takes cards only.", "type");
        var card = call.Params.Child("card") ?? throw ApiException.Required("card");
        var method = card.Text("token") is { } token ? OfToken(call.Work, token) : OfNumber(call.Work, card);
        method.Metadata = call.Params.Metadata();
        method.AllowRedisplay = call.Params.OneOf("allow_redisplay", "always", "limited", "unspecified") ?? "unspecified";
        Set(method, call.Params.Child("billing_details"));
        return method;
    }

    private static PaymentMethod Attach(Call call)
    {
        var customer = CustomerCalls.Living(call.Work, call.Params.Required("customer"));
        return PaymentMethods.Attach(call.Work, PaymentMethods.Given(call.Work, call.Id, "id"), customer);
    }

    private static PaymentMethod Update(Call call)
    {
        var method = call.Work.Get<PaymentMethod>(call.Id);
        call.Params.Metadata(method.Metadata);
        Set(method, call.Params.Child("billing_details"));
        if (call.Params.Child("card") is { } card)
        {
            method.Card.ExpMonth = (int)(card.Long("exp_month") ?? method.Card.ExpMonth);
            method.Card.ExpYear = (int)(card.Long("exp_year") ?? method.Card.ExpYear);
        }
        call.Work.EmitChange("payment_method.updated", method);
        return method;
    }

    private static Page List(Call call)
    {
        var (owner, type) = (call.Params.Text("customer"), call.Equal("type"));
        var all = owner is null ? [] : call.Work.Where<PaymentMethod>("customer", CustomerCalls.Living(call.Work, owner).Id);
        return Page.Of(call, all.Where(m => type(m.Type)).Reverse(), "/v1/payment_methods");
    }

    private static PaymentMethod OfToken(Work work, string token) =>
        token.StartsWith("tok_", StringComparison.Ordinal) && TestCards.OfToken(token[4..]) is not null ? PaymentMethods.Given(work, "pm_card_" + token[4..]) : throw ApiException.Missing("token", token, "card[token]");

    private static PaymentMethod OfNumber(Work work, Params sent)
    {
        var number = sent.Required("number").Replace(" ", "", StringComparison.Ordinal);
        var card = TestCards.Of(number) ?? throw new ApiException(402, "card_error", "Your card number is incorrect.") { Code = "incorrect_number", Param = "number" };
        sent.Ignore("cvc");
        return PaymentMethods.Create(work, card, (int)(sent.Long("exp_month") ?? throw ApiException.Required("card[exp_month]")), (int)(sent.Long("exp_year") ?? throw ApiException.Required("card[exp_year]")));
    }

    private static void Set(PaymentMethod method, Params? details)
    {
        if (details is null) return;
        if (details.Has("name")) method.BillingDetails.Name = details.Text("name");
        if (details.Has("email")) method.BillingDetails.Email = details.Text("email");
        if (details.Has("phone")) method.BillingDetails.Phone = details.Text("phone");
        if (Address.Of(details.Child("address")) is { } address) method.BillingDetails.Address = address;
    }
}
