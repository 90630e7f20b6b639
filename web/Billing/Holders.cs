using Makerspace.ReadModels;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Billing;

/// <summary>How many have a plan.</summary>
/// <param name="Members">Members whose membership names it.</param>
/// <param name="Payers">Of the accounts: those that pay for it now.</param>
public sealed record PlanHolders(int Members, int Payers)
{
    public static readonly PlanHolders None = new(0, 0);
}

/// <summary>Who has which plan, counted by the database.</summary>
internal sealed class Holders(MakerspaceDb db)
{
    public async Task<IReadOnlyDictionary<string, PlanHolders>> ByPlan(CancellationToken cancellation)
    {
        var members = await Members().ToDictionaryAsync(c => c.Key ?? "", c => (int)c.Amount, cancellation);
        var payers = await db.Accounts.Where(a => a.PlanId != null && (a.SubscriptionStatus == "active" || a.SubscriptionStatus == "trialing" || a.SubscriptionStatus == "past_due"))
            .GroupBy(a => a.PlanId!).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        return members.Keys.Union(payers.Keys).ToDictionary(p => p, p => new PlanHolders(members.GetValueOrDefault(p), payers.GetValueOrDefault(p)), StringComparer.Ordinal);
    }

    private IQueryable<RevenueSum> Members() => db.Database.IsNpgsql()
        ? db.Database.SqlQuery<RevenueSum>($"""SELECT data->'definition'->'membership'->>'planId' AS "Key", COUNT(*) AS "Amount" FROM members GROUP BY 1""")
        : db.Database.SqlQuery<RevenueSum>($"""SELECT json_extract(data, '$.definition.membership.planId') AS "Key", COUNT(*) AS "Amount" FROM members GROUP BY 1""");
}
