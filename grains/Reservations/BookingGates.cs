using System.Collections.Immutable;
using Makerspace.Access;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>What stands between a member and the tool they have booked, over the rest of the booking.</summary>
internal sealed partial class BookingGrain
{
    // A guard: each has to bring a boundary of its own.
    private const int MostBoundaries = 16;

    public Task<UseGates?> Gates(string memberId, Instant at) => Stepwise(async () =>
    {
        if (await Unready() is not null) return null;
        var booking = record!.View;
        var waits = booking.State is BookingState.AwaitingApproval or BookingState.AwaitingPayment;
        if (!(waits || booking.State is BookingState.Confirmed or BookingState.CheckedIn) || await Stranger(memberId, booking)) return null;
        var rest = booking.Slot with { Start = Instant.Max(booking.Slot.Start, at) };
        if (!rest.IsValid) return null;
        var asked = await Ask(UseBy(memberId, rest), Occasion.Use);
        var bars = await Bars(memberId, rest, asked);
        foreach (var refusal in await DepositMissing(booking, null)) bars = bars.Add(new PermitBar(refusal.Code, null));
        if (booking.State == BookingState.AwaitingApproval) bars = bars.Add(new PermitBar("check-in-closed", null));
        var alone = asked.Hold.Tools.Where(t => t.AreaId is not null).Select(t => Rules.AreaRules.Need(t, asked.Claim.Space, rest, asked.Claim.PlanId)).OfType<BuddyNeed>();
        return new UseGates(booking, bars, Intervals.Union(alone.SelectMany(n => n.Unstaffed)));
    });

    private BookingRequest UseBy(string memberId, Slot slot) => Request(slot, memberId, null) with { MemberId = memberId };

    // A part of a slot that is accepted is accepted too: so each gate opens once, at one of the boundaries that the refusals name, and stays open.
    private async Task<ImmutableArray<PermitBar>> Bars(string memberId, Slot rest, Asked asked)
    {
        var shut = Codes(asked).ToDictionary(code => code, _ => (Instant?)null, StringComparer.Ordinal);
        var ahead = new SortedSet<Instant>(Boundaries(asked, rest));
        for (var i = 0; i < MostBoundaries && ahead.Count > 0 && shut.Values.Any(until => until is null); i++)
        {
            var at = ahead.Min;
            ahead.Remove(at);
            var later = await Ask(UseBy(memberId, rest with { Start = at }), Occasion.Use);
            var still = Codes(later).ToHashSet(StringComparer.Ordinal);
            foreach (var code in shut.Where(s => s.Value is null && !still.Contains(s.Key)).Select(s => s.Key).ToList()) shut[code] = at;
            ahead.UnionWith(Boundaries(later, rest with { Start = at }));
        }
        return [.. shut.Select(s => new PermitBar(s.Key, s.Value))];
    }

    // Whether somebody else is there is seen when it is switched on; only where no area can tell is it refused beforehand.
    private static IEnumerable<string> Codes(Asked asked) =>
        asked.Refusals.Where(r => r is not BuddyRequired { AreaId: not null }).Select(r => r.Code).Concat(asked.Missing is null ? [] : ["tool-gone"]).Distinct(StringComparer.Ordinal);

    private static IEnumerable<Instant> Boundaries(Asked asked, Slot rest) => asked.Refusals.SelectMany(Ends).Where(at => rest.Start < at && at < rest.End);

    private static IEnumerable<Instant> Ends(Refusal refusal) => refusal switch
    {
        SpaceClosed r => r.ClosedDuring.Select(s => s.End),
        StaffRequired r => r.Unstaffed.Select(s => s.End),
        BuddyRequired r => r.Alone.Select(s => s.End),
        PlanExcludesTime r => r.Excluded.Select(s => s.End),
        DuringOutage r => [r.Slot.End],
        ToolOutOfService { ExpectedBack: { } back } => [back],
        MembershipInactive { From: { } from } => [from],
        CertificationExpired r => [r.From],
        Suspended { Until: { } until } => [until],
        _ => [],
    };
}
