using Makerspace.PaymentSimulator.Catalogue;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Http;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Checkout;

internal static class CheckoutCalls
{
    private const long Day = 24 * 3600;
    private const long LeastOpen = 30 * 60;

    public static void Map(Api api)
    {
        api.Post("checkout/sessions", Create);
        api.Get("checkout/sessions/{id}", call => call.Work.Get<Session>(call.Id));
        api.Post("checkout/sessions/{id}", Update);
        api.Post("checkout/sessions/{id}/expire", Expire);
        api.Get("checkout/sessions/{id}/line_items", call => Page.Of(call, call.Work.Get<Session>(call.Id).Lines, $"/v1/checkout/sessions/{call.Id}/line_items"));
        api.Get("checkout/sessions", List);
    }

    private static Session Create(Call call)
    {
        var (work, sent) = (call.Work, call.Params);
        var customer = sent.Text("customer") is { } id ? CustomerCalls.Living(work, id) : null;
        var now = work.Now(customer?.TestClock);
        var sessionId = "cs_test_a1" + Ids.Random(56);
        var session = work.Add(new Session
        {
            Id = sessionId, Created = now, Clock = customer?.TestClock, Mode = sent.OneOf("mode", "payment", "subscription", "setup") ?? throw ApiException.Required("mode"),
            Customer = customer?.Id, CustomerEmail = sent.Text("customer_email"), SuccessUrl = sent.Required("success_url"), CancelUrl = sent.Text("cancel_url"),
            ClientReferenceId = sent.Text("client_reference_id"), Locale = sent.Text("locale"), SubmitType = sent.Text("submit_type"), Metadata = sent.Metadata(),
            AllowPromotionCodes = sent.Bool("allow_promotion_codes"), BillingAddressCollection = sent.OneOf("billing_address_collection", "auto", "required"),
            PaymentMethodCollection = sent.OneOf("payment_method_collection", "always", "if_required") ?? "always", ExpiresAt = Closes(sent, now),
            CustomerCreation = customer is null ? sent.OneOf("customer_creation", "always", "if_required") : null,
            Url = $"{work.PublicAddress}/c/pay/{sessionId}",
        });
        sent.OneOf("ui_mode", "hosted_page");
        sent.Texts("payment_method_types");
        sent.Ignore("customer_update", "saved_payment_method_options", "payment_method_options", "custom_text", "consent_collection", "phone_number_collection", "tax_id_collection", "automatic_tax", "adaptive_pricing", "invoice_creation", "redirect_on_completion");
        if (customer?.Email is { } email && session.CustomerEmail is null) session.CustomerDetails = new() { Email = email, Name = customer.Name };
        Lines(work, sent, session);
        Wishes(work, sent, session);
        Checkouts.Sum(work, session);
        if (session is { Currency: { } currency, AmountTotal: > 0 and var total })
        {
            if (total < Payments.Money.Least(currency)) throw ApiException.Invalid($"The Checkout Session's total amount due must add up to at least {Payments.Money.Words(Payments.Money.Least(currency), currency)}.", "line_items", "amount_too_small");
            if (session.Mode == "payment") Payments.Money.Moved(total, currency, "line_items");
        }
        return session;
    }

    private static void Lines(Work work, Params sent, Session session)
    {
        var items = sent.List("line_items");
        if (session.Mode == "setup")
        {
            if (items.Count > 0) throw ApiException.Invalid("`line_items` is not allowed in `setup` mode.", "line_items");
            session.Currency = sent.Currency();
            return;
        }
        if (items.Count is 0 or > 100) throw ApiException.Required("line_items");
        foreach (var item in items) session.Lines.Add(Line(work, item, session.Mode));
        session.Currency = session.Lines[0].Currency;
        if (sent.Currency() is { } asked && asked != session.Currency) throw ApiException.Invalid("The specified price does not have the currency of the session.", "currency");
        if (session.Lines.Exists(l => l.Currency != session.Currency)) throw ApiException.Invalid("All line items must have the same currency.", "line_items");
        if (session.Mode == "subscription" && session.Lines.TrueForAll(l => l.Price.Recurring is null)) throw ApiException.Invalid("You must provide at least one recurring price in `subscription` mode when using prices.", "mode");
        if (sent.Has("discounts") && session.AllowPromotionCodes == true) throw ApiException.Invalid("You may only specify one of these parameters: allow_promotion_codes, discounts.", "discounts");
        session.Coupons = [.. CouponCalls.Given(work, sent).Select(d => new SessionCoupon { Coupon = d.Coupon.Id, Code = d.Code?.Id })];
    }

    private static SessionLine Line(Work work, Params item, string mode)
    {
        var price = PriceCalls.Given(work, item);
        if (mode == "payment" && price.Recurring is not null) throw ApiException.Invalid("You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.", "mode");
        item.Ignore("adjustable_quantity");
        return new()
        {
            Id = Ids.New("li"), Price = price, Currency = price.Currency, Description = work.Get<Product>(price.Product).Name, Quantity = item.Amount("quantity", 1) ?? throw ApiException.Required(item.Name("quantity")),
            TaxRates = TaxRateCalls.Given(work, item, "tax_rates"),
        };
    }

    private static void Wishes(Work work, Params sent, Session session)
    {
        if (sent.Child("payment_intent_data") is { } payment)
        {
            if (session.Mode != "payment") throw ApiException.Invalid($"You can not pass `payment_intent_data` in `{session.Mode}` mode.", "payment_intent_data");
            session.Payment = new()
            {
                CaptureMethod = payment.OneOf("capture_method", "automatic", "automatic_async", "manual") ?? "automatic_async", Description = payment.Text("description"), Metadata = payment.Metadata(),
                SetupFutureUsage = payment.OneOf("setup_future_usage", "off_session", "on_session"), ReceiptEmail = payment.Text("receipt_email"),
            };
            payment.Ignore("statement_descriptor", "statement_descriptor_suffix", "transfer_group");
        }
        if (sent.Child("subscription_data") is { } subscription)
        {
            if (session.Mode != "subscription") throw ApiException.Invalid($"You can not pass `subscription_data` in `{session.Mode}` mode.", "subscription_data");
            session.Subscribing = Wish(work, subscription, session.Created);
        }
        if (sent.Child("setup_intent_data") is { } setup)
        {
            if (session.Mode != "setup") throw ApiException.Invalid($"You can not pass `setup_intent_data` in `{session.Mode}` mode.", "setup_intent_data");
            session.SetupMetadata = setup.Metadata();
            setup.Ignore("description");
        }
    }

    private static SubscriptionWish Wish(Work work, Params sent, long now)
    {
        var wish = new SubscriptionWish
        {
            Description = sent.Text("description"), Metadata = sent.Metadata(), DefaultTaxRates = TaxRateCalls.Given(work, sent, "default_tax_rates"), TrialEnd = sent.Long("trial_end"),
            TrialPeriodDays = sent.Amount("trial_period_days", 1), BillingCycleAnchor = sent.Long("billing_cycle_anchor"),
        };
        if (wish.TrialPeriodDays > 730) throw ApiException.Invalid("The maximum number of trial period days is 730 (2 years).", "subscription_data[trial_period_days]");
        if (wish.TrialEnd is { } end && end < now + (2 * Day)) throw ApiException.Invalid("The `trial_end` date has to be at least 2 days in the future.", "subscription_data[trial_end]");
        if (sent.Child("trial_settings")?.Child("end_behavior") is { } behaviour) wish.MissingPaymentMethod = behaviour.OneOf("missing_payment_method", "cancel", "create_invoice", "pause") ?? "create_invoice";
        sent.OneOf("proration_behavior", "create_prorations", "none");
        sent.Ignore("billing_mode");
        return wish;
    }

    private static Session Update(Call call)
    {
        var session = call.Work.Get<Session>(call.Id);
        call.Params.Metadata(session.Metadata);
        return session;
    }

    private static Session Expire(Call call)
    {
        var session = call.Work.Get<Session>(call.Id);
        if (session.Status != "open")
            throw ApiException.Invalid($"Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `{session.Status}`.");
        Checkouts.Expire(call.Work, session);
        return session;
    }

    private static Page List(Call call)
    {
        var created = call.Created();
        return Page.Of(call, call.Listed<Session>("customer", "payment_intent", "subscription", "status").Where(s => created(s.Created)), "/v1/checkout/sessions");
    }

    private static long Closes(Params sent, long now)
    {
        if (sent.Long("expires_at") is not { } at) return now + Day;
        return at >= now + LeastOpen && at <= now + Day ? at
            : throw ApiException.Invalid(at < now + LeastOpen ? "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation." : "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", "expires_at");
    }
}
