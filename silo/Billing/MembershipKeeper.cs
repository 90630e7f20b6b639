using System.Text.Json;
using Makerspace.Companies;
using Makerspace.Jobs;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Spaces;
using Makerspace.Storage;
using Makerspace.Time;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>
/// Lets memberships follow what is paid for: a member's own subscription, a seat of their company's, days bought (see <see cref="Coverage"/>). It looks at
/// everybody whenever a subscription, a pass or a seat has changed, and every few minutes anyway; who is as they should be is left alone.
/// </summary>
public sealed partial class MembershipKeeper(
    IDbContextFactory<MakerspaceDb> databases, IReadModels models, IGrainFactory grains, TimeProvider time, ILogger<MembershipKeeper> log) : IChainedWork, IWatchesJournal
{
    private static readonly Duration Anyway = Duration.FromMinutes(5);

    // What subscriptions and passes were when last looked at: most changes of an account are about money alone.
    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);
    private long seen;
    private Instant? lookedAt;

    public bool Concerns(JournalRow row) => row.Type is "account-changed" or "company-changed";

    public Task<Instant?> NextDue(CancellationToken cancellation) => Task.FromResult<Instant?>(null);

    public async Task<bool> Waiting(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Sells() && await News(db).AnyAsync(cancellation);
    }

    public async Task RunDue(CancellationToken cancellation)
    {
        if (!await Sells()) return;
        await models.CaughtUp(cancellation);
        var (now, newest) = (time.Now(), models.Position);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        // The first time everybody is looked at, whatever the news.
        var news = lookedAt is null ? [] : await News(db).Where(r => r.Seq <= newest).OrderBy(r => r.Seq).ToListAsync(cancellation);
        var changed = news.Exists(IsNews);
        if (changed || lookedAt is not { } last || now < last || now - last >= Anyway)
        {
            await Look(db, now, cancellation);
            lookedAt = now;
        }
        Volatile.Write(ref seen, newest);
    }

    private async Task<bool> Sells() => (await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts()).Billing is not null;

    private IQueryable<JournalRow> News(MakerspaceDb db) => News(db, Volatile.Read(ref seen));

    private static IQueryable<JournalRow> News(MakerspaceDb db, long after) =>
        db.Journal.AsNoTracking().Where(r => r.Seq > after && (r.Type == "account-changed" || r.Type == "company-changed"));

    private bool IsNews(JournalRow row)
    {
        if (JournalEntry.Read(row.Type, row.Data) is not Journal.AccountChanged { Account: var account }) return true;
        var sold = JsonSerializer.Serialize(account.Subscription, StoredJson.Options) + JsonSerializer.Serialize(account.Passes, StoredJson.Options);
        if (known.GetValueOrDefault(account.Id) == sold) return false;
        known[account.Id] = sold;
        return true;
    }

    private async Task Look(MakerspaceDb db, Instant now, CancellationToken cancellation)
    {
        var accounts = (await db.Accounts.AsNoTracking().Select(a => a.Data).ToListAsync(cancellation)).Select(Read<AccountView>).ToDictionary(a => a.Id, StringComparer.Ordinal);
        if (accounts.Count == 0) return;
        var companies = (await db.Companies.AsNoTracking().Select(c => c.Data).ToListAsync(cancellation)).Select(Read<CompanyView>).ToList();
        var persons = companies.SelectMany(c => (c.Definition.People ?? []).Select(p => (Company: "company-" + c.Id, Person: p)))
            .GroupBy(p => p.Person.MemberId, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.OrderByDescending(p => p.Person.Seat).First(), StringComparer.Ordinal);
        Exception? failure = null;
        await foreach (var data in db.Members.AsNoTracking().Select(m => m.Data).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            var member = Read<MemberView>(data);
            var belongs = persons.TryGetValue(member.Id, out var found) ? found : default;
            var company = belongs.Company is { } id ? accounts.GetValueOrDefault(id) : null;
            failure = await Keep(member, accounts.GetValueOrDefault("member-" + member.Id), company, belongs.Person, now) ?? failure;
        }
        if (failure is not null) throw new PartlyFailedException("Not every membership could be made to follow its subscription: " + failure.Message, failure);
    }

    // One that fails must not keep the others from their turn.
    private async Task<Exception?> Keep(MemberView member, AccountView? own, AccountView? company, CompanyPerson? person, Instant now)
    {
        if (!Differs(member, own, company, person, now)) return null;
        try
        {
            var grain = grains.GetGrain<IMemberGrain>(Keys.Member(member.Id));
            // The row may be old; and staff may change the member in the same moment.
            if (await grain.View() is not { } present || !Differs(present, own, company, person, now)) return null;
            var membership = Coverage.Of(present.Definition.Membership, own, company, person, now);
            if (await grain.Define(present.Definition with { Membership = membership }, Actors.System, present.Version) is null)
                return new InvalidOperationException($"The member {member.Id} was changed meanwhile.");
            Followed(member.Id, membership.PlanId, membership.Active);
            return null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            NotFollowed(member.Id, failure);
            return failure;
        }
    }

    private static bool Differs(MemberView member, AccountView? own, AccountView? company, CompanyPerson? person, Instant now) =>
        !StoredJson.Same(Coverage.Of(member.Definition.Membership, own, company, person, now), member.Definition.Membership);

    private static T Read<T>(string data) => JsonSerializer.Deserialize<T>(data, StoredJson.Options)!;

    [LoggerMessage(Level = LogLevel.Information, Message = "The membership of {Member} follows what is paid: plan {Plan}, active: {Active}")]
    private partial void Followed(string member, string plan, bool active);

    [LoggerMessage(Level = LogLevel.Error, Message = "The membership of {Member} could not be made to follow what is paid; it is tried again")]
    private partial void NotFollowed(string member, Exception failure);
}
