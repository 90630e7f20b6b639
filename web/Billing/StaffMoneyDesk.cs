using Makerspace.Billing;
using Makerspace.Members;
using Makerspace.Spaces;

namespace Makerspace.Web.Billing;

/// <summary>What staff do with somebody's account, for pages and API alike. Everything is decided by the account itself; a request that came twice is one.</summary>
internal sealed class StaffMoneyDesk(IGrainFactory grains, PastCharges past, IServiceProvider services)
{
    /// <summary>Longest reason that staff give.</summary>
    public const int LongestReason = 500;

    /// <summary>Who takes the payments, where the space takes any.</summary>
    public string? Provider => services.GetService<IPaymentDesk>()?.Provider;

    public async Task<AccountAnswer> Adjust(AllowedAccount account, Adjustment adjustment, SpaceFacts space, string actor)
    {
        if (space.Billing is not { } billing) return NotSold(account);
        if (await past.Corrected(account.AccountId, adjustment.Id)) return new AccountAnswer(await Grain(account).View(), []);
        await Open(account, billing);
        var taxed = adjustment with { TaxBasisPoints = adjustment.Kind == AdjustmentKind.Charge ? billing.TaxBasisPoints : 0 };
        return await past.About(account.AccountId, adjustment.EntryId, grain => grain.Adjust(taxed, actor));
    }

    public Task<AccountAnswer> Answer(AllowedAccount account, Guid entryId, bool accepted, long? amount, string words, SpaceFacts space, string actor) =>
        space.Billing is null ? Task.FromResult(NotSold(account)) : Grain(account).Answer(entryId, accepted, amount, words, actor);

    /// <summary>Compares one account, or all, with the payment provider.</summary>
    public Task<ReconciliationRow> Reconcile(string? accountId, string actor, CancellationToken cancellation) =>
        services.GetRequiredService<IPaymentDesk>().Reconcile(accountId, actor, cancellation);

    // So that the book has a name, and knows how the space bills, before anything stands in it.
    private async Task Open(AllowedAccount account, BillingSettings billing)
    {
        var holder = account.Company is { Definition: var company }
            ? new AccountHolder(company.Name, company.BillingEmail)
            : await grains.GetGrain<IMemberGrain>(Keys.Member(account.MemberId!)).View() is { Definition: var member } ? new AccountHolder(member.Name, member.Email) : null;
        if (holder is not null) await Grain(account).Open(holder);
        await Grain(account).Due(billing);
    }

    private IAccountGrain Grain(AllowedAccount account) => grains.GetGrain<IAccountGrain>(Keys.Account(account.AccountId));

    private static AccountAnswer NotSold(AllowedAccount account) => new(new AccountView { Id = account.AccountId }, [new NotPossible("not-sold")]);
}
