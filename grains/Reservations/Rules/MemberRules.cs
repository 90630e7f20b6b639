using System.Collections.Immutable;
using Makerspace.Members;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations.Rules;

/// <summary>Rules about who asks: membership, plan, hours of access, standing. One method a rule, named as in docs/rules.md.</summary>
/// <remarks>Of a bundle each asks every tool, and says once what is so of several.</remarks>
internal static class MemberRules
{
    public static IEnumerable<Refusal> Refusals(MemberState member, HoldRequest request, Slot slot, Instant now)
    {
        if (!slot.IsBookable) return [];   // slot-invalid says it
        var membership = member.Definition.Membership;
        var plan = request.Space.Plans.GetValueOrDefault(membership.PlanId);
        return
        [
            .. MembershipInactive(membership, slot),
            .. PlanExcludesTool(membership.PlanId, plan, request),
            .. request.Tools.All(t => t.AnyHour) ? [] : PlanExcludesTime(membership.PlanId, plan, request, slot),
            .. request.Tools.All(t => t.AnyHour) ? [] : SpaceClosed(membership, plan, slot, request.Space),
            .. StaffRequired(request, slot),
            .. BuddyRequired(request, slot),
            .. WaiverMissing(member.Definition.Standing, request),
            .. Suspended(member.Definition.Standing, slot, companyId: null),
            .. SuspendedByStrikes(member, request, slot),
            .. BalanceDue(member.Definition.Standing, companyId: null),
            .. CertificationRules.NotCertified(member, request),
            .. CertificationRules.CertificationExpired(member, request, slot),
        ];
    }

    /// <summary>Membership and the days bought cover the whole slot, together: judged at the slot, not at the time of booking.</summary>
    public static IEnumerable<Refusal> MembershipInactive(Membership membership, Slot slot)
    {
        Slot? member = membership.Active ? new Slot(membership.From ?? Instant.MinValue, membership.Until ?? Instant.MaxValue).Intersect(slot) : null;
        if (member == slot) yield break;
        IEnumerable<Slot> passes = membership.Passes ?? [];
        var uncovered = Intervals.Subtract([slot], member is { } covered ? passes.Append(covered) : passes);
        if (!uncovered.IsEmpty) yield return new MembershipInactive(membership.From, membership.Until);
    }

    /// <summary>The plan covers the tool, by name or by category.</summary>
    public static IEnumerable<Refusal> PlanExcludesTool(string planId, Plan? plan, HoldRequest request)
    {
        if (plan is null or { Tools: null, Categories: null }) yield break;
        if (request.Tools.All(t => t.OfMentor || plan.Tools?.Contains(t.ToolId) == true || (t.Category is { } category && plan.Categories?.Contains(category) == true))) yield break;
        yield return new PlanExcludesTool(planId, plan.Name)
        {
            Setting = new SettingSource(plan.Tools is null ? "categories" : "tools", SettingLevel.Plan, planId),
        };
    }

    /// <summary>The plan covers every part of the slot.</summary>
    public static IEnumerable<Refusal> PlanExcludesTime(string planId, Plan? plan, HoldRequest request, Slot slot)
    {
        if (plan?.Hours is not { } hours) yield break;
        var covered = hours.SelectMany(h => OpenHours.Occurrences(h.Day, h.From, h.To, slot, request.Space.Zone));
        var excluded = Intervals.Subtract([slot], covered);
        if (!excluded.IsEmpty) yield return new PlanExcludesTime(planId, plan.Name, excluded) { Setting = new SettingSource("hours", SettingLevel.Plan, planId) };
    }

    /// <summary>Every part of the slot is inside opening hours and outside closures, unless membership or plan open the doors at all hours.</summary>
    public static IEnumerable<Refusal> SpaceClosed(Membership membership, Plan? plan, Slot slot, SpaceFacts space)
    {
        if (membership.AllHours || plan?.AllHours == true) yield break;
        var closed = Intervals.Subtract([slot], OpenHours.Within(slot, space));
        if (closed.IsEmpty) yield break;
        var closure = space.Closures.FirstOrDefault(c => c.Slot.Overlaps(slot))?.Name;
        yield return new SpaceClosed(closed, closure, OpenHours.NextOpening(closed[0].Start, space));
    }

    /// <summary>Where the tool asks for staff, they are there over the whole slot.</summary>
    public static IEnumerable<Refusal> StaffRequired(HoldRequest request, Slot slot)
    {
        if (request.Tools.FirstOrDefault(t => t.Policy.StaffRequired == true) is not { } tool) yield break;
        var unstaffed = Intervals.Subtract([slot], OpenHours.Staffed(slot, request.Space));
        if (unstaffed.IsEmpty) yield break;
        yield return new StaffRequired(unstaffed, OpenHours.NextStaffed(unstaffed[0].Start, request.Space))
        {
            Setting = tool.Levels(request.PlanId, request.Space).SourceOf("staffRequired", p => p.StaffRequired),
        };
    }

    /// <summary>A hazardous tool that stands in no area: nobody can be known to be near, so it is for staffed hours.</summary>
    public static IEnumerable<Refusal> BuddyRequired(HoldRequest request, Slot slot) =>
        request.Tools.Where(t => t.AreaId is null).Select(t => AreaRules.Need(t, request.Space, slot, request.PlanId)).OfType<BuddyNeed>()
            .Take(1).Select(need => new BuddyRequired(need.Unstaffed, null) { Setting = need.Setting });

    /// <summary>Where the tool asks for the waiver, it is signed.</summary>
    public static IEnumerable<Refusal> WaiverMissing(Standing standing, HoldRequest request)
    {
        if (standing.WaiverSigned is not null || request.Tools.FirstOrDefault(t => t.Policy.WaiverRequired == true) is not { } tool) yield break;
        yield return new WaiverMissing { Setting = tool.Levels(request.PlanId, request.Space).SourceOf("waiverRequired", p => p.WaiverRequired) };
    }

    /// <summary>The slot starts in no suspension.</summary>
    public static IEnumerable<Refusal> Suspended(Standing standing, Slot slot, string? companyId)
    {
        if (standing.Suspension is { } suspension && (suspension.Until is not { } until || slot.Start < until))
            yield return new Suspended(suspension.Reason, suspension.Until, Strikes: null, companyId);
    }

    /// <summary>At the slot's start fewer strikes count than the policy bears. The same code as <see cref="Suspended"/>.</summary>
    public static IEnumerable<Refusal> SuspendedByStrikes(MemberState member, HoldRequest request, Slot slot)
    {
        if (member.Strikes.IsEmpty || request.Tools.Where(t => t.Policy.MaxStrikes > 0).MinBy(t => t.Policy.MaxStrikes) is not { } tool) yield break;
        var limit = tool.Policy.MaxStrikes!.Value;
        var standing = member.Strikes.Where(s => s.Until > slot.Start).Select(s => s.Until).OrderDescending().ToList();
        if (standing.Count < limit) yield break;
        yield return new Suspended(Reason: null, standing[limit - 1], standing.Count, CompanyId: null)
        {
            Setting = tool.Levels(request.PlanId, request.Space).SourceOf("maxStrikes", p => p.MaxStrikes),
        };
    }

    /// <summary>Nothing is owed and overdue.</summary>
    public static IEnumerable<Refusal> BalanceDue(Standing standing, string? companyId)
    {
        if (standing.BalanceDue is { Amount: > 0 } due) yield return new BalanceDue(due, companyId);
    }
}
