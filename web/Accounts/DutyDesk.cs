using System.Collections.Immutable;
using System.Security.Claims;
using Makerspace.Accounts;
using Makerspace.Members;
using Makerspace.Web.Spaces;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Makerspace.Web.Accounts;

/// <summary>Where a piece of work is. The default: wherever the duty is held, as for people, who are in no area.</summary>
public readonly record struct WorkPlace
{
    private readonly ImmutableArray<string?> areas;

    private WorkPlace(ImmutableArray<string?> areas) => this.areas = areas;

    /// <summary>Each of these has to be reached; null among them is what lies in no area, and is reached from a duty everywhere alone.</summary>
    public ImmutableArray<string?> Areas => areas.IsDefault ? [] : areas;

    public static readonly WorkPlace Wherever;

    /// <summary>The space itself, or what lies in no area.</summary>
    public static readonly WorkPlace Everywhere = In([null]);

    /// <summary>In each of these areas; in none of them: what lies in no area.</summary>
    public static WorkPlace In(params IEnumerable<string?> areas) => new([.. areas.DefaultIfEmpty(null).Distinct()]);

    /// <summary>Here, and there too.</summary>
    public WorkPlace And(WorkPlace other) => new([.. Areas.Union(other.Areas)]);
}

/// <summary>Why somebody's duties do not reach.</summary>
/// <param name="Needed">The duty that would; null: none, only whoever has no limits may.</param>
/// <param name="AreaId">Where it would have to be; null: anywhere, or where <paramref name="Everywhere"/>, everywhere.</param>
/// <param name="Everywhere">It concerns the whole space, or lies in no area.</param>
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

    /// <summary>The page that says the same to people.</summary>
    public string Page => $"/not-allowed?duty={Needed}&area={AreaId}";
}

/// <summary>The one check of duties by area. Members' own rights, and the roles, are asked before it; administrators are never narrowed.</summary>
public sealed class DutyDesk(IGrainFactory grains)
{
    /// <summary>Why the caller's duties do not reach; null where they do, and for whoever is not of the staff: what those may is another question.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="needed">What the work asks for; null: what no duty covers.</param>
    /// <param name="place">Where the work is.</param>
    public async Task<DutyRefusal?> Refusal(ClaimsPrincipal user, DutyKind? needed, WorkPlace place) =>
        user.IsInRole(Roles.Admin) || !user.IsInRole(Roles.Staff) ? null : await Refusal(Caller.Of(user).MemberId, needed, place);

    /// <summary>The same of somebody of the staff who is not an administrator, by their member's id.</summary>
    public async Task<DutyRefusal?> Refusal(string memberId, DutyKind? needed, WorkPlace place)
    {
        var held = await Of(memberId);
        if (held.IsDefaultOrEmpty) return null;
        if (place.Areas.IsEmpty) return held.Reach(needed, null) ? null : new DutyRefusal(needed, null, false);
        var space = await grains.Space();
        foreach (var area in place.Areas)
            if (!held.Reach(needed, [.. space.AreaChain(area)])) return new DutyRefusal(needed, area, area is null);
        return null;
    }

    /// <summary>The duties of a member; none for who is not one.</summary>
    public async Task<ImmutableArray<Duty>> Of(string memberId) =>
        memberId.Length == 0 ? [] : (await grains.GetGrain<IMemberGrain>(Keys.Member(memberId)).View())?.Definition.Duties ?? [];
}
