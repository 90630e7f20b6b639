using System.Collections.Immutable;
using Makerspace.Members;
using Makerspace.Reservations.Rules;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>The decisions: every family of rules, all refusals, less those that staff override.</summary>
internal static class Deciding
{
    /// <summary>What the tool has against the request.</summary>
    public static ImmutableArray<Refusal> Refusals(ToolState tool, ClaimRequest request, Instant now)
    {
        var policy = tool.Definition.Policy.Over(request.Space.Defaults);
        return
        [
            .. Standing(SlotRules.Refusals(request.Slot, policy, request.Space, now), request.OverrideReason),
            .. Standing(ClaimRules.Refusals(tool, request, policy, now), request.OverrideReason),
            .. ChangedMeanwhile(tool, request),
        ];
    }

    /// <summary>What the member's side has against the slot.</summary>
    public static ImmutableArray<Refusal> Refusals(MemberState member, HoldRequest request, Slot slot, Instant now) =>
    [
        .. Standing(MemberRules.Refusals(member, request, slot), request.OverrideReason),
        .. Standing(LimitRules.Refusals(member, request, slot, now), request.OverrideReason),
    ];

    /// <summary>The policy is still the one the request was made against.</summary>
    private static IEnumerable<Refusal> ChangedMeanwhile(ToolState tool, ClaimRequest request)
    {
        if (request.PolicyVersion is { } version && version != tool.Version) yield return new ChangedMeanwhile("policy");
    }

    private static IEnumerable<Refusal> Standing(IEnumerable<Refusal> refusals, string? overrideReason) =>
        overrideReason is null ? refusals : refusals.Where(r => !r.Overridable);
}
