using System.Security.Claims;
using Makerspace.Accounts;
using Makerspace.Members;
using Makerspace.ReadModels;
using Makerspace.Web.Accounts;
using Makerspace.Web.Policies;
using Makerspace.Web.Spaces;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Trainings;

/// <summary>Who may train others for what: staff for everything, a tool's trainers for the certifications it asks for.</summary>
public sealed class TrainerRights(MakerspaceDb db, Occupancy occupancy, IGrainFactory grains, DutyDesk duties)
{
    /// <summary>The certifications that the member trains for, by the tools whose trainer they are.</summary>
    public async Task<IReadOnlySet<string>> Of(string memberId, CancellationToken cancellation)
    {
        var space = await grains.Space();
        return (await occupancy.Current(cancellation)).Tools.Values.Where(t => t.Definition.Trainers.Contains(memberId))
            .SelectMany(t => t.Effective(space).RequiredCertifications ?? []).ToHashSet(StringComparer.Ordinal);
    }

    public async Task<bool> May(ClaimsPrincipal user, string certificationId, CancellationToken cancellation)
    {
        var caller = Caller.Of(user);
        return (caller.IsStaff && await Reaches(user, certificationId, cancellation)) || (await Of(caller.MemberId, cancellation)).Contains(certificationId);
    }

    // Duties narrow staff to the areas of the tools that ask for the certification.
    private async Task<bool> Reaches(ClaimsPrincipal user, string certificationId, CancellationToken cancellation)
    {
        var space = await grains.Space();
        var areas = (await occupancy.Current(cancellation)).Tools.Values.Where(t => t.Effective(space).RequiredCertifications?.Contains(certificationId) == true).Select(t => t.Definition.AreaId).Distinct().ToList();
        if (areas.Count == 0) return await duties.Refusal(user, DutyKind.Trainer, null) is null;
        foreach (var area in areas)
            if (await duties.Refusal(user, DutyKind.Trainer, area) is null) return true;
        return false;
    }

    /// <summary>Whether the caller trains for anything at all.</summary>
    public async Task<bool> Any(ClaimsPrincipal user, CancellationToken cancellation)
    {
        var caller = Caller.Of(user);
        return (caller.IsStaff && await duties.Refusal(user, DutyKind.Trainer, null) is null) || (await Of(caller.MemberId, cancellation)).Count > 0;
    }

    /// <summary>Member ids of those who may look on while somebody works towards the certification: its tools' trainers, and the staff.</summary>
    public async Task<IReadOnlySet<string>> For(string certificationId, CancellationToken cancellation)
    {
        var space = await grains.Space();
        var trainers = (await occupancy.Current(cancellation)).Tools.Values
            .Where(t => t.Definition.Trainers.Length > 0 && t.Effective(space).RequiredCertifications?.Contains(certificationId) == true).SelectMany(t => t.Definition.Trainers);
        var staff = await (from user in db.Users
                           join has in db.UserRoles on user.Id equals has.UserId
                           join role in db.Roles on has.RoleId equals role.Id
                           where role.Name == Roles.Staff || role.Name == Roles.Admin
                           select user.MemberId).ToListAsync(cancellation);
        return trainers.Concat(staff).ToHashSet(StringComparer.Ordinal);
    }
}
