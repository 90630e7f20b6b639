using System.Collections.Immutable;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Mentors;
using Makerspace.Reservations.Rules;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>The decisions: every family of rules, all refusals, less those that staff override.</summary>
internal static class Deciding
{
    /// <summary>What the tool has against the request; of a room around the tool (<see cref="ClaimUse.Inside"/>), only what the room has.</summary>
    public static ImmutableArray<Refusal> Refusals(ToolState tool, ClaimRequest request, Instant now)
    {
        var levels = PolicyLevels.Of(request.ThingId, tool.Definition.AreaId, tool.Definition.Category, tool.Definition.Policy, request.PlanId, request.Space);
        var policy = OwnTime.Of(tool.Definition, request.MemberId, levels.Effective);
        if (request.ByMentor && tool.Definition.Mentor is not null) policy = policy with { Notice = null };
        return
        [
            .. Standing(SlotRules.Refusals(request, policy, levels, now), request.OverrideReason),
            .. Standing(ClaimRules.Refusals(tool, request, policy, levels, now), request.OverrideReason),
            .. request.Use == ClaimUse.Whole ? MentorRules.Refusals(tool, request) : [],
            .. ChangedMeanwhile(tool, request),
        ];
    }

    /// <summary>What the member's side has against the slot: of every tool of a bundle.</summary>
    public static ImmutableArray<Refusal> Refusals(MemberState member, HoldRequest request, Slot slot, Instant now) =>
    [
        .. Standing(MemberRules.Refusals(member, request, slot, now), request.OverrideReason),
        .. Standing(LimitRules.Refusals(member, request, slot, now), request.OverrideReason),
    ];

    /// <summary>What the company's side has against the slot: its standing, and its pooled limits.</summary>
    public static ImmutableArray<Refusal> Refusals(string companyId, CompanyState company, HoldRequest request, Slot slot, Instant now) =>
        [.. Standing(CompanyRules.Refusals(companyId, company, request, slot, now), request.OverrideReason)];

    /// <summary>What an area has against the slot: outages, its capacity, and that nobody may be alone there with a hazardous tool.</summary>
    public static ImmutableArray<Refusal> Refusals(string areaId, AreaState area, ClaimRequest request) =>
        [.. Standing(Rules.AreaRules.Refusals(areaId, area, request), request.OverrideReason)];

    /// <summary>The policy is still the one the request was made against: that of the first tool of a bundle.</summary>
    private static IEnumerable<Refusal> ChangedMeanwhile(ToolState tool, ClaimRequest request)
    {
        if (request.PolicyVersion is { } version && request.ThingId == request.ToolId && version != tool.Version) yield return new ChangedMeanwhile("policy");
    }

    private static IEnumerable<Refusal> Standing(IEnumerable<Refusal> refusals, string? overrideReason) =>
        overrideReason is null ? refusals : refusals.Where(r => !r.Overridable);
}
