using Makerspace.Members;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations.Rules;

/// <summary>Rules about who asks: membership, hours of access, certifications. One method a rule, named as in docs/rules.md.</summary>
/// <remarks>To come with issues 3 and 4, each as a method here: <c>plan-excludes-…</c>, <c>waiver-missing</c>, <c>suspended</c>, <c>balance-due</c>, <c>staff-required</c>.</remarks>
internal static class MemberRules
{
    public static IEnumerable<Refusal> Refusals(MemberState member, HoldRequest request, Slot slot, Instant now)
    {
        if (!slot.IsBookable) return [];   // slot-invalid says it
        return
        [
            .. MembershipInactive(member.Definition.Membership, slot),
            .. SpaceClosed(member.Definition.Membership, slot, request.Space),
            .. NotCertified(member, request.Tool.Policy, request.Space),
            .. CertificationExpired(member, request.Tool.Policy, slot, request.Space),
        ];
    }

    /// <summary>The membership covers the whole slot: judged at the slot, not at the time of booking.</summary>
    public static IEnumerable<Refusal> MembershipInactive(Membership membership, Slot slot)
    {
        var covers = membership.Active && (membership.From is not { } from || from <= slot.Start) && (membership.Until is not { } until || slot.End <= until);
        if (!covers) yield return new MembershipInactive(membership.From, membership.Until);
    }

    /// <summary>Every part of the slot is inside opening hours and outside closures, unless the membership opens the doors at all hours.</summary>
    public static IEnumerable<Refusal> SpaceClosed(Membership membership, Slot slot, SpaceFacts space)
    {
        if (membership.AllHours) yield break;
        var closed = Intervals.Subtract([slot], OpenHours.Within(slot, space));
        if (closed.IsEmpty) yield break;
        var closure = space.Closures.FirstOrDefault(c => c.Slot.Overlaps(slot))?.Name;
        yield return new SpaceClosed(closed, closure, OpenHours.NextOpening(closed[0].Start, space));
    }

    /// <summary>Each certification the tool asks for was held at some time.</summary>
    public static IEnumerable<Refusal> NotCertified(MemberState member, Policy policy, SpaceFacts space) =>
        Required(policy).Where(id => member.CertificationOf(id) is null).Select(id => new NotCertified(id, Name(id, space)));

    /// <summary>Each certification held is valid over the whole slot.</summary>
    public static IEnumerable<Refusal> CertificationExpired(MemberState member, Policy policy, Slot slot, SpaceFacts space) =>
        Required(policy).Select(member.CertificationOf).OfType<Certification>()
            .Where(c => c.From > slot.Start || (c.Until is { } until && until < slot.End))
            .Select(c => new CertificationExpired(c.Id, Name(c.Id, space), c.From, c.Until));

    private static IEnumerable<string> Required(Policy policy) => policy.RequiredCertifications ?? [];

    private static string Name(string certificationId, SpaceFacts space) => space.Certifications.GetValueOrDefault(certificationId, certificationId);
}
