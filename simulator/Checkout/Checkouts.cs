using Makerspace.PaymentSimulator.Billing;
using Makerspace.PaymentSimulator.Catalogue;
using Makerspace.PaymentSimulator.Customers;
using Makerspace.PaymentSimulator.Events;
using Makerspace.PaymentSimulator.Payments;
using Makerspace.PaymentSimulator.Storage;

namespace Makerspace.PaymentSimulator.Checkout;

/// <summary>What happens on a checkout page: sums, the attempt to pay, completion, expiry.</summary>
internal static class Checkouts
{
    /// <summary>What is to be paid today, with the coupons entered so far.</summary>
    public static void Sum(Work work, Session session)
    {
        if (session.Mode == "setup") return;
        var trial = TrialEnd(session) is not null;
        var lines = session.Lines.Select(l => new PricedLine(trial && l.Price.Recurring is not null ? 0 : l.Price.UnitAmount * l.Quantity, l.TaxRates.Count > 0 ? l.TaxRates : session.Subscribing.DefaultTaxRates)).ToList();
        var totals = Totals.Of(lines, [.. session.Coupons.Select(c => work.Get<Coupon>(c.Coupon))]);
        for (var i = 0; i < session.Lines.Count; i++)
        {
            var (line, sum) = (session.Lines[i], totals.Lines[i]);
            (line.AmountSubtotal, line.AmountDiscount, line.AmountTax, line.AmountTotal) = (sum.Amount, sum.Discount, sum.Added + sum.Included, sum.Total);
        }
        (session.AmountSubtotal, session.AmountTotal) = (totals.Subtotal, totals.Total);
        session.TotalDetails = new(totals.Discount, 0, totals.Tax);
        session.Discounts = [.. session.Coupons.Select(c => new SessionDiscount(c.Code is null ? c.Coupon : null, c.Code))];
    }

    public static long? TrialEnd(Session session) => session.Subscribing.TrialEnd ?? (session.Subscribing.TrialPeriodDays is { } days ? session.Created + (days * 24 * 3600) : null);

    /// <summary>Enters a promotion code.</summary>
    public static void Enter(Work work, Session session, string typed)
    {
        session.Notice = null;
        if (CouponCalls.Usable(work, typed, session.Customer, work.Now(session.Clock)) is not { } code) session.Notice = "This code is not valid.";
        else if (work.Get<Coupon>(code.Promotion.Coupon) is { AmountOff: not null } coupon && coupon.Currency != session.Currency) session.Notice = "This code is for another currency.";
        else session.Coupons = [new() { Coupon = code.Promotion.Coupon, Code = code.Id }];
        Sum(work, session);
    }

    /// <summary>Pays with a card (none where nothing is to be paid). Where the payer goes on: this page again, a challenge, or the shop.</summary>
    public static string Pay(Work work, Session session, PaymentMethod? method, string? email, string? name)
    {
        session.Notice = null;
        if (name is not null && method is not null) method.BillingDetails.Name = name;
        if (email is not null && method is not null) method.BillingDetails.Email = email;
        session.CustomerDetails = new() { Email = email ?? session.CustomerEmail ?? session.CustomerDetails?.Email, Name = name };
        var customer = Payer(work, session);
        if (method is null) return Complete(work, session, null);
        return session.Mode == "setup" || session.AmountTotal == 0 ? SetUp(work, session, customer, method) : Pay(work, session, customer, method);
    }

    /// <summary>After a payment or a card was confirmed by its owner, or not.</summary>
    public static string Confirmed(Work work, Session session, bool confirmed, PaymentMethod method)
    {
        if (confirmed) return Complete(work, session, method);
        session.Notice = "We are unable to authenticate your payment method. Please choose a different payment method and try again.";
        return session.Url!;
    }

    /// <summary>Says no on the page, where it is tried again.</summary>
    public static string Refused(Session session, CardRefusal refusal)
    {
        session.Notice = refusal.Message;
        return session.Url!;
    }

    public static void Expire(Work work, Session session)
    {
        session.Status = "expired";
        session.Url = null;
        if (work.Find<PaymentIntent>(session.PaymentIntent) is { IsOver: false } intent) Paying.Cancel(work, intent, null);
        work.Emit("checkout.session.expired", session);
    }

    private static string Pay(Work work, Session session, Customer? customer, PaymentMethod method)
    {
        var intent = work.Find<PaymentIntent>(session.PaymentIntent) ?? Intent(work, session, customer);
        (intent.Amount, session.PaymentIntent) = (session.AmountTotal!.Value, intent.Id);
        if (Paying.Try(work, intent, method, Presence.Present) is { } refused) return Refused(session, refused);
        return intent.Status == "requires_action" ? intent.NextAction!.RedirectToUrl!.Url : Complete(work, session, method);
    }

    private static PaymentIntent Intent(Work work, Session session, Customer? customer)
    {
        var id = Ids.New("pi");
        var intent = work.Add(new PaymentIntent
        {
            Id = id, ClientSecret = Ids.Secret(id), Created = work.Now(session.Clock), Clock = session.Clock, Currency = session.Currency!, Customer = customer?.Id, Session = session.Id,
            Amount = session.AmountTotal!.Value, CaptureMethod = session.Payment.CaptureMethod, Description = session.Payment.Description ?? (session.Mode == "subscription" ? "Subscription creation" : null),
            Metadata = new(session.Payment.Metadata, StringComparer.Ordinal), ReceiptEmail = session.Payment.ReceiptEmail,
            SetupFutureUsage = session.Mode == "subscription" ? "off_session" : session.Payment.SetupFutureUsage,
        });
        work.Emit("payment_intent.created", intent);
        return intent;
    }

    private static string SetUp(Work work, Session session, Customer? customer, PaymentMethod method)
    {
        var intent = work.Find<SetupIntent>(session.SetupIntent) ?? SettingUp.Begin(work, customer, session.SetupMetadata, session.Id);
        session.SetupIntent = intent.Id;
        if (SettingUp.Try(work, intent, method, Presence.Present) is { } refused) return Refused(session, refused);
        return intent.Status == "requires_action" ? intent.NextAction!.RedirectToUrl!.Url : Complete(work, session, method);
    }

    private static string Complete(Work work, Session session, PaymentMethod? method)
    {
        var intent = work.Find<PaymentIntent>(session.PaymentIntent);
        var customer = work.Find<Customer>(session.Customer);
        if (session.Mode == "subscription") Subscribing.FromCheckout(work, session, customer!, method, intent);
        else
        {
            foreach (var coupon in session.Coupons) Discount.Redeem(work, work.Get<Coupon>(coupon.Coupon), work.Find<PromotionCode>(coupon.Code), work.Now(session.Clock), d => (d.CheckoutSession, d.Customer) = (session.Id, session.Customer));
        }
        session.Status = "complete";
        session.PaymentStatus = session.Mode == "setup" || session.AmountTotal == 0 ? "no_payment_required" : intent?.Status == "requires_capture" ? "unpaid" : "paid";
        session.Url = null;
        if (session.Mode == "subscription" && session.AmountTotal == 0) session.SetupIntent = null;
        work.Emit("checkout.session.completed", session);
        return session.SuccessUrl!.Replace("{CHECKOUT_SESSION_ID}", session.Id, StringComparison.Ordinal);
    }

    // A subscription has a customer; a payment where it was asked for.
    private static Customer? Payer(Work work, Session session)
    {
        if (work.Find<Customer>(session.Customer) is { } known) return known;
        if (session.Mode == "payment" && session.CustomerCreation != "always" && session.Payment.SetupFutureUsage is null) return null;
        var customer = work.Add(new Customer
        {
            Id = Ids.Short("cus"), Created = work.Now(session.Clock), InvoicePrefix = Ids.Random(8).ToUpperInvariant(), Email = session.CustomerDetails?.Email, Name = session.CustomerDetails?.Name,
        });
        session.Customer = customer.Id;
        work.Emit("customer.created", customer);
        return customer;
    }
}
