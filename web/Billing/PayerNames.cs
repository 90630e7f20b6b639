using Makerspace.ReadModels;
using Microsoft.EntityFrameworkCore;

namespace Makerspace.Web.Billing;

/// <summary>Whose an account is, also where its book was never told: a booking that costs money begins one without a name.</summary>
internal sealed class PayerNames(MakerspaceDb db)
{
    /// <summary>Names by account id; one that is not here belongs to nobody any more.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Of(IEnumerable<string> accountIds, CancellationToken cancellation)
    {
        var ids = accountIds.ToHashSet(StringComparer.Ordinal);
        var (members, companies) = (Ids(ids, AccountAccess.OfMember("")), Ids(ids, AccountAccess.OfCompany("")));
        var names = await db.Members.Where(m => members.Contains(m.Id)).Select(m => new { m.Id, m.Name }).ToDictionaryAsync(m => AccountAccess.OfMember(m.Id), m => m.Name, StringComparer.Ordinal, cancellation);
        foreach (var company in await db.Companies.Where(c => companies.Contains(c.Id)).Select(c => new { c.Id, c.Name }).ToListAsync(cancellation)) names[AccountAccess.OfCompany(company.Id)] = company.Name;
        return names;
    }

    /// <summary>Everybody's, for a list that is read line by line.</summary>
    public async Task<IReadOnlyDictionary<string, string>> All(CancellationToken cancellation)
    {
        var names = await db.Members.Select(m => new { m.Id, m.Name }).ToDictionaryAsync(m => AccountAccess.OfMember(m.Id), m => m.Name, StringComparer.Ordinal, cancellation);
        foreach (var company in await db.Companies.Select(c => new { c.Id, c.Name }).ToListAsync(cancellation)) names[AccountAccess.OfCompany(company.Id)] = company.Name;
        return names;
    }

    private static List<string> Ids(IEnumerable<string> accounts, string prefix) => [.. accounts.Where(a => a.StartsWith(prefix, StringComparison.Ordinal)).Select(a => a[prefix.Length..])];
}
