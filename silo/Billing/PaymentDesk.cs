using System.Collections.Immutable;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Time;
using Stripe;

namespace Makerspace.Billing;

/// <inheritdoc cref="IPaymentDesk"/>
internal sealed class PaymentDesk(
    PaymentProvider provider, Customers customers, Checkouts checkouts, Looking looking, Reconciliation reconciliation, IGrainFactory grains, TimeProvider time) : IPaymentDesk
{
    // A page that closes while it is superseded may have been paid: then what can be bought is decided anew.
    private const int MostTurns = 4;

    public string Provider => provider.Settings.Provider;

    public Task<CheckoutAnswer> Checkout(string accountId, PurchaseRequest request, Uri returnTo, CancellationToken cancellation) => Asked(async () =>
    {
        var account = Account(accountId);
        await account.Open(await Holder(accountId));
        for (var turn = 0; turn < MostTurns; turn++)
        {
            var begun = await account.Begin(request);
            if (begun.Supersedes is { } other)
            {
                await checkouts.Close(other, cancellation);
                await Tell(accountId, await looking.At(other, cancellation));
                if (begun.Purchase is null) continue;
            }
            if (begun.Purchase is not { } purchase) return new CheckoutAnswer(null, null, begun.Refusals);
            if (purchase.InsteadOf is { } failed && !await MadeWayFor(accountId, failed, cancellation)) continue;
            return await Page(accountId, purchase, request, returnTo, cancellation);
        }
        return new CheckoutAnswer(null, null, [new NotPossible("change-under-way")]);
    }, cancellation);

    public Task<Uri?> Portal(string accountId, Uri returnTo, CancellationToken cancellation) => Asked(async () =>
    {
        if ((await Account(accountId).View()).CustomerId is not { } customer) return null;
        var client = await provider.Client(cancellation);
        var options = new Stripe.BillingPortal.SessionCreateOptions { Customer = customer, ReturnUrl = returnTo.AbsoluteUri };
        return new Uri((await client.V1.BillingPortal.Sessions.CreateAsync(options, null, cancellation)).Url);
    }, cancellation);

    public Task<AccountView> Look(string accountId, CancellationToken cancellation) => Asked(async () =>
    {
        var view = await Account(accountId).View();
        if (view.CustomerId is not { } customer) return view;
        // A checkout looks at the payer too.
        string?[] wanted = [view.Purchase is { Done: false } purchase ? purchase.SessionId : null, view.Subscription?.SubscriptionId, customer];
        foreach (var id in wanted.OfType<string>()) await Tell(accountId, await looking.At(id, cancellation));
        return await Account(accountId).View();
    }, cancellation);

    public Task<ReconciliationRow> Reconcile(string? accountId, string askedBy, CancellationToken cancellation) =>
        Asked(() => reconciliation.Run(accountId, askedBy, cancellation), cancellation);

    private async Task<CheckoutAnswer> Page(string accountId, PurchaseView purchase, PurchaseRequest request, Uri returnTo, CancellationToken cancellation)
    {
        if (purchase.Done) return new CheckoutAnswer(null, purchase, []);
        if (purchase is { Url: { } open, ExpiresAt: { } until } && until > time.Now()) return new CheckoutAnswer(new Uri(open), purchase, []);
        var view = await Account(accountId).View();
        var customer = await customers.Ensure(view, cancellation);
        if (customer.Id != view.CustomerId) await Tell(accountId, await looking.At(customer.Id, cancellation));
        var session = await checkouts.Page(view, customer.Id, purchase, request.Space, returnTo, cancellation);
        await Tell(accountId, await looking.At(session.Id, cancellation));
        return new CheckoutAnswer(session.Url is null ? null : new Uri(session.Url), (await Account(accountId).View()).Purchase ?? purchase, []);
    }

    /// <summary>Cancels a payment that failed before.</summary>
    /// <returns>False where it was paid after all.</returns>
    private async Task<bool> MadeWayFor(string accountId, string failed, CancellationToken cancellation)
    {
        await checkouts.Cancel(failed, cancellation);
        var now = await looking.At(failed, cancellation);
        await Tell(accountId, now);
        return now.All(s => s.Seen is not ObservedPayment { Received: > 0 } and not ObservedPayment { Capturable: > 0 });
    }

    private async Task Tell(string accountId, ImmutableArray<Sighting> sightings)
    {
        if (sightings.Length > 0) await Account(accountId).Seen([.. sightings.Select(s => s.Seen)]);
    }

    private async Task<AccountHolder> Holder(string accountId)
    {
        var id = Keys.Id(accountId);
        if (accountId.StartsWith("company-", StringComparison.Ordinal))
        {
            var company = await grains.GetGrain<ICompanyGrain>(Keys.Company(id)).View();
            return new AccountHolder(company?.Definition.Name ?? id, company?.Definition.BillingEmail);
        }
        var member = await grains.GetGrain<IMemberGrain>(Keys.Member(id)).View();
        return new AccountHolder(member?.Definition.Name ?? id, member?.Definition.Email);
    }

    private IAccountGrain Account(string accountId) => grains.GetGrain<IAccountGrain>(Keys.Account(accountId));

    /// <summary>A provider that does not answer, or not as it should, is one thing to whoever asks: not now.</summary>
    private static async Task<T> Asked<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is StripeException || (failure is HttpRequestException or OperationCanceledException && Failing.IsUnknown(failure, cancellation)))
        {
            throw new PaymentsUnavailableException("The payment provider did not answer as it should.", failure);
        }
    }
}
