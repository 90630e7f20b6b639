using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;
using Makerspace.PaymentSimulator.Time;

namespace Makerspace.PaymentSimulator.Customers;

internal static class CustomerCalls
{
    public static void Map(Api api)
    {
        api.Post("customers", Create);
        api.Get("customers/{id}", call => call.Work.Get<Customer>(call.Id));
        api.Post("customers/{id}", Update);
        api.Delete("customers/{id}", Delete);
        api.Get("customers", List);
        api.Get("customers/{id}/payment_methods", Methods);
        api.Get("customers/{id}/payment_methods/{method}", Method);
        api.Post("customers/{id}/balance_transactions", Adjust);
        api.Get("customers/{id}/balance_transactions", Adjustments);
    }

    /// <summary>A customer that was not deleted.</summary>
    public static Customer Living(Work work, string id, string param = "customer") =>
        work.Get<Customer>(id, param) is { Deleted: false } living ? living : throw ApiException.Missing("customer", id, param);

    private static Customer Create(Call call)
    {
        var sent = call.Params;
        var clock = sent.Text("test_clock");
        var customer = call.Work.Add(new Customer
        {
            Id = Ids.Short("cus"), Created = call.Work.Now(clock), InvoicePrefix = Ids.Random(8).ToUpperInvariant(), TestClock = clock is null ? null : call.Work.Get<TestClock>(clock, "test_clock").Id,
        });
        Set(call, customer);
        call.Work.Emit("customer.created", customer);
        if (sent.Text("payment_method") is { } method) customer.InvoiceSettings.DefaultPaymentMethod ??= Methods(call.Work, method, customer).Id;
        return customer;
    }

    private static Customer Update(Call call)
    {
        var customer = Living(call.Work, call.Id, "id");
        Set(call, customer);
        call.Work.EmitChange("customer.updated", customer);
        return customer;
    }

    private static void Set(Call call, Customer customer)
    {
        var sent = call.Params;
        if (sent.Has("name")) customer.Name = sent.Text("name");
        if (sent.Has("email")) customer.Email = Email(sent);
        if (sent.Has("description")) customer.Description = sent.Text("description");
        if (sent.Has("phone")) customer.Phone = sent.Text("phone");
        if (sent.Has("address")) customer.Address = Address.Of(sent.Child("address"));
        if (sent.Long("balance") is { } balance) customer.Balance = balance;
        if (sent.OneOf("tax_exempt", "none", "exempt", "reverse") is { } exempt) customer.TaxExempt = exempt;
        if (sent.Child("invoice_settings") is { } settings) Set(call.Work, customer, settings);
        if (sent.Texts("preferred_locales") is { Count: > 0 } locales) customer.PreferredLocales = [.. locales];
        sent.Metadata(customer.Metadata);
        sent.Ignore("shipping", "tax", "invoice_prefix");
    }

    private static void Set(Work work, Customer customer, Params settings)
    {
        if (settings.Unsets("default_payment_method")) customer.InvoiceSettings.DefaultPaymentMethod = null;
        if (settings.Text("default_payment_method") is { } id)
        {
            var method = work.Find<PaymentMethod>(id);
            if (method?.Customer != customer.Id)
                throw ApiException.Invalid($"No such PaymentMethod: '{id}'; It's possible this PaymentMethod exists on one of your other customers.", "invoice_settings[default_payment_method]", "resource_missing");
            customer.InvoiceSettings.DefaultPaymentMethod = id;
        }
        if (settings.Has("footer")) customer.InvoiceSettings.Footer = settings.Text("footer");
        settings.Ignore("custom_fields", "rendering_options");
    }

    private static Customer Delete(Call call)
    {
        var customer = Living(call.Work, call.Id, "id");
        foreach (var subscription in call.Work.Where<Billing.Subscription>("customer", customer.Id).Where(s => s.Lives)) Billing.Subscribing.End(call.Work, subscription);
        foreach (var method in call.Work.Where<PaymentMethod>("customer", customer.Id)) method.Customer = null;
        call.Work.Emit("customer.deleted", customer);
        customer.Deleted = true;
        return customer;
    }

    private static Page List(Call call)
    {
        var (created, clock) = (call.Created(), call.Params.Text("test_clock"));
        return Page.Of(call, call.Listed<Customer>("email").Where(c => !c.Deleted && created(c.Created) && c.TestClock == clock), "/v1/customers");
    }

    private static Page Methods(Call call)
    {
        var customer = Living(call.Work, call.Id, "id");
        var type = call.Equal("type");
        return Page.Of(call, call.Work.Where<PaymentMethod>("customer", customer.Id).Where(m => type(m.Type)).Reverse(), $"/v1/customers/{customer.Id}/payment_methods");
    }

    private static PaymentMethod Method(Call call) =>
        call.Work.Find<PaymentMethod>(call["method"]) is { } method && method.Customer == call.Id ? method : throw ApiException.Missing("payment_method", call["method"], "id");

    private static PaymentMethod Methods(Work work, string id, Customer customer) => PaymentMethods.Attach(work, PaymentMethods.Given(work, id), customer);

    private static CustomerBalanceTransaction Adjust(Call call)
    {
        var customer = Living(call.Work, call.Id, "id");
        var amount = call.Params.Long("amount") ?? throw ApiException.Required("amount");
        var moved = CustomerBalanceTransaction.Move(call.Work, customer, amount, call.Params.Currency() ?? throw ApiException.Required("currency"), "adjustment");
        moved.Description = call.Params.Text("description");
        moved.Metadata = call.Params.Metadata();
        call.Work.EmitChange("customer.updated", customer);
        return moved;
    }

    private static Page Adjustments(Call call) => Page.Of(
        call, call.Work.Where<CustomerBalanceTransaction>("customer", Living(call.Work, call.Id, "id").Id).AsEnumerable().Reverse(), $"/v1/customers/{call.Id}/balance_transactions");

    private static string? Email(Params sent) => sent.Text("email") is not { } email ? null
        : email.Contains('@', StringComparison.Ordinal) && email.Length <= 512 ? email : throw ApiException.Invalid($"Invalid email address: {email}", "email", "email_invalid");
}
