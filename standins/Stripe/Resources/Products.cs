namespace Stripe;

/// <summary>What is sold.</summary>
public class Product : StripeEntity<Product>, IHasId
{
    public string Id { get; set; }
    public string Name { get; set; }
}

public class ProductCreateOptions : BaseOptions
{
    public string Id { get; set; }
    public Dictionary<string, string> Metadata { get; set; }
    public string Name { get; set; }
}

public class ProductGetOptions : BaseOptions;

public class ProductUpdateOptions : BaseOptions
{
    public string Name { get; set; }
}

public class ProductService(IStripeClient client) : Service(client)
{
    public virtual Task<Product> CreateAsync(ProductCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<Product>("/v1/products", options, requestOptions, cancellationToken);

    public virtual Task<Product> GetAsync(string id, ProductGetOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Get<Product>($"/v1/products/{Id(id)}", options, requestOptions, cancellationToken);

    public virtual Task<Product> UpdateAsync(string id, ProductUpdateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<Product>($"/v1/products/{Id(id)}", options, requestOptions, cancellationToken);
}
