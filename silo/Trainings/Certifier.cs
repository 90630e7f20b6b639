using System.Collections.Immutable;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;

namespace Makerspace.Trainings;

/// <summary>
/// Grants certifications: gathers the facts, asks <see cref="Requirements"/>, and has the Member write it. Whoever has something done towards one calls
/// <see cref="Settle"/>; the job <see cref="Jobs.CertificationKeeper"/> does too, for whom a crash kept from it.
/// </summary>
public sealed class Certifier(IGrainFactory grains, TimeProvider time)
{
    /// <summary>What leads to a certification, and what of it the member has done; null where there is no such member.</summary>
    public async Task<GrantFacts?> Facts(string memberId, string certificationId) => (await Facts(memberId, [certificationId])).FirstOrDefault();

    /// <summary>The same of several; none where there is no such member.</summary>
    public async Task<ImmutableArray<GrantFacts>> Facts(string memberId, IEnumerable<string> certificationIds)
    {
        var member = grains.GetGrain<IMemberGrain>(Keys.Member(memberId));
        if (await member.View() is not { } view) return [];
        var (used, passport) = (await member.LastUsed(), await grains.GetGrain<IPassportGrain>(Keys.Passport(memberId)).View());
        var lapses = (await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts()).Lapses;
        var wanted = await Task.WhenAll(certificationIds.Select(id => grains.GetGrain<ICertificationGrain>(Keys.Certification(id)).View()));
        return [.. wanted.Select(w => new GrantFacts(w, passport, view, used, lapses))];
    }

    /// <summary>Grants what is complete, or all the same where a reason is given.</summary>
    /// <param name="memberId">To whom.</param>
    /// <param name="granted">What; without an end, it ends when the catalogue says.</param>
    /// <param name="actor">Who grants it.</param>
    /// <param name="reason">Why, although something is missing.</param>
    /// <returns>What is missing; empty where it was granted.</returns>
    public async Task<ImmutableArray<Refusal>> Grant(string memberId, Certification granted, string actor, string? reason)
    {
        while (await Facts(memberId, granted.Id) is { } facts)
        {
            var missing = Requirements.Of(facts, time.Now()).Where(r => !r.Met).Select(r => r.Code).ToImmutableArray();
            if (!missing.IsEmpty && reason is null) return [new RequirementsMissing(granted.Id, missing)];
            var until = granted.Until ?? granted.From + facts.Wanted.Definition.Validity;
            if (await Certify(facts, granted with { Until = until }, actor, missing.IsEmpty ? null : reason)) break;
        }
        return [];
    }

    /// <summary>Grants what follows by itself from what the member has done since the last grant.</summary>
    /// <returns>Whether it was granted just now.</returns>
    public async Task<bool> Settle(string memberId, string certificationId)
    {
        var now = time.Now();
        while (await Facts(memberId, certificationId) is { } facts && Requirements.GrantFollows(facts, now))
        {
            var by = Requirements.GrantedBy(facts);
            if (await Certify(facts, new Certification(certificationId, now, now + facts.Wanted.Definition.Validity, by), by, reason: null)) return true;
        }
        return false;
    }

    /// <summary>
    /// Has it written, unless the member has changed since the facts were gathered: somebody else may have granted it by the same training, or revoked it.
    /// Whoever is told so asks again; each time somebody else's change stands, so it comes to an end.
    /// </summary>
    private async Task<bool> Certify(GrantFacts facts, Certification granted, string by, string? reason) =>
        await grains.GetGrain<IMemberGrain>(Keys.Member(facts.Member.Id)).Certify(granted, by, reason, facts.Member.Version) is not null;
}
