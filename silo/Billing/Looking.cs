using System.Collections.Immutable;
using Makerspace.Time;
using NodaTime;
using Stripe;
using Stripe.Checkout;

namespace Makerspace.Billing;

/// <summary>Something seen at the provider, and whose it seems to be.</summary>
/// <param name="AccountId">As its metadata says; null where they do not.</param>
/// <param name="CustomerId">The provider's.</param>
/// <param name="Seen">What it is.</param>
internal sealed record Sighting(string? AccountId, string? CustomerId, Observation Seen);

/// <summary>
/// Fetches things from the provider and tells what they are, in our words. Whatever an event said, what counts is what is there when we look; the time of
/// a look is the time before it, so that of two looks the one that may have seen less is the older.
/// </summary>
internal sealed class Looking(PaymentProvider provider, TimeProvider time)
{
    private const int AtOnce = 100;
    private long newest = long.MinValue;

    /// <summary>The time of a look that begins now: later than that of every look that began before it, also where the clock stands still or both began in one tick.</summary>
    public Instant Begins()
    {
        while (true)
        {
            var before = Volatile.Read(ref newest);
            var mine = Math.Max(time.Now().ToUnixTimeTicks(), before + 1);
            if (Interlocked.CompareExchange(ref newest, mine, before) == before) return Instant.FromUnixTimeTicks(mine);
        }
    }

    /// <summary>What the id names, with what belongs to it; empty where the provider has no such thing, or it is none of ours.</summary>
    public async Task<ImmutableArray<Sighting>> At(string id, CancellationToken cancellation)
    {
        try
        {
            return id.Split('_')[0] switch
            {
                "pi" => List(await Payment(id, cancellation)),
                "in" => await Invoice(id, cancellation),
                "sub" => await Subscription(id, cancellation),
                "cs" => await Checkout(id, cancellation),
                "cus" => List(await Customer(id, cancellation)),
                _ => [],
            };
        }
        catch (StripeException failure) when (failure.IsMissing())
        {
            return [];
        }
    }

    /// <summary>The payer, with their default card.</summary>
    public async Task<Sighting?> Customer(string id, CancellationToken cancellation)
    {
        var (client, now) = (await provider.Client(cancellation), Begins());
        var customer = await client.V1.Customers.GetAsync(id, new CustomerGetOptions { Expand = ["invoice_settings.default_payment_method"] }, null, cancellation);
        if (customer.Deleted == true) return null;
        return new Sighting(Marks.Of(customer.Metadata, Marks.Account), customer.Id, new ObservedCustomer(now, customer.Id, Card(customer.InvoiceSettings?.DefaultPaymentMethod)));
    }

    /// <summary>A payment, with what was given back of it and what the payer's bank took back. Null where it is none of ours.</summary>
    public async Task<Sighting?> Payment(string id, CancellationToken cancellation)
    {
        var (client, now) = (await provider.Client(cancellation), Begins());
        var payment = await client.V1.PaymentIntents.GetAsync(id, new PaymentIntentGetOptions { Expand = ["latest_charge"] }, null, cancellation);
        var purpose = Marks.PurposeOf(payment.Metadata);
        var invoice = purpose is null ? await InvoiceOf(client, id, cancellation) : null;
        if (purpose is null && invoice is null) return null;
        var seen = new ObservedPayment(
            now, payment.Id, purpose ?? PaymentPurpose.Invoice, payment.Status, payment.Amount, payment.AmountReceived, payment.AmountCapturable, payment.Currency)
        {
            For = For(payment.Metadata, purpose), InvoiceId = invoice, ReceiptUrl = payment.LatestCharge?.ReceiptUrl,
            FailureCode = payment.LastPaymentError?.DeclineCode ?? payment.LastPaymentError?.Code,
            Refunds = payment.AmountReceived > 0 ? await Refunds(client, id, cancellation) : [],
            Disputes = payment.LatestCharge?.Disputed == true ? await Disputes(client, id, cancellation) : [],
        };
        return new Sighting(Marks.Of(payment.Metadata, Marks.Account), payment.CustomerId, seen);
    }

    /// <summary>An invoice, and the payments that were tried for it.</summary>
    public async Task<ImmutableArray<Sighting>> Invoice(string id, CancellationToken cancellation)
    {
        var (client, now) = (await provider.Client(cancellation), Begins());
        var invoice = await client.V1.Invoices.GetAsync(id, null, null, cancellation);
        var found = new List<Sighting> { new(Marks.Of(invoice.Parent?.SubscriptionDetails?.Metadata, Marks.Account), invoice.CustomerId, Of(invoice, now)) };
        var tried = await client.V1.InvoicePayments.ListAsync(new InvoicePaymentListOptions { Invoice = id, Limit = AtOnce }, null, cancellation);
        foreach (var payment in tried.Data.Select(p => p.Payment?.PaymentIntentId).OfType<string>())
            if (await Payment(payment, cancellation) is { } seen) found.Add(seen);
        return [.. found];
    }

    /// <summary>A subscription, and its newest invoice.</summary>
    public async Task<ImmutableArray<Sighting>> Subscription(string id, CancellationToken cancellation)
    {
        var (client, now) = (await provider.Client(cancellation), Begins());
        var subscription = await client.V1.Subscriptions.GetAsync(id, null, null, cancellation);
        if (Of(subscription, now) is not { } seen) return [];
        var sighting = new Sighting(Marks.Of(subscription.Metadata, Marks.Account), subscription.CustomerId, seen);
        return subscription.LatestInvoiceId is { } invoice ? [sighting, .. await Invoice(invoice, cancellation)] : [sighting];
    }

    /// <summary>A checkout page, and what was made there; its card becomes the payer's default.</summary>
    public async Task<ImmutableArray<Sighting>> Checkout(string id, CancellationToken cancellation)
    {
        var (client, now) = (await provider.Client(cancellation), Begins());
        var session = await client.V1.Checkout.Sessions.GetAsync(id, null, null, cancellation);
        if (Marks.IdOf(session.Metadata, Marks.Purchase) is not { } purchase) return [];
        var found = new List<Sighting> { new(Marks.Of(session.Metadata, Marks.Account), session.CustomerId, Of(session, purchase, now)) };
        if (session.Status != "complete") return [.. found];
        await DefaultCards.Take(client, session, cancellation);
        if (session.PaymentIntentId is { } payment && await Payment(payment, cancellation) is { } paid) found.Add(paid);
        if (session.SubscriptionId is { } subscription) found.AddRange(await Subscription(subscription, cancellation));
        if (session.CustomerId is { } customer && await Customer(customer, cancellation) is { } payer) found.Add(payer);
        return [.. found];
    }

    /// <summary>In our words; null where it is for none of our plans.</summary>
    public static ObservedSubscription? Of(Subscription subscription, Instant now)
    {
        if (subscription.Items?.Data is not [var item, ..] || PlanOf(subscription, item) is not { } plan) return null;
        return new ObservedSubscription(
            now, subscription.Id, subscription.Status, plan, (int)item.Quantity, At(item.CurrentPeriodStart), At(item.CurrentPeriodEnd))
        {
            CancelAtPeriodEnd = subscription.CancelAtPeriodEnd || subscription.CancelAt is not null, Paused = subscription.PauseCollection is not null,
            TrialEnd = At(subscription.TrialEnd), EndedAt = At(subscription.EndedAt), UnitAmount = item.Price?.UnitAmount ?? 0,
            Currency = item.Price?.Currency ?? subscription.Currency ?? "", StartedAt = At(subscription.StartDate),
        };
    }

    public static ObservedInvoice Of(Invoice invoice, Instant now) => new(
        now, invoice.Id, invoice.Number, invoice.Status ?? "draft", invoice.Currency, invoice.Total, invoice.TotalTaxes?.Sum(t => t.Amount) ?? 0, invoice.AmountDue, invoice.AmountPaid)
    {
        StartingBalance = invoice.StartingBalance, EndingBalance = invoice.EndingBalance ?? invoice.StartingBalance,
        SubscriptionId = invoice.Parent?.SubscriptionDetails?.SubscriptionId, HostedUrl = invoice.HostedInvoiceUrl, PdfUrl = invoice.InvoicePdf,
        CreatedAt = At(invoice.Created), NextAttempt = At(invoice.NextPaymentAttempt), Attempts = (int)invoice.AttemptCount,
        Lines = [.. invoice.Lines?.Data.Select(l => new InvoiceLine(l.Description ?? "", l.Amount, l.Quantity ?? 1, IsProration(l))) ?? []],
    };

    private static ObservedCheckout Of(Session session, Guid purchase, Instant now) => new(
        now, session.Id, purchase, session.Status, session.PaymentStatus, session.Url, At(session.ExpiresAt), session.PaymentIntentId, session.SubscriptionId);

    private static bool IsProration(InvoiceLineItem line) =>
        line.Parent?.SubscriptionItemDetails?.Proration ?? line.Parent?.InvoiceItemDetails?.Proration ?? false;

    // The price says what is paid for; the subscription's own metadata may be older than a change made in the provider's dashboard.
    private static string? PlanOf(Subscription subscription, SubscriptionItem item) =>
        Marks.Of(item.Price?.Metadata, Marks.Plan) ?? PlanPrices.KeyNames(item.Price?.LookupKey) ?? Marks.Of(subscription.Metadata, Marks.Plan);

    private static Guid? For(Dictionary<string, string>? metadata, PaymentPurpose? purpose) => purpose switch
    {
        PaymentPurpose.Charge => Marks.IdOf(metadata, Marks.Command),
        PaymentPurpose.Deposit => Marks.IdOf(metadata, Marks.Booking),
        PaymentPurpose.Purchase or PaymentPurpose.Balance => Marks.IdOf(metadata, Marks.Purchase),
        _ => null,
    };

    private static async Task<string?> InvoiceOf(StripeClient client, string payment, CancellationToken cancellation)
    {
        var options = new InvoicePaymentListOptions { Payment = new InvoicePaymentPaymentOptions { Type = "payment_intent", PaymentIntent = payment }, Limit = 1 };
        return (await client.V1.InvoicePayments.ListAsync(options, null, cancellation)).Data.FirstOrDefault()?.InvoiceId;
    }

    private static async Task<ImmutableArray<ObservedRefund>> Refunds(StripeClient client, string payment, CancellationToken cancellation)
    {
        var refunds = new List<ObservedRefund>();
        await foreach (var refund in client.V1.Refunds.ListAutoPagingAsync(new RefundListOptions { PaymentIntent = payment, Limit = AtOnce }, null, cancellation))
            refunds.Add(new ObservedRefund(refund.Id, refund.Amount, refund.Status ?? "pending", Marks.IdOf(refund.Metadata, Marks.Command)));
        return [.. refunds];
    }

    private static async Task<ImmutableArray<ObservedDispute>> Disputes(StripeClient client, string payment, CancellationToken cancellation)
    {
        var disputes = await client.V1.Disputes.ListAsync(new DisputeListOptions { PaymentIntent = payment, Limit = AtOnce }, null, cancellation);
        return [.. disputes.Data.Select(d => new ObservedDispute(d.Id, d.Amount, d.Status, d.Reason ?? ""))];
    }

    private static CardView? Card(PaymentMethod? method) => method switch
    {
        null => null,
        { Card: { } card } => new CardView(method.Id, card.Brand ?? "card", card.Last4 ?? "", (int)card.ExpMonth, (int)card.ExpYear),
        _ => new CardView(method.Id, method.Type, "", 0, 0),
    };

    private static ImmutableArray<Sighting> List(Sighting? one) => one is null ? [] : [one];

    private static Instant At(DateTime moment) => Instant.FromDateTimeUtc(DateTime.SpecifyKind(moment, DateTimeKind.Utc));

    private static Instant? At(DateTime? moment) => moment is { } known ? At(known) : null;
}

/// <summary>The card of a checkout becomes the payer's default: what is owed later is taken from it. Only the newest checkout's does, however often it is looked at.</summary>
internal static class DefaultCards
{
    public static async Task Take(StripeClient client, Session session, CancellationToken cancellation)
    {
        if (session.CustomerId is not { } id || await CardOf(client, session, cancellation) is not { } card) return;
        var opened = new DateTimeOffset(DateTime.SpecifyKind(session.Created, DateTimeKind.Utc)).ToUnixTimeSeconds();
        var customer = await client.V1.Customers.GetAsync(id, null, null, cancellation);
        if (customer.Deleted == true || IsOlder(Marks.Of(customer.Metadata, Marks.CardFrom), opened, session.Id)) return;
        var change = new CustomerUpdateOptions
        {
            InvoiceSettings = new CustomerInvoiceSettingsOptions { DefaultPaymentMethod = card },
            Metadata = new() { [Marks.CardFrom] = $"{opened.ToString(System.Globalization.CultureInfo.InvariantCulture)} {session.Id}" },
        };
        try
        {
            await client.V1.Customers.UpdateAsync(id, change, new RequestOptions { IdempotencyKey = "card-" + session.Id }, cancellation);
        }
        catch (StripeException failure) when (failure.IsUnderWay())
        {
            // The page and the provider's event arrive together: the other one does this very thing now.
            return;
        }
        if (session.SetupIntentId is not null) await Subscriptions(client, id, card, session.Id, cancellation);
    }

    // Two of the same second: the one that is looked at later, once.
    private static bool IsOlder(string? taken, long opened, string session) =>
        taken?.Split(' ') is [var seconds, .. var from] && long.TryParse(seconds, out var newest) && (newest > opened || (newest == opened && from.Contains(session, StringComparer.Ordinal)));

    // A subscription keeps the card of its own checkout, whatever the payer's default: a new card is meant for it too.
    private static async Task Subscriptions(StripeClient client, string customer, string card, string session, CancellationToken cancellation)
    {
        var all = await client.V1.Subscriptions.ListAsync(new SubscriptionListOptions { Customer = customer }, null, cancellation);
        foreach (var subscription in all.Data.Where(s => s.DefaultPaymentMethodId is { } own && own != card))
        {
            var change = new SubscriptionUpdateOptions { DefaultPaymentMethod = card };
            await client.V1.Subscriptions.UpdateAsync(subscription.Id, change, new RequestOptions { IdempotencyKey = $"card-{session}-{subscription.Id}" }, cancellation);
        }
    }

    private static async Task<string?> CardOf(StripeClient client, Session session, CancellationToken cancellation)
    {
        if (session.SetupIntentId is { } setup) return (await client.V1.SetupIntents.GetAsync(setup, null, null, cancellation)).PaymentMethodId;
        if (session.SubscriptionId is { } subscription) return (await client.V1.Subscriptions.GetAsync(subscription, null, null, cancellation)).DefaultPaymentMethodId;
        return session.PaymentIntentId is { } payment ? (await client.V1.PaymentIntents.GetAsync(payment, null, null, cancellation)).PaymentMethodId : null;
    }
}
