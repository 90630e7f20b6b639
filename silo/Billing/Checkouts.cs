using Makerspace.Spaces;
using Makerspace.Time;
using NodaTime;
using Stripe;
using Plan = Makerspace.Spaces.Plan;
using Stripe.Checkout;

namespace Makerspace.Billing;

/// <summary>Opens the provider's page for a purchase: one page at a time, so that nothing is paid twice.</summary>
internal sealed class Checkouts(PaymentProvider provider, PlanPrices prices, TimeProvider time)
{
    /// <summary>The same request within so long has the same key; the page stays open an hour from its beginning. The provider's least is half an hour.</summary>
    private static readonly Duration Turn = Duration.FromMinutes(25);
    private static readonly Duration Open = Duration.FromMinutes(60);

    /// <summary>The page; the same again opens the same page.</summary>
    public async Task<Session> Page(AccountView account, string customer, PurchaseView purchase, SpaceFacts space, Uri returnTo, CancellationToken cancellation)
    {
        var client = await provider.Client(cancellation);
        var turn = (long)((time.Now() - purchase.BegunAt) / Turn);
        // A page whose opening was never answered may be there all the same.
        if (turn > 0 && await Find(client, customer, purchase.Id, cancellation) is { } before) return before;
        var options = await Options(account, customer, purchase, space, returnTo, purchase.BegunAt + Turn * turn + Open, cancellation);
        try
        {
            return await client.V1.Checkout.Sessions.CreateAsync(options, new RequestOptions { IdempotencyKey = $"checkout-{purchase.Id:N}-{turn}" }, cancellation);
        }
        catch (StripeException failure) when (failure.IsKeyReused() || failure.IsUnderWay())
        {
            return await Find(client, customer, purchase.Id, cancellation) ?? throw new PaymentsUnavailableException("The page was asked for in another way before.", failure);
        }
    }

    /// <summary>Closes a page, so that nobody pays there any more. It may have been paid just before: look at it.</summary>
    public async Task Close(string sessionId, CancellationToken cancellation)
    {
        var client = await provider.Client(cancellation);
        try
        {
            await client.V1.Checkout.Sessions.ExpireAsync(sessionId, null, null, cancellation);
        }
        catch (StripeException failure) when (failure.IsDefinite())
        {
            // It is closed already: paid, expired, or gone.
        }
    }

    /// <summary>Cancels a payment that another is to take the place of. It may have been paid just before: look at it.</summary>
    public async Task Cancel(string paymentIntentId, CancellationToken cancellation)
    {
        var client = await provider.Client(cancellation);
        try
        {
            await client.V1.PaymentIntents.CancelAsync(paymentIntentId, null, new RequestOptions { IdempotencyKey = "instead-of-" + paymentIntentId }, cancellation);
        }
        catch (StripeException failure) when (failure.IsDefinite())
        {
            // It is paid, or cancelled already.
        }
    }

    private static async Task<Session?> Find(StripeClient client, string customer, Guid purchase, CancellationToken cancellation)
    {
        var sessions = await client.V1.Checkout.Sessions.ListAsync(new SessionListOptions { Customer = customer, Limit = 100 }, null, cancellation);
        return sessions.Data.FirstOrDefault(s => s.Status != "expired" && Marks.IdOf(s.Metadata, Marks.Purchase) == purchase);
    }

    private async Task<SessionCreateOptions> Options(
        AccountView account, string customer, PurchaseView purchase, SpaceFacts space, Uri returnTo, Instant closes, CancellationToken cancellation)
    {
        var back = WithPurchase(returnTo, purchase.Id);
        var options = new SessionCreateOptions
        {
            Customer = customer, SuccessUrl = back, CancelUrl = back, ExpiresAt = closes.ToDateTimeUtc(), ClientReferenceId = account.Id,
            Metadata = new() { [Marks.Account] = account.Id, [Marks.Purchase] = purchase.Id.ToString() },
        };
        switch (purchase.Kind)
        {
            case PurchaseKind.Plan: await Subscribe(options, account, purchase, space, cancellation); break;
            case PurchaseKind.Card: SaveCard(options, account, space); break;
            default: await Pay(options, account, purchase, space, cancellation); break;
        }
        return options;
    }

    private async Task Subscribe(SessionCreateOptions options, AccountView account, PurchaseView purchase, SpaceFacts space, CancellationToken cancellation)
    {
        var settings = space.Billing ?? BillingSettings.Default;
        // The price that the purchase was begun with, not what the plan may cost by now.
        var sold = space.Plans.GetValueOrDefault(purchase.Item ?? "") ?? new Plan();
        var interval = sold.Price?.Interval ?? BillingInterval.Month;
        var plan = sold with { Price = new PlanPrice(purchase.Price, interval, purchase.TrialDays) };
        var price = await prices.Ensure(purchase.Item ?? "", plan, settings with { PricesIncludeTax = purchase.TaxIncluded }, cancellation);
        options.Mode = "subscription";
        options.AllowPromotionCodes = true;
        options.PaymentMethodCollection = "always";
        options.LineItems = [new SessionLineItemOptions { Price = price, Quantity = purchase.Seats }];
        options.SubscriptionData = new SessionSubscriptionDataOptions
        {
            Metadata = new() { [Marks.Account] = account.Id, [Marks.Plan] = purchase.Item ?? "", [Marks.Purchase] = purchase.Id.ToString() },
            TrialPeriodDays = purchase.TrialDays > 0 ? purchase.TrialDays : null,
            DefaultTaxRates = await prices.Tax(purchase.TaxBasisPoints, purchase.TaxIncluded, settings.TaxName, cancellation) is { } tax ? [tax] : null,
        };
    }

    private static void SaveCard(SessionCreateOptions options, AccountView account, SpaceFacts space)
    {
        options.Mode = "setup";
        options.Currency = space.Currency;
        options.SetupIntentData = new SessionSetupIntentDataOptions { Metadata = new() { [Marks.Account] = account.Id } };
    }

    private async Task Pay(SessionCreateOptions options, AccountView account, PurchaseView purchase, SpaceFacts space, CancellationToken cancellation)
    {
        // A balance and a deposit contain theirs already.
        var isSale = purchase.Kind is PurchaseKind.Pack or PurchaseKind.DayPass;
        var tax = await prices.Tax(isSale ? purchase.TaxBasisPoints : 0, purchase.TaxIncluded, (space.Billing ?? BillingSettings.Default).TaxName, cancellation);
        options.Mode = "payment";
        if (isSale) options.AllowPromotionCodes = true;
        options.LineItems =
        [
            new SessionLineItemOptions
            {
                Quantity = 1, TaxRates = tax is null ? null : [tax],
                PriceData = new SessionLineItemPriceDataOptions
                {
                    Currency = purchase.Price.Currency, UnitAmount = purchase.Price.Amount,
                    ProductData = new SessionLineItemPriceDataProductDataOptions { Name = purchase.Name.Length > 0 ? purchase.Name : purchase.Kind.ToString() },
                },
            },
        ];
        options.PaymentIntentData = new SessionPaymentIntentDataOptions
        {
            SetupFutureUsage = "off_session", CaptureMethod = purchase.Kind == PurchaseKind.Deposit ? "manual" : null, Metadata = PaymentMarks(account.Id, purchase),
        };
    }

    private static Dictionary<string, string> PaymentMarks(string accountId, PurchaseView purchase)
    {
        var purpose = purchase.Kind switch
        {
            PurchaseKind.Deposit => PaymentPurpose.Deposit, PurchaseKind.Balance => PaymentPurpose.Balance, _ => PaymentPurpose.Purchase,
        };
        var marks = new Dictionary<string, string>
        {
            [Marks.Account] = accountId, [Marks.Purpose] = Marks.Word(purpose), [Marks.Purchase] = purchase.Id.ToString(),
        };
        if (purchase.BookingId is { } booking) marks[Marks.Booking] = booking.ToString();
        return marks;
    }

    private static string WithPurchase(Uri returnTo, Guid purchase) =>
        $"{returnTo.AbsoluteUri}{(returnTo.Query.Length > 0 ? '&' : '?')}purchase={purchase:D}";
}
