using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Catalogue;

/// <summary>Something sold.</summary>
internal sealed class Product : TestResource, IDeletable
{
    public override string Object => "product";
    public bool Active { get; set; } = true;
    public string? DefaultPrice { get; set; }
    public string? Description { get; set; }
    public List<string> Images { get; set; } = [];
    public List<string> MarketingFeatures => [];
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string Name { get; set; } = "";
    public string? PackageDimensions => null;
    public bool? Shippable => null;
    public string? StatementDescriptor { get; set; }
    public string? TaxCode { get; set; }
    public string Type => "service";
    public string? UnitLabel { get; set; }
    public long Updated { get; set; }
    public string? Url { get; set; }
    [Inner] public bool Deleted { get; set; }
}

internal static class ProductCalls
{
    public static void Map(Api api)
    {
        api.Post("products", call => Create(call.Work, call.Params));
        api.Get("products/{id}", call => call.Work.Get<Product>(call.Id));
        api.Post("products/{id}", Update);
        api.Delete("products/{id}", Delete);
        api.Get("products", List);
    }

    public static Product Create(Work work, Params sent)
    {
        var product = work.Add(new Product { Id = sent.Text("id") ?? Ids.Short("prod"), Created = work.Time, Updated = work.Time, Name = sent.Required("name") });
        Set(sent, product);
        work.Emit("product.created", product);
        if (sent.Child("default_price_data") is { } price) product.DefaultPrice = PriceCalls.Create(work, price, product).Id;
        return product;
    }

    private static Product Update(Call call)
    {
        var product = call.Work.Get<Product>(call.Id);
        if (call.Params.Text("name") is { } name) product.Name = name;
        if (call.Params.Text("default_price") is { } price) product.DefaultPrice = call.Work.Get<Price>(price, "default_price").Id;
        Set(call.Params, product);
        product.Updated = call.Work.Time;
        call.Work.EmitChange("product.updated", product);
        return product;
    }

    private static Product Delete(Call call)
    {
        var product = call.Work.Get<Product>(call.Id);
        if (call.Work.Where<Price>("product", product.Id).Count > 0) throw ApiException.Invalid("This product cannot be deleted because it has one or more user-created prices.");
        call.Work.Emit("product.deleted", product);
        product.Deleted = true;
        return product;
    }

    private static Page List(Call call)
    {
        var (created, active, ids) = (call.Created(), call.Params.Bool("active"), call.Params.Texts("ids"));
        return Page.Of(call, call.Work.Newest<Product>().Where(p => !p.Deleted && created(p.Created) && (active is null || p.Active == active) && (ids.Count == 0 || ids.Contains(p.Id, StringComparer.Ordinal))), "/v1/products");
    }

    private static void Set(Params sent, Product product)
    {
        if (sent.Bool("active") is { } active) product.Active = active;
        if (sent.Has("description")) product.Description = sent.Text("description");
        if (sent.Has("statement_descriptor")) product.StatementDescriptor = sent.Text("statement_descriptor");
        if (sent.Has("unit_label")) product.UnitLabel = sent.Text("unit_label");
        if (sent.Has("tax_code")) product.TaxCode = sent.Text("tax_code");
        if (sent.Has("url")) product.Url = sent.Text("url");
        if (sent.Has("images")) product.Images = [.. sent.Texts("images")];
        sent.OneOf("type", "service", "good");
        sent.Metadata(product.Metadata);
    }
}
