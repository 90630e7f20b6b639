using System.Collections.Immutable;
using System.Net.Mail;
using Makerspace.Accounts;
using Makerspace.Members;

namespace Makerspace.Import.Csv;

/// <summary>Rows of a file of members.</summary>
internal static class CsvMembers
{
    private static readonly ImmutableArray<string> AllRoles = [Roles.Member, Roles.Mentor, Roles.Staff, Roles.Admin];

    public static void Plan(CsvContext context, CsvRow row)
    {
        var (name, email) = (row.Required("name"), Email(row));
        var current = Find(context, row, email);
        var id = current?.Id ?? Naming.Slug(row.Text("id") ?? name);
        if (!context.IsFirst(row, id)) return;
        var (steps, notes) = (new List<ImportStep>(), new List<string>());
        var definition = Definition(context, row, name, email, current?.Definition ?? new MemberDefinition());
        var (outcome, changes) = Differences.Verdict(current?.Definition, definition);
        steps.Add(new DefineMember(id, definition, current?.Version ?? 0));
        var more = Certify(context, row, id, current, steps, notes).Concat(Account(context, row, id, definition, steps, notes)).ToList();
        if (outcome == ImportOutcome.Unchanged && more.Count > 0) outcome = ImportOutcome.Changed;
        context.Add(row, id, outcome, string.Join("; ", new[] { changes }.Concat(more).Where(d => d.Length > 0)), notes, steps);
    }

    private static string? Email(CsvRow row)
    {
        if (row.Text("email") is not { } email || MailAddress.TryCreate(email, out _)) return row.Text("email");
        row.Fault("email", "is no e-mail address");
        return null;
    }

    private static MemberView? Find(CsvContext context, CsvRow row, string? email)
    {
        if (row.Text("id") is { } id) return context.Here.Members.FirstOrDefault(m => m.Id == Naming.Slug(id));
        return email is null
            ? context.Here.Members.FirstOrDefault(m => m.Id == Naming.Slug(row.Required("name")))
            : context.Here.Members.FirstOrDefault(m => string.Equals(m.Definition.Email, email, StringComparison.OrdinalIgnoreCase))
                ?? context.Here.Members.FirstOrDefault(m => m.Id == Naming.Slug(row.Required("name")) && m.Definition.Email is null);
    }

    private static MemberDefinition Definition(CsvContext context, CsvRow row, string name, string? email, MemberDefinition current)
    {
        var zone = context.Here.Space.Zone;
        var membership = current.Membership with
        {
            PlanId = row.Text("plan") ?? current.Membership.PlanId,
            Active = row.FlagOr("active", current.Membership.Active),
            From = row.MomentOrDay("from", zone, 0) ?? (row.IsCleared("from") ? null : current.Membership.From),
            Until = row.MomentOrDay("until", zone, 1) ?? (row.IsCleared("until") ? null : current.Membership.Until),
            AllHours = row.FlagOr("allHours", current.Membership.AllHours),
        };
        if (membership is { From: { } from, Until: { } until } && from >= until) row.Fault("until", "is not after from");
        var company = row.Text("company") is { } start ? Naming.Slug(start) : row.TextOr("company", current.CompanyId);
        return current with { Name = name, Email = email ?? row.TextOr("email", current.Email), CompanyId = company, Membership = membership };
    }

    private static IEnumerable<string> Certify(CsvContext context, CsvRow row, string id, MemberView? current, List<ImportStep> steps, List<string> notes)
    {
        var wanted = context.Certifications(row.List("certifications") ?? [], steps, notes);
        var missing = wanted.Distinct(StringComparer.Ordinal).Where(c => current?.Certifications.Any(held => held.Id == c) != true).ToList();
        foreach (var taken in (current?.Revocations ?? []).Where(r => missing.Remove(r.CertificationId)))
            notes.Add($"not granted: {taken.CertificationId} was taken away here on {context.Here.DayOf(taken.At)}; staff may grant it again");
        steps.AddRange(missing.Select(c => new CertifyMember(id, new Certification(c, context.Here.Now, null, context.Authority.Actor))));
        return missing.Count > 0 ? ["may use: " + string.Join(", ", missing)] : [];
    }

    private static IEnumerable<string> Account(CsvContext context, CsvRow row, string id, MemberDefinition member, List<ImportStep> steps, List<string> notes)
    {
        var roles = WantedRoles(context, row, notes);
        if (member.Email is not { } email || !member.Membership.Active) return [];
        var account = context.Here.Accounts.FirstOrDefault(a => string.Equals(a.Email, email, StringComparison.OrdinalIgnoreCase));
        if (account is not null && account.MemberId != id)
        {
            notes.Add($"no account: {email} belongs to {account.MemberId}");
            return [];
        }
        var missing = roles.Except(account?.Roles ?? [], StringComparer.Ordinal).ToList();
        if (missing.Count == 0) return [];
        steps.Add(new OpenAccount(id, email, roles));
        return [account is null ? "gets an account" : "gets the role " + string.Join(", ", missing)];
    }

    private static ImmutableArray<string> WantedRoles(CsvContext context, CsvRow row, List<string> notes)
    {
        var role = row.Text("role")?.ToLowerInvariant() ?? Roles.Member;
        if (!AllRoles.Contains(role, StringComparer.Ordinal)) row.Fault("role", "is none of member, mentor, staff, admin");
        if (role is not (Roles.Staff or Roles.Admin) || context.Authority.MayAppointStaff) return [.. new[] { Roles.Member, role }.Distinct(StringComparer.Ordinal)];
        notes.Add($"not given the role {role}: only an administrator's import appoints staff");
        return [Roles.Member];
    }
}
