using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Reservations.Rules;

/// <summary>Rules about the company that pays: its standing and its pooled limits. One method a rule, named as in docs/rules.md.</summary>
internal static class CompanyRules
{
    public static IEnumerable<Refusal> Refusals(string companyId, CompanyState company, HoldRequest request, Slot slot, Instant now) => [];
}
