using System.Collections.Immutable;
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Time;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>What somebody's membership is to be, by what was paid for it. What staff assigned to somebody who never bought anything is left as it is.</summary>
internal static class Coverage
{
    /// <summary>The membership as it should be; the same as it is where nothing was bought.</summary>
    /// <param name="is">As it is.</param>
    /// <param name="own">The member's own account; null: none.</param>
    /// <param name="company">The account of their company; null: none.</param>
    /// <param name="person">What they are to the company; null: nothing.</param>
    /// <param name="now">A subscription that covers nobody any more ends the membership no later than now.</param>
    public static Membership Of(Membership @is, AccountView? own, AccountView? company, CompanyPerson? person, Instant now)
    {
        var seat = person is { Seat: true } ? Sold(company) : null;
        var membership = (seat, Sold(own)) switch
        {
            ({ Covers: true } paid, _) => Follow(@is, paid, company!.Id, now),
            (_, { Covers: true } paid) => Follow(@is, paid, own!.Id, now),
            ({ } ended, _) when @is.PaidBy == company!.Id => Follow(@is, ended, company.Id, now),
            (_, { } ended) => Follow(@is, ended, own!.Id, now),
            // They had a seat and have it no more.
            _ when @is.PaidBy is { } paidBy && IsCompany(paidBy) && (seat is null || paidBy != company!.Id) => Ended(@is, now),
            _ => @is,
        };
        return WithPasses(membership, own);
    }

    /// <summary>A subscription that covers, or did: one that was never paid at all (<c>incomplete</c>) is none.</summary>
    private static SubscriptionView? Sold(AccountView? account) =>
        account?.Subscription is { Status: not ("incomplete" or "incomplete_expired") } subscription ? subscription : null;

    private static Membership Follow(Membership @is, SubscriptionView paid, string accountId, Instant now)
    {
        var same = @is with { PlanId = paid.PlanId, PaidBy = accountId, From = paid.StartedAt };
        if (paid.Covers) return same with { Active = true, Until = paid.CancelAtPeriodEnd ? paid.PeriodEnd : null };
        // Paused, it goes on one day; over, it is not.
        return paid.EndedAt is { } ended ? Ended(same with { Until = Earlier(@is.PaidBy == accountId ? @is.Until : null, ended) }, now) : same with { Active = false };
    }

    private static Membership Ended(Membership @is, Instant now) => @is.Active || @is.Until is null ? @is with { Active = false, Until = Earlier(@is.Until, now) } : @is;

    private static Instant Earlier(Instant? one, Instant other) => one is { } given && given < other ? given : other;

    // A day's plan matters only to those who have none of their own.
    private static Membership WithPasses(Membership membership, AccountView? own)
    {
        if (own is not { Passes: { IsEmpty: false } passes }) return membership.Passes is { IsEmpty: false } ? membership with { Passes = null } : membership;
        ImmutableArray<Slot> days = [.. passes.Select(p => p.Slot).OrderBy(s => s.Start)];
        var plan = membership.Active ? null : passes.MinBy(p => p.Slot.Start)!.PlanId;
        return membership with { Passes = days, PlanId = plan ?? membership.PlanId };
    }

    private static bool IsCompany(string accountId) => accountId.StartsWith("company-", StringComparison.Ordinal);
}
