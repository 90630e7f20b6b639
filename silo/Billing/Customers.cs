using Stripe;

namespace Makerspace.Billing;

/// <summary>Payers at the provider: one for each account, found again before another is made.</summary>
internal sealed class Customers(PaymentProvider provider)
{
    /// <summary>The account's customer, made where there is none, with the name and the address that we know.</summary>
    public async Task<Customer> Ensure(AccountView account, CancellationToken cancellation)
    {
        var client = await provider.Client(cancellation);
        var customer = await Known(client, account, cancellation) ?? await Find(client, account, cancellation) ?? await Make(client, account, cancellation);
        if (account.Holder is not { } holder || (customer.Name == holder.Name && (holder.Email is null || customer.Email == holder.Email))) return customer;
        return await client.V1.Customers.UpdateAsync(customer.Id, new CustomerUpdateOptions { Name = holder.Name, Email = holder.Email }, null, cancellation);
    }

    private static async Task<Customer?> Known(StripeClient client, AccountView account, CancellationToken cancellation)
    {
        if (account.CustomerId is not { } id) return null;
        try
        {
            return await client.V1.Customers.GetAsync(id, null, null, cancellation) is { Deleted: not true } customer ? customer : null;
        }
        catch (StripeException failure) when (failure.IsMissing())
        {
            return null;
        }
    }

    private static async Task<Customer?> Find(StripeClient client, AccountView account, CancellationToken cancellation)
    {
        if (account.Holder?.Email is not { } email) return null;
        var same = await client.V1.Customers.ListAsync(new CustomerListOptions { Email = email, Limit = 100 }, null, cancellation);
        return same.Data.FirstOrDefault(c => c.Deleted != true && Marks.Of(c.Metadata, Marks.Account) == account.Id);
    }

    // Nothing but what never changes is sent with the key: so the key stays good whatever is changed meanwhile, and the name follows by an update.
    private static Task<Customer> Make(StripeClient client, AccountView account, CancellationToken cancellation)
    {
        var key = account.CustomerId is { } deleted ? $"customer-{account.Id}-after-{deleted}" : $"customer-{account.Id}";
        var options = new CustomerCreateOptions { Metadata = new() { [Marks.Account] = account.Id } };
        return client.V1.Customers.CreateAsync(options, new RequestOptions { IdempotencyKey = key }, cancellation);
    }
}
