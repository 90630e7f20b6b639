using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Portal;

internal static class Portals
{
    public static void MakeDefault(Work work, PaymentMethod method)
    {
        var customer = work.Get<Customer>(method.Customer!);
        customer.InvoiceSettings.DefaultPaymentMethod = method.Id;
        work.EmitChange("customer.updated", customer);
    }
}
