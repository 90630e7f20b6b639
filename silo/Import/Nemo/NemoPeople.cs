using System.Collections.Immutable;
using System.Net.Mail;
using Makerspace.Members;

namespace Makerspace.Import.Nemo;

/// <summary>Users as members with accounts, and the accounts that pay for their projects as companies.</summary>
internal static class NemoPeople
{
    private static readonly string[] Known = ["date_joined", "last_login", "preferences", "is_technician"];

    public static void Plan(NemoContext context)
    {
        foreach (var project in context.Each("nemo.project"))
            context.Skip(project, "projects are not kept; a user whose projects have one account joins that account's company");
        var users = context.Each("nemo.user");
        var members = Identify(context, users);
        var companies = users.ToDictionary(u => u, u => CompanyOf(context, u));
        var emails = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var user in users) PlanUser(context, user, members[user], companies[user], emails);
        foreach (var account in context.Each("nemo.account")) PlanCompany(context, account, [.. users.Where(u => companies[u] == account)]);
    }

    // By where they were imported from; else somebody with their e-mail address is the same person.
    private static Dictionary<NemoRecord, MemberView?> Identify(NemoContext context, IReadOnlyList<NemoRecord> users)
    {
        var slugs = new SlugRegister(context.Here.Members.Select(m => m.Id));
        var found = new Dictionary<NemoRecord, MemberView?>();
        var spoken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var user in users)
        {
            var username = user.RequiredText("username");
            var known = context.Here.Members.FirstOrDefault(m => m.Definition.ImportedFrom == Origin(username)) ?? WithEmail(context, user.Text("email"));
            found[user] = known is not null && spoken.Add(known.Id) ? known : null;
            context.MemberIds[user] = found[user]?.Id ?? slugs.Take(username);
        }
        return found;
    }

    private static MemberView? WithEmail(NemoContext context, string? email)
    {
        if (email is null) return null;
        var account = context.Here.Accounts.FirstOrDefault(a => string.Equals(a.Email, email, StringComparison.OrdinalIgnoreCase));
        return context.Here.Members.FirstOrDefault(m => m.Definition.ImportedFrom is null
            && (m.Id == account?.MemberId || string.Equals(m.Definition.Email, email, StringComparison.OrdinalIgnoreCase)));
    }

    private static void PlanUser(NemoContext context, NemoRecord user, MemberView? current, NemoRecord? company, HashSet<string> emails)
    {
        var id = context.MemberIds[user];
        var definition = Definition(context, user, current?.Definition ?? new MemberDefinition(), company);
        var notes = Notes(user).ToList();
        var account = Account(context, user, id, definition, emails, notes);
        var (outcome, changes) = Differences.Verdict(current?.Definition, definition);
        if (account is not null && outcome == ImportOutcome.Unchanged) (outcome, changes) = (ImportOutcome.Changed, "gets an account, or roles");
        notes.AddRange(NemoContext.NotTaken(user, Known));
        var steps = account is null ? new ImportStep[] { Define() } : [Define(), account];
        context.Add(user, outcome, NemoPlaces.Detail($"member {id}", changes), notes, steps);

        DefineMember Define() => new(id, definition, current?.Version ?? 0);
    }

    private static MemberDefinition Definition(NemoContext context, NemoRecord user, MemberDefinition current, NemoRecord? company)
    {
        var name = $"{user.Text("first_name")} {user.Text("last_name")}".Trim();
        return current with
        {
            Name = name.Length > 0 ? name : user.RequiredText("username"),
            Email = user.Text("email") ?? current.Email,
            CompanyId = company is null ? current.CompanyId : Naming.Slug(company.RequiredText("name")),
            Membership = current.Membership with
            {
                Active = user.Flag("is_active", absent: true),
                Until = user.Date("access_expiration") is { } last ? context.Here.StartOf(last.PlusDays(1)) : null,
            },
            ImportedFrom = Origin(user.RequiredText("username")),
        };
    }

    private static IEnumerable<string> Notes(NemoRecord user)
    {
        if (user.Flag("training_required")) yield return "NEMO lets them reserve nothing before the rules tutorial; here only their certifications decide";
        if (user.Flag("is_service_personnel")) yield return "service personnel use tools without a reservation in NEMO; here they book as members do";
        if (user.Flag("is_accounting_officer")) yield return "there is no role for accounting";
        if (user.Flag("is_staff")) yield return "staff reserve without qualification in NEMO; here they need the certification too";
    }

    private static OpenAccount? Account(NemoContext context, NemoRecord user, string memberId, MemberDefinition member, HashSet<string> emails, List<string> notes)
    {
        var roles = Roles(context, user, notes);
        if (!member.Membership.Active) notes.Add("no account: the user is not active");
        else if (member.Email is null) notes.Add("no account: the user has no e-mail address");
        else if (!MailAddress.TryCreate(member.Email, out _)) notes.Add($"no account: {member.Email} is no e-mail address");
        else if (!emails.Add(member.Email)) notes.Add($"no account: another user of the dump has the address {member.Email}");
        else return Missing(context, memberId, member.Email, roles, notes);
        return null;
    }

    private static OpenAccount? Missing(NemoContext context, string memberId, string email, ImmutableArray<string> roles, List<string> notes)
    {
        var account = context.Here.Accounts.FirstOrDefault(a => string.Equals(a.Email, email, StringComparison.OrdinalIgnoreCase));
        if (account is null) return new(memberId, email, roles);
        if (account.MemberId == memberId) return roles.Except(account.Roles, StringComparer.Ordinal).Any() ? new(memberId, email, roles) : null;
        notes.Add($"no account: {email} belongs to {account.MemberId}");
        return null;
    }

    private static ImmutableArray<string> Roles(NemoContext context, NemoRecord user, List<string> notes)
    {
        var appointed = new List<string>();
        if (user.Flag("is_superuser")) appointed.Add(Accounts.Roles.Admin);
        string[] staff = ["is_staff", "is_facility_manager", "is_user_office", "is_technician"];
        if (staff.Select(flag => user.Flag(flag)).ToList().Contains(true)) appointed.Add(Accounts.Roles.Staff);
        if (appointed.Count > 0 && !context.Authority.MayAppointStaff)
        {
            notes.Add($"not given the role {string.Join(", ", appointed)}: only an administrator's import appoints staff");
            appointed.Clear();
        }
        return [Accounts.Roles.Member, .. appointed];
    }

    // One company a member: the account of all their active projects, if it is one.
    private static NemoRecord? CompanyOf(NemoContext context, NemoRecord user)
    {
        user.References("managed_projects");
        var projects = user.References("projects").Select(p => context.Dump.Find("nemo.project", p)).OfType<NemoRecord>().Where(p => p.Flag("active", absent: true));
        var accounts = projects.SelectMany(AccountsOf).Select(a => context.Dump.Find("nemo.account", a)).Distinct().ToList();
        return accounts is [{ } only] ? only : null;
    }

    private static IEnumerable<NemoReference> AccountsOf(NemoRecord project) => project.Reference("account") is { } account ? [account] : [];

    private static void PlanCompany(NemoContext context, NemoRecord account, IReadOnlyList<NemoRecord> users)
    {
        var id = Naming.Slug(account.RequiredText("name"));
        if (users.Count == 0)
        {
            context.Skip(account, "no user has all their projects with it, so it would be a company without members");
            return;
        }
        var standing = context.Here.Members.Where(m => m.Definition.CompanyId == id).Select(m => m.Id).ToHashSet(StringComparer.Ordinal);
        var outcome = standing.Count == 0 ? ImportOutcome.Made
            : users.All(u => standing.Contains(context.MemberIds[u])) ? ImportOutcome.Unchanged : ImportOutcome.Changed;
        context.Add(account, outcome, $"company {id} of {NemoTools.Text(users.Count, "member")}", NemoContext.NotTaken(account));
    }

    private static string Origin(string username) => "nemo:" + username;
}
