using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Makerspace.Billing;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Time;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Makerspace.Web.Notices;
using Makerspace.Web.Spaces;
using Makerspace.Web.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Makerspace.Web.Companies;

/// <summary>What came of a step: the company after it, or a code that says why not.</summary>
/// <param name="Refused">
/// <c>unknown-company</c>, <c>unknown-person</c>, <c>last-owner</c>, <c>no-seat-free</c>, <c>in-another-company</c>, <c>invitation-invalid</c>, <c>too-many-invitations</c>, <c>too-many-requests</c>, <c>changed-meanwhile</c>.
/// </param>
public sealed record CompanyOutcome(CompanyView? Company, string? Refused)
{
    public static CompanyOutcome No(string code) => new(null, code);
}

/// <summary>
/// Who belongs to a company, and as what. It is said twice, in the company (<see cref="CompanyDefinition.People"/>) and in each member
/// (<see cref="MemberDefinition.CompanyId"/>): here both are changed, each by its version, so that two who change at once lose nothing, and in an order in which
/// doing it again finishes what was left halfway.
/// </summary>
public sealed class CompanyDesk(IGrainFactory grains, MakerspaceDb db, IReadModels readModels, IMailer mailer, AccountLinks links, AttemptLimiter limiter, TimeProvider time, IStringLocalizer<Texts> texts)
{
    private const int Attempts = 6;
    private const int MostOpenInvitations = 50;
    private static readonly Duration Open = Duration.FromDays(14);

    /// <summary>Makes a company whose owner is the member. The same member asking again with the same name gets the same company.</summary>
    public async Task<CompanyOutcome> Found(string name, MemberView owner)
    {
        if (owner.Definition.CompanyId is { } own)
            return await View(own) is { } standing && standing.Definition.Name == name && standing.Definition.Person(owner.Id) is not null ? new(standing, null) : CompanyOutcome.No("in-another-company");
        var definition = new CompanyDefinition { Name = name, Pays = true, BillingEmail = owner.Definition.Email, People = [new CompanyPerson(owner.Id, CompanyRole.Owner, Seat: true)] };
        foreach (var id in NewId.Candidates(null, name, "company"))
        {
            if (await Grain(id).Define(definition, owner.Id, expectedVersion: 0) is null && !await IsHalfFounded(id, definition, owner.Id)) continue;
            if (await Belongs(owner.Id, id, owner.Id)) return new(await View(id), null);
            await Grain(id).Define(definition with { People = [] }, owner.Id);
            return CompanyOutcome.No("in-another-company");
        }
        return CompanyOutcome.No("changed-meanwhile");
    }

    /// <summary>Asks somebody in by mail. Asked again at the same address, the link before no longer works.</summary>
    public async Task<(InvitationRow? Invitation, string? Refused)> Invite(CompanyView company, string email, CompanyRole role, bool seat, string actor, CancellationToken cancellation)
    {
        var now = time.Now();
        var open = await OpenInvitations(company.Id, cancellation);
        if (open.Count(i => i.Email != email) >= MostOpenInvitations) return (null, "too-many-invitations");
        if (seat && await FreeSeats(company) <= open.Count(i => i.Seat && i.Email != email)) return (null, "no-seat-free");
        if (!limiter.MayInvite(actor, email.ToUpperInvariant())) return (null, "too-many-requests");
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
        await db.Invitations.Where(i => i.CompanyId == company.Id && i.Email == email && i.TakenBy == null).ExecuteDeleteAsync(cancellation);
        var row = new InvitationRow
        {
            Id = Guid.NewGuid(), CompanyId = company.Id, Email = email, Role = role, Seat = seat, Hash = Hash(secret), MadeAt = now, MadeBy = actor, ExpiresAt = now + Open,
        };
        db.Invitations.Add(row);
        await db.SaveChangesAsync(cancellation);
        await mailer.Send(email, LetterTexts.Invited(texts, company.Definition.Name, links.Invitation(secret)), cancellation);
        return (row, null);
    }

    /// <summary>Takes an invitation back. False where there is none that is open.</summary>
    public async Task<bool> Withdraw(string companyId, Guid id, CancellationToken cancellation) =>
        await db.Invitations.Where(i => i.CompanyId == companyId && i.Id == id && i.TakenBy == null).ExecuteDeleteAsync(cancellation) > 0;

    /// <summary>Invitations that are neither taken nor over, the newest first.</summary>
    public async Task<List<InvitationRow>> OpenInvitations(string companyId, CancellationToken cancellation)
    {
        var now = time.Now();
        return await db.Invitations.AsNoTracking().Where(i => i.CompanyId == companyId && i.TakenBy == null && i.ExpiresAt > now).OrderByDescending(i => i.MadeAt).ToListAsync(cancellation);
    }

    /// <summary>What an invitation's link leads to; null where it leads nowhere (any more).</summary>
    public async Task<(InvitationRow Invitation, CompanyView Company)?> Invitation(string secret, string? memberId, CancellationToken cancellation)
    {
        var hash = Hash(secret);
        var row = await db.Invitations.AsNoTracking().SingleOrDefaultAsync(i => i.Hash == hash, cancellation);
        if (row is null || (row.TakenBy is { } taken ? taken != memberId : row.ExpiresAt <= time.Now())) return null;
        return await View(row.CompanyId) is { } company ? (row, company) : null;
    }

    /// <summary>Accepts an invitation. It works once; whoever took it may finish what was left halfway.</summary>
    public async Task<CompanyOutcome> Accept(string secret, string memberId, CancellationToken cancellation)
    {
        if (await Invitation(secret, memberId, cancellation) is not var (row, company)) return CompanyOutcome.No("invitation-invalid");
        if (await Member(memberId).View() is not { } member) return CompanyOutcome.No("unknown-person");
        if (member.Definition.CompanyId is { } own && own != company.Id) return CompanyOutcome.No("in-another-company");
        if (row.TakenBy is null && await db.Invitations.Where(i => i.Id == row.Id && i.TakenBy == null).ExecuteUpdateAsync(u => u.SetProperty(i => i.TakenBy, memberId), cancellation) == 0
            && await db.Invitations.AsNoTracking().Where(i => i.Id == row.Id).Select(i => i.TakenBy).SingleOrDefaultAsync(cancellation) != memberId)
            return CompanyOutcome.No("invitation-invalid");
        return await Join(company.Id, memberId, row.Role, row.Seat);
    }

    /// <summary>Changes what somebody may do, or whether they have a seat. Somebody of the company who is not on its list yet comes onto it.</summary>
    public async Task<CompanyOutcome> Change(string companyId, string memberId, CompanyRole? role, bool? seat, string actor)
    {
        if (await View(companyId) is not { } company) return CompanyOutcome.No("unknown-company");
        if (company.Definition.Person(memberId) is null && (await Member(memberId).View())?.Definition.CompanyId != companyId) return CompanyOutcome.No("unknown-person");
        var free = await FreeSeats(company);
        return await Define(companyId, actor, known =>
        {
            var before = known.Person(memberId) ?? new CompanyPerson(memberId, CompanyRole.Member, Seat: false);
            var after = before with { Role = role ?? before.Role, Seat = seat ?? before.Seat };
            if (before.Role == CompanyRole.Owner && after.Role != CompanyRole.Owner && IsLastOwner(known, memberId)) return (null, "last-owner");
            return after.Seat && !before.Seat && free < 1 ? (null, "no-seat-free") : (With(known, after), null);
        });
    }

    /// <summary>Takes somebody out of the company, or lets them leave.</summary>
    public async Task<CompanyOutcome> Remove(string companyId, string memberId, string actor, CancellationToken cancellation)
    {
        if (await View(companyId) is not { } company) return CompanyOutcome.No("unknown-company");
        var member = await Member(memberId).View();
        if (company.Definition.Person(memberId) is null && member?.Definition.CompanyId != companyId) return CompanyOutcome.No("unknown-person");
        var outcome = await Define(companyId, actor, known => IsLastOwner(known, memberId) ? (null, "last-owner") : (Without(known, memberId), null));
        if (outcome.Refused is not null) return outcome;
        // The link that brought them in does not bring them back.
        await db.Invitations.Where(i => i.CompanyId == companyId && i.TakenBy == memberId).ExecuteDeleteAsync(cancellation);
        await Leaves(memberId, companyId, actor);
        return outcome;
    }

    /// <summary>Whether the company pays for its members' bookings, and where its invoices go.</summary>
    public Task<CompanyOutcome> Pays(string companyId, bool pays, string? billingEmail, string actor) =>
        Define(companyId, actor, known => (known with { Pays = pays, BillingEmail = billingEmail }, null));

    /// <summary>Seats that the company pays for and nobody has.</summary>
    public async Task<int> FreeSeats(CompanyView company)
    {
        if ((await grains.Space()).Billing is null) return 0;
        var account = await grains.GetGrain<IAccountGrain>(Keys.Account(Keys.Company(company.Id))).View();
        return account.Subscription is { EndedAt: null } subscription ? subscription.Seats - (company.Definition.People?.Count(p => p.Seat) ?? 0) : 0;
    }

    /// <summary>Everybody who belongs, with their names: those on the company's list, and members who say that they belong and are on none.</summary>
    public async Task<IReadOnlyList<(CompanyPerson Person, string Name, string? Email)>> People(CompanyView company, CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        var listed = company.Definition.People ?? [];
        var ids = listed.Select(p => p.MemberId).ToList();
        var rows = await db.Members.AsNoTracking().Where(m => m.CompanyId == company.Id || ids.Contains(m.Id)).Select(m => new { m.Id, m.Name, m.Email }).ToListAsync(cancellation);
        return [.. rows.Select(m => (Person: company.Definition.Person(m.Id) ?? new CompanyPerson(m.Id, CompanyRole.Member, Seat: false), m.Name, (string?)m.Email))
            .OrderByDescending(p => p.Person.Role).ThenBy(p => p.Name, StringComparer.CurrentCulture)];
    }

    public async Task<CompanyView?> View(string companyId) => Ids.IsSlug(companyId) ? await Grain(companyId).View() : null;

    private async Task<CompanyOutcome> Join(string companyId, string memberId, CompanyRole role, bool wantsSeat)
    {
        if (await View(companyId) is not { } company) return CompanyOutcome.No("unknown-company");
        var free = wantsSeat ? await FreeSeats(company) : 0;
        var outcome = await Define(companyId, memberId, known =>
            (known.Person(memberId) is null ? With(known, new CompanyPerson(memberId, role, Seat: wantsSeat && free > 0)) : known, null));
        if (outcome.Refused is not null || await Belongs(memberId, companyId, memberId)) return outcome;
        await Define(companyId, memberId, known => (Without(known, memberId), null));
        return CompanyOutcome.No("in-another-company");
    }

    /// <summary>Changes the company as it is at that moment; changed by somebody else in between, it is read and decided again.</summary>
    private async Task<CompanyOutcome> Define(string companyId, string actor, Func<CompanyDefinition, (CompanyDefinition? Next, string? Refused)> change)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await View(companyId) is not { } company) return CompanyOutcome.No("unknown-company");
            var (next, refused) = change(company.Definition);
            if (next is null) return CompanyOutcome.No(refused!);
            if (await Grain(companyId).Define(next, actor, company.Version) is { } changed) return new(changed, null);
        }
        return CompanyOutcome.No("changed-meanwhile");
    }

    /// <summary>The member says that they belong. False where they say that they belong elsewhere, or do not exist.</summary>
    private async Task<bool> Belongs(string memberId, string companyId, string actor)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await Member(memberId).View() is not { } member) return false;
            if (member.Definition.CompanyId is { } own) return own == companyId;
            if (await Member(memberId).Define(member.Definition with { CompanyId = companyId }, actor, member.Version) is not null) return true;
        }
        return false;
    }

    private async Task Leaves(string memberId, string companyId, string actor)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await Member(memberId).View() is not { } member || member.Definition.CompanyId != companyId) return;
            if (await Member(memberId).Define(member.Definition with { CompanyId = null }, actor, member.Version) is not null) return;
        }
        throw new TimeoutException("A member was changed again and again by others.");
    }

    // Founded before, and the last step not done: the member does not say yet that they belong.
    private async Task<bool> IsHalfFounded(string companyId, CompanyDefinition wanted, string ownerId) =>
        await View(companyId) is { Definition: var known } && known.Name == wanted.Name && known.People is [{ Role: CompanyRole.Owner } only] && only.MemberId == ownerId;

    private static bool IsLastOwner(CompanyDefinition company, string memberId) =>
        company.Person(memberId)?.Role == CompanyRole.Owner && company.People!.Value.Count(p => p.Role == CompanyRole.Owner) == 1;

    private static CompanyDefinition With(CompanyDefinition company, CompanyPerson person) => company with { People = [.. (company.People ?? []).Where(p => p.MemberId != person.MemberId), person] };

    private static CompanyDefinition Without(CompanyDefinition company, string memberId) => company with { People = [.. (company.People ?? []).Where(p => p.MemberId != memberId)] };

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private ICompanyGrain Grain(string companyId) => grains.GetGrain<ICompanyGrain>(Keys.Company(companyId));

    private IMemberGrain Member(string memberId) => grains.GetGrain<IMemberGrain>(Keys.Member(memberId));
}
