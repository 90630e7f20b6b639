using Makerspace.PaymentSimulator.Billing;
using Makerspace.PaymentSimulator.Catalogue;
using Makerspace.PaymentSimulator.Checkout;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Misbehaving;
using Makerspace.PaymentSimulator.Pages;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Portal;
using Makerspace.PaymentSimulator.Time;

namespace Makerspace.PaymentSimulator.Http;

/// <summary>Everything that is answered.</summary>
internal static class Routes
{
    public static void Map(WebApplication app, Simulation simulation, PaymentSimulatorServer server)
    {
        app.UseRouting();
        var api = new Api(app, simulation);
        CustomerCalls.Map(api);
        PaymentMethodCalls.Map(api);
        PaymentIntentCalls.Map(api);
        SetupIntentCalls.Map(api);
        ChargeCalls.Map(api);
        RefundCalls.Map(api);
        DisputeCalls.Map(api);
        BalanceTransactionCalls.Map(api);
        ProductCalls.Map(api);
        PriceCalls.Map(api);
        TaxRateCalls.Map(api);
        CouponCalls.Map(api);
        CheckoutCalls.Map(api);
        SubscriptionCalls.Map(api);
        SubscriptionItemCalls.Map(api);
        InvoiceCalls.Map(api);
        PortalCalls.Map(api);
        EventCalls.Map(api);
        TestClockCalls.Map(api);
        api.MapUnknown();
        CheckoutPages.Map(app, simulation);
        ChallengePages.Map(app, simulation);
        PortalPages.Map(app, simulation);
        InvoicePages.Map(app, simulation);
        FrontPage.Map(app, simulation);
        SimulatorCalls.Map(app, simulation, server);
    }
}
