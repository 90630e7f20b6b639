using System.Collections.Immutable;
using Makerspace.ReadModels;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Billing;

/// <summary>Finds the account that something at the provider belongs to.</summary>
internal sealed class AccountsFound(IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, PaymentProvider provider)
{
    /// <summary>
    /// The account of a sighting, by its metadata, else by its customer; null where it is nobody's here: made by hand, by another program, or for an account that we do not have.
    /// </summary>
    public async Task<string?> Of(Sighting sighting, CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (sighting.AccountId is null && sighting.CustomerId is { } customer)
            return await db.Accounts.AsNoTracking().Where(a => a.CustomerId == customer).Select(a => a.Id).FirstOrDefaultAsync(cancellation) ?? await ByCustomer(db, customer, cancellation);
        var account = await db.Accounts.AsNoTracking().FirstOrDefaultAsync(a => a.Id == sighting.AccountId, cancellation);
        // Metadata name the account; where they and the customer contradict each other, somebody else made it.
        return account is null || (account.CustomerId is { } known && sighting.CustomerId is { } seen && known != seen) ? null : account.Id;
    }

    /// <summary>Tells each account what was seen of its things.</summary>
    /// <returns>The accounts told.</returns>
    public async Task<ImmutableArray<string>> Tell(IEnumerable<Sighting> sightings, CancellationToken cancellation)
    {
        var told = ImmutableArray.CreateBuilder<string>();
        var owned = new List<(string Account, Observation Seen)>();
        foreach (var sighting in sightings)
            if (await Of(sighting, cancellation) is { } account) owned.Add((account, sighting.Seen));
        foreach (var one in owned.GroupBy(o => o.Account))
        {
            await grains.GetGrain<IAccountGrain>(Keys.Account(one.Key)).Seen([.. one.Select(o => o.Seen)]);
            told.Add(one.Key);
        }
        return told.ToImmutable();
    }

    // A customer that was made and whose making was never told to the account.
    private async Task<string?> ByCustomer(MakerspaceDb db, string customerId, CancellationToken cancellation)
    {
        var client = await provider.Client(cancellation);
        var customer = await client.V1.Customers.GetAsync(customerId, null, null, cancellation);
        var named = customer.Deleted == true ? null : Marks.Of(customer.Metadata, Marks.Account);
        return named is null ? null : await db.Accounts.AsNoTracking().Where(a => a.Id == named && a.CustomerId == null).Select(a => a.Id).FirstOrDefaultAsync(cancellation);
    }
}
