using System.Collections.Immutable;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Billing;

/// <summary>
/// What a booking costs. The time on each tool that has a rate is cut at the borders of peak hours and where another cover begins: hours that the plan
/// includes first, then packs, the one that runs out first, then money. Real time counts, whatever the clocks on the wall do.
/// </summary>
/// <remarks>A segment's amount is its time by its rate, half a minor unit up; the tax is reckoned once, on their sum, half a unit up.</remarks>
internal static class Pricing
{
    private const long Whole = 10_000;   // basis points

    /// <summary>The price; null where it costs nothing, whatever becomes of the booking, and takes no hours.</summary>
    public static BookingPrice? Of(PriceRequest request, PayerHours hours)
    {
        if (!request.Slot.IsBookable) return null;
        var plan = request.PlanId is { } id ? request.Space.Plans.GetValueOrDefault(id) : null;
        var cover = new HourCover(hours, plan, request.Kept?.Segments ?? []);
        foreach (var earlier in request.Earlier.Where(e => e.IsBookable)) _ = SegmentsOf(request, plan, earlier, cover);
        var segments = SegmentsOf(request, plan, request.Slot with { Start = request.KeptUntil ?? request.Slot.Start }, cover);
        var price = request.Kept is { } kept
            ? kept with { Segments = Ordered(request, kept.Segments.AddRange(segments)) }
            : Terms(request, plan, hours.AccountId) with { Segments = segments };
        return IsNothing(price) ? null : Summed(price);
    }

    /// <summary>The price of less time: cut off at an earlier end. A minute begun counts whole.</summary>
    public static BookingPrice Until(BookingPrice price, Instant end)
    {
        if (price.Segments.IsEmpty) return price;
        var start = price.Segments.Min(s => s.Slot.Start);
        var minutes = Math.Max(0, (end - start).BclCompatibleTicks + NodaConstants.TicksPerMinute - 1) / NodaConstants.TicksPerMinute;
        var cut = start + Duration.FromMinutes(minutes);
        return Summed(price with { Segments = [.. price.Segments.Where(s => s.Slot.Start < cut).Select(s => Cut(s, cut))] });
    }

    /// <summary>The price of what costs nothing after all.</summary>
    public static BookingPrice Nothing(BookingPrice price) => Summed(price with { Segments = [], Deposit = null, NoShowFee = null });

    /// <summary>What segments come to, and the tax in it.</summary>
    public static (long Total, long Tax) Total(IEnumerable<PriceSegment> segments, int taxBasisPoints, bool taxIncluded)
    {
        var sum = segments.Sum(s => s.Amount);
        var tax = taxIncluded ? Share(sum, taxBasisPoints, Whole + taxBasisPoints) : Share(sum, taxBasisPoints, Whole);
        return (taxIncluded ? sum : sum + tax, tax);
    }

    /// <summary>So much of an amount, half a unit up.</summary>
    public static long Share(long amount, Int128 part, Int128 whole)
    {
        var doubled = Int128.Abs(amount) * part * 2 + whole;
        return Math.Sign(amount) * (long)(doubled / (whole * 2));
    }

    /// <summary>Money is concerned: a tool has a rate, asks a deposit, or nobody coming costs something. Where none does no account is asked.</summary>
    public static bool Concerns(IEnumerable<ToolTerms> tools, Plan? plan) =>
        tools.Any(t => HasRate(t, plan) || t.Policy is { Deposit: not null } or { NoShowFee: not null });

    private static BookingPrice Summed(BookingPrice price)
    {
        var (total, tax) = Total(price.Segments, price.TaxBasisPoints, price.TaxIncluded);
        return price with { Total = price.Total with { Amount = total }, Tax = tax };
    }

    // A time that costs nothing by its rate is told only beside one that does cost.
    private static bool IsNothing(BookingPrice price) =>
        price is { Deposit: null, NoShowFee: null } && price.Segments.All(s => s is { Cover: Cover.Rate, Amount: 0 });

    private static BookingPrice Terms(PriceRequest request, Plan? plan, string accountId)
    {
        var (space, billing) = (request.Space, request.Space.Billing ?? BillingSettings.Default);
        // Time added to a booking that was free asks for no deposit any more: somebody is there.
        var deposits = request.KeptUntil is null ? request.Tools.Select(t => t.Policy.Deposit).OfType<Money>().ToList() : [];
        return new BookingPrice
        {
            AccountId = accountId,
            Total = new Money(0, space.Currency),
            Deposit = Currencies.Movable(deposits.Sum(d => d.Amount), space.Currency) is > 0 and var deposit ? new Money(deposit, space.Currency) : null,
            PlanId = plan is null ? null : request.PlanId,
            PlanVersion = plan?.Version ?? 0,
            BillsUsedTime = plan?.BillsUsedTime == true,
            TaxBasisPoints = billing.TaxBasisPoints,
            TaxIncluded = billing.PricesIncludeTax,
            NoShowFee = request.Tools.IsEmpty ? null : request.Tools[0].Policy.NoShowFee,
        };
    }

    private static ImmutableArray<PriceSegment> SegmentsOf(PriceRequest request, Plan? plan, Slot slot, HourCover cover) =>
    [
        .. request.Tools.Where(t => HasRate(t, plan)).SelectMany(tool => Pieces(tool, plan, slot, request.Space.Zone).SelectMany(piece => tool.OfMentor ? [piece] : cover.Over(piece, tool))),   // included hours and packs are of machines
    ];

    // The slot in pieces of one rate each, in the order of time.
    private static IEnumerable<PriceSegment> Pieces(ToolTerms tool, Plan? plan, Slot slot, DateTimeZone zone)
    {
        if (!slot.IsValid) return [];
        if (tool.Policy.Peak is not { } windows) return [Piece(tool, plan, slot, offPeak: false)];
        var peak = PeakHours.Within(slot, windows, zone);
        return peak.Select(p => Piece(tool, plan, p, offPeak: false))
            .Concat(Intervals.Subtract([slot], peak).Select(p => Piece(tool, plan, p, offPeak: true))).OrderBy(p => p.Slot.Start);
    }

    private static PriceSegment Piece(ToolTerms tool, Plan? plan, Slot slot, bool offPeak)
    {
        var rate = Rate(tool, plan, offPeak);
        return new PriceSegment(slot, tool.ToolId, Cover.Rate, rate, offPeak, AmountOf(slot, rate));
    }

    private static long Rate(ToolTerms tool, Plan? plan, bool offPeak)
    {
        if (RateOf(plan, tool) is { } own) return offPeak ? own.OffPeak ?? own.Hourly : own.Hourly;
        var policy = tool.Policy;
        return (offPeak ? policy.OffPeakHourlyRate ?? policy.HourlyRate : policy.HourlyRate)?.Amount ?? 0;
    }

    /// <summary>What an hour costs on the plan: of the tool, of its category, of everything that has a rate; null where the plan says nothing.</summary>
    private static PlanRate? RateOf(Plan? plan, ToolTerms tool) => tool.OfMentor || plan is null or { Rates.IsEmpty: true } ? null
        : plan.Rates.FirstOrDefault(r => r.ToolId == tool.ToolId)
            ?? plan.Rates.FirstOrDefault(r => r.ToolId is null && r.Category is not null && r.Category == tool.Category)
            ?? (IsPriced(tool.Policy) ? plan.Rates.FirstOrDefault(r => r is { ToolId: null, Category: null }) : null);

    private static bool HasRate(ToolTerms tool, Plan? plan) => IsPriced(tool.Policy) || RateOf(plan, tool) is not null;

    private static bool IsPriced(Policy policy) => policy is { HourlyRate: not null } or { OffPeakHourlyRate: not null };

    private static PriceSegment Cut(PriceSegment segment, Instant end)
    {
        if (segment.Slot.End <= end) return segment;
        var slot = segment.Slot with { End = end };
        return segment with { Slot = slot, Amount = segment.Cover == Cover.Rate ? AmountOf(slot, segment.HourlyRate ?? 0) : 0 };
    }

    internal static long AmountOf(Slot slot, long hourly) => Share(hourly, slot.Duration.BclCompatibleTicks, NodaConstants.TicksPerHour);

    private static ImmutableArray<PriceSegment> Ordered(PriceRequest request, ImmutableArray<PriceSegment> segments)
    {
        var order = request.Tools.Select(t => t.ToolId).ToList();
        return [.. segments.OrderBy(s => order.IndexOf(s.ToolId)).ThenBy(s => s.Slot.Start)];
    }
}
