namespace Stripe;

/// <summary>A payment as it pays an invoice.</summary>
public class InvoicePayment : StripeEntity<InvoicePayment>, IHasId
{
    public string Id { get; set; }
    [Link] public string InvoiceId { get; set; }
    public InvoicePaymentPayment Payment { get; set; }
}

public class InvoicePaymentPayment : StripeEntity<InvoicePaymentPayment>
{
    [Link] public string PaymentIntentId { get; set; }
}

public class InvoicePaymentListOptions : ListOptions
{
    public string Invoice { get; set; }
    public InvoicePaymentPaymentOptions Payment { get; set; }
}

public class InvoicePaymentPaymentOptions : INestedOptions
{
    public string PaymentIntent { get; set; }
    public string Type { get; set; }
}

public class InvoicePaymentService(IStripeClient client) : Service(client)
{
    public virtual Task<StripeList<InvoicePayment>> ListAsync(InvoicePaymentListOptions options = null, RequestOptions requestOptions = null, CancellationToken cancellationToken = default) =>
        Get<StripeList<InvoicePayment>>("/v1/invoice_payments", options, requestOptions, cancellationToken);
}
