using System.Collections.Immutable;
using System.Text.Json;
using Makerspace.Jobs;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>
/// Compares ledger and provider, every night and when somebody asks. What an event would have told is told now; what nobody should repair without
/// looking (a second subscription, money of nobody, a book that does not add up) is reported.
/// </summary>
internal sealed partial class Reconciliation(
    IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, ProviderBooks books, Looking looking, PaymentSettings settings, TimeProvider time,
    ILogger<Reconciliation> log) : IScheduledWork
{
    /// <summary>As staff see it.</summary>
    public const string Id = "reconciliation";

    private static readonly LocalTime AtNight = new(3, 30);

    /// <summary>Before the last run: what was being made while it ran.</summary>
    private static readonly Duration Overlap = Duration.FromDays(1);

    /// <summary>So many findings are kept.</summary>
    private const int MostFindings = 500;

    public async Task<Instant?> NextDue(CancellationToken cancellation)
    {
        if (!settings.Enabled || await Space() is not { Billing: not null } space) return null;
        return await NextNight(space, cancellation);
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        if (!settings.Enabled || await Space() is not { Billing: not null } space) return;
        if (await NextNight(space, cancellation) > time.Now()) return;
        try
        {
            await Run(null, Actors.System, cancellation);
        }
        catch (Exception failure) when (Failing.IsUnknown(failure, cancellation))
        {
            throw new PartlyFailedException("The payment provider did not answer; the night's comparison begins anew a quarter of an hour later.", failure);
        }
    }

    /// <summary>See <see cref="IPaymentDesk.Reconcile"/>.</summary>
    public async Task<ReconciliationRow> Run(string? accountId, string askedBy, CancellationToken cancellation)
    {
        var row = new ReconciliationRow { Id = Guid.NewGuid(), StartedAt = time.Now(), AskedBy = askedBy, Data = Json(new ReconciliationReport([], 0, 0)) };
        var since = accountId is null ? await LastComplete(cancellation) - Overlap : null;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        db.Reconciliations.Add(row);
        await db.SaveChangesAsync(cancellation);
        var report = await Compare(accountId, since, cancellation);
        (row.FinishedAt, row.Data) = (time.Now(), Json(report with { Findings = [.. report.Findings.Take(MostFindings)] }));
        (row.Repaired, row.Findings) = (report.Findings.Count(f => f.Repaired), report.Findings.Count(f => !f.Repaired));
        await db.SaveChangesAsync(cancellation);
        if (row.Findings > 0) Found(row.Findings, row.Id);
        return row;
    }

    private async Task<ReconciliationReport> Compare(string? accountId, Instant? since, CancellationToken cancellation)
    {
        var accounts = await Accounts(accountId, cancellation);
        if (accounts.Count == 0) return new ReconciliationReport([], 0, 0);
        var customer = accountId is null ? null : accounts.Values.Single().CustomerId;
        var listed = accountId is not null && customer is null ? [] : await books.Read(since, customer, cancellation);
        var owners = accounts.Values.Where(a => a.CustomerId is not null).DistinctBy(a => a.CustomerId).ToDictionary(a => a.CustomerId!, a => a.Id, StringComparer.Ordinal);
        string? Owner(Listed one) => one.AccountId is { } named ? accounts.ContainsKey(named) ? named : null : owners.GetValueOrDefault(one.CustomerId ?? "");
        var byAccount = listed.Where(one => Owner(one) is not null).ToLookup(one => Owner(one)!, StringComparer.Ordinal);
        var findings = accountId is null ? listed.Where(one => one.AccountId is not null && Owner(one) is null && HasMoney(one.Seen)).Select(Unknown).ToList() : [];
        var sums = await Sums(accountId, cancellation);
        foreach (var view in accounts.Values)
        {
            cancellation.ThrowIfCancellationRequested();
            findings.AddRange(await Books(view, sums[view.Id], cancellation));
            findings.AddRange(await Compare(view, byAccount[view.Id], cancellation));
        }
        return new ReconciliationReport(findings, accounts.Count, listed.Length);
    }

    private async Task<Dictionary<string, AccountView>> Accounts(string? accountId, CancellationToken cancellation)
    {
        await models.CaughtUp(cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var rows = db.Accounts.AsNoTracking();
        if (accountId is not null) rows = rows.Where(a => a.Id == accountId);
        return (await rows.Select(a => a.Data).ToListAsync(cancellation))
            .Select(data => JsonSerializer.Deserialize<AccountView>(data, StoredJson.Options)!).ToDictionary(a => a.Id, StringComparer.Ordinal);
    }

    private static bool HasMoney(Observation seen) => seen is ObservedPayment { Received: > 0 } or ObservedPayment { Capturable: > 0 };

    private static ReconciliationFinding Unknown(Listed one) =>
        new("payment-unknown", one.AccountId, one.ObjectId, false, "It says that it is for an account that is not here.");

    private async Task<List<ReconciliationFinding>> Compare(AccountView view, IEnumerable<Listed> listed, CancellationToken cancellation)
    {
        var things = listed.DistinctBy(l => l.ObjectId).ToDictionary(l => l.ObjectId, l => l.Seen, StringComparer.Ordinal);
        // Most nights there is nothing new of most accounts.
        if (things.Count == 0 && !Unfinished(view).Any()) return [];
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var findings = new List<ReconciliationFinding>();
        var book = await BookOfPayer.Read(db, view, cancellation);
        var suspects = things.Where(t => book.From(t.Value).Any()).Select(t => t.Key).Concat(Unfinished(view).Where(id => !things.ContainsKey(id))).Distinct().ToList();
        foreach (var suspect in suspects) findings.AddRange(await LookAgain(db, view.Id, suspect, things.GetValueOrDefault(suspect), cancellation));
        return findings;
    }

    /// <summary>A closer look, told to the account. What the account has otherwise all the same is not ours to repair.</summary>
    private async Task<IEnumerable<ReconciliationFinding>> LookAgain(MakerspaceDb db, string accountId, string objectId, Observation? listed, CancellationToken cancellation)
    {
        var account = grains.GetGrain<IAccountGrain>(Keys.Account(accountId));
        Observation[] seen = [.. (await looking.At(objectId, cancellation)).Select(s => s.Seen)];
        if (seen is [] && listed is not null) seen = [listed];
        var before = await BookOfPayer.Read(db, await account.View(), cancellation);
        var differences = seen.SelectMany(before.From).ToList();
        if (differences.Count == 0) return [];
        await account.Seen([.. seen]);
        await models.CaughtUp(cancellation);
        var after = await BookOfPayer.Read(db, await account.View(), cancellation);
        var left = seen.SelectMany(after.From).Select(d => d.ObjectId).ToHashSet(StringComparer.Ordinal);
        return differences.Select(d => new ReconciliationFinding(d.Code, accountId, d.ObjectId, !left.Contains(d.ObjectId), d.Detail));
    }

    /// <summary>What the account waits for, and the lists of what is new may not have.</summary>
    private static IEnumerable<string> Unfinished(AccountView view)
    {
        if (view.Subscription is { EndedAt: null, SubscriptionId: { Length: > 0 } subscription }) yield return subscription;
        if (view.Purchase is { Done: false, SessionId: { } session }) yield return session;
        foreach (var invoice in view.Invoices.Where(i => i.Status == "open")) yield return invoice.InvoiceId;
        foreach (var deposit in view.Deposits.Where(d => d.State is DepositState.Authorised or DepositState.Failed or DepositState.Waiting))
            if (deposit.PaymentIntentId is { } payment) yield return payment;
    }

    /// <summary>The account's fold against the sums of its entries, and commands that nobody could deliver for a day.</summary>
    private async Task<List<ReconciliationFinding>> Books(AccountView view, IEnumerable<LedgerSum> sums, CancellationToken cancellation)
    {
        var findings = new List<ReconciliationFinding>();
        if (Off(view, sums) is not null)
        {
            // Read in two steps, an entry may have come between: once more, with what is there now.
            await models.CaughtUp(cancellation);
            var now = await grains.GetGrain<IAccountGrain>(Keys.Account(view.Id)).View();
            if (Off(now, (await Sums(view.Id, cancellation))[view.Id]) is { } still) findings.Add(new ReconciliationFinding("ledger-out-of-balance", view.Id, null, false, still));
        }
        var late = time.Now() - Duration.FromDays(1);
        findings.AddRange(view.Waiting.Where(c => c.SentAt < late)
            .Select(c => new ReconciliationFinding("command-stuck", view.Id, c.Id.ToString(), false, $"{c.Kind}: nobody knows since {c.SentAt} what came of it.")));
        return findings;
    }

    /// <summary>What the entries come to, by payer.</summary>
    private async Task<ILookup<string, LedgerSum>> Sums(string? accountId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var lines = db.LedgerLines.AsNoTracking();
        if (accountId is not null) lines = lines.Where(l => l.AccountId == accountId);
        var sums = await lines.GroupBy(l => new { l.AccountId, l.Account, l.Unit })
            .Select(g => new LedgerSum(g.Key.AccountId, g.Key.Account, g.Key.Unit, g.Sum(l => l.Amount))).ToListAsync(cancellation);
        return sums.ToLookup(s => s.Payer, StringComparer.Ordinal);
    }

    private static string? Off(AccountView view, IEnumerable<LedgerSum> sums)
    {
        var owed = sums.Where(s => s.Account == Chart.Receivable).Sum(s => s.Amount);
        if (owed != view.Owed) return $"The entries say that {owed} is owed, the account {view.Owed}.";
        var credit = -sums.Where(s => s.Account == Chart.Credit).Sum(s => s.Amount);
        if (credit != view.Credit) return $"The entries say that there is a credit of {credit}, the account {view.Credit}.";
        var unbalanced = sums.GroupBy(s => s.Unit).FirstOrDefault(unit => unit.Sum(s => s.Amount) != 0);
        return unbalanced is null ? null : $"Debits and credits in {unbalanced.Key} differ by {unbalanced.Sum(s => s.Amount)}.";
    }

    private async Task<Instant> NextNight(SpaceFacts space, CancellationToken cancellation)
    {
        var last = await LastComplete(cancellation) ?? Instant.MinValue;
        // The first time at the next night: there is nothing to compare yet.
        var local = (last == Instant.MinValue ? await FirstAccount(cancellation) : last).InZone(space.Zone);
        var day = local.TimeOfDay < AtNight ? local.Date : local.Date.PlusDays(1);
        return space.Zone.AtLeniently(day + AtNight).ToInstant();
    }

    private async Task<Instant> FirstAccount(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.LedgerEntries.MinAsync(e => (Instant?)e.At, cancellation) ?? time.Now();
    }

    private async Task<Instant?> LastComplete(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        // The nightly ones: what people ask for may be of one account.
        return await db.Reconciliations.AsNoTracking().Where(r => r.FinishedAt != null && r.AskedBy == Actors.System).MaxAsync(r => (Instant?)r.StartedAt, cancellation);
    }

    private Task<SpaceFacts> Space() => grains.GetGrain<ISpaceGrain>(Keys.Space).Facts();

    private static string Json(ReconciliationReport report) => JsonSerializer.Serialize(report, StoredJson.Options);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ledger and payment provider differ in {Count} things that nobody repaired: see reconciliation {Id}")]
    private partial void Found(int count, Guid id);

    private sealed record LedgerSum(string Payer, string Account, string Unit, long Amount);
}
