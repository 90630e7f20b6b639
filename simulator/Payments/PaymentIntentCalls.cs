using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Payments;

internal static class PaymentIntentCalls
{
    public static void Map(Api api)
    {
        api.Post("payment_intents", Create);
        api.Get("payment_intents/{id}", Retrieve);
        api.Post("payment_intents/{id}", Update);
        api.Post("payment_intents/{id}/confirm", Confirm);
        api.Post("payment_intents/{id}/capture", Capture);
        api.Post("payment_intents/{id}/cancel", Cancel);
        api.Get("payment_intents", List);
    }

    private static PaymentIntent Retrieve(Call call)
    {
        call.Params.Ignore("client_secret");
        return call.Work.Get<PaymentIntent>(call.Id);
    }

    private static PaymentIntent Create(Call call)
    {
        var sent = call.Params;
        var customer = sent.Text("customer") is { } id ? CustomerCalls.Living(call.Work, id) : null;
        var newId = Ids.New("pi");
        var intent = new PaymentIntent
        {
            Id = newId, ClientSecret = Ids.Secret(newId), Created = call.Work.Now(customer?.TestClock), Clock = customer?.TestClock, Customer = customer?.Id,
            Amount = sent.Amount("amount", 1) ?? throw ApiException.Required("amount"), Currency = sent.Currency() ?? throw ApiException.Required("currency"),
            CaptureMethod = sent.OneOf("capture_method", "automatic", "automatic_async", "manual") ?? "automatic_async",
            ConfirmationMethod = sent.OneOf("confirmation_method", "automatic", "manual") ?? "automatic",
            AutomaticPaymentMethods = Automatic(sent),
        };
        Money.Charged(intent.Amount, intent.Currency);
        Set(sent, intent);
        sent.Texts("payment_method_types");
        sent.Ignore("payment_method_options", "application_fee_amount", "mandate_data", "shipping");
        var (confirm, tries) = (sent.Bool("confirm") ?? false, new Tries(sent));
        var method = sent.Text("payment_method") is { } methodId ? Usable(call.Work, methodId, intent) : null;
        if (confirm) sent.RefuseUnread();
        call.Work.Add(intent);
        if (method is not null) (intent.PaymentMethod, intent.Status) = (method.Id, "requires_confirmation");
        call.Work.Emit("payment_intent.created", intent);
        return confirm ? Confirm(call.Work, intent, method, tries) : intent;
    }

    private static PaymentIntent Update(Call call)
    {
        var intent = call.Work.Get<PaymentIntent>(call.Id);
        var sent = call.Params;
        if (intent.IsOver && sent.Names.Any(n => n is not ("metadata" or "description")))
            throw Unexpected($"This PaymentIntent could not be updated because it has a status of {intent.Status}.", intent);
        if (sent.Amount("amount", 1) is { } amount) intent.Amount = Money.Charged(amount, intent.Currency);
        if (sent.Text("customer") is { } customer) intent.Customer = CustomerCalls.Living(call.Work, customer).Id;
        Set(sent, intent);
        if (sent.Text("payment_method") is { } id) (intent.PaymentMethod, intent.Status) = (Usable(call.Work, id, intent).Id, "requires_confirmation");
        return intent;
    }

    private static PaymentIntent Confirm(Call call)
    {
        var intent = call.Work.Get<PaymentIntent>(call.Id);
        var sent = call.Params;
        if (intent.Status is not ("requires_payment_method" or "requires_confirmation" or "requires_action"))
            throw Unexpected($"You cannot confirm this PaymentIntent because it has already {(intent.Status == "canceled" ? "been canceled" : "succeeded after being previously confirmed")}.", intent);
        if (intent.Invoice is null && sent.OneOf("setup_future_usage", "off_session", "on_session") is { } usage) intent.SetupFutureUsage = usage;
        if (sent.Text("return_url") is { } url) intent.ReturnUrl = url;
        if (sent.Text("receipt_email") is { } email) intent.ReceiptEmail = email;
        sent.Ignore("payment_method_options", "mandate_data", "payment_method_types");
        var tries = new Tries(sent);
        var method = (sent.Text("payment_method") ?? intent.PaymentMethod) is { } id ? Usable(call.Work, id, intent) : null;
        sent.RefuseUnread();
        return Confirm(call.Work, intent, method, tries);
    }

    private static PaymentIntent Confirm(Work work, PaymentIntent intent, PaymentMethod? method, Tries tries)
    {
        if (method is null)
            throw Unexpected("You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.", intent);
        var absent = tries.OffSession || tries.ErrorOnAction;
        if (Paying.Try(work, intent, method, absent ? Presence.Absent : Presence.Present) is { } refused)
        {
            if (intent.Invoice is { } invoice) Billing.Collecting.Refused(work, work.Get<Billing.Invoice>(invoice));
            throw new ApiException(402, "card_error", refused.Message) { Code = refused.Code, DeclineCode = refused.DeclineCode, PaymentIntent = intent.Id, PaymentMethod = method.Id, Charge = intent.LatestCharge, Keeps = true };
        }
        if (intent is { Status: "succeeded", Invoice: { } paid }) Billing.Collecting.Paid(work, work.Get<Billing.Invoice>(paid), intent);
        return intent;
    }

    private static PaymentIntent Capture(Call call)
    {
        var intent = call.Work.Get<PaymentIntent>(call.Id);
        if (intent.Status != "requires_capture")
            throw Unexpected($"This PaymentIntent could not be captured because it has a status of {intent.Status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.", intent);
        var amount = call.Params.Amount("amount_to_capture", 1) ?? intent.AmountCapturable;
        if (amount > intent.AmountCapturable)
            throw ApiException.Invalid("The payment could not be captured because the requested capture amount is greater than the authorized amount.", "amount_to_capture", "amount_too_large");
        Money.Moved(amount, intent.Currency, "amount_to_capture");
        call.Params.Metadata(intent.Metadata);
        if (call.Params.Bool("final_capture") is false) throw ApiException.Invalid("The simulator captures once.", "final_capture");
        call.Params.Ignore("statement_descriptor", "statement_descriptor_suffix", "application_fee_amount");
        Paying.Capture(call.Work, intent, amount);
        return intent;
    }

    private static PaymentIntent Cancel(Call call)
    {
        var intent = call.Work.Get<PaymentIntent>(call.Id);
        var reason = call.Params.OneOf("cancellation_reason", "duplicate", "fraudulent", "requested_by_customer", "abandoned");
        if (intent.IsOver || intent.Status == "processing")
            throw Unexpected($"You cannot cancel this PaymentIntent because it has a status of {intent.Status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_reauthorization, requires_confirmation, requires_action, processing.", intent);
        if (intent.Session is not null && call.Work.Find<Checkout.Session>(intent.Session) is { Status: "open" })
            throw Unexpected("You cannot cancel a PaymentIntent created by Checkout; expire the Checkout Session instead.", intent);
        Paying.Cancel(call.Work, intent, reason);
        return intent;
    }

    private static Page List(Call call)
    {
        var created = call.Created();
        return Page.Of(call, call.Listed<PaymentIntent>("customer").Where(i => created(i.Created)), "/v1/payment_intents");
    }

    private static void Set(Params sent, PaymentIntent intent)
    {
        if (sent.Has("description")) intent.Description = sent.Text("description");
        if (sent.Has("receipt_email")) intent.ReceiptEmail = sent.Text("receipt_email");
        if (sent.Has("setup_future_usage")) intent.SetupFutureUsage = sent.OneOf("setup_future_usage", "off_session", "on_session");
        if (sent.Text("statement_descriptor") is { } descriptor) intent.StatementDescriptor = descriptor;
        if (sent.Text("statement_descriptor_suffix") is { } suffix) intent.StatementDescriptorSuffix = suffix;
        if (sent.Text("transfer_group") is { } group) intent.TransferGroup = group;
        if (sent.Text("return_url") is { } url) intent.ReturnUrl = url;
        sent.Metadata(intent.Metadata);
    }

    private static AutomaticMethods? Automatic(Params sent)
    {
        if (sent.Has("payment_method_types")) return null;
        var asked = sent.Child("automatic_payment_methods");
        return new() { Enabled = asked?.Bool("enabled") ?? true, AllowRedirects = asked?.OneOf("allow_redirects", "always", "never") ?? "always" };
    }

    private static PaymentMethod Usable(Work work, string id, PaymentIntent intent)
    {
        var method = PaymentMethods.Given(work, id);
        if (method.Customer is { } owner && intent.Customer is null)
            throw ApiException.Invalid($"The PaymentMethod '{id}' belongs to the Customer {owner}. Please include the Customer in the `customer` parameter on the PaymentIntent.", "payment_method");
        if (method.Customer is { } other && other != intent.Customer)
            throw ApiException.Invalid($"The PaymentMethod '{id}' does not belong to the Customer {intent.Customer}.", "payment_method");
        PaymentMethods.RefuseSpent(method);
        return method;
    }

    private static ApiException Unexpected(string message, PaymentIntent intent) => ApiException.State(message, "payment_intent_unexpected_state", intent.Id);

    /// <summary>How a confirmation wants to be tried.</summary>
    private readonly struct Tries(Params sent)
    {
        public bool OffSession { get; } = sent.Text("off_session") is { } text && text is not "false";
        public bool ErrorOnAction { get; } = sent.Bool("error_on_requires_action") ?? false;
    }
}
