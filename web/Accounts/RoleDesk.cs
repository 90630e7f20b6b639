using System.Security.Claims;
using Makerspace.Accounts;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Accounts;

/// <summary>
/// What somebody may do in the whole: everybody is a member; some are mentors, of the staff, or administrators. It is the account's, and takes effect in browsers that are signed in
/// within a minute, for tokens at once. The journal has who gave it.
/// </summary>
public sealed class RoleDesk(UserManager<Account> users, RoleManager<IdentityRole> roles, MakerspaceDb db, IGrainFactory grains, TokenDesk tokens)
{
    /// <summary>Each includes what those before it may, but for a mentor's own hours.</summary>
    public static readonly IReadOnlyList<string> All = [Roles.Member, Roles.Mentor, Roles.Staff, Roles.Admin];

    /// <summary>The role of the account that acts as this member; null where there is no account.</summary>
    public async Task<string?> Of(string memberId) => await Account(memberId) is { } account ? Highest(await users.GetRolesAsync(account)) : null;

    /// <summary>Gives somebody a role in place of the one they have. Nobody changes their own, so that an administrator is left.</summary>
    public async Task<ProblemHttpResult?> Give(ClaimsPrincipal user, string memberId, string role)
    {
        if (await Account(memberId) is not { } account) return Problem.Unknown("account");
        var actor = Caller.Of(user).MemberId;
        if (actor == memberId) return Problem.Of(StatusCodes.Status409Conflict, "own-role", "Nobody changes their own role: another administrator does.");
        var (has, wanted) = (await users.GetRolesAsync(account), new[] { Roles.Member, role }.Distinct().ToList());
        if (has.Order(StringComparer.Ordinal).SequenceEqual(wanted.Order(StringComparer.Ordinal))) return null;
        foreach (var one in wanted.Except(has)) await Add(account, one);
        await users.RemoveFromRolesAsync(account, has.Except(wanted));
        tokens.Forget();
        await grains.GetGrain<IMemberGrain>(Keys.Member(memberId)).RoleGiven(role, actor);
        return null;
    }

    /// <summary>Whoever offers hours as a mentor may change them: an account that is a member's only becomes a mentor's.</summary>
    public async Task BecomesMentor(string memberId, string actor)
    {
        if (await Account(memberId) is not { } account || Highest(await users.GetRolesAsync(account)) != Roles.Member) return;
        await Add(account, Roles.Mentor);
        tokens.Forget();
        await grains.GetGrain<IMemberGrain>(Keys.Member(memberId)).RoleGiven(Roles.Mentor, actor);
    }

    private async Task Add(Account account, string role)
    {
        if (!await roles.RoleExistsAsync(role)) await roles.CreateAsync(new IdentityRole(role));
        await users.AddToRoleAsync(account, role);
    }

    private Task<Account?> Account(string memberId) => db.Users.FirstOrDefaultAsync(u => u.MemberId == memberId);

    private static string Highest(IList<string> has) => All.LastOrDefault(has.Contains) ?? Roles.Member;
}
