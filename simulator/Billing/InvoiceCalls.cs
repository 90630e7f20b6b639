using Makerspace.PaymentSimulator.Catalogue;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Billing;

internal static class InvoiceCalls
{
    public static void Map(Api api)
    {
        api.Post("invoices", Create);
        api.Post("invoices/create_preview", Preview);
        api.Get("invoices/{id}", call => call.Work.Get<Invoice>(call.Id));
        api.Post("invoices/{id}", Update);
        api.Get("invoices/{id}/lines", call => Page.Of(call, call.Work.Get<Invoice>(call.Id).Lines.Data, $"/v1/invoices/{call.Id}/lines"));
        api.Post("invoices/{id}/finalize", Finalize);
        api.Post("invoices/{id}/pay", Pay);
        api.Post("invoices/{id}/void", call => Done(call, Collecting.Void));
        api.Post("invoices/{id}/mark_uncollectible", call => Done(call, Collecting.MarkUncollectible));
        api.Delete("invoices/{id}", Delete);
        api.Get("invoices", List);
        api.Get("invoice_payments/{id}", call => call.Work.Get<InvoicePayment>(call.Id));
        api.Get("invoice_payments", Payments);
        api.Post("invoiceitems", CreateItem);
        api.Get("invoiceitems/{id}", call => call.Work.Get<InvoiceItem>(call.Id));
        api.Delete("invoiceitems/{id}", DeleteItem);
        api.Get("invoiceitems", Items);
    }

    private static Invoice Create(Call call)
    {
        var customer = CustomerCalls.Living(call.Work, call.Params.Required("customer"));
        var subscription = call.Params.Text("subscription") is { } id ? call.Work.Get<Subscription>(id, "subscription") : null;
        call.Params.OneOf("pending_invoice_items_behavior", "include", "exclude");
        var invoice = Invoicing.Draft(call.Work, customer, subscription, [], "manual");
        invoice.AutoAdvance = call.Params.Bool("auto_advance") ?? false;
        if (invoice.AutoAdvance) invoice.AutomaticallyFinalizesAt = call.Work.Now(customer.TestClock) + 3600;
        if (call.Params.Has("default_tax_rates")) invoice.DefaultTaxRates = TaxRateCalls.Given(call.Work, call.Params, "default_tax_rates");
        if (call.Params.Currency() is { } currency) invoice.Currency = currency;
        invoice.CollectionMethod = call.Params.OneOf("collection_method", "charge_automatically", "send_invoice") ?? "charge_automatically";
        if (call.Params.Amount("days_until_due") is { } days) invoice.DueDate = call.Work.Now(customer.TestClock) + (days * 24 * 3600);
        invoice.Description = call.Params.Text("description");
        invoice.Metadata = call.Params.Metadata();
        Invoicing.Sum(call.Work, invoice);
        call.Work.Emit("invoice.created", invoice);
        return invoice;
    }

    private static Invoice Preview(Call call)
    {
        var subscription = call.Work.Get<Subscription>(call.Params.Required("subscription"), "subscription");
        if (call.Params.Text("customer") is { } customer && customer != subscription.Customer) throw ApiException.Invalid("The subscription is another customer's.", "customer");
        if (!subscription.Lives) throw ApiException.State("You cannot preview the invoice for a canceled subscription.", "invoice_upcoming_none");
        call.Params.OneOf("preview_mode", "next", "recurring");
        var invoice = Changing.Preview(call.Work, subscription, call.Params.Child("subscription_details"));
        call.KeepsNothing = true;
        return invoice;
    }

    private static Invoice Update(Call call)
    {
        var invoice = call.Work.Get<Invoice>(call.Id);
        call.Params.Metadata(invoice.Metadata);
        if (call.Params.Has("description")) invoice.Description = call.Params.Text("description");
        if (call.Params.Bool("auto_advance") is { } advance) invoice.AutoAdvance = advance;
        if (call.Params.Text("default_payment_method") is { } method) invoice.DefaultPaymentMethod = call.Work.Get<PaymentMethod>(method, "default_payment_method").Id;
        call.Work.EmitChange("invoice.updated", invoice);
        return invoice;
    }

    private static Invoice Finalize(Call call)
    {
        var invoice = call.Work.Get<Invoice>(call.Id);
        if (invoice.Status != "draft") throw ApiException.State("This invoice is already finalized, you can't re-finalize a non-draft invoice.", "invoice_not_editable");
        invoice.AutoAdvance = call.Params.Bool("auto_advance") ?? invoice.AutoAdvance;
        Collecting.FinalizeOnly(call.Work, invoice);
        if (invoice is { Status: "open", AutoAdvance: true, CollectionMethod: "charge_automatically" }) invoice.NextPaymentAttempt = call.Work.Now(invoice.TestClock) + 3600;
        return invoice;
    }

    private static Invoice Pay(Call call)
    {
        var invoice = call.Work.Get<Invoice>(call.Id);
        var outside = call.Params.Bool("paid_out_of_band") ?? false;
        var method = call.Params.Text("payment_method") is { } id ? PaymentMethods.Given(call.Work, id) : null;
        var presence = call.Params.Bool("off_session") ?? true ? Presence.Absent : Presence.Present;
        call.Params.RefuseUnread();
        if (invoice.Status == "draft") Invoicing.Finalize(call.Work, invoice);
        if (invoice.Status is "paid" or "void") throw ApiException.State($"Invoice is already {invoice.Status}", "invoice_already_paid");
        if (invoice.AmountDue == 0 || outside)
        {
            Collecting.Settle(call.Work, invoice, null);
            return invoice;
        }
        var refused = Collecting.Pay(call.Work, invoice, method, presence);
        if (refused is null && invoice.Status == "open") refused = new("invoice_payment_intent_requires_action", null, "This payment requires additional user action before it can be completed successfully.");
        return refused is null ? invoice : throw new ApiException(402, "card_error", refused.Message) { Code = refused.Code, DeclineCode = refused.DeclineCode, PaymentIntent = invoice.PaymentIntent, Keeps = true };
    }

    private static Invoice Done(Call call, Action<Work, Invoice> done)
    {
        var invoice = call.Work.Get<Invoice>(call.Id);
        done(call.Work, invoice);
        return invoice;
    }

    private static System.Text.Json.Nodes.JsonObject Delete(Call call)
    {
        var invoice = call.Work.Get<Invoice>(call.Id);
        if (invoice.Status != "draft") throw ApiException.State("You can only delete draft invoices.", "invoice_not_editable");
        foreach (var item in call.Work.Where<InvoiceItem>("invoice", invoice.Id)) item.Invoice = null;
        call.Work.Emit("invoice.deleted", invoice);
        call.Work.Remove(invoice);
        return new() { ["id"] = invoice.Id, ["object"] = invoice.Object, ["deleted"] = true };
    }

    private static Page List(Call call)
    {
        var created = call.Created();
        return Page.Of(call, call.Listed<Invoice>("customer", "subscription", "status", "collection_method").Where(i => created(i.Created)), "/v1/invoices");
    }

    private static Page Payments(Call call)
    {
        var payment = call.Params.Child("payment");
        payment?.OneOf("type", "payment_intent");
        var intent = payment?.Text("payment_intent");
        var of = call.Work.Newest<InvoicePayment>(("invoice", call.Params.Text("invoice")), ("status", call.Params.Text("status")), ("payment.payment_intent", intent));
        return Page.Of(call, of, "/v1/invoice_payments");
    }

    private static InvoiceItem CreateItem(Call call)
    {
        var (work, sent) = (call.Work, call.Params);
        var customer = CustomerCalls.Living(work, sent.Required("customer"));
        var now = work.Now(customer.TestClock);
        var quantity = sent.Amount("quantity", 1) ?? 1;
        var price = sent.Child("pricing")?.Text("price") is { } id ? work.Get<Price>(id, "pricing[price]") : sent.Child("price_data") is { } data ? PriceCalls.Create(work, data, null) : null;
        var amount = sent.Long("amount");
        if (price is null == amount is null) throw ApiException.Required("amount");
        var item = work.Add(new InvoiceItem
        {
            Id = Ids.New("ii"), Customer = customer.Id, Date = now, TestClock = customer.TestClock, Period = new(now, now), Quantity = quantity, Subscription = sent.Text("subscription"), Invoice = sent.Text("invoice"),
            Amount = amount ?? (price!.UnitAmount * quantity), Currency = sent.Currency() ?? price?.Currency ?? throw ApiException.Required("currency"), Description = sent.Text("description"),
            Pricing = price is null ? null : LinePricing.Of(price), Metadata = sent.Metadata(), TaxRates = TaxRateCalls.Given(work, sent, "tax_rates"), Discountable = sent.Bool("discountable") ?? true,
        });
        if (item.Subscription is { } subscription) item.Parent = new() { SubscriptionDetails = new(work.Get<Subscription>(subscription, "subscription").Id, null) };
        work.Emit("invoiceitem.created", item);
        if (item.Invoice is { } draft) AddTo(work, work.Get<Invoice>(draft, "invoice"), item);
        return item;
    }

    private static void AddTo(Work work, Invoice invoice, InvoiceItem item)
    {
        if (invoice.Status != "draft") throw ApiException.State("The invoice is not a draft.", "invoice_not_editable");
        invoice.Lines.Data.Add(new()
        {
            Id = Ids.New("il"), Invoice = invoice.Id, Amount = item.Amount, Currency = item.Currency, Description = item.Description, Metadata = item.Metadata, Period = item.Period, Pricing = item.Pricing, Quantity = item.Quantity,
            TaxRates = item.TaxRates, Parent = new() { InvoiceItemDetails = new(item.Id, false, null, item.Subscription) },
        });
        Invoicing.Sum(work, invoice);
    }

    private static System.Text.Json.Nodes.JsonObject DeleteItem(Call call)
    {
        var item = call.Work.Get<InvoiceItem>(call.Id);
        if (item.Invoice is not null) throw ApiException.State("The item is on an invoice.", "invoice_not_editable");
        call.Work.Emit("invoiceitem.deleted", item);
        call.Work.Remove(item);
        return new() { ["id"] = item.Id, ["object"] = item.Object, ["deleted"] = true };
    }

    private static Page Items(Call call)
    {
        var (pending, created) = (call.Params.Bool("pending"), call.Created());
        return Page.Of(call, call.Listed<InvoiceItem>("customer", "invoice").Where(i => created(i.Date) && (pending is null || i.Invoice is null == pending)), "/v1/invoiceitems");
    }
}
