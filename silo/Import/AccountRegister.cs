using System.Collections.Immutable;
using Makerspace.Accounts;
using Makerspace.ReadModels;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Import;

/// <summary>
/// Opens many accounts in one transaction. Their addresses count as confirmed, as of every account that staff make: who asks for a new password
/// gets it by a message to that address.
/// </summary>
internal sealed class AccountRegister(IDbContextFactory<MakerspaceDb> databases)
{
    private static readonly UpperInvariantLookupNormalizer Normalizer = new();

    /// <summary>Opens the accounts, or adds roles to those that are open. An account of another member is left alone.</summary>
    /// <returns>For each step what stood in its way, or null.</returns>
    public async Task<ImmutableArray<string?>> Open(IReadOnlyList<OpenAccount> wanted, CancellationToken cancellation)
    {
        if (wanted.Count == 0) return [];
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var roles = await Roles(db, wanted, cancellation);
        var known = await db.Users.ToDictionaryAsync(u => u.NormalizedEmail ?? u.Id, cancellation);
        var held = (await db.UserRoles.ToListAsync(cancellation)).Select(r => (r.UserId, r.RoleId)).ToHashSet();
        var answers = wanted.Select(step => OpenOne(db, step, roles, known, held)).ToImmutableArray();
        await db.SaveChangesAsync(cancellation);
        return answers;
    }

    private static string? OpenOne(
        MakerspaceDb db, OpenAccount step, Dictionary<string, string> roles, Dictionary<string, Account> known, HashSet<(string, string)> held)
    {
        var key = Normalizer.NormalizeEmail(step.Email)!;
        if (!known.TryGetValue(key, out var account))
        {
            known[key] = account = New(step);
            db.Users.Add(account);
        }
        if (account.MemberId != step.MemberId) return $"the address {step.Email} belongs to the account of {account.MemberId}";
        foreach (var role in step.Roles.Where(r => held.Add((account.Id, roles[r]))))
            db.UserRoles.Add(new() { UserId = account.Id, RoleId = roles[role] });
        return null;
    }

    private static Account New(OpenAccount step)
    {
        var account = new Account
        {
            UserName = step.Email, NormalizedUserName = Normalizer.NormalizeName(step.Email), Email = step.Email, NormalizedEmail = Normalizer.NormalizeEmail(step.Email),
            EmailConfirmed = true, LockoutEnabled = true, MemberId = step.MemberId, SecurityStamp = Guid.NewGuid().ToString("N"),
        };
        if (step.Password is { } password) account.PasswordHash = new PasswordHasher<Account>().HashPassword(account, password);
        return account;
    }

    private static async Task<Dictionary<string, string>> Roles(MakerspaceDb db, IReadOnlyList<OpenAccount> wanted, CancellationToken cancellation)
    {
        var ids = await db.Roles.ToDictionaryAsync(r => r.Name ?? r.Id, r => r.Id, cancellation);
        foreach (var name in wanted.SelectMany(w => w.Roles).Distinct(StringComparer.Ordinal).Where(n => !ids.ContainsKey(n)).ToList())
        {
            var role = new IdentityRole(name) { NormalizedName = Normalizer.NormalizeName(name) };
            db.Roles.Add(role);
            ids[name] = role.Id;
        }
        return ids;
    }
}
