using System.Collections.Immutable;
using Makerspace.Time;
using Makerspace.Tools;
using NodaTime;

namespace Makerspace.Reservations.Rules;

/// <summary>A slot that somebody has. Of a claim that moves there are two, or one around both where they meet.</summary>
internal readonly record struct Taken(Slot Slot, string MemberId, ClaimUse Use);

/// <summary>What of a calendar matters to one slot: learned in one pass, so that five hundred claims cost little more than five.</summary>
internal sealed class Nearby
{
    private readonly List<Taken> close = [];
    private readonly Slot slot;
    private readonly string memberId;
    private int whole, inside;

    private Nearby(ClaimRequest request) => (slot, memberId) = (request.Slot, request.MemberId);

    /// <summary>The nearest slot before that another member has, within the reach.</summary>
    public Slot? Before { get; private set; }

    /// <summary>The nearest slot after that another member has, within the reach.</summary>
    public Slot? After { get; private set; }

    /// <summary>Looks at the claims of other bookings, and at the slots to be taken for booked by the same member.</summary>
    /// <param name="claims">The calendar.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="reach">How far around the slot to look for neighbours.</param>
    /// <param name="now">What ends later is to come.</param>
    public static Nearby Of(ImmutableArray<Claim> claims, ClaimRequest request, Duration reach, Instant now)
    {
        var near = new Nearby(request);
        var around = new Slot(request.Slot.Start - reach, request.Slot.End + reach);
        foreach (var claim in claims)
        {
            if (request.IsOwn(claim.BookingId)) continue;
            if (claim.Slot.End > now || claim.Next?.End > now) near.Count(claim.Use);
            if (claim.Next is not null) near.Add(claim, around);
            else if (claim.Slot.Overlaps(around)) near.Add(new Taken(claim.Slot, claim.MemberId, claim.Use));
        }
        foreach (var earlier in request.Earlier)
        {
            near.Count(request.Use);
            if (earlier.Overlaps(around)) near.Add(new Taken(earlier, request.MemberId, request.Use));
        }
        return near;
    }

    public int Upcoming(ClaimUse use) => use == ClaimUse.Whole ? whole : inside;

    public IEnumerable<Taken> Overlapping(ClaimUse use) => close.Where(t => t.Use == use && t.Slot.Overlaps(slot));

    /// <summary>
    /// Neighbours are too near: beside them there is no room left for one more. A tool that bears several at once is set up at one place while it is used at
    /// another, so only where all its places are in use or being set up.
    /// </summary>
    public bool TooNear(Duration buffer, int concurrency)
    {
        if (Before is null && After is null) return false;
        if (concurrency == 1) return true;
        var busy = close.Where(t => t.Use == ClaimUse.Whole).Select(t => t.MemberId == memberId ? t.Slot : new Slot(t.Slot.Start - buffer, t.Slot.End + buffer));
        return !Intervals.Deeper(busy.Select(s => s.Intersect(slot)).OfType<Slot>(), concurrency).IsEmpty;
    }

    /// <summary>The first start, from the asked one on, from which a slot of this length is free, looking at claims only.</summary>
    public static Instant NextFree(ImmutableArray<Claim> claims, ClaimRequest request, int concurrency)
    {
        var (start, length) = (request.Slot.Start, request.Slot.Duration);
        var ends = new PriorityQueue<Instant, Instant>();
        foreach (var taken in InOrder(claims, request))
        {
            if (taken.End <= start) continue;
            if (taken.Start >= start + length) break;
            var from = Instant.Max(taken.Start, start);
            while (ends.Count > 0 && ends.Peek() <= from) ends.Dequeue();
            ends.Enqueue(taken.End, taken.End);
            if (ends.Count >= concurrency) start = ends.Dequeue();   // full until the first of them ends
        }
        return start;
    }

    // Claims come sorted by start; only those that move, and those of a series, are out of order.
    private static List<Slot> InOrder(ImmutableArray<Claim> claims, ClaimRequest request)
    {
        var slots = new List<Slot>(claims.Length + request.Earlier.Length);
        slots.AddRange(request.Earlier);
        foreach (var claim in claims)
        {
            if (request.IsOwn(claim.BookingId) || claim.Use != ClaimUse.Whole) continue;
            var (one, other) = claim.Slot.With(claim.Next);
            slots.Add(one);
            if (other is { } second) slots.Add(second);
        }
        if (slots.Count > 1 && (request.Earlier.Length > 0 || slots.Count > claims.Length || claims.Any(c => c.Next is not null)))
            slots.Sort((a, b) => a.Start.CompareTo(b.Start));
        return slots;
    }

    private void Count(ClaimUse use)
    {
        if (use == ClaimUse.Whole) whole++;
        else inside++;
    }

    private void Add(Claim moving, Slot around)
    {
        var (one, other) = moving.Slot.With(moving.Next);
        if (one.Overlaps(around)) Add(new Taken(one, moving.MemberId, moving.Use));
        if (other is { } second && second.Overlaps(around)) Add(new Taken(second, moving.MemberId, moving.Use));
    }

    private void Add(Taken taken)
    {
        close.Add(taken);
        if (taken.MemberId == memberId || taken.Use != ClaimUse.Whole) return;
        if (taken.Slot.End <= slot.Start && !(Before?.End >= taken.Slot.End)) Before = taken.Slot;
        if (taken.Slot.Start >= slot.End && !(After?.Start <= taken.Slot.Start)) After = taken.Slot;
    }
}
