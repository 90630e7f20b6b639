using System.Collections.Immutable;
using NodaTime;
using Stripe;

namespace Makerspace.Billing;

/// <summary>What the provider has of one payer, as far as its lists tell; a closer look follows where that is not what the ledger has.</summary>
/// <param name="AccountId">As its metadata says; null where they do not.</param>
/// <param name="CustomerId">The provider's.</param>
/// <param name="Seen">What it is. Of a payment, what was given back only as far as the lists have it.</param>
/// <param name="ObjectId">The provider's id of it.</param>
internal sealed record Listed(string? AccountId, string? CustomerId, Observation Seen, string ObjectId);

/// <summary>Reads the provider's lists: what was made since an instant, and what lives. A few calls, however many payers there are.</summary>
internal sealed class ProviderBooks(PaymentProvider provider, Looking looking)
{
    private const int PageSize = 100;

    /// <summary>A guard, not a plan: a list longer than this is not read to its end.</summary>
    private const int Most = 100_000;

    /// <summary>Payments, invoices and subscriptions.</summary>
    /// <param name="since">Since when; null: from the beginning.</param>
    /// <param name="customer">Of one payer; null: of all.</param>
    /// <param name="cancellation">Stops between two pages.</param>
    public async Task<ImmutableArray<Listed>> Read(Instant? since, string? customer, CancellationToken cancellation)
    {
        var (client, now) = (await provider.Client(cancellation), looking.Begins());
        var made = since is { } from ? new DateRangeOptions { GreaterThanOrEqual = from.ToDateTimeUtc() } : null;
        var all = ImmutableArray.CreateBuilder<Listed>();
        all.AddRange(customer is null ? await Payments(client, made, now, cancellation) : await PaymentsOf(client, customer, cancellation));
        all.AddRange(await Invoices(client, made, customer, now, cancellation));
        all.AddRange(await Subscriptions(client, customer, now, cancellation));
        return all.ToImmutable();
    }

    // Refunds and disputes are not listed by customer: each payment is looked at.
    private async Task<List<Listed>> PaymentsOf(StripeClient client, string customer, CancellationToken cancellation)
    {
        var payments = await All(client.V1.PaymentIntents.ListAutoPagingAsync(new PaymentIntentListOptions { Customer = customer, Limit = PageSize }, null, cancellation), cancellation);
        var listed = new List<Listed>();
        foreach (var payment in payments)
            if (await looking.Payment(payment.Id, cancellation) is { } seen) listed.Add(new Listed(seen.AccountId, seen.CustomerId, seen.Seen, payment.Id));
        return listed;
    }

    private async Task<List<Listed>> Payments(StripeClient client, DateRangeOptions? made, Instant now, CancellationToken cancellation)
    {
        var payments = await All(client.V1.PaymentIntents.ListAutoPagingAsync(new PaymentIntentListOptions { Created = made, Limit = PageSize }, null, cancellation), cancellation);
        var refunds = (await All(client.V1.Refunds.ListAutoPagingAsync(new RefundListOptions { Created = made, Limit = PageSize }, null, cancellation), cancellation)).ToLookup(r => r.PaymentIntentId ?? "");
        var disputes = (await All(client.V1.Disputes.ListAutoPagingAsync(new DisputeListOptions { Created = made, Limit = PageSize }, null, cancellation), cancellation)).ToLookup(d => d.PaymentIntentId ?? "");
        var listed = payments.ConvertAll(p => Of(p, refunds[p.Id], disputes[p.Id], now));
        // What was given back of payments that are older than the list.
        var older = refunds.Select(r => r.Key).Concat(disputes.Select(d => d.Key)).Where(id => id.Length > 0).Distinct().Except(payments.Select(p => p.Id));
        foreach (var id in older)
            if (await looking.Payment(id, cancellation) is { } seen) listed.Add(new Listed(seen.AccountId, seen.CustomerId, seen.Seen, id));
        return listed;
    }

    private static Listed Of(PaymentIntent payment, IEnumerable<Refund> refunds, IEnumerable<Dispute> disputes, Instant now)
    {
        var purpose = Marks.PurposeOf(payment.Metadata) ?? PaymentPurpose.Invoice;
        var seen = new ObservedPayment(now, payment.Id, purpose, payment.Status, payment.Amount, payment.AmountReceived, payment.AmountCapturable, payment.Currency)
        {
            Refunds = [.. refunds.Select(r => new ObservedRefund(r.Id, r.Amount, r.Status ?? "pending", Marks.IdOf(r.Metadata, Marks.Command)))],
            Disputes = [.. disputes.Select(d => new ObservedDispute(d.Id, d.Amount, d.Status, d.Reason ?? ""))],
        };
        return new Listed(Marks.Of(payment.Metadata, Marks.Account), payment.CustomerId, seen, payment.Id);
    }

    private static async Task<List<Listed>> Invoices(StripeClient client, DateRangeOptions? made, string? customer, Instant now, CancellationToken cancellation)
    {
        var options = new InvoiceListOptions { Created = made, Customer = customer, Limit = PageSize };
        var invoices = await All(client.V1.Invoices.ListAutoPagingAsync(options, null, cancellation), cancellation);
        return invoices.ConvertAll(i => new Listed(Marks.Of(i.Parent?.SubscriptionDetails?.Metadata, Marks.Account), i.CustomerId, Looking.Of(i, now), i.Id));
    }

    // All that live, whenever they were made: a change of one is in no list of what was made.
    private static async Task<List<Listed>> Subscriptions(StripeClient client, string? customer, Instant now, CancellationToken cancellation)
    {
        var subscriptions = await All(client.V1.Subscriptions.ListAutoPagingAsync(new SubscriptionListOptions { Customer = customer, Limit = PageSize }, null, cancellation), cancellation);
        var listed = new List<Listed>();
        foreach (var subscription in subscriptions)
            if (Looking.Of(subscription, now) is { } seen) listed.Add(new Listed(Marks.Of(subscription.Metadata, Marks.Account), subscription.CustomerId, seen, subscription.Id));
        return listed;
    }

    private static async Task<List<T>> All<T>(IAsyncEnumerable<T> pages, CancellationToken cancellation)
    {
        var all = new List<T>();
        await foreach (var one in pages.WithCancellation(cancellation))
        {
            all.Add(one);
            if (all.Count == Most) break;
        }
        return all;
    }
}
