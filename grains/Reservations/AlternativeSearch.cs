using System.Collections.Immutable;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations;

/// <summary>What would work instead of a refused request. Every proposal was asked of everybody, as a booking is, and breaks no rule.</summary>
internal sealed class AlternativeSearch(ClaimRequest claim, IGrainFactory grains, IToolDirectory tools, Func<BookingRequest, Task<Asked>> ask)
{
    private const int Most = 3;
    private const int DaysAhead = 7;
    private static readonly int[] LessBy = [45, 30, 15, 5];

    public async Task<ImmutableArray<Alternative>> Find(BookingRequest request, ImmutableArray<Refusal> refusals)
    {
        if (!request.Slot.IsBookable || claim.Occasion == Occasion.Use) return [];
        var times = refusals.Any(r => r.HoldsAtAnyTime) ? [] : await OtherTimes(request);
        var others = claim.Occasion == Occasion.Book ? await OtherTools(request) : [];
        return [.. times, .. others];
    }

    // The nearest two of the tool itself, and the first on another day at the same hour.
    private async Task<IEnumerable<Alternative>> OtherTimes(BookingRequest request)
    {
        if (claim.Occasion == Occasion.Extend) return await Accepted(request, Shorter(request.Slot), 1);
        var near = await grains.GetGrain<IToolGrain>(Keys.Tool(request.ToolId)).Suggest(claim with { ThingId = request.ToolId, OverrideReason = null }, most: 12);
        var nearest = await Accepted(request, near, Most - 1);
        var space = await grains.GetGrain<ISpaceGrain>(Keys.Space).Facts();
        var day = await Accepted(request, OtherDays(request.Slot, space.Zone).Except(nearest.Select(a => a.Slot)), 1);
        var found = nearest.Concat(day).ToList();
        return found.Count >= Most || near.Length == 0 ? found : found.Concat(await Accepted(request, near.Except(found.Select(a => a.Slot)).Skip(Most - 1), Most - found.Count));
    }

    private async Task<List<Alternative>> Accepted(BookingRequest request, IEnumerable<Slot> slots, int most)
    {
        var found = new List<Alternative>();
        foreach (var slot in slots)
        {
            if (found.Count == most) break;
            if ((await ask(request with { Slot = slot })).Accepted) found.Add(new Alternative(request.ToolId, slot));
        }
        return found;
    }

    private async Task<IEnumerable<Alternative>> OtherTools(BookingRequest request)
    {
        var others = await tools.Equivalents(request.ToolId, most: 6, CancellationToken.None);
        var free = await Task.WhenAll(others.Except(request.AlsoTools).Select(async other => (Id: other, Asked: await ask(request with { ToolId = other }))));
        return free.Where(o => o.Asked.Accepted).Take(Most).Select(o => new Alternative(o.Id, request.Slot));
    }

    private static IEnumerable<Slot> OtherDays(Slot slot, DateTimeZone zone)
    {
        var start = slot.Start.InZone(zone).LocalDateTime;
        return Enumerable.Range(1, DaysAhead).Select(days => slot.StartingAt(start.PlusDays(days).InZoneLeniently(zone).ToInstant()));
    }

    // Of an extension: less of it.
    private static IEnumerable<Slot> Shorter(Slot slot) =>
        LessBy.Select(minutes => slot with { End = slot.End - Duration.FromMinutes(minutes) }).Where(s => s.IsValid);
}
