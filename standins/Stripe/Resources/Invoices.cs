namespace Stripe;

/// <summary>What is owed for a subscription's period, or once.</summary>
public class Invoice : StripeEntity<Invoice>, IHasId
{
    public string Id { get; set; }
    public long AmountDue { get; set; }
    public long AmountPaid { get; set; }
    public long AttemptCount { get; set; }
    public DateTime Created { get; set; }
    public string Currency { get; set; }
    [Link] public string CustomerId { get; set; }
    public long? EndingBalance { get; set; }
    public string HostedInvoiceUrl { get; set; }
    public string InvoicePdf { get; set; }
    public StripeList<InvoiceLineItem> Lines { get; set; }
    public DateTime? NextPaymentAttempt { get; set; }
    public string Number { get; set; }
    public InvoiceParent Parent { get; set; }
    public long StartingBalance { get; set; }
    public string Status { get; set; }
    public long Total { get; set; }
    public List<InvoiceTotalTax> TotalTaxes { get; set; }
}

public class InvoiceLineItem : StripeEntity<InvoiceLineItem>, IHasId
{
    public string Id { get; set; }
    public long Amount { get; set; }
    public string Description { get; set; }
    public InvoiceLineItemParent Parent { get; set; }
    public long? Quantity { get; set; }
}

public class InvoiceLineItemParent : StripeEntity<InvoiceLineItemParent>
{
    public InvoiceLineItemParentInvoiceItemDetails InvoiceItemDetails { get; set; }
    public InvoiceLineItemParentSubscriptionItemDetails SubscriptionItemDetails { get; set; }
}

public class InvoiceLineItemParentInvoiceItemDetails : StripeEntity<InvoiceLineItemParentInvoiceItemDetails>
{
    public bool Proration { get; set; }
}

public class InvoiceLineItemParentSubscriptionItemDetails : StripeEntity<InvoiceLineItemParentSubscriptionItemDetails>
{
    public bool Proration { get; set; }
}

public class InvoiceParent : StripeEntity<InvoiceParent>
{
    public InvoiceParentSubscriptionDetails SubscriptionDetails { get; set; }
}

public class InvoiceParentSubscriptionDetails : StripeEntity<InvoiceParentSubscriptionDetails>
{
    public Dictionary<string, string> Metadata { get; set; }
    [Link] public string SubscriptionId { get; set; }
}

public class InvoiceTotalTax : StripeEntity<InvoiceTotalTax>
{
    public long Amount { get; set; }
}

public class InvoiceGetOptions : BaseOptions;

public class InvoicePayOptions : BaseOptions
{
    public bool? OffSession { get; set; }
    public string PaymentMethod { get; set; }
}

public class InvoiceListOptions : ListOptions
{
    public AnyOf<DateTime?, DateRangeOptions> Created { get; set; }
    public string Customer { get; set; }
}

public class InvoiceService(IStripeClient client) : Service(client)
{
    public virtual Task<Invoice> GetAsync(string id, InvoiceGetOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Get<Invoice>($"/v1/invoices/{Id(id)}", options, requestOptions, cancellationToken);

    public virtual Task<Invoice> PayAsync(string id, InvoicePayOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Post<Invoice>($"/v1/invoices/{Id(id)}/pay", options, requestOptions, cancellationToken);

    public virtual IAsyncEnumerable<Invoice> ListAutoPagingAsync(InvoiceListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Pages<Invoice>("/v1/invoices", options, requestOptions, cancellationToken);
}
