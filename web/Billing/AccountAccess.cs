using System.Security.Claims;
using Makerspace.Companies;
using Makerspace.Jobs;
using Makerspace.Members;
using Makerspace.Web.Accounts;
using Makerspace.Web.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Makerspace.Web.Billing;

/// <summary>An account that the caller may see, and what else they may do with it.</summary>
/// <param name="AccountId"><c>member-…</c> or <c>company-…</c>.</param>
/// <param name="MemberId">Of a member's account: whose; else null.</param>
/// <param name="Company">Of a company's account: the company; else null.</param>
/// <param name="MayPay">Buys, pays, saves cards, objects to charges.</param>
/// <param name="MayManage">Chooses plan and seats, and of a company its people.</param>
/// <param name="IsStaff">Staff or administrator: may correct the book too.</param>
internal sealed record AllowedAccount(string AccountId, string? MemberId, CompanyView? Company, bool MayPay, bool MayManage, bool IsStaff)
{
    public string? CompanyId => Company?.Id;
}

/// <summary>
/// Who may do what with whose account: a member with their own; a company's owner with the company's, its bookkeeper with its money; staff with all, those with limits only to look at it.
/// To everybody else the account does not exist.
/// </summary>
internal sealed class AccountAccess(IGrainFactory grains, DutyDesk duties)
{
    /// <summary>The account of a member, as accounts are named.</summary>
    public static string OfMember(string memberId) => "member-" + memberId;

    /// <summary>The account of a company, as accounts are named.</summary>
    public static string OfCompany(string companyId) => "company-" + companyId;

    /// <summary>Answers who sees the account of others and may do nothing with it: staff with limits.</summary>
    public static ProblemHttpResult OnlyToLook => new DutyRefusal(null, null, false).Problem;

    /// <summary>The account; null where it does not exist or the caller may not know that it does: answer 404 (<see cref="Problem.Unknown"/>).</summary>
    public async Task<AllowedAccount?> Find(ClaimsPrincipal user, string accountId)
    {
        var (caller, owner) = (Caller.Of(user), Keys.Id(accountId));
        if (!Ids.IsSlug(owner)) return null;
        if (accountId == OfMember(owner)) return await Member(user, caller, accountId, owner);
        return accountId == OfCompany(owner) ? await Company(user, caller, accountId, owner) : null;
    }

    private async Task<AllowedAccount?> Member(ClaimsPrincipal user, Caller caller, string accountId, string memberId)
    {
        if (!caller.MaySee(memberId) || await grains.GetGrain<IMemberGrain>(Keys.Member(memberId)).View() is null) return null;
        var may = memberId == caller.MemberId || await Unlimited(user, caller);
        return new AllowedAccount(accountId, memberId, null, MayPay: may, MayManage: may, caller.IsStaff);
    }

    private async Task<AllowedAccount?> Company(ClaimsPrincipal user, Caller caller, string accountId, string companyId)
    {
        if (await grains.GetGrain<ICompanyGrain>(Keys.Company(companyId)).View() is not { } company) return null;
        var role = company.Definition.Person(caller.MemberId)?.Role;
        if (!caller.IsStaff && role is not (CompanyRole.Owner or CompanyRole.Bookkeeper)) return null;
        var unlimited = await Unlimited(user, caller);
        return new AllowedAccount(
            accountId, null, company, MayPay: unlimited || role is CompanyRole.Owner or CompanyRole.Bookkeeper, MayManage: unlimited || role == CompanyRole.Owner, caller.IsStaff);
    }

    // No duty covers others' money.
    private async Task<bool> Unlimited(ClaimsPrincipal user, Caller caller) => caller.IsStaff && await duties.Refusal(user, null, WorkPlace.Wherever) is null;
}

/// <summary>What stands in the web project's container for money.</summary>
internal static class BillingSetup
{
    public static void AddBilling(this IServiceCollection services)
    {
        services.AddSingleton<AccountAccess>().AddScoped<MoneyDesk>().AddScoped<LedgerBook>().AddScoped<PastCharges>().AddScoped<Companies.CompanyDesk>();
        services.AddJob<SimulatedPayments>(SimulatedPayments.Id, "*/5 * * * * *");
        services.AddJob<MoneyNotices>(MoneyNotices.Id, "*/10 * * * * *");
        services.AddHostedService(provider => provider.GetRequiredService<SimulatedPayments>());
    }
}
