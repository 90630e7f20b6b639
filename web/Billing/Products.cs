using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Billing;
using Makerspace.Spaces;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Policies;
using Makerspace.Web.Spaces;
using Makerspace.Web.Tools;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>A pack or a day pass as the API tells it.</summary>
public sealed record ProductModel
{
    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
    public ProductKind Kind { get; init; }
    public Money Price { get; init; } = new(0, "");

    /// <summary>Of a pack: how much time it holds.</summary>
    public Duration? Hours { get; init; }

    /// <summary>Of a pack: what it pays for; null: every category.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Of a pack: days until it runs out; null: never.</summary>
    public int? ValidDays { get; init; }

    /// <summary>Of a day pass: the plan whose coverage the day has; null: the space's default plan.</summary>
    public string? PlanId { get; init; }
    public bool Offered { get; init; }
    public string? Description { get; init; }
    public long Version { get; init; }

    internal static ProductModel Of(string id, Product product) => new()
    {
        Id = id, Name = product.Name, Kind = product.Kind, Price = product.Price, Hours = product.Hours, Categories = product.Categories, ValidDays = product.ValidDays,
        PlanId = product.PlanId, Offered = product.Offered, Description = product.Description, Version = product.Version,
    };
}

/// <summary>What staff say of a product; also a merge patch of it.</summary>
public record ProductSettings
{
    /// <summary>At most 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Stays what it was.</summary>
    public ProductKind? Kind { get; init; }
    public Money? Price { get; init; }

    /// <summary>Whole minutes, at most 1000 hours.</summary>
    public Duration? Hours { get; init; }
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>1 to 3650.</summary>
    public int? ValidDays { get; init; }
    public string? PlanId { get; init; }
    public bool Offered { get; init; } = true;

    /// <summary>At most 2000 characters.</summary>
    public string? Description { get; init; }

    internal static ProductSettings Of(Product product) => new()
    {
        Name = product.Name, Kind = product.Kind, Price = product.Price, Hours = product.Hours, Categories = product.Categories, ValidDays = product.ValidDays, PlanId = product.PlanId,
        Offered = product.Offered, Description = product.Description,
    };

    internal Product Read(Faults faults, PolicyBook book, Product? known)
    {
        if (Price is null) faults.Add("price", "missing-field", "price is missing.");
        var product = new Product
        {
            Name = faults.Text("name", Name, 100), Kind = faults.Required("kind", Kind), Price = Price ?? new Money(0, ""), Hours = Hours,
            Categories = Categories?.Where(c => c is not null).Distinct(StringComparer.Ordinal).ToImmutableArray(), ValidDays = ValidDays, PlanId = PlanId, Offered = Offered, Description = Description,
        };
        if (Kind is not null) PriceChecks.Check(faults, product, known, book);
        return product;
    }
}

/// <summary>A product to add.</summary>
public sealed record NewProductBody : ProductSettings
{
    /// <summary>Made from the name if absent.</summary>
    public string? Id { get; init; }
}

/// <summary>Packs and day passes: list, add, change.</summary>
internal static class Products
{
    public static async Task<Ok<Page<ProductModel>>> List(IGrainFactory grains) => TypedResults.Ok(new Page<ProductModel>(
        [.. (await grains.Space()).Products.Select(p => ProductModel.Of(p.Key, p.Value)).OrderBy(p => p.Id, StringComparer.Ordinal)], null));

    public static async Task<Results<Created<ProductModel>, ProblemHttpResult>> Add(
        Body<NewProductBody> body, ClaimsPrincipal user, PolicyDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var (wanted, faults, book) = (body.Value, new Faults(), await desk.Book(cancellation));
        var product = wanted.Read(faults, book, known: null);
        faults.OptionalSlug("id", wanted.Id);
        if (faults.Any) return faults.Problem;
        if (NewId.Candidates(wanted.Id, product.Name, "product").FirstOrDefault(c => !book.Space.Products.ContainsKey(c)) is not { } id)
            return Problem.Of(StatusCodes.Status409Conflict, "id-taken", "There is a product with this id already.");
        return TypedResults.Created($"/api/v1/products/{id}", ProductModel.Of(id, await Save(grains, id, product, Caller.Of(user).MemberId)));
    }

    public static async Task<Results<Ok<ProductModel>, ProblemHttpResult>> Change(
        string id, MergePatch<ProductSettings> patch, ClaimsPrincipal user, PolicyDesk desk, IGrainFactory grains, CancellationToken cancellation)
    {
        var (book, faults) = (await desk.Book(cancellation), new Faults());
        if (!book.Space.Products.TryGetValue(id, out var known)) return Problem.Unknown("product");
        var (wanted, fault) = patch.Apply(ProductSettings.Of(known));
        if (wanted is null) return Problem.Malformed([fault!]);
        var product = wanted.Read(faults, book, known);
        return faults.Any ? faults.Problem : TypedResults.Ok(ProductModel.Of(id, await Save(grains, id, product, Caller.Of(user).MemberId)));
    }

    public static async Task<Product> Save(IGrainFactory grains, string id, Product product, string actor) =>
        (await grains.GetGrain<ISpaceGrain>(Keys.Space).Change(new SpaceChange { Products = ImmutableDictionary<string, Product>.Empty.Add(id, product) }, actor)).Products[id];
}
