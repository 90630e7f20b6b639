using System.Collections.Immutable;
using Makerspace.Time;
using Makerspace.Tools;

namespace Makerspace.Reservations;

/// <summary>Making all parties of a booking agree. The home claim is the truth; the member's word that all agree comes last.</summary>
internal sealed partial class BookingGrain
{
    public Task<BookingView?> Settle(bool nothingInFlight) => Stepwise(async () =>
    {
        await LookForWaiver();
        await SettleNow(nothingInFlight);
        return record?.View;
    });

    private async Task SettleNow(bool nothingInFlight)
    {
        if (record is not { Unsettled: true }) return;
        var claim = await Tool(record.Home).ClaimOf(Id);
        await Reload(CancellationToken.None);   // what the tool wrote meanwhile
        if (record is not { Unsettled: true } open) return;
        var over = nothingInFlight || time.Now() > open.HeldUntil + Skew;
        if (open.View.State == BookingState.Held)
        {
            if (over) await SettleParties(null, BookingState.Expired, []);
        }
        else if (over || !open.View.State.Occupies() || Agreed(open, claim))
        {
            await SettleParties(open.View.State.Occupies() ? claim : null, null, []);
        }
    }

    // The step under way has been committed: nothing more of it can arrive.
    private static bool Agreed(BookingRecord open, Claim? claim) =>
        open.MovingTo is { } to ? claim?.Slot == to : open.Surplus is not null ? open.Handed : open.Handed || open.Telling;

    /// <summary>What just happened concerns the payer's account, and the journal knows that it is to be told: it is, and then all agree.</summary>
    private async Task Told()
    {
        await Reload(CancellationToken.None);
        await SettleNow(nothingInFlight: false);
    }

    /// <summary>Tells everybody but the home what the booking has now (null: nothing), the member last, who journals that all agree.</summary>
    private async Task SettleParties(Claim? claim, BookingState? outcome, ImmutableArray<string> refusals)
    {
        var booking = record!.View;
        // In an area it counts what whoever is there may use: of a hand-over the new member.
        var known = claim is not null && record.Surplus is not null ? claim with { Held = (await Member(claim.MemberId).Facts()).Certifications } : claim;
        foreach (var key in await Claimed())
            await (key.StartsWith("area-", StringComparison.Ordinal) ? Area(Keys.Id(key)).Settle(Id, known) : Tool(Keys.Id(key)).Settle(Id, claim));
        if (claim?.Next is not null) await Tool(record.Home).Settle(Id, claim);   // its step was not taken to the end
        var counted = outcome is null or BookingState.Completed or BookingState.NoShow ? record.Counted : null;
        if (claim is not null) counted = claim.Slot;
        if (booking.CompanyId is { } company) await Company(company).Settle(Id, counted);
        await TellAccount(outcome);
        if (record.Surplus is { } surplus)
            await Member(surplus).Settle(Id, booking.ToolId, slot: null, outcome: null, refusals: []);
        if (record.Surplus is null || outcome is not null || !booking.State.Occupies())
            await Member(booking.MemberId).Settle(Id, booking.ToolId, counted, outcome, refusals, record.Mark(outcome ?? booking.State, record.EndedAt ?? time.Now()));
        await Reload(CancellationToken.None);
    }

    // Also the areas that began to keep claims after the booking was made: somebody may have told them of it since.
    private async Task<IEnumerable<string>> Claimed()
    {
        var others = record!.Claims[..^1];
        var space = await Space.Facts();
        if (space.AreaRules.All(a => !a.Value.KeepsClaims)) return others;
        var areas = new List<string>();
        foreach (var id in record.View.Tools)
            if (await Tool(id).View() is { } tool)
                areas.AddRange(space.AreaChain(tool.Definition.AreaId).Where(a => space.AreaRules.GetValueOrDefault(a)?.KeepsClaims == true).Select(Keys.Area));
        return others.Union(areas, StringComparer.Ordinal);
    }

    private async Task<BookingAnswer?> Unready()
    {
        await LookForWaiver();
        await SettleNow(nothingInFlight: false);
        await DueNow();
        return record is null ? new BookingAnswer { Missing = "booking" } : null;
    }
}
