namespace Stripe;

public class BillingPortalService : Service
{
    internal BillingPortalService(IStripeClient client) : base(client)
    {
    }

    public virtual BillingPortal.SessionService Sessions => new(Client);
}

public class CheckoutService : Service
{
    internal CheckoutService(IStripeClient client) : base(client)
    {
    }

    public virtual Checkout.SessionService Sessions => new(Client);
}

/// <summary>The services, by what they are about.</summary>
public class V1Services : Service
{
    internal V1Services(IStripeClient client) : base(client)
    {
    }

    public virtual BillingPortalService BillingPortal => new(Client);
    public virtual CheckoutService Checkout => new(Client);
    public virtual CustomerService Customers => new(Client);
    public virtual DisputeService Disputes => new(Client);
    public virtual InvoiceService Invoices => new(Client);
    public virtual InvoicePaymentService InvoicePayments => new(Client);
    public virtual PaymentIntentService PaymentIntents => new(Client);
    public virtual PriceService Prices => new(Client);
    public virtual ProductService Products => new(Client);
    public virtual RefundService Refunds => new(Client);
    public virtual SetupIntentService SetupIntents => new(Client);
    public virtual SubscriptionService Subscriptions => new(Client);
    public virtual TaxRateService TaxRates => new(Client);
}
