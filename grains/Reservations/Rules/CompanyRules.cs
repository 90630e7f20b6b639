using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations.Rules;

/// <summary>Rules about the company that pays: its standing and its pooled limits. Named as in docs/rules.md.</summary>
internal static class CompanyRules
{
    public static IEnumerable<Refusal> Refusals(string companyId, CompanyState company, HoldRequest request, Slot slot, Instant now)
    {
        if (!slot.IsBookable) return [];   // slot-invalid says it
        return
        [
            .. MemberRules.Suspended(company.Definition.Standing, slot, companyId),
            .. MemberRules.BalanceDue(company.Definition.Standing, companyId),
            .. PooledLimits(companyId, company, request, slot, now),
        ];
    }

    /// <summary>The limits of <see cref="LimitRules"/> over all tools and all members of the company.</summary>
    public static IEnumerable<Refusal> PooledLimits(string companyId, CompanyState company, HoldRequest request, Slot slot, Instant now)
    {
        // A colleague who takes over, or switches on, adds nothing to the pool.
        if (request.Occasion is Occasion.Use or Occasion.HandOver || company.Definition.Limits == Limits.None) return [];
        var pooled = new Counting(
            company.Definition.Limits, Booked.Of(company.Holds, request, _ => true),
            (name, _) => new SettingSource(name, SettingLevel.Company, companyId, LimitScope.Company));
        return LimitRules.Limits(pooled, slot, request.Space.Zone, now);
    }
}
