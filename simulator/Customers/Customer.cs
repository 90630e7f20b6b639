using System.Text.Json.Serialization;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Customers;

/// <summary>Who pays.</summary>
internal sealed class Customer : TestResource, IDeletable
{
    public override string Object => "customer";
    public Address? Address { get; set; }

    /// <summary>Negative: a credit that the next invoice uses.</summary>
    public long Balance { get; set; }
    public string? Currency { get; set; }
    public string? DefaultSource => null;
    public bool Delinquent { get; set; }
    public string? Description { get; set; }
    public string? Discount => null;
    public string? Email { get; set; }
    public string InvoicePrefix { get; set; } = "";
    public CustomerInvoiceSettings InvoiceSettings { get; set; } = new();
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string? Name { get; set; }
    public int NextInvoiceSequence { get; set; } = 1;
    public string? Phone { get; set; }
    public List<string> PreferredLocales { get; set; } = [];
    public string? Shipping => null;
    public string TaxExempt { get; set; } = "none";
    public string? TestClock { get; set; }
    [Inner] public bool Deleted { get; set; }

    [JsonIgnore] public override string? OnClock => TestClock;
}

internal sealed class CustomerInvoiceSettings
{
    public List<string>? CustomFields => null;
    public string? DefaultPaymentMethod { get; set; }
    public string? Footer { get; set; }
    public string? RenderingOptions => null;
}

/// <summary>Where somebody lives.</summary>
internal sealed class Address
{
    public string? City { get; set; }
    public string? Country { get; set; }
    public string? Line1 { get; set; }
    public string? Line2 { get; set; }
    public string? PostalCode { get; set; }
    public string? State { get; set; }

    public static Address? Of(Params? sent) => sent is null ? null : new()
    {
        City = sent.Text("city"), Country = sent.Text("country"), Line1 = sent.Text("line1"), Line2 = sent.Text("line2"), PostalCode = sent.Text("postal_code"), State = sent.Text("state"),
    };
}

/// <summary>A movement of a customer's credit.</summary>
internal sealed class CustomerBalanceTransaction : TestResource
{
    public override string Object => "customer_balance_transaction";
    public long Amount { get; set; }
    public string? CreditNote => null;
    public string Currency { get; set; } = "";
    public string Customer { get; set; } = "";
    public string? Description { get; set; }
    public long EndingBalance { get; set; }
    public string? Invoice { get; set; }
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string Type { get; set; } = "adjustment";

    /// <summary>Moves the credit: negative gives it, positive uses it.</summary>
    public static CustomerBalanceTransaction Move(Work work, Customer customer, long amount, string currency, string type, string? invoice = null)
    {
        customer.Balance += amount;
        customer.Currency ??= currency;
        return work.Add(new CustomerBalanceTransaction
        {
            Id = Ids.New("cbtxn"), Created = work.Now(customer.TestClock), Amount = amount, Currency = currency, Customer = customer.Id, EndingBalance = customer.Balance, Type = type, Invoice = invoice,
        });
    }
}
