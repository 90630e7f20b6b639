using Makerspace.Accounts;
using Makerspace.Tools;
using Microsoft.AspNetCore.Authorization;

namespace Makerspace.Web.Accounts;

/// <summary>
/// Who opens a mentor's own pages: mentors by their role, and whom the staff have given hours a moment ago (the role reaches a signed-in browser within a minute). At the staff's address, the
/// staff alone.
/// </summary>
internal sealed class MentorsWeek : IAuthorizationRequirement
{
    public sealed class Handler(IGrainFactory grains) : AuthorizationHandler<MentorsWeek>
    {
        protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, MentorsWeek requirement)
        {
            if (context.User.Identity?.IsAuthenticated != true) return;
            var caller = Caller.Of(context.User);
            var atWork = context.Resource is HttpContext http && http.Request.Path.StartsWithSegments("/staff", StringComparison.Ordinal);
            if (caller.IsStaff || (!atWork && (context.User.IsInRole(Roles.Mentor) || await Offers(caller.MemberId)))) context.Succeed(requirement);
        }

        private async Task<bool> Offers(string memberId) => await grains.GetGrain<IToolGrain>(Keys.Tool(Keys.MentorTime(memberId))).View() is { Definition.Mentor: not null };
    }
}
