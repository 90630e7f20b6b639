using System.Security.Claims;
using Makerspace.Members;
using Makerspace.Tools;
using Makerspace.Web.Accounts;

namespace Makerspace.Web.Tools;

/// <summary>
/// What a change of a tool asks of the staff: whoever trains on it is a trainer's say, its rules are for staff without limits, and the rest is a technician's, there
/// where it stands and there where it shall stand.
/// </summary>
public sealed class ToolDuties(DutyDesk duties)
{
    /// <summary>Why the caller may not make that of it; null where they may.</summary>
    /// <param name="user">Who asks.</param>
    /// <param name="known">The tool as it is; null: it is to be made.</param>
    /// <param name="wanted">As it shall be.</param>
    public async Task<DutyRefusal?> Refusal(ClaimsPrincipal user, ToolDefinition? known, ToolDefinition wanted)
    {
        foreach (var (duty, place) in Asked(known, wanted))
            if (await duties.Refusal(user, duty, place) is { } refusal) return refusal;
        return null;
    }

    internal static IEnumerable<(DutyKind? Duty, WorkPlace Place)> Asked(ToolDefinition? known, ToolDefinition wanted)
    {
        var place = known is null ? WorkPlace.In(wanted.AreaId) : WorkPlace.In(known.AreaId, wanted.AreaId);
        var before = known ?? new ToolDefinition();
        var trainers = !before.Trainers.ToHashSet(StringComparer.Ordinal).SetEquals(wanted.Trainers);
        var rules = !StoredJson.Same(before.Policy, wanted.Policy);
        if (trainers) yield return (DutyKind.Trainer, place);
        if (rules) yield return (null, place);
        if (known is null || !StoredJson.Same(before with { Trainers = wanted.Trainers, Policy = wanted.Policy }, wanted) || !(trainers || rules)) yield return (DutyKind.Technician, place);
    }
}
