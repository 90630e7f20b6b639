using System.Security.Claims;
using Makerspace.Accounts;
using Microsoft.AspNetCore.Authorization;

namespace Makerspace.Web.Accounts;

/// <summary>Who asks.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="MemberId">The member it acts as; also the actor that the journal names.</param>
/// <param name="IsStaff">Staff or administrator.</param>
public sealed record Caller(string AccountId, string MemberId, bool IsStaff)
{
    /// <summary>The claim that holds the member's id.</summary>
    public const string MemberClaim = "member";

    /// <summary>The claim that holds what a token may do; a browser's cookie has none and may all that the account may.</summary>
    public const string ScopeClaim = "scope";

    /// <summary>The signed-in caller; authorisation has let nobody else through.</summary>
    public static Caller Of(ClaimsPrincipal user) => new(
        user.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("Nobody is signed in."),
        user.FindFirstValue(MemberClaim) ?? "",
        user.IsInRole(Roles.Staff) || user.IsInRole(Roles.Admin));

    /// <summary>Whether the caller may see what belongs to the member.</summary>
    public bool MaySee(string memberId) => IsStaff || memberId == MemberId;
}

/// <summary>What a route asks of its caller: a role, and of a token a scope.</summary>
internal static class Allow
{
    public const string Read = "read";
    public const string Book = "book";
    public const string StaffRead = "staff-read";
    public const string Staff = "staff";
    public const string Admin = "admin";

    /// <summary>A mentor's own pages; at the staff's address the staff.</summary>
    public const string Mentoring = "mentoring";

    /// <summary>A device, by its own secret: no account is behind it.</summary>
    public const string Device = "device";

    /// <summary>The account itself: its owner in a browser, or a token with all rights.</summary>
    public const string Self = "self";

    public static void Policies(AuthorizationOptions options)
    {
        options.AddPolicy(Read, p => p.RequireAuthenticatedUser().RequireAssertion(c => HasScope(c.User, "read")));
        options.AddPolicy(Book, p => p.RequireAuthenticatedUser().RequireAssertion(c => HasScope(c.User, "book")));
        options.AddPolicy(StaffRead, p => p.RequireRole(Roles.Staff, Roles.Admin).RequireAssertion(c => HasScope(c.User, "read")));
        options.AddPolicy(Staff, p => p.RequireRole(Roles.Staff, Roles.Admin).RequireAssertion(c => HasScope(c.User, "manage")));
        options.AddPolicy(Admin, p => p.RequireRole(Roles.Admin).RequireAssertion(c => HasScope(c.User, "manage")));
        options.AddPolicy(Mentoring, p => p.RequireAuthenticatedUser().AddRequirements(new MentorsWeek()));
        options.AddPolicy(Device, p => p.RequireClaim(Access.DeviceAuthentication.DeviceClaim));
        options.AddPolicy(Self, p => p.RequireAuthenticatedUser().RequireAssertion(c => HasScope(c.User, "*")));
    }

    private static bool HasScope(ClaimsPrincipal user, string scope) =>
        user.FindFirstValue(Caller.ScopeClaim) is not { } scopes || scopes == "*" || scopes.Split(' ').Contains(scope);
}
