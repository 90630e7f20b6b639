using System.Globalization;
using Makerspace.Billing;
using Makerspace.Companies;
using Makerspace.Jobs;
using Makerspace.Journal;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Pages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Billing;

/// <summary>
/// Writes to payers when something about their money happened: a payment failed or needs them, a receipt, a subscription that ended. Each once: a message's id is made of
/// what it is about, so whoever comes a second time writes nothing.
/// </summary>
internal sealed class MoneyNotices(
    Database database, IReadModels models, IGrainFactory grains, IServiceScopeFactory scopes, IDbContextFactory<MakerspaceDb> databases, TimeProvider time, ILogger<MoneyNotices> log)
    : JournalWork(Id, database, models, log)
{
    public const string Id = "money-notices";

    /// <summary>That packs run out is no event: everybody's are looked at so often.</summary>
    private static readonly Duration Anyway = Duration.FromHours(1);

    // The project does not know in which language somebody reads.
    private static readonly CultureInfo Language = PagesSetup.Languages[0];

    private Instant? lookedAt;

    protected override IReadOnlyList<string> Types { get; } = ["account-changed", "ledger-posted"];

    public override async Task RunDue(CancellationToken cancellation)
    {
        await base.RunDue(cancellation);
        var now = time.Now();
        if (lookedAt is { } last && now >= last && now - last < Anyway) return;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        foreach (var data in await db.Accounts.AsNoTracking().Select(a => a.Data).ToListAsync(cancellation))
            await Send(System.Text.Json.JsonSerializer.Deserialize<AccountView>(data, StoredJson.Options)!, MoneyNotice.OfPacks, cancellation);
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
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Language;
        var space = await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts();
        if (space.Billing is null) return;
        await using var scope = scopes.CreateAsyncScope();
        var texts = scope.ServiceProvider.GetRequiredService<IStringLocalizer<Texts>>();
        var about = new MoneyNotice.About(texts, new Words(texts, space.Zone, time.Now()), scope.ServiceProvider.GetRequiredService<AccountLinks>(), space, time.Now());
        var all = notices(account, about).ToList();
        if (all.Count == 0) return;
        var mailer = scope.ServiceProvider.GetRequiredService<IMailer>();
        foreach (var (who, to) in await Recipients(account))
            foreach (var notice in all) await mailer.SendOnce(DerivedId.Of([notice.Id.ToString("N"), who]), to, notice.Subject, notice.Text, cancellation);
    }

    /// <summary>The member; of a company its address for invoices, or its owners where it has none. Who they are, and where they are reached.</summary>
    private async Task<IReadOnlyList<(string Who, string To)>> Recipients(AccountView account)
    {
        var owner = Keys.Id(account.Id);
        if (account.Id.StartsWith("member-", StringComparison.Ordinal)) return Reached(account.Id, await EmailOf(owner) ?? account.Holder?.Email);
        var company = await grains.GetGrain<ICompanyGrain>(Keys.Company(owner)).View();
        if ((company?.Definition.BillingEmail ?? account.Holder?.Email) is { Length: > 0 } email) return [(account.Id, email)];
        var owners = (company?.Definition.People ?? []).Where(p => p.Role == CompanyRole.Owner).Select(async p => Reached(p.MemberId, await EmailOf(p.MemberId)));
        return [.. (await Task.WhenAll(owners)).SelectMany(o => o)];
    }

    private async Task<string?> EmailOf(string memberId) => (await grains.GetGrain<IMemberGrain>(Keys.Member(memberId)).View())?.Definition.Email;

    private static (string Who, string To)[] Reached(string who, string? email) => string.IsNullOrEmpty(email) ? [] : [(who, email)];
}
