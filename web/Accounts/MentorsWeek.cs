using System.Security.Claims;
using Makerspace.Accounts;
using Makerspace.Tools;
using Microsoft.AspNetCore.Authorization;

namespace Makerspace.Web.Accounts;

/// <summary>Who is a mentor, wherever that is asked.</summary>
internal static class WhoMentors
{
    /// <summary>By their role, or because staff have given them hours: the role reaches a signed-in browser within a minute, and may have been taken since.</summary>
    public static async Task<bool> IsMentor(this IGrainFactory grains, ClaimsPrincipal user) => user.IsInRole(Roles.Mentor) || await grains.IsMentor(Caller.Of(user).MemberId);

    /// <summary>Whether somebody offers hours.</summary>
    public static async Task<bool> IsMentor(this IGrainFactory grains, string memberId) => await grains.GetGrain<IToolGrain>(Keys.Tool(Keys.MentorTime(memberId))).View() is { Definition.Mentor: not null };
}

/// <summary>Who opens a mentor's own pages: mentors, and the staff. At the staff's address, the staff alone.</summary>
internal sealed class MentorsWeek : IAuthorizationRequirement
{
    public sealed class Handler(IGrainFactory grains) : AuthorizationHandler<MentorsWeek>
    {
        protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, MentorsWeek requirement)
        {
            if (context.User.Identity?.IsAuthenticated != true) return;
            var caller = Caller.Of(context.User);
            // An address leads to its page however it is written.
            var atWork = context.Resource is HttpContext http && http.Request.Path.StartsWithSegments("/staff", StringComparison.OrdinalIgnoreCase);
            if (caller.IsStaff || (!atWork && await grains.IsMentor(context.User))) context.Succeed(requirement);
        }
    }
}
