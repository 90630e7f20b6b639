using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Accounts;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Reservations;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Accounts;

/// <summary>Why somebody's duties do not reach.</summary>
/// <param name="Needed">The duty that would; null: none, only whoever has no limits may.</param>
/// <param name="AreaId">Where it would have to be; null: anywhere, or where <paramref name="Everywhere"/>, everywhere.</param>
/// <param name="Everywhere">It concerns the whole space.</param>
public sealed record DutyRefusal(DutyKind? Needed, string? AreaId, bool Everywhere)
{
    public string Code => (Needed, AreaId, Everywhere) switch { (null, _, _) => "duty-missing", (_, null, false) => "duty-missing", _ => "duty-elsewhere" };

    /// <summary>In English, for programs; pages say it in the reader's language.</summary>
    public string Words => (Needed, AreaId, Everywhere) switch
    {
        (null, _, _) => "Your duties do not include this: it is for staff without limits.",
        ({ } needed, null, false) => $"This asks for the duty {needed.ToString().ToLowerInvariant()}, which you do not have.",
        ({ } needed, null, true) => $"This concerns the whole space: it asks for the duty {needed.ToString().ToLowerInvariant()} everywhere.",
        ({ } needed, { } area, _) => $"This asks for the duty {needed.ToString().ToLowerInvariant()} in the area {area}, which you do not have.",
    };

    public ProblemHttpResult Problem => Http.Problem.Of(StatusCodes.Status403Forbidden, Code, Words, ("duty", Needed?.ToString()), ("areaId", AreaId));
}

/// <summary>The one check of duties by area. Members' own rights, and the roles, are asked before it; administrators are never narrowed.</summary>
public sealed class DutyDesk(IGrainFactory grains, MakerspaceDb db)
{
    /// <summary>Why the caller's duties do not reach; null where they do.</summary>
    /// <param name="user">Who asks: somebody of the staff.</param>
    /// <param name="needed">What the work asks for; null: what no duty covers.</param>
    /// <param name="areaId">Where the work is; null: in no area in particular.</param>
    /// <param name="everywhere">It concerns the whole space, so a duty in one area does not do.</param>
    public async Task<DutyRefusal?> Refusal(ClaimsPrincipal user, DutyKind? needed, string? areaId, bool everywhere = false)
    {
        if (user.IsInRole(Roles.Admin) || !user.IsInRole(Roles.Staff)) return null;
        var held = await Of(Caller.Of(user).MemberId);
        if (held.IsDefaultOrEmpty) return null;
        IReadOnlyCollection<string>? areas = everywhere ? [] : areaId is null ? null : [.. (await grains.Space()).AreaChain(areaId)];
        return held.Reach(needed, areas) ? null : new DutyRefusal(needed, areaId, everywhere);
    }

    /// <summary>The duties of a member; none for who is not one.</summary>
    public async Task<ImmutableArray<Duty>> Of(string memberId) =>
        memberId.Length == 0 ? [] : (await grains.GetGrain<IMemberGrain>(Keys.Member(memberId)).View())?.Definition.Duties ?? [];

    internal async Task<string?> AreaOfTool(string? toolId, CancellationToken cancellation) =>
        toolId is null ? null : await db.Tools.AsNoTracking().Where(t => t.Id == toolId).Select(t => t.AreaId).FirstOrDefaultAsync(cancellation);

    internal async Task<string?> AreaOfBooking(string? bookingId, CancellationToken cancellation) =>
        Guid.TryParse(bookingId, out var id) && await grains.GetGrain<IBookingGrain>(Keys.Booking(id)).View() is { } booking ? await AreaOfTool(booking.ToolId, cancellation) : null;
}
