using System.Collections.Immutable;
using Makerspace.Spaces;
using Makerspace.Time;
using NodaTime;
using Stripe;

namespace Makerspace.Billing;

/// <summary>What came of sending a command, and what to look at to see what it made.</summary>
internal sealed record Sent(DeliveryOutcome Outcome, string? LookAt = null)
{
    public static Sent Done(string lookAt) => new(new DeliveryOutcome(true), lookAt);

    public static Sent Not(string code, string message) => new(new DeliveryOutcome(false, code, null, message));
}

/// <summary>
/// Carries a command out at the provider. A command that was sent before may have been done: under the same key the provider answers as it did then, and once it
/// has forgotten the key, what the command would have made is looked for first.
/// </summary>
internal sealed class PaymentCommands(PaymentProvider provider, PlanPrices prices, IGrainFactory grains, TimeProvider time)
{
    /// <summary>The provider keeps keys for 24 hours.</summary>
    private static readonly Duration KeysLast = Duration.FromHours(23);

    /// <summary>Sends it, or finds what an earlier sending made.</summary>
    /// <exception cref="StripeException">Also definite refusals: see <see cref="Failing"/>.</exception>
    public async Task<Sent> Send(AccountView account, PaymentCommand command, CancellationToken cancellation)
    {
        var client = await provider.Client(cancellation);
        if (command.SentAt < time.Now() - KeysLast && await Found(client, account, command, cancellation) is { } before) return before;
        try
        {
            return await Carry(client, account, command, cancellation);
        }
        catch (StripeException failure) when (failure.IsKeyReused())
        {
            // Sent before with another card, or a price that is another by now. What it made then counts; it made nothing: a new attempt has a new key.
            return await Found(client, account, command, cancellation) ?? new Sent(failure.Outcome());
        }
        catch (StripeException failure) when (failure.IsDefinite())
        {
            return await Judged(client, account, command, failure, cancellation);
        }
    }

    private Task<Sent> Carry(StripeClient client, AccountView account, PaymentCommand command, CancellationToken cancellation) => command.Kind switch
    {
        PaymentCommandKind.Charge => Take(client, account, command, PaymentPurpose.Charge, cancellation),
        PaymentCommandKind.Authorise => Take(client, account, command, PaymentPurpose.Deposit, cancellation),
        PaymentCommandKind.Capture => Capture(client, command, cancellation),
        PaymentCommandKind.Void => Void(client, command, cancellation),
        PaymentCommandKind.Refund => Refund(client, account, command, cancellation),
        PaymentCommandKind.Subscription => Change(client, command, cancellation),
        PaymentCommandKind.EndSubscription => End(client, account, command, cancellation),
        PaymentCommandKind.PayInvoice => PayInvoice(client, account, command, cancellation),
        _ => throw new NotSupportedException($"Nobody knows how to send {command.Kind}."),
    };

    private static async Task<Sent> Take(StripeClient client, AccountView account, PaymentCommand command, PaymentPurpose purpose, CancellationToken cancellation)
    {
        if (account is not { CustomerId: { } customer, Card.PaymentMethodId: { } card }) return Sent.Not("no-payment-method", "No payment method is saved.");
        var payment = command.PaymentIntentId is { } again
            ? await client.V1.PaymentIntents.ConfirmAsync(again, new PaymentIntentConfirmOptions { PaymentMethod = card, OffSession = true }, Key(command), cancellation)
            : await client.V1.PaymentIntents.CreateAsync(NewPayment(account.Id, customer, card, command, purpose), Key(command), cancellation);
        return Of(payment);
    }

    private static PaymentIntentCreateOptions NewPayment(string accountId, string customer, string card, PaymentCommand command, PaymentPurpose purpose)
    {
        var metadata = new Dictionary<string, string>
        {
            [Marks.Account] = accountId, [Marks.Purpose] = Marks.Word(purpose), [Marks.Command] = command.Id.ToString(),
        };
        if (command.BookingId is { } booking) metadata[Marks.Booking] = booking.ToString();
        return new PaymentIntentCreateOptions
        {
            Amount = command.Amount, Currency = command.Currency, Customer = customer, PaymentMethod = card, Confirm = true, OffSession = true,
            CaptureMethod = purpose == PaymentPurpose.Deposit ? "manual" : "automatic", Metadata = metadata,
            AutomaticPaymentMethods = new PaymentIntentAutomaticPaymentMethodsOptions { Enabled = true, AllowRedirects = "never" },
        };
    }

    private static async Task<Sent> Capture(StripeClient client, PaymentCommand command, CancellationToken cancellation)
    {
        if (command.PaymentIntentId is not { } id) return Sent.Not("nothing-authorised", "There is no authorisation to capture.");
        return Of(await client.V1.PaymentIntents.CaptureAsync(id, new PaymentIntentCaptureOptions { AmountToCapture = command.Amount }, Key(command), cancellation));
    }

    private static async Task<Sent> Void(StripeClient client, PaymentCommand command, CancellationToken cancellation)
    {
        if (command.PaymentIntentId is not { } id) return new Sent(new DeliveryOutcome(true));
        return Sent.Done((await client.V1.PaymentIntents.CancelAsync(id, null, Key(command), cancellation)).Id);
    }

    private static async Task<Sent> Refund(StripeClient client, AccountView account, PaymentCommand command, CancellationToken cancellation)
    {
        if (command.PaymentIntentId is not { } id) return Sent.Not("nothing-paid", "There is no payment to give back.");
        var options = new RefundCreateOptions
        {
            PaymentIntent = id, Amount = command.Amount, Metadata = new() { [Marks.Account] = account.Id, [Marks.Command] = command.Id.ToString() },
        };
        var refund = await client.V1.Refunds.CreateAsync(options, Key(command), cancellation);
        return refund.Status is "failed" or "canceled" ? new Sent(new DeliveryOutcome(false, "refund-failed", refund.FailureReason, null, id), id) : Sent.Done(id);
    }

    // The subscription is looked at first and made as wanted only where it is not: a change is no step but an aim.
    private async Task<Sent> Change(StripeClient client, PaymentCommand command, CancellationToken cancellation)
    {
        if (command.Wish is not { } wish) return Sent.Not("nothing-wanted", "The command does not say what is wanted.");
        var subscription = await client.V1.Subscriptions.GetAsync(wish.SubscriptionId, null, null, cancellation);
        if (subscription.EndedAt is not null || Looking.Of(subscription, time.Now()) is not { } now) return Sent.Not("subscription-ended", "The subscription has ended.") with { LookAt = wish.SubscriptionId };
        var space = await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts();
        if (now.PlanId != wish.PlanId && space.Plans.GetValueOrDefault(wish.PlanId)?.Price is null) return Sent.Not("not-sold", "The plan is not sold any more.");
        if (await Changes(subscription, now, wish, space, cancellation) is not { } changes) return Sent.Done(wish.SubscriptionId);
        await client.V1.Subscriptions.UpdateAsync(wish.SubscriptionId, changes, Key(command), cancellation);
        return Sent.Done(wish.SubscriptionId);
    }

    private async Task<SubscriptionUpdateOptions?> Changes(Subscription subscription, ObservedSubscription now, SubscriptionWish wish, SpaceFacts space, CancellationToken cancellation)
    {
        var another = now.PlanId != wish.PlanId;
        var renewed = another || now.Seats != wish.Seats;
        if (!renewed && now.CancelAtPeriodEnd == wish.CancelAtPeriodEnd && now.Paused == wish.Paused) return null;
        var changes = new SubscriptionUpdateOptions();
        if (renewed)
        {
            var item = subscription.Items.Data[0];
            var settings = space.Billing ?? BillingSettings.Default;
            var price = another ? await prices.Ensure(wish.PlanId, space.Plans[wish.PlanId], settings, cancellation) : item.Price.Id;
            changes.Items = [new SubscriptionItemOptions { Id = item.Id, Price = price, Quantity = wish.Seats }];
            changes.ProrationBehavior = "always_invoice";
            changes.Metadata = new() { [Marks.Plan] = wish.PlanId };
            // Another plan is bought as it is sold now, its tax too; none is sent empty, which takes the old one away.
            if (another) changes.DefaultTaxRates = await prices.Tax(settings, cancellation) is { } tax ? [tax] : [];
        }
        if (now.CancelAtPeriodEnd != wish.CancelAtPeriodEnd) changes.CancelAtPeriodEnd = wish.CancelAtPeriodEnd;
        if (wish.Paused && !now.Paused) changes.PauseCollection = new SubscriptionPauseCollectionOptions { Behavior = "void" };
        // Set to null it is sent empty, which takes it away.
        else if (now.Paused && !wish.Paused) changes.PauseCollection = null;
        return changes;
    }

    private static async Task<Sent> End(StripeClient client, AccountView account, PaymentCommand command, CancellationToken cancellation)
    {
        if ((command.Wish?.SubscriptionId ?? account.Subscription?.SubscriptionId) is not { } id) return new Sent(new DeliveryOutcome(true));
        var subscription = await client.V1.Subscriptions.GetAsync(id, null, null, cancellation);
        // The provider takes no keys with DELETE: so it is asked first.
        if (subscription.EndedAt is null) await client.V1.Subscriptions.CancelAsync(id, new SubscriptionCancelOptions { InvoiceNow = false, Prorate = false }, null, cancellation);
        return Sent.Done(id);
    }

    private static async Task<Sent> PayInvoice(StripeClient client, AccountView account, PaymentCommand command, CancellationToken cancellation)
    {
        if (command.InvoiceId is not { } id) return Sent.Not("nothing-owed", "The command does not say which invoice.");
        if (account.Card?.PaymentMethodId is not { } card) return Sent.Not("no-payment-method", "No payment method is saved.");
        return Sent.Done((await client.V1.Invoices.PayAsync(id, new InvoicePayOptions { PaymentMethod = card, OffSession = true }, Key(command), cancellation)).Id);
    }

    // Whoever paid it: there is nothing left to pay.
    private static async Task<Sent?> Paid(StripeClient client, PaymentCommand command, CancellationToken cancellation) =>
        command.InvoiceId is { } id && (await client.V1.Invoices.GetAsync(id, null, null, cancellation)).Status is "paid" or "void" ? Sent.Done(id) : null;

    /// <summary>What the command made when it was sent before; null where it made nothing.</summary>
    private static async Task<Sent?> Found(StripeClient client, AccountView account, PaymentCommand command, CancellationToken cancellation) => command.Kind switch
    {
        PaymentCommandKind.Charge or PaymentCommandKind.Authorise when command.PaymentIntentId is null => await Made(client, account, command, cancellation),
        PaymentCommandKind.Refund => await GivenBack(client, command, cancellation),
        PaymentCommandKind.Subscription or PaymentCommandKind.EndSubscription => null,
        PaymentCommandKind.PayInvoice => await Paid(client, command, cancellation),
        _ when command.PaymentIntentId is { } id => AsWanted(await client.V1.PaymentIntents.GetAsync(id, null, null, cancellation), command.Kind),
        _ => null,
    };

    private static async Task<Sent?> Made(StripeClient client, AccountView account, PaymentCommand command, CancellationToken cancellation)
    {
        if (account.CustomerId is not { } customer) return null;
        var since = (command.SentAt - Duration.FromHours(1))?.ToDateTimeUtc();
        var options = new PaymentIntentListOptions { Customer = customer, Limit = 100, Created = since is null ? null : new DateRangeOptions { GreaterThanOrEqual = since } };
        await foreach (var payment in client.V1.PaymentIntents.ListAutoPagingAsync(options, null, cancellation))
            if (Marks.IdOf(payment.Metadata, Marks.Command) == command.Id) return Of(payment);
        return null;
    }

    private static async Task<Sent?> GivenBack(StripeClient client, PaymentCommand command, CancellationToken cancellation)
    {
        if (command.PaymentIntentId is not { } id) return null;
        await foreach (var refund in client.V1.Refunds.ListAutoPagingAsync(new RefundListOptions { PaymentIntent = id, Limit = 100 }, null, cancellation))
            if (Marks.IdOf(refund.Metadata, Marks.Command) == command.Id && refund.Status is not ("failed" or "canceled")) return Sent.Done(id);
        return null;
    }

    // A no that only says that it is so already: "this payment was captured", "this was given back".
    private static async Task<Sent> Judged(StripeClient client, AccountView account, PaymentCommand command, StripeException failure, CancellationToken cancellation)
    {
        var outcome = failure.Outcome() with { PaymentIntentId = failure.StripeError?.PaymentIntent?.Id ?? command.PaymentIntentId };
        var isAboutState = command.Kind == PaymentCommandKind.PayInvoice || failure.StripeError?.Code is "payment_intent_unexpected_state" or "charge_already_refunded" or "charge_already_captured";
        if (isAboutState && await Found(client, account, command, cancellation) is { } already) return already;
        return new Sent(outcome, command.InvoiceId ?? outcome.PaymentIntentId ?? command.Wish?.SubscriptionId);
    }

    private static Sent? AsWanted(PaymentIntent payment, PaymentCommandKind kind) => (kind, payment.Status) switch
    {
        (PaymentCommandKind.Void, "canceled") => Sent.Done(payment.Id),
        (PaymentCommandKind.Void, "succeeded") => new Sent(new DeliveryOutcome(false, "already-captured", null, "The payment was captured before it could be voided.", payment.Id), payment.Id),
        (PaymentCommandKind.Capture, "succeeded") => Sent.Done(payment.Id),
        (PaymentCommandKind.Capture, "canceled") => new Sent(new DeliveryOutcome(false, "authorisation-gone", null, "The authorisation has run out or was voided.", payment.Id), payment.Id),
        (PaymentCommandKind.Charge, "succeeded" or "processing" or "canceled") => Of(payment),
        (PaymentCommandKind.Authorise, "requires_capture" or "succeeded" or "canceled") => Of(payment),
        _ => null,
    };

    /// <summary>What a payment's state says of the attempt to take it.</summary>
    private static Sent Of(PaymentIntent payment) => payment.Status switch
    {
        "succeeded" or "requires_capture" or "processing" => Sent.Done(payment.Id),
        "requires_action" or "requires_confirmation" => new Sent(new DeliveryOutcome(false, "authentication_required", null, "The payer's bank wants them to confirm.", payment.Id), payment.Id),
        "canceled" => new Sent(new DeliveryOutcome(false, "canceled", null, "The payment was cancelled.", payment.Id), payment.Id),
        _ => new Sent(
            new DeliveryOutcome(false, payment.LastPaymentError?.Code ?? "card_declined", payment.LastPaymentError?.DeclineCode, payment.LastPaymentError?.Message, payment.Id), payment.Id),
    };

    private static RequestOptions Key(PaymentCommand command) => new() { IdempotencyKey = command.Key };
}
