namespace Stripe;

/// <summary>A payer.</summary>
public class Customer : StripeEntity<Customer>, IHasId
{
    public string Id { get; set; }
    public bool? Deleted { get; set; }
    public string Email { get; set; }
    public CustomerInvoiceSettings InvoiceSettings { get; set; }
    public Dictionary<string, string> Metadata { get; set; }
    public string Name { get; set; }
}

public class CustomerInvoiceSettings : StripeEntity<CustomerInvoiceSettings>
{
    [Link] public string DefaultPaymentMethodId { get; set; }
    public PaymentMethod DefaultPaymentMethod { get; set; }
}

public class CustomerCreateOptions : BaseOptions
{
    public Dictionary<string, string> Metadata { get; set => field = this.Set(value); }
}

public class CustomerGetOptions : BaseOptions;

public class CustomerInvoiceSettingsOptions : INestedOptions
{
    public string DefaultPaymentMethod { get; set; }
}

public class CustomerListOptions : ListOptions
{
    public string Email { get; set; }
}

public class CustomerUpdateOptions : BaseOptions
{
    public string Email { get; set; }
    public CustomerInvoiceSettingsOptions InvoiceSettings { get; set; }
    public Dictionary<string, string> Metadata { get; set => field = this.Set(value); }
    public string Name { get; set; }
}

public class CustomerService(IStripeClient client) : Service(client)
{
    public virtual Task<Customer> CreateAsync(CustomerCreateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<Customer>("/v1/customers", options, requestOptions, cancellationToken);

    public virtual Task<Customer> GetAsync(string id, CustomerGetOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Get<Customer>($"/v1/customers/{Id(id)}", options, requestOptions, cancellationToken);

    public virtual Task<StripeList<Customer>> ListAsync(CustomerListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Get<StripeList<Customer>>("/v1/customers", options, requestOptions, cancellationToken);

    public virtual Task<Customer> UpdateAsync(string id, CustomerUpdateOptions options, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<Customer>($"/v1/customers/{Id(id)}", options, requestOptions, cancellationToken);
}
