using System.Collections.Immutable;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>Hours being spent while one booking is priced: included ones of each period, then packs.</summary>
internal sealed class HourCover
{
    private readonly PayerHours hours;
    private readonly Plan? plan;
    private readonly Dictionary<Instant, Duration> spent = [];
    private readonly Dictionary<Guid, Duration> left;

    /// <summary>All of what the payer has, less what the booking has spoken for already.</summary>
    /// <param name="hours">What the payer has.</param>
    /// <param name="plan">What the included hours pay for.</param>
    /// <param name="kept">What the booking has spoken for already.</param>
    public HourCover(PayerHours hours, Plan? plan, ImmutableArray<PriceSegment> kept)
    {
        (this.hours, this.plan) = (hours, plan);
        left = hours.Packs.ToDictionary(p => p.Id, p => Duration.FromMinutes(p.Left));
        foreach (var segment in kept) Spend(segment);
    }

    /// <summary>A piece of one rate, cut where what covers it changes, in the order of time.</summary>
    public IEnumerable<PriceSegment> Over(PriceSegment piece, ToolTerms tool)
    {
        if (piece.HourlyRate is not > 0) return [piece];   // no hours are spent on what is free
        var covered = new List<PriceSegment>();
        for (var rest = piece; rest.Slot.IsValid;)
        {
            var next = First(rest, tool);
            Spend(next);
            if (covered.Count > 0 && Continues(covered[^1], next)) covered[^1] = covered[^1] with { Slot = covered[^1].Slot with { End = next.Slot.End } };
            else covered.Add(next);
            rest = rest with { Slot = rest.Slot with { Start = next.Slot.End } };
        }
        return covered.Select(s => s with { Amount = s.Cover == Cover.Rate ? Pricing.AmountOf(s.Slot, s.HourlyRate ?? 0) : 0 });
    }

    // As far from the start on as one thing covers it; a new period may have hours again, so no cover reaches over its border.
    private PriceSegment First(PriceSegment rest, ToolTerms tool)
    {
        var (at, end) = (rest.Slot.Start, rest.Slot.End);
        if (Includes(tool) && hours.Included(at) is { } period)
        {
            end = period.Until > at ? Instant.Min(end, period.Until) : end;
            var unspent = Duration.FromMinutes(period.Minutes) - spent.GetValueOrDefault(period.From);
            if (unspent > Duration.Zero)
                return rest with { Slot = new Slot(at, Instant.Min(end, at + unspent)), Cover = Cover.Included, HourlyRate = null, Period = period.From };
        }
        if (PackAt(at, tool) is not { } pack) return rest with { Slot = new Slot(at, end) };
        end = Instant.Min(end, at + left[pack.Id]);
        return rest with { Slot = new Slot(at, pack.Until is { } until ? Instant.Min(end, until) : end), Cover = Cover.Pack, PackId = pack.Id };
    }

    private bool Includes(ToolTerms tool) => plan?.IncludedCategories is not { } categories || (tool.Category is { } category && categories.Contains(category));

    // The one that runs out first; of those that never do, or alike, always the same.
    private PackView? PackAt(Instant at, ToolTerms tool) => hours.Packs
        .Where(p => left[p.Id] > Duration.Zero && (p.Until is not { } until || at < until))
        .Where(p => p.Categories is not { } categories || (tool.Category is { } category && categories.Contains(category)))
        .OrderBy(p => p.Until ?? Instant.MaxValue).ThenBy(p => p.Id).FirstOrDefault();

    private void Spend(PriceSegment segment)
    {
        if (segment is { Cover: Cover.Included, Period: { } period }) spent[period] = spent.GetValueOrDefault(period) + segment.Slot.Duration;
        if (segment is { Cover: Cover.Pack, PackId: { } pack } && left.TryGetValue(pack, out var rest)) left[pack] = rest - segment.Slot.Duration;
    }

    private static bool Continues(PriceSegment one, PriceSegment next) =>
        (one.Cover, one.PackId, one.Period, one.HourlyRate) == (next.Cover, next.PackId, next.Period, next.HourlyRate);
}
