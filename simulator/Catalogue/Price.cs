using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Catalogue;

/// <summary>What a product costs, once or each period. An amount never changes: a new price is made.</summary>
internal sealed class Price : TestResource
{
    public override string Object => "price";
    public bool Active { get; set; } = true;
    public string BillingScheme => "per_unit";
    public string Currency { get; set; } = "";
    public string? CustomUnitAmount => null;
    public string? LookupKey { get; set; }
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string? Nickname { get; set; }
    public string Product { get; set; } = "";
    public Recurring? Recurring { get; set; }
    public string TaxBehavior { get; set; } = "unspecified";
    public string? TiersMode => null;
    public string? TransformQuantity => null;
    public string Type => Recurring is null ? "one_time" : "recurring";
    public long UnitAmount { get; set; }
    public string UnitAmountDecimal => UnitAmount.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

internal sealed class Recurring
{
    public string Interval { get; set; } = "month";
    public long IntervalCount { get; set; } = 1;
    public string? Meter => null;
    public long? TrialPeriodDays => null;
    public string UsageType => "licensed";
}

internal static class PriceCalls
{
    public static void Map(Api api)
    {
        api.Post("prices", call => Create(call.Work, call.Params, null));
        api.Get("prices/{id}", call => call.Work.Get<Price>(call.Id));
        api.Post("prices/{id}", Update);
        api.Get("prices", List);
    }

    public static Price Create(Work work, Params sent, Product? product)
    {
        product ??= sent.Text("product") is { } id ? work.Get<Product>(id, "product") : ProductCalls.Create(work, sent.Child("product_data") ?? throw ApiException.Required("product"));
        if (product.Deleted) throw ApiException.Missing("product", product.Id, "product");
        var price = work.Add(new Price
        {
            Id = Ids.New("price"), Created = work.Time, Product = product.Id, Currency = sent.Currency() ?? throw ApiException.Required(sent.Name("currency")),
            UnitAmount = UnitAmount(sent), Recurring = Period(sent.Child("recurring")), TaxBehavior = sent.OneOf("tax_behavior", "inclusive", "exclusive", "unspecified") ?? "unspecified",
        });
        Payments.Money.Whole(price.UnitAmount, price.Currency, sent.Name("unit_amount"));
        Set(work, sent, price);
        work.Emit("price.created", price);
        return price;
    }

    /// <summary>One that is named by its id (or by <c>price_data</c>).</summary>
    public static Price Given(Work work, Params item)
    {
        if (item.Text("price") is { } id)
        {
            var price = work.Get<Price>(id, item.Name("price"));
            return price.Active ? price : throw ApiException.Invalid($"The price specified is inactive. This field only accepts active prices.", item.Name("price"));
        }
        var data = item.Child("price_data") ?? throw ApiException.Required(item.Name("price"));
        return Create(work, data, null);
    }

    private static Price Update(Call call)
    {
        var price = call.Work.Get<Price>(call.Id);
        Set(call.Work, call.Params, price);
        if (call.Params.OneOf("tax_behavior", "inclusive", "exclusive", "unspecified") is { } behaviour) price.TaxBehavior = behaviour;
        call.Work.EmitChange("price.updated", price);
        return price;
    }

    private static Page List(Call call)
    {
        var created = call.Created();
        var (active, keys) = (call.Params.Bool("active"), call.Params.Texts("lookup_keys"));
        if (call.Params.Child("recurring") is { } recurring) recurring.Ignore("interval", "usage_type", "meter");
        return Page.Of(call, call.Listed<Price>("product", "currency", "type").Where(p => created(p.Created)
            && (active is null || p.Active == active) && (keys.Count == 0 || keys.Contains(p.LookupKey, StringComparer.Ordinal))), "/v1/prices");
    }

    private static void Set(Work work, Params sent, Price price)
    {
        if (sent.Bool("active") is { } active) price.Active = active;
        if (sent.Has("nickname")) price.Nickname = sent.Text("nickname");
        sent.Metadata(price.Metadata);
        var transfer = sent.Bool("transfer_lookup_key") ?? false;
        if (sent.Unsets("lookup_key")) price.LookupKey = null;
        if (sent.Text("lookup_key") is { } key) Name(work, price, key, transfer);
    }

    // A key names one price at a time.
    private static void Name(Work work, Price price, string key, bool transfer)
    {
        foreach (var other in work.Where<Price>("lookup_key", key).Where(p => p.Id != price.Id))
        {
            if (!transfer) throw ApiException.Invalid($"A price (`{other.Id}`) already uses that lookup key.", "lookup_key");
            other.LookupKey = null;
            work.EmitChange("price.updated", other);
        }
        price.LookupKey = key;
    }

    private static long UnitAmount(Params sent)
    {
        if (sent.Amount("unit_amount") is { } whole) return whole;
        var exact = sent.Number("unit_amount_decimal") ?? throw ApiException.Required(sent.Name("unit_amount"));
        return exact == Math.Floor(exact) && exact is >= 0 and <= 99_999_999 ? (long)exact : throw ApiException.Invalid("The simulator knows whole cents only.", sent.Name("unit_amount_decimal"));
    }

    private static Recurring? Period(Params? sent)
    {
        if (sent is null) return null;
        sent.OneOf("usage_type", "licensed");
        var period = new Recurring { Interval = sent.OneOf("interval", "day", "week", "month", "year") ?? throw ApiException.Required("recurring[interval]"), IntervalCount = sent.Amount("interval_count", 1) ?? 1 };
        return period;
    }
}
