using Makerspace.Billing;
using Makerspace.Companies;
using Makerspace.Jobs;
using Makerspace.Journal;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Time;
using Makerspace.Web.Notices;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>
/// Writes to payers when something about their money happened: a payment failed or needs them, a receipt, a subscription that ended. Each once: a message's id is made of
/// what it is about, so whoever comes a second time writes nothing.
/// </summary>
internal sealed class MoneyNotices(
    Database database, IReadModels models, IGrainFactory grains, Letters letters, IDbContextFactory<MakerspaceDb> databases, TimeProvider time, ILogger<MoneyNotices> log)
    : JournalWork(Id, database, models, log)
{
    public const string Id = "money-notices";

    /// <summary>That packs run out and memberships renew is no event: everybody's are looked at so often.</summary>
    private static readonly Duration Anyway = Duration.FromHours(1);

    private Instant? lookedAt;

    protected override IReadOnlyList<string> Types { get; } = ["account-changed", "ledger-posted"];

    public override async Task RunDue(CancellationToken cancellation)
    {
        await base.RunDue(cancellation);
        var now = time.Now();
        if (lookedAt is { } last && now >= last && now - last < Anyway) return;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        foreach (var data in await db.Accounts.AsNoTracking().Select(a => a.Data).ToListAsync(cancellation))
            await Send(System.Text.Json.JsonSerializer.Deserialize<AccountView>(data, StoredJson.Options)!, MoneyNotice.ByTheClock, cancellation);
        lookedAt = now;
    }

    protected override async Task Handle(JournalRow row, CancellationToken cancellation)
    {
        switch (MoneyNotice.Read(row))
        {
            case AccountChanged changed:
                await Send(changed.Account, MoneyNotice.Of, cancellation);
                break;
            case LedgerPosted { Entry: { Kind: LedgerKind.Payment } entry }:
                var account = await grains.GetGrain<IAccountGrain>(Keys.Account(entry.AccountId)).View();
                await Send(account, (_, about) => [MoneyNotice.Receipt(entry, account, about)], cancellation);
                break;
        }
    }

    private async Task Send(AccountView account, Func<AccountView, MoneyNotice.About, IEnumerable<MoneyNotice>> notices, CancellationToken cancellation)
    {
        var space = await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts();
        if (space.Billing is null) return;
        foreach (var (who, to) in await Recipients(account))
        {
            await letters.Send(
                to,
                s => notices(account, new MoneyNotice.About(s.T, s.Words, s.Links, s.Space, s.Now) { Wishes = s.Wishes }).Select(n => (DerivedId.Of([n.Id.ToString("N"), who]), LetterTexts.Of(n, s))),
                cancellation);
        }
    }

    /// <summary>The member; of a company its address for invoices, or its owners where it has none. Who they are, and where they are reached; what is for a company has its first owner's language.</summary>
    private async Task<IReadOnlyList<(string Who, Recipient To)>> Recipients(AccountView account)
    {
        var owner = Keys.Id(account.Id);
        if (account.Id.StartsWith("member-", StringComparison.Ordinal))
        {
            var member = await letters.Member(owner) ?? (account.Holder?.Email is { Length: > 0 } holder ? new Recipient(owner, account.Holder.Name, holder) : null);
            return member is null ? [] : [(account.Id, member)];
        }
        var company = await grains.GetGrain<ICompanyGrain>(Keys.Company(owner)).View();
        var owners = (company?.Definition.People ?? []).Where(p => p.Role == CompanyRole.Owner).Select(p => p.MemberId).ToList();
        if ((company?.Definition.BillingEmail ?? account.Holder?.Email) is { Length: > 0 } email)
            return [(account.Id, new Recipient(owners.FirstOrDefault(), company?.Definition.Name ?? account.Holder?.Name ?? "", email))];
        return [.. (await Task.WhenAll(owners.Select(letters.Member))).OfType<Recipient>().Select(o => (Keys.Member(o.MemberId!), o))];
    }
}
