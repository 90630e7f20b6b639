#if !STANDINS
using Makerspace.Companies;
using Makerspace.Members;
using Makerspace.Reservations;
using Makerspace.Spaces;
using Makerspace.Time;
using Makerspace.Tools;

namespace Makerspace.Tests.Model;

/// <summary>What must hold of the product's own states at every moment, whatever the rules say: counted from the claims and holds themselves.</summary>
/// <param name="grains">The states.</param>
/// <param name="product">Who did what.</param>
internal sealed class Invariants(MemoryGrains grains, Product product)
{
    private int? written;
    private Dictionary<Guid, BookingView> before = [];

    /// <summary>After every operation. Null where all is well.</summary>
    public async Task<string?> Broken(Op op, Told told)
    {
        var bookings = new Dictionary<Guid, BookingView>();
        foreach (var id in product.Made.Values)
            if (await product.View(id) is { } view) bookings[id] = view;
        var wrote = grains.Writes - written;
        written = grains.Writes;
        if (op is Book && told.Booking == "none" && wrote > 0) return "a refused booking wrote something";
        var broken = Ownerless(bookings) ?? RoomsShared() ?? (told.Codes == "accepted" && op is BookingOp { N: var n } ? Over(op, n, bookings) : null);
        before = bookings;
        return broken;
    }

    private string? Over(Op op, int n, Dictionary<Guid, BookingView> bookings)
    {
        if (!product.Made.TryGetValue(n, out var id) || !bookings.TryGetValue(id, out var booking) || !booking.State.Occupies()) return null;
        // Who asks for what there is already is told so, whatever the limits are by now.
        if (before.TryGetValue(id, out var was) && (was.Slot, was.MemberId) == (booking.Slot, booking.MemberId)) return null;
        return op switch
        {
            Book { ByStaff: var staff } => Overfull(booking) ?? Crowded(booking) ?? (staff ? null : Unlimited(booking, Occasion.Book, bookings)),
            Move { ByStaff: var staff } => Overfull(booking) ?? Crowded(booking) ?? (staff ? null : Unlimited(booking, Occasion.Move, bookings)),
            Extend { ByStaff: var staff } => Overfull(booking) ?? Crowded(booking) ?? (staff ? null : Unlimited(booking, Occasion.Extend, bookings)),
            HandOver => Crowded(booking),
            _ => null,
        };
    }

    // As accepted, and counted over the product's bookings: no limit is exceeded.
    private string? Unlimited(BookingView booking, Occasion what, Dictionary<Guid, BookingView> bookings)
    {
        var counted = new ReferenceModel(product.Place);
        counted.Do(new Pass(product.Place.Minute(grains.Clock.Now)));
        foreach (var (n, id) in product.Made)
            if (bookings.TryGetValue(id, out var view)) counted.Bookings.Add(product.AsBooked(n, view));
        var over = new ModelRules(counted).Refusals(new Wish(product.Made.First(m => m.Value == booking.Id).Key, booking.MemberId, [.. booking.Tools], product.SpanOf(booking), what, ByStaff: false));
        over.IntersectWith(["daily-limit", "weekly-limit", "future-bookings-limit", "future-hours-limit", "minimum-gap", "member-elsewhere"]);
        return over.Count == 0 ? null : $"{string.Join(", ", over)} exceeded by an accepted booking";
    }

    // Every claim has a booking that lives and a hold; every booking that lives has both, for its own slot and member.
    private string? Ownerless(Dictionary<Guid, BookingView> bookings)
    {
        foreach (var (id, tool) in grains.States<ToolState>())
            foreach (var claim in tool.Claims)
                if (!IsOwned(claim, bookings)) return $"the claim {claim} at {id} has no owner";
        foreach (var (id, area) in grains.States<AreaState>())
            foreach (var claim in area.Claims)
                if (!IsOwned(claim, bookings)) return $"the claim {claim} at the {id} has no owner";
        foreach (var booking in bookings.Values.Where(b => b.State.Occupies()))
            if (Lacks(booking) is { } lacking) return $"booking {booking.ToolId} {booking.Slot} of {booking.MemberId} lacks {lacking}";
        foreach (var (id, member) in grains.States<MemberState>())
            foreach (var hold in member.Holds)
                if (!Counts(hold, id, bookings)) return $"the hold {hold} of {id} has no booking";
        foreach (var (id, company) in grains.States<CompanyState>())
            foreach (var hold in company.Holds)
                if (!Counts(hold, null, bookings)) return $"the hold {hold} of {id} has no booking";
        return null;
    }

    private static bool IsOwned(Claim claim, Dictionary<Guid, BookingView> bookings) =>
        bookings.TryGetValue(claim.BookingId, out var booking) && booking.State.Occupies() && claim.Next is null && (booking.Slot, booking.MemberId) == (claim.Slot, claim.MemberId);

    private static bool Counts(Hold hold, string? member, Dictionary<Guid, BookingView> bookings) =>
        bookings.TryGetValue(hold.BookingId, out var booking) && (booking.State.Occupies() || booking.State is BookingState.Completed or BookingState.NoShow)
        && hold.Next is null && hold.Slot == booking.Slot && (member is null || member == booking.MemberId);

    // What was over a day ago may be forgotten.
    private string? Lacks(BookingView booking)
    {
        if (booking.Slot.End <= NodaTime.Instant.FromDateTimeOffset(grains.Clock.GetUtcNow()) - NodaTime.Duration.FromDays(1)) return null;
        foreach (var tool in booking.Tools)
            if (StateOf<ToolState>(tool).Claims.Of(booking.Id) is null) return "its claim at " + tool;
        if (StateOf<MemberState>(booking.MemberId).Holds.Of(booking.Id) is null) return "its hold";
        if (booking.CompanyId is { } company && StateOf<CompanyState>(company).Holds.Of(booking.Id) is null) return "its hold at the company";
        foreach (var area in booking.Tools.SelectMany(Areas).Distinct())
            if (StateOf<AreaState>(area).Claims.Of(booking.Id) is null) return "its claim at the " + area;
        return null;
    }

    // Nobody has a room whole while something in it is used.
    private string? RoomsShared()
    {
        foreach (var (id, tool) in grains.States<ToolState>())
            foreach (var whole in tool.Claims.Where(c => c.Use == ClaimUse.Whole))
                if (tool.Claims.Any(c => c.Use == ClaimUse.Inside && c.Slot.Overlaps(whole.Slot))) return $"the {id} is used whole and inside at {whole.Slot}";
        return null;
    }

    // As accepted: at no minute of it more bookings than the tool bears.
    private string? Overfull(BookingView booking)
    {
        foreach (var tool in booking.Tools)
        {
            var policy = PolicyLevels.Of(tool, product.Place.Tools[tool].AreaId, product.Place.Tools[tool].Category, product.Place.Tools[tool].Policy, Plan(booking.MemberId), Facts).Effective;
            var claims = StateOf<ToolState>(tool).Claims.Where(c => c.Use == ClaimUse.Whole).ToList();
            if (Most(booking.Slot, at => claims.Count(c => c.Slot.Contains(at))) > (policy.Concurrency ?? 1)) return $"more than {policy.Concurrency ?? 1} at once on the {tool} in {booking.Slot}";
        }
        return null;
    }

    // At no minute of it more people in an area than it holds.
    private string? Crowded(BookingView booking)
    {
        foreach (var area in booking.Tools.SelectMany(Areas).Distinct().Where(a => product.Place.Areas[a].Capacity is not null))
        {
            var claims = StateOf<AreaState>(area).Claims;
            var most = Most(booking.Slot, at => claims.Where(c => c.Slot.Contains(at)).Select(c => c.MemberId).Distinct().Count());
            if (most > product.Place.Areas[area].Capacity) return $"{most} people in the {area} in {booking.Slot}";
        }
        return null;
    }

    private static int Most(Slot slot, Func<NodaTime.Instant, int> count)
    {
        var most = 0;
        for (var at = slot.Start; at < slot.End; at += NodaTime.Duration.FromMinutes(1)) most = Math.Max(most, count(at));
        return most;
    }

    private IEnumerable<string> Areas(string tool)
    {
        for (var area = product.Place.Tools[tool].AreaId; area is not null; area = product.Place.Areas[area].Inside) yield return area;
    }

    private string Plan(string member) => product.Place.Members[member].Membership.PlanId;

    private SpaceFacts Facts => grains.States<SpaceState>().Single().State.Facts;

    private TState StateOf<TState>(string id) where TState : new() => grains.States<TState>().First(s => s.Id == id).State;
}
#endif
