using Makerspace.Members;
using NodaTime;

namespace Makerspace.Import.Nemo;

/// <summary>Who may use which tool: every tool of NEMO asks for a qualification of its own.</summary>
internal static class NemoQualifications
{
    public static void Plan(NemoContext context)
    {
        var granted = new HashSet<(string, string)>();
        foreach (var record in context.Each("nemo.qualification")) PlanOne(context, record, granted);
    }

    private static void PlanOne(NemoContext context, NemoRecord record, HashSet<(string, string)> granted)
    {
        var (user, tool, date) = (record.Reference("user"), record.Reference("tool"), record.Date("qualified_on"));
        if (context.MemberOf(user) is not { } memberId) context.Skip(record, $"the user it names, {user?.Key ?? "none"}, is not in the dump");
        else if (context.ToolOf(tool) is not { } planned) context.Skip(record, $"the tool it names, {tool?.Key ?? "none"}, is not in the dump");
        else if (!granted.Add((memberId, planned.CertificationId))) context.Skip(record, $"{memberId} has {planned.CertificationId} from an earlier record");
        else Grant(context, record, memberId, planned.CertificationId, date);
    }

    private static void Grant(NemoContext context, NemoRecord record, string memberId, string certificationId, LocalDate? date)
    {
        var member = context.Here.Members.FirstOrDefault(m => m.Id == memberId);
        if (member?.Revocations.FirstOrDefault(r => r.CertificationId == certificationId) is { } taken)
        {
            context.Skip(record, $"{certificationId} was taken away from {memberId} here on {context.Here.DayOf(taken.At)}; staff may grant it again");
            return;
        }
        var current = member?.Certifications.FirstOrDefault(c => c.Id == certificationId);
        var from = date is { } day ? context.Here.StartOf(day) : NodaConstants.UnixEpoch;
        var notes = NemoContext.NotTaken(record);
        if (date is null) notes = notes.Append("it has no date: taken as held always");
        // An expiry set here stays: NEMO's qualifications have none.
        var planned = current is null ? new Certification(certificationId, from, null, "nemo") : current with { From = from };
        var (outcome, changes) = Differences.Verdict(current, planned);
        context.Add(record, outcome, NemoPlaces.Detail($"{memberId} may use: {certificationId}", changes), notes, new CertifyMember(memberId, planned, current));
    }
}
