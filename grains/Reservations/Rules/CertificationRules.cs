using Makerspace.Members;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using Makerspace.Trainings;
using NodaTime;

namespace Makerspace.Reservations.Rules;

/// <summary>Rules about what the member was trained for. One method a rule, named as in docs/rules.md.</summary>
internal static class CertificationRules
{
    /// <summary>Each certification that a tool asks for was held at some time.</summary>
    public static IEnumerable<Refusal> NotCertified(MemberState member, HoldRequest request) =>
        Required(request).Where(r => member.CertificationOf(r.Id) is null)
            .Select(r => new NotCertified(r.Id, Name(r.Id, request.Space)) { Setting = Source(r.Tool, request) });

    /// <summary>Each certification held is valid over the whole slot, and does not lapse by disuse before its end.</summary>
    public static IEnumerable<Refusal> CertificationExpired(MemberState member, HoldRequest request, Slot slot)
    {
        foreach (var (id, tool) in Required(request))
        {
            if (member.CertificationOf(id) is not { } held) continue;
            var lapses = Lapses(held, member, request.Space);
            var byDisuse = lapses is { } lapse && !(held.Until <= lapse);
            var until = byDisuse ? lapses : held.Until;
            if (held.From <= slot.Start && !(until < slot.End)) continue;
            yield return new CertificationExpired(id, Name(id, request.Space), held.From, until)
            {
                ByDisuse = byDisuse && until < slot.End,
                Setting = Source(tool, request),
            };
        }
    }

    /// <summary>When it lapses, unless a tool that asks for it is used before; null where it never does.</summary>
    private static Instant? Lapses(Certification held, MemberState member, SpaceFacts space) => space.Lapses.TryGetValue(held.Id, out var after)
        ? Lapsing.At(held, member.LastUsed.TryGetValue(held.Id, out var at) ? at : null, after)
        : null;

    // Each once, with the first tool of the bundle that asks for it.
    private static IEnumerable<(string Id, ToolTerms Tool)> Required(HoldRequest request) =>
        request.Tools.SelectMany(t => (t.Policy.RequiredCertifications ?? []).Select(id => (Id: id, Tool: t))).DistinctBy(r => r.Id);

    private static SettingSource Source(ToolTerms tool, HoldRequest request) =>
        tool.Levels(request.PlanId, request.Space).SourceOf("requiredCertifications", p => p.RequiredCertifications);

    private static string Name(string certificationId, SpaceFacts space) => space.Certifications.GetValueOrDefault(certificationId, certificationId);
}
