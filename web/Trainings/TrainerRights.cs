using System.Security.Claims;
using Makerspace.Accounts;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Tools;
using Makerspace.Web.Accounts;
using Makerspace.Web.Policies;
using Makerspace.Web.Spaces;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Trainings;

/// <summary>Who may train others for what: staff for everything, a tool's trainers for the certifications it asks for.</summary>
public sealed class TrainerRights(MakerspaceDb db, Occupancy occupancy, IReadModels readModels, IGrainFactory grains, DutyDesk duties)
{
    // Whoever has just been made a trainer is one: what was answered before is waited for.
    private async Task<IEnumerable<ToolView>> Tools(CancellationToken cancellation)
    {
        await readModels.CaughtUp(cancellation);
        return (await occupancy.Current(cancellation)).Tools.Values;
    }

    /// <summary>The certifications that the member trains for, by the tools whose trainer they are.</summary>
    public async Task<IReadOnlySet<string>> Of(string memberId, CancellationToken cancellation)
    {
        var space = await grains.Space();
        return (await Tools(cancellation)).Where(t => t.Definition.Trainers.Contains(memberId))
            .SelectMany(t => t.Effective(space).RequiredCertifications ?? []).ToHashSet(StringComparer.Ordinal);
    }

    public async Task<bool> May(ClaimsPrincipal user, string certificationId, CancellationToken cancellation)
    {
        var caller = Caller.Of(user);
        return (caller.IsStaff && await Refusal(user, certificationId, cancellation) is null) || (await Of(caller.MemberId, cancellation)).Contains(certificationId);
    }

    /// <summary>Whether the caller trains for the certification and, what is more, in all of these areas: staff by their duties, others by the tools whose trainer they are.</summary>
    public async Task<bool> May(ClaimsPrincipal user, string certificationId, WorkPlace place, CancellationToken cancellation)
    {
        if (Caller.Of(user).IsStaff && await Refusal(user, certificationId, cancellation) is null && (place.Areas.IsEmpty || await duties.Refusal(user, DutyKind.Trainer, place) is null)) return true;
        var space = await grains.Space();
        var own = (await Tools(cancellation))
            .Where(t => t.Definition.Trainers.Contains(Caller.Of(user).MemberId) && t.Effective(space).RequiredCertifications?.Contains(certificationId) == true).Select(t => t.Definition.AreaId).ToList();
        return own.Count > 0 && place.Areas.All(area => area is null ? own.Contains(null) : own.Any(o => space.AreaChain(area).Contains(o) || space.AreaChain(o).Contains(area)));
    }

    /// <summary>Why somebody of the staff may not certify for it: duties narrow them to the areas of the tools that ask for the certification; one of these is enough.</summary>
    public async Task<DutyRefusal?> Refusal(ClaimsPrincipal user, string certificationId, CancellationToken cancellation) =>
        user.IsInRole(Roles.Admin) || !user.IsInRole(Roles.Staff) ? null : await Refusal(Caller.Of(user).MemberId, certificationId, cancellation);

    private async Task<DutyRefusal?> Refusal(string memberId, string certificationId, CancellationToken cancellation)
    {
        var space = await grains.Space();
        var areas = (await Tools(cancellation)).Where(t => t.Effective(space).RequiredCertifications?.Contains(certificationId) == true).Select(t => t.Definition.AreaId).Distinct().ToList();
        if (areas.Count == 0) return await duties.Refusal(memberId, DutyKind.Trainer, WorkPlace.Wherever);
        DutyRefusal? first = null;
        foreach (var area in areas)
        {
            if (await duties.Refusal(memberId, DutyKind.Trainer, WorkPlace.In(area)) is not { } refusal) return null;
            first ??= refusal;
        }
        return first;
    }

    /// <summary>Whether the caller trains for anything at all.</summary>
    public async Task<bool> Any(ClaimsPrincipal user, CancellationToken cancellation)
    {
        var caller = Caller.Of(user);
        return (caller.IsStaff && await duties.Refusal(user, DutyKind.Trainer, WorkPlace.Wherever) is null) || (await Of(caller.MemberId, cancellation)).Count > 0;
    }

    /// <summary>Member ids of those who may look on while somebody works towards the certification: its tools' trainers, and the staff whose duties reach it.</summary>
    public async Task<IReadOnlySet<string>> For(string certificationId, CancellationToken cancellation)
    {
        var space = await grains.Space();
        var trainers = (await Tools(cancellation))
            .Where(t => t.Definition.Trainers.Length > 0 && t.Effective(space).RequiredCertifications?.Contains(certificationId) == true).SelectMany(t => t.Definition.Trainers);
        var staff = await (from user in db.Users
                           join has in db.UserRoles on user.Id equals has.UserId
                           join role in db.Roles on has.RoleId equals role.Id
                           where role.Name == Roles.Staff || role.Name == Roles.Admin
                           select new { user.MemberId, IsAdmin = role.Name == Roles.Admin }).ToListAsync(cancellation);
        var all = trainers.ToHashSet(StringComparer.Ordinal);
        foreach (var one in staff.OrderByDescending(s => s.IsAdmin))
            if (!all.Contains(one.MemberId) && (one.IsAdmin || await Refusal(one.MemberId, certificationId, cancellation) is null)) all.Add(one.MemberId);
        return all;
    }
}
