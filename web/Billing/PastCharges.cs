using Makerspace.Billing;
using Makerspace.ReadModels;

namespace Makerspace.Web.Billing;

/// <summary>An account has its newest charges at hand; of an older one it is told what stands in the ledger, and is asked again.</summary>
internal sealed class PastCharges(LedgerBook book, IReadModels models, IGrainFactory grains)
{
    /// <summary>What the account says about a charge, also where it has to be told of it first.</summary>
    public async Task<AccountAnswer> About(string accountId, Guid? entryId, Func<IAccountGrain, Task<AccountAnswer>> ask)
    {
        var account = grains.GetGrain<IAccountGrain>(Keys.Account(accountId));
        var answer = await ask(account);
        if (answer.Missing != "entry" || entryId is not { } id) return answer;
        await models.CaughtUp(CancellationToken.None);
        if (await book.Entry(accountId, id, CancellationToken.None) is not { } entry) return answer;
        await account.Recall(entry, [.. await book.About(accountId, Causes.Entry, id.ToString(), CancellationToken.None)]);
        answer = await ask(account);
        return answer.Missing != "entry" ? answer : answer with { Missing = null, Refusals = [new NotPossible(Objecting.Until(entry) is null ? "not-a-charge" : "charge-too-old")] };
    }

    /// <summary>Whether staff's correction of this id stands in the book: an account remembers its newest ones, the ledger all.</summary>
    public async Task<bool> Corrected(string accountId, Guid adjustmentId) => (await book.About(accountId, Causes.Staff, adjustmentId.ToString(), CancellationToken.None)).Count > 0;
}
